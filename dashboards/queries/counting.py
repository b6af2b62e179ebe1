"""Figures counted: by day, by payer or by provider, one statement each, whatever the number of rows."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

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
            rows = rows.filter(**{source.payer: self.payer.pk})
        if self.provider is not None and source.provider:
            rows = rows.filter(**{source.provider: self.provider.pk})
        return rows


def daily(name: str, lens: Lens, span: Span) -> dict[date, Ratio]:
    """What a figure is made of on each day of a span."""
    return _grouped(name, lens, span, by=SOURCES[name].day)


def per_payer(name: str, lens: Lens, span: Span) -> dict[int | None, Ratio]:
    """What a figure is made of over a span, by payer id; None for visits that nobody was billed for."""
    return _grouped(name, lens, span, by=SOURCES[name].payer)


def per_provider(name: str, lens: Lens, span: Span) -> dict[int | None, Ratio]:
    """What a figure is made of over a span, by provider id."""
    return _grouped(name, lens, span, by=SOURCES[name].provider)


def _grouped(name: str, lens: Lens, span: Span, *, by: str) -> dict[Any, Ratio]:
    source = SOURCES[name]
    rows = within(lens.through(source), source, span)
    grouped = rows.order_by().values_list(by).annotate(over_=source.over)
    if source.under is None:
        return {key: Ratio(_decimal(over)) for key, over in grouped}
    both = grouped.annotate(under_=source.under)
    return {key: Ratio(_decimal(over), _decimal(under)) for key, over, under in both}


def _decimal(value: object) -> Decimal:
    return Decimal(str(value or 0))


def within(rows: QuerySet[Any], source: Source, span: Span) -> QuerySet[Any]:
    """The rows that count on days of a span."""
    if source.moment:
        first = datetime.combine(span.first - _DAY, time.min, UTC)
        last = datetime.combine(span.last + 2 * _DAY, time.min, UTC)
        rows = rows.filter(**{f"{source.moment}__range": (first, last)})
    return rows.filter(**{f"{source.day}__range": (span.first, span.last)})


def payers_named(practices: tuple[int, ...]) -> QuerySet[Payer]:
    """The payers that patients of these practices have, by name."""
    return Payer.objects.filter(coverages__practice__in=practices).distinct().order_by("name", "pk")


def providers_named(practices: tuple[int, ...]) -> QuerySet[Provider]:
    """The providers of these practices, by name."""
    return Provider.objects.of(practices).order_by("last_name", "first_name", "pk")
