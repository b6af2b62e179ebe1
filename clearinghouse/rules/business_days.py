"""Business days as the operating rules count them: Monday to Friday without the federal holidays."""

from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

CORE_ZONE = "America/New_York"
"""The operating rules count in Eastern time."""

_MONDAY, _THURSDAY, _SATURDAY, _SUNDAY = 0, 3, 5, 6
_FIXED = ((1, 1), (6, 19), (7, 4), (11, 11), (12, 25))
_FLOATING = ((1, _MONDAY, 3), (2, _MONDAY, 3), (9, _MONDAY, 1), (10, _MONDAY, 2), (11, _THURSDAY, 4))


def is_business_day(day: date) -> bool:
    """Whether a clearinghouse works on that day."""
    return day.weekday() < _SATURDAY and day not in holidays(day.year)


def business_days_before(moment: datetime, days: int, *, zone: str) -> datetime:
    """The moment so many business days earlier, at the same time of day in that zone.

    From a Monday noon one day back is Friday noon. From a weekend or a holiday it counts from the end of the
    last business day, so that nothing falls due while nobody works.
    """
    local = moment.astimezone(ZoneInfo(zone))
    if not is_business_day(local.date()):
        local = local.replace(hour=23, minute=59, second=59, microsecond=0)
        while not is_business_day(local.date()):
            local -= timedelta(days=1)
    for _ in range(days):
        local -= timedelta(days=1)
        while not is_business_day(local.date()):
            local -= timedelta(days=1)
    return local


@lru_cache(maxsize=16)
def holidays(year: int) -> frozenset[date]:
    """The federal holidays of a year as they are kept: the day before a Saturday, the day after a Sunday."""
    fixed = [date(year, month, day) for month, day in _FIXED] + [date(year + 1, 1, 1)]
    floating = [_nth(year, month, weekday, place) for month, weekday, place in _FLOATING]
    memorial = date(year, 5, 31)
    memorial -= timedelta(days=memorial.weekday())
    return frozenset({_kept(day) for day in fixed} | set(floating) | {memorial})


def _kept(day: date) -> date:
    shift = {_SATURDAY: -1, _SUNDAY: 1}.get(day.weekday(), 0)
    return day + timedelta(days=shift)


def _nth(year: int, month: int, weekday: int, place: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (place - 1))
