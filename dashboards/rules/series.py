"""A figure's numerator and denominator, day by day, and what they come to over a span."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from dashboards.rules.spans import Span
from rcm.money import ZERO


@dataclass(frozen=True, slots=True)
class Ratio:
    """What a figure is made of: `over` ÷ `under`."""

    over: Decimal = ZERO
    under: Decimal = ZERO

    def __add__(self, other: "Ratio") -> "Ratio":
        """Numerators and denominators added up: never an average of averages."""
        return Ratio(self.over + other.over, self.under + other.under)

    @property
    def value(self) -> Decimal | None:
        """The quotient; None over nothing."""
        return self.over / self.under if self.under else None


Daily = Mapping[date, Ratio]


def summed(daily: Daily, span: Span) -> Ratio:
    """What the days of a span come to."""
    return total(daily[day] for day in span if day in daily)


def total(ratios: Iterable[Ratio]) -> Ratio:
    """All of them added up."""
    return sum(ratios, Ratio())
