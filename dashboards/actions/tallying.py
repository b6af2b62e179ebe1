"""Tallies kept: a day is counted again when it was touched, or was not counted today (docs/adr/0021)."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from django.db import connection, transaction
from django.utils import timezone

from dashboards.models import TalliedDay, Tally
from dashboards.queries.counting import Lens, counted_anew
from dashboards.queries.tallies import PARTS, is_mature
from dashboards.rules import Span, runs
from practice.models import Practice

KEPT = timedelta(days=2 * 365)
"""How far back days are kept: the longest period a page shows, and the one before it."""

_LOCK = 20_021  # among the advisory locks of the house, that of the tallies

Parts = dict[str, Decimal]
Key = tuple[date, int | None, int | None]

log = structlog.get_logger(__name__)


def keep_tallies(*, practice: Practice, today: date) -> int:
    """Count the practice's days whose tallies do not stand; return how many there were.

    Once a day every day is counted, and one that differs without having been touched is told to the log: a
    trigger is then missing, and the figures were wrong for a day at the most. Whoever counts at the same time
    waits.
    """
    with transaction.atomic(), timezone.override(ZoneInfo(practice.time_zone)):
        _take_turn(practice)
        touched = _take_notes(practice)
        days = _days_to_count(practice, touched, today)
        if days:
            _count(practice, days, touched=touched, today=today)
    return len(days)


def _take_turn(practice: Practice) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, practice.pk])


def _take_notes(practice: Practice) -> set[date]:
    """The days noted as touched. A note that comes from here on stays: its change may not be seen yet."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM dashboards_touchedday WHERE practice_id = %s RETURNING day", [practice.pk]
        )
        return {day for (day,) in cursor}


def _days_to_count(practice: Practice, touched: set[date], today: date) -> list[date]:
    counted = TalliedDay.objects.of([practice.pk]).filter(time_zone=practice.time_zone, tallied_on=today)
    stand = set(counted.values_list("day", flat=True)) - touched
    return [day for day in Span(today - KEPT, today + timedelta(days=1)) if day not in stand]


def _count(practice: Practice, days: list[date], *, touched: set[date], today: date) -> None:
    found = _counted(practice, days, today)
    _compare(practice, days, found, touched=touched, today=today)
    Tally.objects.of([practice.pk]).filter(day__in=days).delete()
    Tally.objects.bulk_create(
        Tally(practice=practice, day=day, payer_id=payer, provider_id=provider, **parts)
        for (day, payer, provider), parts in found.items()
    )
    TalliedDay.objects.of([practice.pk]).filter(day__in=days).delete()
    TalliedDay.objects.bulk_create(
        TalliedDay(practice=practice, day=day, time_zone=practice.time_zone, tallied_on=today) for day in days
    )


def _counted(practice: Practice, days: list[date], today: date) -> dict[Key, Parts]:
    found: dict[Key, Parts] = defaultdict(dict)
    for name, ratios in counted_anew(Lens((practice.pk,), today), runs(days)).items():
        for key, ratio in ratios.items():
            for part, value in ((f"{name}_over", ratio.over), (f"{name}_under", ratio.under)):
                if part in PARTS and value:
                    found[key][part] = value
    return found


def _compare(
    practice: Practice, days: list[date], found: dict[Key, Parts], *, touched: set[date], today: date
) -> None:
    """Tell of days that stood and are something else now."""
    standing = TalliedDay.objects.of([practice.pk]).filter(day__in=days, time_zone=practice.time_zone)
    stood = {
        day
        for day, tallied_on in standing.values_list("day", "tallied_on")
        if day not in touched and is_mature(day, tallied_on) == is_mature(day, today)
    }
    kept: dict[Key, Parts] = {}
    for row in Tally.objects.of([practice.pk]).filter(day__in=stood):
        kept[row.day, row.payer_id, row.provider_id] = _parts(row)
    now = {key: parts for key, parts in found.items() if key[0] in stood}
    if astray := {key[0] for key in kept.keys() ^ now.keys()} | {
        key[0] for key in kept.keys() & now.keys() if kept[key] != now[key]
    }:
        log.error("tallies_astray", practice_id=practice.pk, days=len(astray))


def _parts(row: Any) -> Parts:
    return {part: value for part in PARTS if (value := getattr(row, part))}
