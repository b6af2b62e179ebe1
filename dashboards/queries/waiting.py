"""What waits in every work queue of the house, for how long, and who has it."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, DateField, F, Min, Q, QuerySet, Sum
from django.db.models.functions import Cast

from practice.models import User
from rcm.models import Assignment
from rcm.money import ZERO
from rcm.ui.cells import Kind
from rcm.ui.queue import QUEUES, Queue

STEPS = ((0, 7), (8, 14), (15, 30), (31, None))
"""Ages of waiting work, in days."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits in one queue. `ages` counts rows by STEPS; empty where the queue knows no age."""

    queue: Queue[Any]
    rows: int
    dollars: Decimal | None
    oldest: date | None
    ages: tuple[int, ...]
    taken: int


@dataclass
class Holder:
    """What one person has taken, by the title of the queue."""

    person: User
    rows: dict[str, int] = field(default_factory=dict)
    since: datetime | None = None

    @property
    def count(self) -> int:
        """All of it."""
        return sum(self.rows.values())


def work_queues() -> list[Queue[Any]]:
    """The queues whose rows people take and finish, as the house declared them."""
    return [queue for queue in QUEUES.values() if queue.taken_by_hand and queue.bulk_url_name]


def waiting(practices: Collection[int], *, now: datetime, today: date) -> tuple[list[Waiting], list[Holder]]:
    """What waits in each work queue, the fullest first, and who has taken how much of it."""
    found, held = [], defaultdict[int, list[tuple[str, int, datetime]]](list)
    for queue in work_queues():
        rows = queue.rows(tuple(practices), now)
        taken = _taken(rows)
        for person, count, since in taken:
            held[person].append((queue.title, count, since))
        found.append(_counted(queue, rows, today, sum(count for _, count, _ in taken)))
    people = User.objects.in_bulk(list(held))
    holders = [_holder(people[person], taken) for person, taken in held.items()]
    return (
        sorted(found, key=lambda each: -each.rows),
        sorted(holders, key=lambda each: (-each.count, each.person.pk)),
    )


def _counted(queue: Queue[Any], rows: QuerySet[Any], today: date, taken: int) -> Waiting:
    sums: dict[str, Any] = {"rows": Count("pk")}
    if queue.dollars:
        sums["dollars"] = Sum(queue.dollars)
    if since := _since(queue):
        rows = rows.annotate(waits_since=Cast(F(since), DateField()))
        sums["oldest"] = Min("waits_since")
        sums |= {f"age{place}": Count("pk", filter=_aged(today, *step)) for place, step in enumerate(STEPS)}
    said = rows.order_by().aggregate(**sums)
    return Waiting(
        queue,
        said["rows"],
        Decimal(said["dollars"] or ZERO) if queue.dollars else None,
        said.get("oldest"),
        tuple(said[f"age{place}"] for place in range(len(STEPS))) if since else (),
        taken,
    )


def _since(queue: Queue[Any]) -> str:
    """The field from which the queue counts the age of a row; empty when it shows none."""
    aged = (column for column in queue.columns if column.kind is Kind.AGE and column.sort)
    return next((column.sort[0].lstrip("-") for column in aged), "")


def _aged(today: date, youngest: int, oldest: int | None) -> Q:
    young = Q(waits_since__lte=today - timedelta(days=youngest)) if youngest else Q(waits_since__isnull=False)
    return young if oldest is None else young & Q(waits_since__gte=today - timedelta(days=oldest))


def _taken(rows: QuerySet[Any]) -> list[tuple[int, int, datetime]]:
    taken = Assignment.objects.filter(
        subject_label=rows.model._meta.label, subject_id__in=rows.order_by().values("pk")
    )
    return list(taken.values_list("taken_by").annotate(Count("pk"), Min("taken_at")).order_by("taken_by"))


def _holder(person: User, taken: Iterable[tuple[str, int, datetime]]) -> Holder:
    holder = Holder(person)
    for title, count, since in taken:
        holder.rows[title] = count
        holder.since = min(holder.since or since, since)
    return holder
