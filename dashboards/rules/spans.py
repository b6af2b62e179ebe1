"""Spans of days: the period a manager looks at, the one before it, and the weeks of a trend."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

WEEKS = 13
"""How many weeks a trend shows: a quarter."""

DEFAULT_PERIOD = "90"
_ROLLING = {"30": "Last 30 days", "90": "Last 90 days", "365": "Last 365 days"}
_MONTHS_BACK = 12


@dataclass(frozen=True, slots=True)
class Span:
    """Days from the first to the last, both counted."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    @property
    def before(self) -> "Span":
        """As many days, ending on the day before it begins."""
        last = self.first - timedelta(days=1)
        return Span(last - timedelta(days=self.days - 1), last)

    def __iter__(self) -> Iterator[date]:
        """Its days in order."""
        return (self.first + timedelta(days=after) for after in range(self.days))

    def __contains__(self, day: date) -> bool:
        """Whether the day is one of its days."""
        return self.first <= day <= self.last


def runs(days: Iterable[date]) -> list[Span]:
    """Days that follow one another as spans; the days are in order."""
    found: list[Span] = []
    for day in days:
        if found and day == found[-1].last + timedelta(days=1):
            found[-1] = Span(found[-1].first, day)
        else:
            found.append(Span(day, day))
    return found


def periods(today: date) -> list[tuple[str, str]]:
    """The periods to choose from, as (value in the URL, words): rolling ones, then the last twelve months."""
    months = [_month_back(today, back) for back in range(_MONTHS_BACK)]
    return [*_ROLLING.items(), *((f"{month:%Y-%m}", f"{month:%B %Y}") for month in months)]


def span_of(period: str, *, today: date) -> tuple[str, Span]:
    """The period named in a URL and its days, none after today; the default one for any other text."""
    if period not in dict(periods(today)):
        period = DEFAULT_PERIOD
    if period in _ROLLING:
        return period, Span(today - timedelta(days=int(period) - 1), today)
    first = date.fromisoformat(f"{period}-01")
    following = _month_back(first, -1)
    return period, Span(first, min(following - timedelta(days=1), today))


def last_weeks(today: date) -> list[Span]:
    """The thirteen weeks that end today, the oldest first."""
    ends = [today - timedelta(days=7 * back) for back in reversed(range(WEEKS))]
    return [Span(end - timedelta(days=6), end) for end in ends]


def _month_back(day: date, back: int) -> date:
    """The first of the month that many months before this one."""
    months = day.year * 12 + day.month - 1 - back
    return date(months // 12, months % 12 + 1, 1)
