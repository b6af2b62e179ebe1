"""What an edit is."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from claims.rules.bill import Bill

STOP = "stop"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing an edit found: the field it is about, and a message for a biller that names the fix."""

    field: str
    message: str


Judge = Callable[[Bill, date], Iterator[Problem]]
"""Given the bill and today, everything that this edit objects to."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One edit of domain.md section 6. It applies to services on its days; a change is a new version."""

    id: str
    judge: Judge
    version: int = 1
    severity: str = STOP
    effective_on: date = date(2020, 1, 1)
    ended_on: date | None = None

    def applies_on(self, day: date) -> bool:
        """Whether the edit was in force for a service on that day."""
        return self.effective_on <= day and (self.ended_on is None or day <= self.ended_on)
