"""Bulk work: each row in a transaction of its own, counted as it goes, gone on with where it was cut off."""

from datetime import datetime
from typing import Any

from django.db import transaction

from rcm import faults
from rcm.db import practice_scope
from rcm.models import BulkWork
from rcm.outbox import publish, subscribe
from rcm.ui.queue import QUEUES, Bulk, Queue

AT_ONCE = 10
"""So many rows are done while the person waits; more are done in the background, with a progress bar."""

GONE = "It is no longer in this queue."


def begin(work: BulkWork, *, now: datetime) -> None:
    """Write down what is to be done, and do it: at once if it is little, else in the background."""
    little = len(work.subject_ids) <= AT_ONCE
    with transaction.atomic():
        work.save()
        if not little:
            publish("rcm.bulk_asked", key=f"bulk-{work.pk}", practice_id=None, now=now, work_id=work.pk)
    if little:
        _carry_out(work, now=now)


@subscribe("rcm.bulk_asked")
def carry_out(*, work_id: int, now: datetime) -> None:
    """Do what is left of a bulk act; twice is once."""
    _carry_out(BulkWork.objects.select_related("asked_by").get(pk=work_id), now=now)


def act_of(work: BulkWork) -> tuple[Queue[Any], Bulk[Any]]:
    """The queue and the act that the work is about."""
    queue = next(each for each in QUEUES.values() if each.name == work.queue)
    return queue, next(act for act in queue.bulk if act.name == work.act)


def _carry_out(work: BulkWork, *, now: datetime) -> None:
    queue, act = act_of(work)
    with practice_scope(work.practice_ids):
        while work.finished_at is None:
            with transaction.atomic():
                work = (
                    BulkWork.objects.select_for_update(of=("self",))
                    .select_related("asked_by")
                    .get(pk=work.pk)
                )
                left = work.subject_ids[len(work.outcomes) :]
                if left:
                    work.outcomes = [*work.outcomes, [left[0], *_do(queue, act, work, left[0], now)]]
                if len(left) <= 1:
                    work.finished_at = now
                work.save(update_fields=["outcomes", "finished_at"])
            faults.point("rcm.bulk.after_one")


def _do(queue: Queue[Any], act: Bulk[Any], work: BulkWork, row_id: int, now: datetime) -> tuple[bool, str]:
    row = queue.rows(work.practice_ids, now).filter(pk=row_id).first()
    if row is None:
        return False, GONE
    try:
        with transaction.atomic():
            return True, act.do(row, work.asked_by, now)
    except act.refusals as refusal:
        return False, str(refusal) or type(refusal).__name__
