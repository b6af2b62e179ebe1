"""When a guarantor is billed and reminded: pure decisions (domain.md section 8)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

ADULT_YEARS = 18
PAUSE_AFTER_PAYMENT = timedelta(days=30)
REVIEW_AFTER = timedelta(days=120)
STATEMENT_CYCLE = timedelta(days=28)
DUE_AFTER = timedelta(days=21)


@dataclass(frozen=True, slots=True)
class Step:
    """One letter of the cycle, so many days after the statement."""

    number: int
    day: int
    name: str


STEPS = (
    Step(0, 0, "Statement"),
    Step(1, 30, "Second notice"),
    Step(2, 45, "Reminder"),
    Step(3, 60, "Third notice"),
    Step(4, 90, "Final notice"),
)


@dataclass(frozen=True, slots=True)
class Account:
    """What is known of a guarantor before a statement is made. `holds` are the words of the open ones."""

    owed: Decimal
    minimum: Decimal
    holds: Collection[str]
    has_address: bool
    birth_date: date | None
    live_statement_on: date | None
    has_new_charges: bool


def why_not_billed(account: Account, *, today: date) -> str:
    """Why no statement is made now, in words; empty when one is."""
    if account.holds:
        return "on hold: " + ", ".join(sorted(account.holds))
    if account.owed < account.minimum:
        return "below the practice's minimum"
    if not account.has_address:
        return "no address"
    if account.birth_date is not None and _age(account.birth_date, today) < ADULT_YEARS:
        return "the guarantor is a minor"
    return _why_statement_stands(account, today)


def _why_statement_stands(account: Account, today: date) -> str:
    """A live statement is replaced once a cycle, and only when something new is owed."""
    if account.live_statement_on is None:
        return ""
    if not account.has_new_charges:
        return "the last statement shows all that is owed"
    if today < account.live_statement_on + STATEMENT_CYCLE:
        return "the last statement is less than a cycle old"
    return ""


def due_step(
    *, issued_on: date, today: date, taken: Collection[int], last_paid_on: date | None
) -> Step | None:
    """The step to take today: the latest that is due and not taken; None while a payment gives a pause.

    Steps that were missed are not made up for: nobody gets two letters on one day.
    """
    if last_paid_on is not None and last_paid_on > issued_on and today < last_paid_on + PAUSE_AFTER_PAYMENT:
        return None
    reached = [step for step in STEPS if issued_on + timedelta(days=step.day) <= today]
    return reached[-1] if reached and reached[-1].number > max(taken, default=-1) else None


def is_for_review(*, issued_on: date, today: date) -> bool:
    """Whether the cycle is over: a person decides what comes next, never the system."""
    return today >= issued_on + REVIEW_AFTER


def _age(birth_date: date, today: date) -> int:
    return today.year - birth_date.year - ((today.month, today.day) < (birth_date.month, birth_date.day))
