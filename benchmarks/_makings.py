"""Ways to make the same frozen record of eight texts, four of them given: what decided docs/adr/0019."""

import timeit
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict

from x12.convert import RecordCodec
from x12.records import Name

ROW = ["NM1", "QC", "1", "SMITH", "JAMES", "", "", "", "MI", "MBR00000001"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Slotted:
    """As `@dataclass` makes it."""

    kind: str = ""
    last: str = ""
    first: str = ""
    middle: str = ""
    prefix: str = ""
    suffix: str = ""
    id_qualifier: str = ""
    id: str = ""


@dataclass(frozen=True, kw_only=True)
class Open:
    """With a dict, and its defaults on the class."""

    kind: str = ""
    last: str = ""
    first: str = ""
    middle: str = ""
    prefix: str = ""
    suffix: str = ""
    id_qualifier: str = ""
    id: str = ""


class Model(BaseModel):
    """As pydantic makes and checks it."""

    model_config = ConfigDict(frozen=True)

    kind: str = ""
    last: str = ""
    first: str = ""
    middle: str = ""
    prefix: str = ""
    suffix: str = ""
    id_qualifier: str = ""
    id: str = ""


def nanoseconds() -> dict[str, int]:
    """How long each way takes for one record, the best of several."""
    return {name: _best(make) for name, make in _WAYS.items()}


def _given(row: list[str]) -> dict[str, str]:
    return {"kind": row[2], "last": row[3], "first": row[4], "id_qualifier": row[8], "id": row[9]}


def _into_dict(row: list[str]) -> Any:
    made = object.__new__(Open)
    made.__dict__.update(_given(row))
    return made


_make = RecordCodec.of(Name).make
_WAYS: dict[str, Callable[[list[str]], Any]] = {
    "pydantic, validated": lambda row: Model(**_given(row)),
    "pydantic, model_construct": lambda row: Model.model_construct(None, **_given(row)),
    "dataclass with slots": lambda row: Slotted(**_given(row)),
    "object with only a dict of what is given": _into_dict,
    "generated, through a twin with slots": _make,
}


def _best(make: Callable[[list[str]], Any], number: int = 20_000) -> int:
    return round(min(timeit.repeat(lambda: make(ROW), number=number, repeat=5)) / number * 1e9)
