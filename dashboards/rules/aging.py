"""How old a balance is, in the five steps every payer report uses (domain.md section 9)."""

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Bucket:
    """Balances of services rendered this many days ago. `oldest` is None for the last step."""

    name: str
    label: str
    youngest: int
    oldest: int | None

    def days(self, today: date) -> tuple[date | None, date | None]:
        """The days of service in it: the first (None: ever before) and the last (None: ever after)."""
        first = None if self.oldest is None else today - timedelta(days=self.oldest)
        last = None if self.youngest == 0 else today - timedelta(days=self.youngest)
        return first, last


BUCKETS = (
    Bucket("0-30", "0\N{EN DASH}30 days", 0, 30),
    Bucket("31-60", "31\N{EN DASH}60 days", 31, 60),
    Bucket("61-90", "61\N{EN DASH}90 days", 61, 90),
    Bucket("91-120", "91\N{EN DASH}120 days", 91, 120),
    Bucket("over-120", "Over 120 days", 121, None),
)
CREDIT = "credit"
OLD_CREDIT = "old-credit"
"""Balances below zero, and those of services over 90 days ago: shown apart, never netted against a step."""

OLD = 91
"""From this age on a balance is over 90 days old."""


def bucket_of(service_date: date, *, today: date) -> Bucket:
    """The step a service of that day is in; one still to come is in the first."""
    age = max((today - service_date).days, 0)
    return next(bucket for bucket in BUCKETS if bucket.oldest is None or age <= bucket.oldest)
