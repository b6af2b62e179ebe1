"""Every figure read: its value now, its value before, its trend, each with what it is made of."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from dashboards.queries.counting import Lens, daily
from dashboards.queries.owed import CHARGE_DAYS, Owed, owed_trend
from dashboards.rules import FIGURES, Figure, Ratio, Span, figure, last_weeks, summed

AS_OF_TODAY = ("days_in_ar", "over_90")
BY_DAY = tuple(each.name for each in FIGURES if each.name not in AS_OF_TODAY)


@dataclass(frozen=True, slots=True)
class Reading:
    """One figure as it stands, as it stood before, and how it came there, week by week."""

    figure: Figure
    now: Ratio
    before: Ratio
    trend: tuple[Ratio, ...]

    @property
    def value(self) -> Decimal | None:
        """What the figure says now; None when there is nothing to say yet."""
        return self._value(self.now)

    @property
    def change(self) -> Decimal | None:
        """How much more or less than before; None where nothing was counted before."""
        was = self._value(self.before)
        if self.value is None or was is None or not (self.before.over or self.before.under):
            return None
        return self.value - was

    @property
    def points(self) -> list[Decimal | None]:
        """The trend's values."""
        return [self._value(ratio) for ratio in self.trend]

    def _value(self, ratio: Ratio) -> Decimal | None:
        return ratio.value if self.figure.under else ratio.over


def readings(lens: Lens, span: Span, owed: Owed) -> list[Reading]:
    """All figures in their order; `owed` is what is owed today through the same lens."""
    weeks = last_weeks(lens.today)
    first = min(span.before.first, weeks[0].first - timedelta(days=CHARGE_DAYS))
    told = [each for each in FIGURES if each.name in BY_DAY and (each.by_provider or lens.provider is None)]
    days = daily([each.name for each in told], lens, Span(first, lens.today + timedelta(days=1)))
    trend = owed_trend(lens, owed, charged=days["charged"])
    standing = {"days_in_ar": trend.days_in_ar, "over_90": trend.over_90}
    back = min(-(-span.days // 7), len(trend.over_90) - 1)
    found = [
        Reading(figure(name), points[-1], points[-1 - back], tuple(points))
        for name, points in standing.items()
    ]
    found += [_read(figure(name), days.get(name), span, weeks) for name in BY_DAY]
    order = [each.name for each in FIGURES]
    return sorted(found, key=lambda reading: order.index(reading.figure.name))


def _read(of: Figure, days: dict[date, Ratio] | None, span: Span, weeks: list[Span]) -> Reading:
    if days is None:
        return Reading(of, Ratio(), Ratio(), ())
    return Reading(
        of, summed(days, span), summed(days, span.before), tuple(summed(days, week) for week in weeks)
    )
