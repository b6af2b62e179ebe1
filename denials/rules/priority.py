"""Which denial first (domain.md section 7.3)."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from denials.rules.category import Category

COST_OF_WORK = Decimal("57.23")
PRIOR_WEIGHT = 20
URGENCY_WEIGHT = 5
LEAD_DAYS = 5
# How often a denial of the kind is won, before this practice's own record says better.
PRIORS = {
    Category.INFORMATION: Decimal("0.75"),
    Category.CODING: Decimal("0.70"),
    Category.ELIGIBILITY: Decimal("0.60"),
    Category.COORDINATION: Decimal("0.65"),
    Category.AUTHORIZATION: Decimal("0.50"),
    Category.BUNDLING: Decimal("0.40"),
    Category.NECESSITY: Decimal("0.45"),
    Category.PROVIDER: Decimal("0.55"),
    Category.TIMELINESS: Decimal("0.20"),
    Category.DUPLICATE: Decimal("0.15"),
    Category.NOT_COVERED: Decimal("0.15"),
    Category.LIMIT: Decimal("0.10"),
    Category.CONTRACT: Decimal("0.50"),
}


@dataclass(frozen=True, slots=True)
class Stakes:
    """What speaks for working on a denial now. `expected` is what the payer would pay, not the charge."""

    category: Category
    expected: Decimal
    deadline_on: date
    won: int = 0
    worked: int = 0


@dataclass(frozen=True, slots=True)
class Score:
    """The verdict with its parts: dollars, a chance and an urgency from 0 to 1, and whether it goes first."""

    value: Decimal
    expected_value: Decimal
    chance: Decimal
    urgency: Decimal
    jumps_the_queue: bool


def score(stakes: Stakes, *, today: date) -> Score:
    """Expected value times urgency. A deadline within five business days goes before everything."""
    prior = PRIORS[stakes.category]
    chance = (stakes.won + PRIOR_WEIGHT * prior) / (stakes.worked + PRIOR_WEIGHT)
    expected_value = chance * stakes.expected - COST_OF_WORK
    left = business_days(today, stakes.deadline_on)
    urgency = Decimal(1) / max(1, left - LEAD_DAYS)
    return Score(
        value=expected_value * (1 + URGENCY_WEIGHT * urgency),
        expected_value=expected_value,
        chance=chance,
        urgency=urgency,
        jumps_the_queue=left <= LEAD_DAYS,
    )


def business_days(start: date, end: date) -> int:
    """Weekdays after `start` up to and with `end`; zero when the end is not later."""
    days = max(0, (end - start).days)
    weeks, rest = divmod(days, 7)
    return weeks * 5 + sum((start + timedelta(days=day)).weekday() < 5 for day in range(1, rest + 1))
