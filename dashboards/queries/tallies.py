"""Figures from the tallies kept by day, where they stand (docs/adr/0021)."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from dashboards.models import TalliedDay, Tally, TouchedDay
from dashboards.queries.sources import MATURE
from dashboards.rules import Span

PARTS = tuple(field.name for field in Tally._meta.fields if field.name.endswith(("_over", "_under")))
"""The columns of a tally that are counted."""


def is_tallied(name: str) -> bool:
    """Whether tallies of that figure are kept."""
    return f"{name}_over" in PARTS


def standing_days(practices: tuple[int, ...], today: date, span: Span) -> set[date]:
    """The days of a span whose tallies are what counting them again would give, for all of these practices.

    To be read before the tallies: what is touched afterwards is then as if it had been counted just before.
    """
    days = TalliedDay.objects.of(practices).filter(
        day__range=(span.first, span.last), time_zone=timezone.get_current_timezone_name()
    )
    touched = TouchedDay.objects.filter(practice=OuterRef("practice"), day=OuterRef("day"))
    rows = days.filter(~Exists(touched)).values_list("day", "tallied_on")
    found: dict[date, int] = {}
    for day, tallied_on in rows:
        if is_mature(day, tallied_on) == is_mature(day, today):
            found[day] = found.get(day, 0) + 1
    return {day for day, times in found.items() if times == len(practices)}


def is_mature(day: date, today: date) -> bool:
    """Whether charges of that day count as come to their end, whatever is still owed of them."""
    return day <= today - MATURE


def tallies(practices: tuple[int, ...], days: Iterable[date], span: Span) -> QuerySet[Tally]:
    """The tallies of these practices within a span, but for the days that are not among `days`."""
    rows = Tally.objects.of(practices).filter(day__range=(span.first, span.last))
    fallen = set(span) - set(days)
    return rows.exclude(day__in=fallen) if fallen else rows
