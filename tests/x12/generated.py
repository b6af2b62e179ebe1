"""Strategies that make any loop or record from its declaration, for round trips."""

from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from functools import cache
from types import NoneType
from typing import get_args

from hypothesis import strategies as st

from x12.convert import RecordCodec
from x12.engine import Document
from x12.loops import spec_of

WORDS = st.text(alphabet="ABCXYZ0189-", min_size=1, max_size=6)
SCALARS = {
    str: st.just("") | WORDS,
    Decimal: st.decimals(min_value=-99999, max_value=99999, places=2),
    date: st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31)),
    int: st.integers(1, 99),
}
GIVEN = {"unread", "layout", "findings", "trailer"}
OF_DOCUMENTS = {"control_number", "version"}


@cache
def any_of(cls):
    """A strategy for a record or loop. Lists of texts and records hold up to two, lists of loops up to one."""
    given = GIVEN | OF_DOCUMENTS if issubclass(cls, Document) else GIVEN
    drawn = {f.name: _value(f) for f in fields(cls) if f.name not in given}
    return st.builds(cls, **drawn).map(_settled).filter(_says_something)


def _value(field):
    place = field.metadata.get("x12")
    if place is not None and place.required and field.type is str:
        return WORDS
    return _of_type(field.type)


def _of_type(annotation):
    if annotation in SCALARS:
        return SCALARS[annotation]
    arguments = get_args(annotation)
    if NoneType in arguments:
        return st.none() | _of_type(next(a for a in arguments if a is not NoneType))
    if len(arguments) == 2 and arguments[1] is Ellipsis:
        item = WORDS if arguments[0] is str else _of_type(arguments[0])
        return st.lists(item, max_size=1 if _is_loop(arguments[0]) else 2).map(tuple)
    return any_of(annotation)


def _is_loop(annotation):
    return annotation is not str and not RecordCodec.knows(annotation)


def _settled(node):
    """A range needs its first day."""
    changes = {
        through: None
        for through, first in (("service_through", "service_date"), ("plan_through", "plan_date"))
        if getattr(node, through, None) and getattr(node, first) is None
    }
    return replace(node, **changes) if changes else node


def _says_something(node):
    """A record that says nothing is not written, nor is a loop whose first segment says nothing."""
    if RecordCodec.knows(type(node)):
        return node != RecordCodec.of(type(node)).blank
    start = spec_of(type(node)).start
    return not start.bindings or bool(list(start.write(node)))
