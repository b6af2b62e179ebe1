"""Small code lists with plain words of our own: modifiers and places of service."""

import csv
from functools import cache
from pathlib import Path

_DATA = Path(__file__).parent.parent / "data"


@cache
def modifiers() -> dict[str, str]:
    """The modifiers this system knows (HCPCS level II and CPT's numbers), with our words for each."""
    return _read("modifiers.csv")


@cache
def places_of_service() -> dict[str, str]:
    """The CMS place of service codes a practice bills from, with our words for each."""
    return _read("places.csv")


def _read(name: str) -> dict[str, str]:
    with (_DATA / name).open(newline="", encoding="utf-8") as lines:
        return {row["code"]: row["description"] for row in csv.DictReader(lines)}
