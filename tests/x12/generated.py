"""Strategies that make any loop, record or document from its declaration, for round trips.

Only what stands in the declarations is used: the type of a field says what it may hold, its place which
qualifier its segment needs. Everything required is there, and some of what is optional; lists of records hold
up to three, lists of loops up to two.
"""

from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from functools import cache
from types import NoneType
from typing import Any, get_args

from hypothesis import strategies as st

from x12.convert import RecordCodec
from x12.engine import Document
from x12.loops import Loop, Place, spec_of
from x12.records import Adjustment
from x12.remittance_835 import ProviderAdjustment

WORDS = st.text(alphabet="ABCXYZ0189-", min_size=1, max_size=6)
MONEY = st.decimals(min_value=-99999, max_value=99999, places=2)
DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31))
SCALARS: dict[Any, st.SearchStrategy[Any]] = {
    str: WORDS,
    Decimal: MONEY,
    date: DAYS,
    int: st.integers(1, 99),
}
GROUPS = st.sampled_from(["CO", "PR", "OA", "PI"])
SPECIAL = {
    Adjustment: st.builds(Adjustment, GROUPS, WORDS, MONEY, st.none() | MONEY),
    ProviderAdjustment: st.builds(ProviderAdjustment, WORDS, st.none() | DAYS, WORDS, WORDS, MONEY),
}
FREE_QUALIFIERS = st.sampled_from(["Q1Q", "Q2Q", "Q3Q"])
"""Qualifiers that no guide uses, for what has no field of its own."""

GIVEN = {"unread", "layout", "findings", "trailer"}
OF_DOCUMENTS = {"control_number", "version"}
MOST_OPTIONAL = 7


@dataclass(frozen=True)
class Field:
    """One field that may be drawn: how, whether it must be there, and what has to be there with it."""

    name: str
    strategy: st.SearchStrategy[Any]
    required: bool
    needs: str = ""


@cache
def any_of(cls: type[Any]) -> st.SearchStrategy[Any]:
    """A strategy for a record, loop or document."""
    if cls in SPECIAL:
        return SPECIAL[cls]
    given = GIVEN | (OF_DOCUMENTS if issubclass(cls, Document) else set())
    drawable = [_field(f, cls) for f in fields(cls) if f.name not in given]
    required = {f.name: f.strategy for f in drawable if f.required}
    optional = {f.name: f for f in drawable if not f.required}

    @st.composite
    def drawn(draw: st.DrawFn) -> Any:
        chosen = (
            draw(st.lists(st.sampled_from(sorted(optional)), max_size=MOST_OPTIONAL, unique=True))
            if optional
            else []
        )
        chosen += [optional[name].needs for name in chosen if optional[name].needs]
        values = {name: draw(strategy) for name, strategy in required.items()}
        return cls(**values, **{name: draw(optional[name].strategy) for name in dict.fromkeys(chosen)})

    return drawn().filter(_says_something)


def _field(declared: Any, cls: type[Any]) -> Field:
    place: Place = declared.metadata["x12"]
    strategy = _of_type(declared.type, place, cls)
    begins = declared.name == _opening_field(cls)
    needs = _first_day(declared, cls) if place.role == "through" else ""
    return Field(declared.name, strategy, begins or place.required, needs)


@cache
def _opening_field(cls: type[Any]) -> str:
    """The field without which nothing would be written: the first of a record, or of a loop's first segment."""
    begins = spec_of(cls).begins if issubclass(cls, Loop) else ""
    return next(
        (f.name for f in fields(cls) if "x12" in f.metadata and f.metadata["x12"].segment == begins), ""
    )


def _first_day(declared: Any, cls: type[Any]) -> str:
    """The field with the first day of the range whose last day this is."""
    key = (declared.metadata["x12"].segment, declared.metadata["x12"].where)
    return next(
        f.name
        for f in fields(cls)
        if (place := f.metadata.get("x12")) and place.role == "from" and (place.segment, place.where) == key
    )


def _of_type(annotation: Any, place: Place, cls: type[Any]) -> st.SearchStrategy[Any]:
    arguments = get_args(annotation)
    if annotation in SCALARS:
        return SCALARS[annotation]
    if NoneType in arguments:
        return _of_type(next(a for a in arguments if a is not NoneType), place, cls)
    if len(arguments) == 2 and arguments[1] is Ellipsis:
        inner = arguments[0]
        most = 2 if isinstance(inner, type) and issubclass(inner, Loop) else 3
        return st.lists(_of_type(inner, place, cls), min_size=1, max_size=most).map(tuple)
    return _qualified(annotation, place, cls)


def _qualified(record: type[Any], place: Place, cls: type[Any]) -> st.SearchStrategy[Any]:
    """A record or loop as this place takes it: with its qualifier, or with one that has no other place."""
    made = any_of(record)
    if place.kind != "segments" or not RecordCodec.knows(record):
        return made
    teller = next((f.name for f in fields(record) if f.metadata["x12"].element == place.at), "")
    if not teller:
        return made
    if place.where:
        return made.map(lambda value: replace(value, **{teller: place.where[0]}))
    told = any(p.segment == place.segment and p.where for p in _places(cls))
    if not told:
        return made
    return st.builds(lambda value, code: replace(value, **{teller: code}), made, FREE_QUALIFIERS)


def _places(cls: type[Any]) -> list[Place]:
    return [f.metadata["x12"] for f in fields(cls) if "x12" in f.metadata]


def _says_something(node: Any) -> bool:
    """A record that says nothing is not written, nor read back."""
    return not RecordCodec.knows(type(node)) or node != RecordCodec.of(type(node)).blank
