"""Figures counted: by day, by payer or by provider, a statement for each kind of rows, however many."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.timezone import make_aware

from dashboards.queries.sources import SOURCES, Source
from dashboards.rules import Ratio, Span
from practice.models import Payer, Provider

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Lens:
    """What a manager looks at: these practices, one payer or all, one provider or all."""

    practices: tuple[int, ...]
    today: date
    payer: Payer | None = None
    provider: Provider | None = None

    def through(self, source: Source) -> QuerySet[Any]:
        """The rows of a source that this lens shows."""
        rows = source.counted(self.practices, self.today)
        if self.payer is not None and source.payer:
            rows = source.with_payer(rows).filter(**{source.payer: self.payer.pk})
        if self.provider is not None and source.provider:
            rows = rows.filter(**{source.provider: self.provider.pk})
        return rows


Counts = dict[str, dict[Any, Ratio]]


def daily(names: Iterable[str], lens: Lens, span: Span) -> Counts:
    """What each of these figures is made of on each day of a span, by name and day."""
    return _counted(names, lens, span, lambda source: source.day)


def per_payer(names: Iterable[str], lens: Lens, span: Span) -> Counts:
    """What each is made of over a span, by name and payer id; None for visits nobody was billed for."""
    return _counted(names, lens, span, lambda source: source.payer)


def per_provider(names: Iterable[str], lens: Lens, span: Span) -> Counts:
    """What each is made of over a span, by name and provider id."""
    return _counted(names, lens, span, lambda source: source.provider)


def _counted(names: Iterable[str], lens: Lens, span: Span, by: Callable[[Source], str]) -> Counts:
    """Figures that are counted from the same rows are counted by one statement."""
    alike: dict[tuple[Any, str], list[str]] = defaultdict(list)
    for name in names:
        alike[SOURCES[name].counted, SOURCES[name].moment].append(name)
    found: Counts = {}
    for group in alike.values():
        found |= _grouped(group, lens, span, by(SOURCES[group[0]]))
    return found


def _grouped(names: list[str], lens: Lens, span: Span, by: str) -> Counts:
    source = SOURCES[names[0]]
    rows = within(lens.through(source), source, span)
    rows = (source.with_payer(rows) if by == source.payer else rows).order_by().values(by)
    sums = {f"{name}_over": SOURCES[name].over for name in names}
    sums |= {f"{name}_under": under for name in names if (under := SOURCES[name].under) is not None}
    counted = list(rows.annotate(**sums))
    return {name: {row[by]: _ratio(row, name) for row in counted} for name in names}


def _ratio(row: dict[str, Any], name: str) -> Ratio:
    if SOURCES[name].under is None:
        return Ratio(_decimal(row[f"{name}_over"]))
    return Ratio(_decimal(row[f"{name}_over"]), _decimal(row[f"{name}_under"]))


def _decimal(value: object) -> Decimal:
    return Decimal(str(value or 0))


def within(rows: QuerySet[Any], source: Source, span: Span) -> QuerySet[Any]:
    """The rows that count on days of a span."""
    if not source.moment:
        return rows.filter(**{f"{source.day}__range": (span.first, span.last)})
    first, end = (make_aware(datetime.combine(day, time.min)) for day in (span.first, span.last + _DAY))
    return rows.filter(**{f"{source.moment}__gte": first, f"{source.moment}__lt": end})


def payers_named(practices: tuple[int, ...]) -> QuerySet[Payer]:
    """The payers that patients of these practices have, by name."""
    return Payer.objects.filter(coverages__practice__in=practices).distinct().order_by("name", "pk")


def providers_named(practices: tuple[int, ...]) -> QuerySet[Provider]:
    """The providers of these practices, by name."""
    return Provider.objects.of(practices).order_by("last_name", "first_name", "pk")
