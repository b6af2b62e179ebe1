"""Filters of a queue. They live in the URL, so they hold codes, days and amounts, never a patient's name."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Literal
from uuid import UUID

from django.db.models import Q

Choices = list[tuple[str, str]]


def choices_of(rows: Iterable[Any]) -> Choices:
    """Records to choose from, by `public_id`, each under the words it has for itself."""
    return [(str(row.public_id), str(row)) for row in rows]


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter: what it is called, and which rows it keeps for a value.

    A choice lists its values for the practices in play; a day is written `2026-03-10`, an amount `120.00`.
    A record is written `practice.Payer:<public_id>`: a link leads to it, nobody types it, and the page offers
    no more than to let go of it.
    """

    name: str
    label: str
    keeps: Callable[[Any], Q]
    choices: Callable[[Sequence[int]], Choices] | None = None
    kind: Literal["choice", "day", "amount", "record"] = "choice"


@dataclass(frozen=True, slots=True)
class Bound:
    """A filter with what the URL says of it. An unreadable or unknown value filters nothing and says so."""

    filter: Filter
    value: str
    choices: Choices
    problem: str = ""

    @property
    def active(self) -> bool:
        """Whether it keeps some rows out."""
        return bool(self.value) and not self.problem

    @property
    def shown(self) -> str:
        """The value in words."""
        return dict(self.choices).get(self.value, self.value)

    @property
    def condition(self) -> Q:
        """What it keeps."""
        return self.filter.keeps(_typed(self.filter, self.value)) if self.active else Q()


def bind(filters: Sequence[Filter], given: Mapping[str, str], practices: Sequence[int]) -> list[Bound]:
    """Each filter with its value from the URL."""
    return [_bound(item, given.get(item.name, "").strip(), practices) for item in filters]


def _bound(item: Filter, value: str, practices: Sequence[int]) -> Bound:
    choices = item.choices(practices) if item.choices else []
    if value and item.kind == "choice" and value not in dict(choices):
        return Bound(item, value, choices, "There is no such choice any more.")
    try:
        _typed(item, value)
    except ValueError:
        return Bound(item, value, choices, "This cannot be read.")
    return Bound(item, value, choices)


def _typed(item: Filter, value: str) -> Any:
    if not value or item.kind == "choice":
        return value
    if item.kind == "day":
        return date.fromisoformat(value)
    if item.kind == "record":
        label, _, public_id = value.partition(":")
        return label, UUID(public_id)
    try:
        amount = Decimal(value)
    except InvalidOperation as problem:
        raise ValueError(value) from problem
    if not amount.is_finite() or abs(amount) >= Decimal(10) ** 10:
        raise ValueError(value)
    return amount
