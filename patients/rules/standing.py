"""What is known of a visit's coverage, in the few words of a schedule, and what to do about it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Tone = Literal["good", "attention", "bad", "information", "plain"]


class Standing(StrEnum):
    """Every case a desk meets; the middle six are also the statuses of a question."""

    NO_COVERAGE = "no_coverage"
    ACTIVE = "active"
    INACTIVE = "inactive"
    NOT_FOUND = "not_found"
    REFUSED = "refused"
    UNANSWERED = "unanswered"
    PENDING = "pending"
    NOT_CHECKED = "not_checked"


@dataclass(frozen=True, slots=True)
class Words:
    """A standing to people: its name, how it is meant, and what to do. `to_do` is empty where nothing is."""

    label: str
    tone: Tone
    to_do: str = ""


WORDS = {
    Standing.NO_COVERAGE: Words(
        "No coverage",
        "attention",
        "Ask for the insurance card and add the coverage. Without one the visit is billed to the patient.",
    ),
    Standing.ACTIVE: Words("Active", "good"),
    Standing.INACTIVE: Words(
        "Inactive",
        "bad",
        "Ask the patient for the new card: jobs and plans change. Add the new coverage and end this one. "
        "Without any, the visit is billed to the patient.",
    ),
    Standing.NOT_FOUND: Words(
        "Member not found",
        "bad",
        "Compare member id, name and birth date with the card, correct the coverage, and ask again.",
    ),
    Standing.REFUSED: Words(
        "Question refused",
        "bad",
        "The payer did not take the question. Read why; asking again without a change will not help.",
    ),
    Standing.UNANSWERED: Words(
        "Payer silent",
        "attention",
        "The payer's system did not answer. Ask again, or call the number on the card.",
    ),
    Standing.PENDING: Words("Asking", "information"),
    Standing.NOT_CHECKED: Words("Not checked", "attention", "Ask the payer now."),
}


def standing(*, covered: bool, status: str | None) -> Standing:
    """Where a visit stands: `status` is that of the last question about it, None when unasked."""
    if not covered:
        return Standing.NO_COVERAGE
    return Standing(status) if status else Standing.NOT_CHECKED


class Step(StrEnum):
    """What a desk can do next about a visit."""

    ADD_COVERAGE = "add_coverage"
    READ = "read"
    ASK = "ask"
    CHECK_IN = "check_in"
    NO_SHOW = "no_show"


def next_steps(*, status: str, known: Standing, days_ahead: int) -> list[Step]:
    """What to do about a visit so many days ahead (negative: past), the most useful first.

    Nobody is kept waiting for a payer: on the day itself check-in is always among them.
    """
    if status != "booked":
        return []
    steps = []
    if known in (Standing.NO_COVERAGE, Standing.INACTIVE) and days_ahead >= 0:
        steps.append(Step.ADD_COVERAGE)
    if known in (Standing.NOT_FOUND, Standing.REFUSED) and days_ahead >= 0:
        steps.append(Step.READ)
    if known in (Standing.NOT_CHECKED, Standing.UNANSWERED) and days_ahead >= 0:
        steps.append(Step.ASK)
    if days_ahead <= 0:
        steps.append(Step.CHECK_IN)
    if days_ahead < 0:
        steps.append(Step.NO_SHOW)
    return steps
