"""What happens in the demonstration's rooms: kinds of visit, with codes and prices (their notes: `notes`).

`catalog.json` holds procedure numbers with invented prices; what they are in words says the code set
(`coding/data/procedures.csv`).
"""

import json
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Procedure:
    """A procedure number, and what the practice charges for one unit. Its words are the code set's."""

    code: str
    charge: Decimal


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """One procedure of a kind of visit; pointers are places in its diagnoses, from 1."""

    procedure: str
    pointers: tuple[int, ...]
    modifiers: tuple[str, ...]
    units: Decimal


@dataclass(frozen=True, slots=True)
class VisitKind:
    """Why people come. `weight` is how often; `ages` bounds whom it suits; chronic: people come again."""

    name: str
    weight: int
    ages: tuple[int, int]
    diagnoses: tuple[str, ...]
    lines: tuple[PlannedLine, ...]
    is_chronic: bool


@cache
def procedures() -> dict[str, Procedure]:
    """The practice's procedures by number."""
    return {row["code"]: Procedure(row["code"], Decimal(row["charge"])) for row in _catalog()["procedures"]}


@cache
def visit_kinds() -> tuple[VisitKind, ...]:
    """All kinds of visit."""
    return tuple(
        VisitKind(
            name=row["name"],
            weight=row["weight"],
            ages=(row["ages"][0], row["ages"][1]),
            diagnoses=tuple(row["diagnoses"]),
            lines=tuple(_line(line) for line in row["lines"]),
            is_chronic=row.get("is_chronic", False),
        )
        for row in _catalog()["visits"]
    )


def _line(row: dict[str, Any]) -> PlannedLine:
    return PlannedLine(
        procedure=row["procedure"],
        pointers=tuple(row["pointers"]),
        modifiers=tuple(row.get("modifiers", ())),
        units=Decimal(row.get("units", "1")),
    )


def _catalog() -> dict[str, Any]:
    catalog: dict[str, Any] = json.loads(Path(__file__).with_name("catalog.json").read_text(encoding="utf-8"))
    return catalog
