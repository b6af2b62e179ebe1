"""When a payer is asked about a visit, how long one waits, and what an answer amounts to."""

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum

DAYS_AHEAD = 5
FRESH_DAYS = 7

# CAQH CORE: not before 90 s after the first try, and at most five times in the first quarter of an hour.
SHORTEST_REST = timedelta(seconds=90)
LONGEST_REST = timedelta(hours=1)
PATIENCE = timedelta(hours=4)
PATIENCE_FOR_FILES = timedelta(days=4)

# AAA03: what was sent identifies nobody, or somebody else (64 to 68 patient, 71 to 78 subscriber and group).
NOT_FOUND = frozenset({"64", "65", "66", "67", "68", *(str(reason) for reason in range(71, 79))})
NO_RESPONSE = frozenset({"42", "80"})


class Verdict(StrEnum):
    """What one answer amounts to; all but the last are also the status of a check."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    NOT_FOUND = "not_found"
    REFUSED = "refused"
    UNANSWERED = "unanswered"
    ASK_AGAIN = "ask_again"


def is_due(*, service_date: date, today: date, asked_on: date | None, answered: bool) -> bool:
    """Whether a booked visit's coverage is asked about today.

    Once up to five days before, again on the day itself, and after a question that stayed unanswered. An
    answer older than a week is stale.
    """
    if not timedelta(0) <= service_date - today <= timedelta(days=DAYS_AHEAD):
        return False
    if asked_on is None:
        return True
    if service_date == today or not answered:
        return asked_on < today
    return today - asked_on > timedelta(days=FRESH_DAYS)


def rest(waited: timedelta) -> timedelta | None:
    """How long to wait before asking again after so long a silence, ever longer; None to give up."""
    if waited >= PATIENCE:
        return None
    return min(max(SHORTEST_REST, waited), LONGEST_REST)


def rest_for_file(waited: timedelta) -> timedelta | None:
    """How long to wait before looking again for the answer to a file of questions; None to give up.

    CORE has it out by the next business day.
    """
    return None if waited >= PATIENCE_FOR_FILES else LONGEST_REST


def verdict(*, active: bool | None, rejections: Iterable[tuple[str, bool]]) -> Verdict:
    """What a 271 amounts to: what it says of coverage, else its AAA rejections (AAA03, may be asked again).

    Only an answer all of whose rejections may be repeated is asked again: a wrong or unknown member never
    mends by repeating. Neither coverage nor a reason is no answer.
    """
    if active is not None:
        return Verdict.ACTIVE if active else Verdict.INACTIVE
    found = list(rejections)
    if not found:
        return Verdict.UNANSWERED
    if all(repeatable for _, repeatable in found):
        return Verdict.ASK_AGAIN
    reasons = {reason for reason, _ in found}
    if reasons & NOT_FOUND:
        return Verdict.NOT_FOUND
    return Verdict.UNANSWERED if reasons <= NO_RESPONSE else Verdict.REFUSED
