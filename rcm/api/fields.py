"""The shapes that records and requests are made of. They check shape and nothing more."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Model, QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from rcm.fields import MoneyField

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
KEPT_OPTIONS = ("allow_null", "allow_blank", "choices", "child", "max_digits", "decimal_places")
MOST_DIGITS = 8
MONEY = r"^[0-9]{1,8}\.[0-9]{2}$"


class Shape(serializers.Serializer[Any]):
    """What may be sent: the names it declares and no other, so that a slip of the pen is told."""

    def to_internal_value(self, data: Any) -> Any:
        """The told values; raises ValidationError with every fault, unknown names among them."""
        if isinstance(data, Mapping) and (unknown := [name for name in data if name not in self.fields]):
            raise serializers.ValidationError(
                {name: ["There is no such field."] for name in unknown}, "unknown"
            )
        return super().to_internal_value(data)


class Text(serializers.CharField):
    """Text and nothing else: a number is no text."""

    def to_internal_value(self, data: Any) -> str:
        """The text without spaces around it."""
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Code(serializers.RegexField):
    """Text of a fixed pattern. A number is no text."""

    def to_internal_value(self, data: Any) -> str:
        """The code as it was told."""
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


@extend_schema_field({"type": "string", "format": "decimal", "pattern": MONEY, "example": "125.00"})
class Money(serializers.Field[Decimal, str, str, Any]):
    """Dollars and cents as text with two places, never a number: a float has lost cents before it arrives."""

    default_error_messages = {"invalid": 'Write dollars and cents as text: "125.00".'}

    def to_internal_value(self, data: str) -> Decimal:
        """The amount; not negative."""
        whole, dot, cents = data.partition(".") if isinstance(data, str) else ("", "", "")
        digits = whole + cents
        if not (
            dot
            and len(cents) == 2
            and 1 <= len(whole) <= MOST_DIGITS
            and digits.isascii()
            and digits.isdigit()
        ):
            self.fail("invalid")
        return Decimal(data)

    def to_representation(self, value: Decimal) -> str:
        """Two places, whatever the column kept."""
        return f"{value:.2f}"


@extend_schema_field(
    {"type": "string", "format": "decimal", "pattern": r"^-?[0-9]+\.[0-9]{2}$", "example": "-5.00"}
)
class Balance(Money):
    """Dollars and cents that may be below zero; only ever answered."""


class Flag(serializers.BooleanField):
    """True or false and nothing else."""

    def to_internal_value(self, data: Any) -> bool:
        """The value as it was told."""
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class Choice(serializers.ChoiceField):
    """One of the named codes, as text."""

    def to_internal_value(self, data: Any) -> Any:
        """The code as it was told."""
        if not isinstance(data, str):
            self.fail("invalid_choice", input=data)
        return super().to_internal_value(data)


class Day(serializers.DateField):
    """A day as 2026-03-10, from 1900 to 2199."""

    default_error_messages = {"out_of_range": "A day between 1900 and 2199 is expected."}

    def to_internal_value(self, value: Any) -> Any:
        """The day; raises for one that no record of a practice can mean."""
        if not isinstance(value, str):
            self.fail("invalid", format="YYYY-MM-DD")
        day = super().to_internal_value(value)
        if not FIRST_DAY <= day <= LAST_DAY:
            self.fail("out_of_range")
        return day


class Moment(serializers.DateTimeField):
    """A moment as 2026-03-10T15:00:00Z, from 1900 to 2199."""

    default_error_messages = {"out_of_range": "A moment between 1900 and 2199 is expected."}

    def to_internal_value(self, value: Any) -> datetime:
        """The moment, aware; raises for one that no record of a practice can mean."""
        if not isinstance(value, str):
            self.fail("invalid", format="YYYY-MM-DDThh:mm:ssZ")
        try:
            moment = super().to_internal_value(value)
        except OverflowError:
            self.fail("out_of_range")
        if not FIRST_DAY.year < moment.year <= LAST_DAY.year:
            self.fail("out_of_range")
        return moment


@extend_schema_field({"type": "string", "format": "uuid"})
class Ref(serializers.SlugRelatedField[Any]):
    """Another record of the practice, by its public id."""

    default_error_messages = {"does_not_exist": "There is no such record.", "invalid": "This is no id."}

    def __init__(
        self, rows: QuerySet[Any] | None = None, *, within: str = "practice", **options: Any
    ) -> None:
        options = options if rows is not None else {"read_only": True, **options}
        super().__init__("public_id", queryset=rows, **options)
        self.within = within

    def get_queryset(self) -> QuerySet[Any]:
        """The rows of the caller's practice or organization; row security stands behind the filter."""
        practice = self.context["view"].caller.practice
        owner = practice if self.within == "practice" else practice.organization
        rows = super().get_queryset()
        assert rows is not None, "only a field that is told has rows to choose from"
        return rows.filter(**{self.within: owner})

    def to_internal_value(self, data: Any) -> Model:
        """The row; raises for an id that is not visible here."""
        try:
            public_id = UUID(data) if isinstance(data, str) else None
        except ValueError:
            public_id = None
        if public_id is None:
            self.fail("invalid")
        found: Model = super().to_internal_value(public_id)
        return found

    def to_representation(self, obj: Any) -> str:
        """The public id, as text."""
        return str(obj.public_id)


class Why(Shape):
    """The reason in words, for the audit trail."""

    why = Text(max_length=200)


class Record(serializers.ModelSerializer[Any]):
    """A record as it is answered: `id` is its public id, other records stand by theirs, money is text."""

    id = serializers.UUIDField(source="public_id", read_only=True, help_text="The record's public id")

    def build_standard_field(self, field_name: str, model_field: Any) -> tuple[Any, dict[str, Any]]:
        """Money is two places as text; everything else as DRF has it, read only."""
        kind: Any
        if isinstance(model_field, MoneyField):
            kind, options = Balance, {"allow_null": model_field.null}
        else:
            kind, options = super().build_standard_field(field_name, model_field)
        if kind is serializers.EmailField:
            kind = serializers.CharField  # an address that is not known is empty
        kept = {name: options[name] for name in KEPT_OPTIONS if name in options}
        return kind, {**kept, "read_only": True, "help_text": str(model_field.help_text)}

    def build_relational_field(self, _field_name: str, relation_info: Any) -> tuple[Any, dict[str, Any]]:
        """Another record, by its public id."""
        return Ref, {"read_only": True, "allow_null": relation_info.model_field.null}


def record_of(model: type[Model], *names: str) -> type[Any]:
    """The Meta of a Record: its model, and the columns that are answered after the id."""
    return type("Meta", (), {"model": model, "fields": ["id", *names]})
