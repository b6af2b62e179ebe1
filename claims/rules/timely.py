"""Filing deadlines."""

from datetime import date, timedelta

SOON = 15
"""Days left from which a claim is at risk (edit T04's warning)."""


def file_by(
    *,
    service_date: date,
    timely_filing_days: int,
    decided_by_earlier_payer_on: date | None = None,
) -> date:
    """The last day on which the payer takes a first claim; for a later payer, counted from the earlier's
    decision.
    """
    return (decided_by_earlier_payer_on or service_date) + timedelta(days=timely_filing_days)


def correct_by(*, decided_on: date, corrected_claim_days: int) -> date:
    """The last day on which the payer takes a replacement of a claim it decided that day."""
    return decided_on + timedelta(days=corrected_claim_days)


def days_left(*, last_day: date, today: date) -> int:
    """Whole days between today and the last day; none on the day itself, negative after it."""
    return (last_day - today).days


def is_timely(*, last_day: date | None, today: date) -> bool:
    """Whether a claim sent today still arrives in time; always, where no contract sets a limit."""
    return last_day is None or days_left(last_day=last_day, today=today) > 0
