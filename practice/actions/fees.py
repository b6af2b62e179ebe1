"""Price lists: what the practice charges, and what a contract allows."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction

from practice.models import Contract, Fee, FeeSchedule, Practice, User
from rcm import audit
from rcm.money import ZERO, money


class FeeNegative(Exception):
    """A price below zero."""


class FeeScheduleKnown(Exception):
    """A list of the same kind begins on this day already, with other prices."""


def publish_fees(
    *,
    practice: Practice,
    name: str,
    effective_on: date,
    fees: Mapping[tuple[str, str], Decimal],
    by: User | None,
    now: datetime,
    contract: Contract | None = None,
) -> FeeSchedule:
    """A price list in force from a day on: (procedure code, modifier or "") -> dollars for one unit.

    Without a contract these are the practice's own charges. The list before it ends the day before, and it
    ends before a later one. The same list again is the one on file. Raises FeeScheduleKnown when its prices
    differ (a price once in force is not changed under the claims that used it), and FeeNegative.
    """
    prices = {key: money(amount) for key, amount in fees.items()}
    if any(amount < ZERO for amount in prices.values()):
        raise FeeNegative
    with transaction.atomic():
        Practice.objects.select_for_update(no_key=True).get(pk=practice.pk)
        lists = FeeSchedule.objects.filter(practice=practice, contract=contract)
        if (known := lists.filter(effective_on=effective_on).first()) is not None:
            return _same(known, prices)
        before = lists.filter(ended_on=None, effective_on__lt=effective_on)
        before.update(ended_on=effective_on - timedelta(days=1))
        after = lists.filter(effective_on__gt=effective_on).order_by("effective_on").first()
        schedule = FeeSchedule.objects.create(
            practice=practice,
            name=name,
            contract=contract,
            effective_on=effective_on,
            ended_on=after.effective_on - timedelta(days=1) if after else None,
        )
        Fee.objects.bulk_create(
            Fee(
                practice=practice,
                fee_schedule=schedule,
                procedure_code=procedure_code,
                modifier=modifier,
                amount=amount,
            )
            for (procedure_code, modifier), amount in prices.items()
        )
        audit.record("published", schedule, now=now, by=by, data={"fees": len(prices)})
    return schedule


def _same(schedule: FeeSchedule, prices: dict[tuple[str, str], Decimal]) -> FeeSchedule:
    on_file = {(fee.procedure_code, fee.modifier): fee.amount for fee in schedule.fees.all()}
    if on_file != prices:
        raise FeeScheduleKnown
    return schedule
