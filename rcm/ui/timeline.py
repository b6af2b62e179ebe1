"""What happened to a record, people and files alike, in one list."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Tone = Literal["good", "attention", "bad", "information", "plain"]


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened: when, what, by whom or from which file, and where its evidence is."""

    at: datetime
    title: str
    detail: str = ""
    who: str = ""
    tone: Tone = "plain"
    url: str = ""
    link: str = ""


def newest_first(*sources: Iterable[Moment]) -> list[Moment]:
    """All of them in one list; what happened at the same instant keeps the order in which it was given."""
    together = [happened for source in sources for happened in source]
    return sorted(together, key=lambda happened: happened.at, reverse=True)
