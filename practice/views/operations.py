"""The operations page: does the machinery turn, and what wants a person?"""

import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import celery
import django
from django.contrib import messages
from django.db import connection
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_POST

from practice.access import StaffRequest, allow
from practice.models import Role
from practice.queries import dead_letters, letters_of
from practice.views.editing import ids
from rcm import clock, health, outbox
from rcm.models import OutboxMessage
from rcm.runs import LastRun, last_runs
from rcm.ui import page_or_part
from rcm.ui.alarms import Raised, raised, way_to
from rcm.ui.cells import Status
from rcm.ui.doors import open_to
from rcm.ui.words import counted

READERS = (Role.ADMINISTRATOR, Role.AUDITOR)
SHOWN = 50
HEARTBEAT = "rcm.relay_outbox"
"""The most frequent task: its last run tells that scheduler, broker and worker all live."""
_MINUTE, _HOUR = 60, 3600


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One scheduled task as the page shows it."""

    says: str
    name: str
    every: str
    ago: str
    took: str
    status: Status


@require_GET
@allow(*READERS)
def operations(request: StaffRequest) -> HttpResponse:
    """Alarms, outbox, dead letters, last runs, parts; the page asks for it anew every ten seconds."""
    now, practices = clock.now(), ids(request)
    runs = last_runs()
    dead = dead_letters(practices, now=now).order_by("-due_at", "-pk")
    context = {
        "now": now,
        "alarms": [(each, way_to(each, request.roles), _who_may(each)) for each in raised(practices)],
        "topics": _topics(practices, now),
        "letters": dead[:SHOWN],
        "dead_count": dead.count(),
        "tasks": [_line(run) for run in runs],
        "heartbeat": next((_line(run) for run in runs if run.task == HEARTBEAT), None),
        "parts": health.parts_ready(),
        "versions": _versions(),
        "may_act": Role.ADMINISTRATOR in request.roles,
    }
    return page_or_part(request, "practice/operations.html", "state", context)


@require_POST
@allow(Role.ADMINISTRATOR)
def letter_retry(request: StaffRequest, pk: int) -> HttpResponse:
    """Give one dead letter its tries again."""
    now = clock.now()
    letter = get_object_or_404(dead_letters(ids(request), now=now), pk=pk)
    outbox.revive(letter, now=now, by=request.user)
    messages.success(request, "It is tried again now.")
    return redirect("practice:operations")


@require_POST
@allow(Role.ADMINISTRATOR)
def letters_retry(request: StaffRequest) -> HttpResponse:
    """Give every dead letter its tries again."""
    now = clock.now()
    letters = list(dead_letters(ids(request), now=now)[:1000])
    for letter in letters:
        outbox.revive(letter, now=now, by=request.user)
    messages.success(request, f"{counted(len(letters), 'letter')} tried again now.")
    return redirect("practice:operations")


def _who_may(ringing: Raised) -> str:
    """The roles to which the page of an alarm opens, in words; empty where it has no page."""
    may = open_to(ringing.alarm.url) if ringing.alarm.url else frozenset()
    return " or ".join(role.label.lower() for role in Role if role in may and role != Role.AUDITOR)


def _topics(practices: Sequence[int], now: datetime) -> list[Any]:
    last_try = Q(attempts__gte=OutboxMessage.MAX_ATTEMPTS)
    listed = letters_of(practices).values("topic").order_by("topic")
    return list(
        listed.annotate(
            due=Count("pk", filter=Q(due_at__lte=now) & ~last_try),
            later=Count("pk", filter=Q(due_at__gt=now)),
            failing=Count("pk", filter=~Q(last_error="")),
            dead=Count("pk", filter=Q(due_at__lte=now) & last_try),
        )
    )


def _line(run: LastRun) -> TaskLine:
    if run.ago is None:
        status = Status("Not seen yet", "attention")
    elif run.trouble:
        status = Status("Failed", "bad")
    else:
        status = Status("Late", "attention") if run.is_late else Status("Runs", "good")
    return TaskLine(
        says=run.says,
        name=run.task,
        every=f"every {_span(run.every)}",
        ago=f"{_span(run.ago)} ago" if run.ago is not None else "never since the cache was emptied",
        took=f"{run.took:.2f} s" if run.took is not None else "",
        status=status,
    )


def _span(seconds: float) -> str:
    if seconds < _MINUTE:
        return f"{seconds:.0f} s"
    if seconds < _HOUR:
        return f"{seconds / _MINUTE:.0f} min"
    return f"{seconds / _HOUR:.0f} h"


def _versions() -> list[tuple[str, str]]:
    version: int = connection.pg_version  # type: ignore[attr-defined]
    return [
        ("Python", platform.python_version()),
        ("Django", django.get_version()),
        ("PostgreSQL", f"{version // 10000}.{version % 10000}"),
        ("Celery", celery.__version__),
    ]
