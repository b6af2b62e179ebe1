"""How values are written for people, everywhere the same: money, days, ages, telephone numbers."""

from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone

from rcm import money

MINUS = money.MINUS
_WEEKS_FROM = 21
_MONTHS_FROM = 90
_YEARS_FROM = 730


def dollars(amount: Decimal | None) -> str:
    """`$1,234.56`, a true minus sign before a negative; empty for None."""
    return "" if amount is None else money.dollars(amount)


def day(value: date | datetime | None) -> str:
    """`03/10/2026`, in the practice's time zone for a moment; empty for None."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    return value.strftime("%m/%d/%Y")


def moment(value: datetime | None) -> str:
    """`03/10/2026 2:05 PM`, in the practice's time zone; empty for None."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    return f"{local:%m/%d/%Y} {local.hour % 12 or 12}:{local:%M} {local:%p}"


def clock_time(value: datetime | None) -> str:
    """`2:05 PM`, in the practice's time zone; empty for None."""
    return moment(value).partition(" ")[2]


def age(since: date | datetime | None, *, today: date) -> str:
    """How long ago, in words a queue has room for: `today`, `1 day`, `12 days`, `5 weeks`, `4 months`.

    A day to come reads `in 3 days`; empty for None.
    """
    if since is None:
        return ""
    if isinstance(since, datetime):
        since = timezone.localtime(since).date()
    days = (today - since).days
    if days == 0:
        return "today"
    words = _span(abs(days))
    return words if days > 0 else f"in {words}"


def _span(days: int) -> str:
    if days < _WEEKS_FROM:
        return counted(days, "day")
    if days < _MONTHS_FROM:
        return counted(days // 7, "week")
    if days < _YEARS_FROM:
        return counted(days // 30, "month")
    return counted(days // 365, "year")


def years_old(born: date, *, today: date) -> str:
    """A person's age: `42 y`, and `8 mo` before the second birthday."""
    months = (today.year - born.year) * 12 + today.month - born.month - (today.day < born.day)
    return f"{months // 12} y" if months >= 24 else f"{max(months, 0)} mo"


def counted(number: int, one: str, many: str = "") -> str:
    """`1 claim`, `12 claims`, `1,204 claims`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def phone(digits: str) -> str:
    """`(312) 555-0142` of ten digits; anything else as it is."""
    if len(digits) != 10 or not digits.isdigit():
        return digits
    return f"({digits[:3]}) {digits[3:6]}-{digits[6:]}"


def percent(share: Decimal | float | None, places: int = 1) -> str:
    """`94.2 %` of 0.942; empty for None."""
    return "" if share is None else f"{share * 100:.{places}f}%"
