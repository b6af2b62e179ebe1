"""The audit trail of some records, as a timeline reads it."""

from collections.abc import Callable, Iterable, Mapping
from functools import reduce
from operator import or_

from django.db import models
from django.db.models import Q

from rcm.models import AuditEvent
from rcm.ui.timeline import Moment, Tone

Titles = Mapping[str, tuple[str, Tone]]


def history(
    records: Iterable[models.Model],
    titles: Titles,
    *,
    limit: int = 200,
    named: Callable[[models.Model], str] = lambda _record: "",
) -> list[Moment]:
    """What people and the system did to these records, newest first, in one statement.

    `titles` has words and a tone for a verb (`denial.opened`), or for the state that a move led to
    (`denial.status:appealed`); what it does not know is left out. `named` tells a record from the others of
    its kind, where there are several.
    """
    records = list(records)
    names = {(each._meta.label, each.pk): named(each) for each in records}
    of = [Q(subject_label=each._meta.label, subject_id=each.pk) for each in records]
    if not of:
        return []
    events = AuditEvent.objects.filter(reduce(or_, of)).select_related("actor")
    found = [(_title(event, titles), event) for event in events.order_by("-happened_at", "-pk")[:limit]]
    return [
        Moment(event.happened_at, title[0], _detail(event, names), name_of(event), title[1])
        for title, event in found
        if title is not None
    ]


def name_of(event: AuditEvent) -> str:
    """Who did it, by name; empty for the system."""
    if event.actor is None:
        return ""
    return event.actor.get_full_name() or event.actor.get_username()


def _detail(event: AuditEvent, names: Mapping[tuple[str, int], str]) -> str:
    told = (names.get((event.subject_label, event.subject_id), ""), event.why)
    return ": ".join(words for words in told if words)


def _title(event: AuditEvent, titles: Titles) -> tuple[str, Tone] | None:
    state = event.data.get("to")
    return titles.get(f"{event.verb}:{state}" if state else event.verb)
