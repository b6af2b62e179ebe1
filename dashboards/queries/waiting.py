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
from rcm.ui.queue import QUEUES, Queue

WAITS_SINCE = {
    "patients:problems": "service_date",
    "coding:queue": "service_date",
    "claims:held": "encounter__coded_at",
    "claims:ready": "encounter__coded_at",
    "claims:rejected": "first_sent_at",
    "claims:silent": "first_sent_at",
    "denials:queue": "opened_at",
    "billing:parked": "effective_on",
    "billing:write_offs": "requested_at",
    "billing:questions": "asked_at",
}
"""The queues of work, in the order of a claim's life, and the field from which a row of each waits."""

TAKEN_AS = {"denials:queue": "assigned_to"}
"""Queues whose rows say themselves who has them."""

STEPS = ((0, 7), (8, 14), (15, 30), (31, None))
"""Ages of waiting work, in days."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits in one queue, `taken` of it by somebody. `ages` counts rows by STEPS."""

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
    """The queues whose rows people take and finish, as their apps declared them."""
    return [QUEUES[name] for name in WAITS_SINCE if name in QUEUES]


def waiting(practices: Collection[int], *, now: datetime, today: date) -> tuple[list[Waiting], list[Holder]]:
    """What waits in each work queue, and who has taken how much of it, the one with most first."""
    found, held = [], defaultdict[int, list[tuple[str, int, datetime]]](list)
    for queue in work_queues():
        rows = queue.rows(tuple(practices), now)
        taken = _taken(queue, rows)
        for person, count, since in taken:
            held[person].append((queue.title, count, since))
        found.append(_counted(queue, rows, today, sum(count for _, count, _ in taken)))
    people = User.objects.in_bulk(list(held))
    holders = [_holder(people[person], taken) for person, taken in held.items()]
    return found, sorted(holders, key=lambda each: (-each.count, each.person.pk))


def _counted(queue: Queue[Any], rows: QuerySet[Any], today: date, taken: int) -> Waiting:
    sums: dict[str, Any] = {"rows": Count("pk")}
    if queue.dollars:
        sums["dollars"] = Sum(queue.dollars)
    sums |= {f"age{place}": Count("pk", filter=_aged(today, *step)) for place, step in enumerate(STEPS)}
    aged = rows.annotate(waits_since=Cast(F(WAITS_SINCE[queue.url_name]), DateField()))
    said = aged.order_by().aggregate(oldest=Min("waits_since"), **sums)
    return Waiting(
        queue,
        said["rows"],
        Decimal(said["dollars"] or ZERO) if queue.dollars else None,
        said["oldest"],
        tuple(said[f"age{place}"] for place in range(len(STEPS))),
        taken,
    )


def _aged(today: date, youngest: int, oldest: int | None) -> Q:
    young = Q(waits_since__lte=today - timedelta(days=youngest)) if youngest else Q()
    return young if oldest is None else young & Q(waits_since__gte=today - timedelta(days=oldest))


def _taken(queue: Queue[Any], rows: QuerySet[Any]) -> list[tuple[int, int, datetime]]:
    """By person: how many of these rows they have, and since when the first."""
    rows = rows.order_by()
    if own := TAKEN_AS.get(queue.url_name):
        since = WAITS_SINCE[queue.url_name]
        held = rows.exclude(**{own: None}).values_list(own)
        return list(held.annotate(number=Count("pk"), since=Min(since)).order_by(own))
    taken = Assignment.objects.filter(subject_label=rows.model._meta.label, subject_id__in=rows.values("pk"))
    return list(taken.values_list("taken_by").annotate(Count("pk"), Min("taken_at")).order_by("taken_by"))


def _holder(person: User, taken: Iterable[tuple[str, int, datetime]]) -> Holder:
    holder = Holder(person)
    for title, count, since in taken:
        holder.rows[title] = count
        holder.since = min(holder.since or since, since)
    return holder
