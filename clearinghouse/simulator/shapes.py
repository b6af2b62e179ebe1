"""Frozen dataclasses to JSON and back: how plans, scenarios, members, claims and decisions are kept.

`thaw(cls, freeze(value)) == value`. Money and shares travel as strings, dates and moments in ISO form.
"""

import types
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

Shape = TypeVar("Shape")


def freeze(value: object) -> Any:
    """The value as what `json.dumps` takes."""
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: freeze(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):  # a datetime is one, too
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: freeze(item) for key, item in value.items()}
    if isinstance(value, tuple | list | set | frozenset):
        return [freeze(item) for item in value]
    return value


def thaw(cls: type[Shape], value: object) -> Shape:
    """A dataclass from what `json.loads` gave. Raises ValueError for missing, unknown or ill-typed fields."""
    if not isinstance(value, Mapping):
        raise ValueError(f"{cls.__name__}: an object is expected")  # noqa: TRY004 - one kind of refusal
    hints = get_type_hints(cls)
    if unknown := set(value) - set(hints):
        raise ValueError(f"{cls.__name__}: unknown fields {sorted(unknown)}")
    try:
        return cls(**{name: _thaw(hints[name], item) for name, item in value.items()})
    except (TypeError, ArithmeticError) as error:
        raise ValueError(f"{cls.__name__}: {error}") from error


def _thaw(hint: Any, value: Any) -> Any:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        inner = next(argument for argument in arguments if argument is not type(None))
        return None if value is None else _thaw(inner, value)
    if origin is tuple:
        return tuple(_thaw(arguments[0], item) for item in _sequence(value))
    if origin is dict:
        return {key: _thaw(arguments[1], item) for key, item in value.items()}
    return _thaw_plain(hint, value)


def _thaw_plain(hint: Any, value: Any) -> Any:
    if is_dataclass(hint):
        return thaw(hint, value)  # type: ignore[arg-type]
    if hint is Decimal:
        return Decimal(str(value))
    if hint in (date, datetime):
        return hint.fromisoformat(value)
    if not isinstance(value, hint):
        raise TypeError(f"{hint.__name__} expected, {type(value).__name__} found")
    return value


def _sequence(value: object) -> Sequence[Any]:
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise TypeError("a list is expected")
    return value
