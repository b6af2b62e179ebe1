"""Columns of a queue: what a row shows in each, on the page and in the file."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from operator import attrgetter
from typing import Any, Generic, TypeVar

from rcm.ui import words
from rcm.ui.exports import Value
from rcm.ui.timeline import Tone

M = TypeVar("M")


class Kind(StrEnum):
    """How a value is written, and on which side of its column."""

    TEXT = "text"
    MONEY = "money"
    NUMBER = "number"
    DAY = "day"
    MOMENT = "moment"
    AGE = "age"
    CODE = "code"
    STATUS = "status"


@dataclass(frozen=True, slots=True)
class Coded:
    """A code with its words; a code is never shown without them."""

    code: str
    words: str


@dataclass(frozen=True, slots=True)
class Status:
    """A state in words, with its meaning: good, attention, bad, information or plain."""

    label: str
    tone: Tone = "plain"


@dataclass(frozen=True)
class Fields:
    """A column's value as made from nothing but these fields of a row: paths as filters write them, by way of
    keys that are never empty.

    A file whose columns all say so reads the fields alone and builds no rows, in a tenth of the time.
    """

    names: tuple[str, ...]
    make: Callable[..., Any] = lambda value: value

    def __call__(self, row: object) -> Any:
        """The value of this row."""
        return self.make(*(get(row) for get in self._getters))

    @cached_property
    def _getters(self) -> list[Callable[[object], Any]]:
        return [attrgetter(name.replace("__", ".")) for name in self.names]


@dataclass(frozen=True)  # no slots: Python 3.11 cannot make a slotted generic by its alias
class Column(Generic[M]):
    """One column. `value` reads it from a row without a query; `detail` adds a second, quieter line.

    `sort` names the fields to order by, best first in rising order; without it the column does not sort.
    `wide` columns are left out on a telephone.
    """

    name: str
    label: str
    value: Callable[[M], Any]
    kind: Kind = Kind.TEXT
    sort: tuple[str, ...] = ()
    detail: Callable[[M], str] | None = None
    wide: bool = False

    @property
    def numeric(self) -> bool:
        """Whether it stands on the right."""
        return self.kind in (Kind.MONEY, Kind.NUMBER)


@dataclass(frozen=True, slots=True)
class Cell:
    """One value as the page shows it."""

    column: Column[Any]
    text: str
    detail: str = ""
    tone: Tone = "plain"
    code: str = ""


def cell(column: Column[M], row: M, *, today: date) -> Cell:
    """The value of this row in this column, in words."""
    value = column.value(row)
    detail = column.detail(row) if column.detail else ""
    match value:
        case Coded(code, meaning):
            return Cell(column, meaning, detail, code=code)
        case Status(label, tone):
            return Cell(column, label, detail, tone)
    if column.kind is Kind.AGE:
        return Cell(column, words.age(value, today=today), detail or words.day(value))
    return Cell(column, _text(column.kind, value), detail)


def exported(value: Any) -> Value:
    """A column's value, for a file: ages become the day they count from."""
    match value:
        case str():
            return str(value)
        case None | Decimal() | int() | date():
            return value
        case Coded(code, meaning):
            return f"{code} {meaning}".strip()
        case Status(label):
            return label
    return str(value)


def _text(kind: Kind, value: Any) -> str:
    if value is None:
        return ""
    match kind:
        case Kind.MONEY:
            return words.dollars(value)
        case Kind.DAY:
            return words.day(value)
        case Kind.MOMENT:
            return words.moment(value)
        case Kind.NUMBER:
            return f"{value:,}"
    return str(value)
