"""How long work lies before somebody gets to it: why a practice's queues are never empty."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Work(StrEnum):
    """What can lie."""

    CODING = "coding"
    SENDING = "sending"
    HELD = "held"
    REJECTED = "rejected"
    PARKED = "parked"
    DENIAL = "denial"
    APPEAL = "appeal"
    APPROVAL = "approval"


Hours = tuple[int, int]
PROMPT: Mapping[Work, Hours] = dict.fromkeys(Work, (0, 0)) | {Work.HELD: (12, 12), Work.REJECTED: (12, 12)}
"""Everything is done the day it can be; what is held or rejected, the day after."""

USUAL: Mapping[Work, Hours] = {
    Work.CODING: (20, 110),
    Work.SENDING: (8, 56),
    Work.HELD: (24, 20 * 24),
    Work.REJECTED: (24, 18 * 24),
    Work.PARKED: (5 * 24, 30 * 24),
    Work.DENIAL: (24, 32 * 24),
    Work.APPEAL: (24, 9 * 24),
    Work.APPROVAL: (12, 14 * 24),
}
"""As it goes in a practice that keeps up, more or less."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Draws how long one piece of work lies: for each piece always the same time.

    `is_human`: people forget, ask for relief and pay too much; without it all goes by the book.
    """

    seed: int
    hours: Mapping[Work, Hours]
    is_human: bool = False

    def rest(self, work: Work, piece: object) -> timedelta:
        """How long this piece of work lies."""
        return timedelta(hours=self._chance(work, piece).randint(*self.hours[work]))

    def happens(self, what: str, piece: object, *, share: float) -> bool:
        """Whether this piece is among the share to which it happens; never where all goes by the book."""
        return self.is_human and self._chance(what, piece).random() < share

    def _chance(self, *parts: object) -> random.Random:
        return random.Random(" ".join(map(str, (self.seed, *parts))))
