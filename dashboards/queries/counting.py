"""Figures counted: by day, by payer or by provider.

What the tallies know is taken from them; for the other days there is a statement for each kind of rows,
however many.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.utils.timezone import make_aware

from dashboards.queries.sources import SOURCES, Source
from dashboards.queries.tallies import PARTS, is_tallied, standing_days, tallies
from dashboards.rules import Ratio, Span, runs
from practice.models import Payer, Provider

NOTHING = Ratio()
MOST_RUNS = 20
"""Beyond so many gaps between the days that stand, one statement for all days is the faster one."""

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


@dataclass(frozen=True, slots=True)
class Cut:
    """What figures are counted by: the field of a tally, and the lookup of the same in a source."""

    field: str
    of: Callable[[Source], str]


DAY = Cut("day", lambda source: source.day)
PAYER = Cut("payer", lambda source: source.payer)
PROVIDER = Cut("provider", lambda source: source.provider)


def daily(names: Iterable[str], lens: Lens, span: Span) -> Counts:
    """What each of these figures is made of on each day of a span, by name and day."""
    return _counted(names, lens, span, DAY)


def per_payer(names: Iterable[str], lens: Lens, span: Span) -> Counts:
    """What each is made of over a span, by name and payer id; None for visits nobody was billed for."""
    return _counted(names, lens, span, PAYER)


def per_provider(names: Iterable[str], lens: Lens, span: Span) -> Counts:
    """What each is made of over a span, by name and provider id."""
    return _counted(names, lens, span, PROVIDER)


def counted_anew(lens: Lens, spans: Sequence[Span]) -> Counts:
    """Every figure that is tallied, from the rows themselves: by name and (day, payer id, provider id)."""
    found: Counts = {}
    for names in _alike(filter(is_tallied, SOURCES)):
        found |= _grouped(names, lens, spans, (DAY, PAYER, PROVIDER))
    return found


def _counted(names: Iterable[str], lens: Lens, span: Span, cut: Cut) -> Counts:
    """From the tallies of the days that stand; the other days are counted from the rows."""
    groups = _alike(names)
    kept = [name for group in groups for name in group if _is_kept(name, lens)]
    days = standing_days(lens.practices, lens.today, span) if kept else set()
    left = runs(day for day in span if day not in days)
    if len(left) > MOST_RUNS:
        days, left = set(), [span]
    found: Counts = {name: {} for group in groups for name in group}
    found |= _tallied(kept, lens, span, days, cut) if days else {}
    for group in groups:
        spans = left if group[0] in kept else [span]
        for name, ratios in (_grouped(group, lens, spans, (cut,)) if spans else {}).items():
            for (key,), ratio in ratios.items():
                found[name][key] = found[name].get(key, Ratio()) + ratio
    return found


def _is_kept(name: str, lens: Lens) -> bool:
    return is_tallied(name) and (lens.provider is None or bool(SOURCES[name].provider))


def _tallied(names: list[str], lens: Lens, span: Span, days: set[date], cut: Cut) -> Counts:
    rows = tallies(lens.practices, days, span)
    if lens.payer is not None:
        rows = rows.filter(payer=lens.payer.pk)
    if lens.provider is not None:
        rows = rows.filter(provider=lens.provider.pk)
    parts = [part for name in names for part in (f"{name}_over", f"{name}_under") if part in PARTS]
    summed = list(rows.order_by().values(cut.field).annotate(**{f"all_{part}": Sum(part) for part in parts}))
    return {
        name: {
            row[cut.field]: ratio for row in summed if (ratio := _ratio(row, name, before="all_")) != NOTHING
        }
        for name in names
    }


def _alike(names: Iterable[str]) -> list[list[str]]:
    """Figures that are counted from the same rows, and so by one statement."""
    groups: dict[tuple[Any, str], list[str]] = defaultdict(list)
    for name in names:
        groups[SOURCES[name].counted, SOURCES[name].moment].append(name)
    return list(groups.values())


def _grouped(names: list[str], lens: Lens, spans: Sequence[Span], cuts: tuple[Cut, ...]) -> Counts:
    """What figures of the same rows are made of, by name and what the cuts give, None for what has none."""
    source = SOURCES[names[0]]
    rows = within(lens.through(source), source, spans)
    rows = (source.with_payer(rows) if PAYER in cuts else rows).order_by()
    sums = {f"{name}_over": SOURCES[name].over for name in names}
    sums |= {f"{name}_under": under for name in names if (under := SOURCES[name].under) is not None}
    fields = [cut.of(source) for cut in cuts]
    counted = list(rows.values(*filter(None, fields)).annotate(**sums))
    keys = [tuple(row.get(field) for field in fields) for row in counted]
    return {name: {key: _ratio(row, name) for key, row in zip(keys, counted, strict=True)} for name in names}


def _ratio(row: dict[str, Any], name: str, *, before: str = "") -> Ratio:
    over = _decimal(row[f"{before}{name}_over"])
    if SOURCES[name].under is None:
        return Ratio(over)
    return Ratio(over, _decimal(row[f"{before}{name}_under"]))


def _decimal(value: object) -> Decimal:
    return Decimal(str(value or 0))


def within(rows: QuerySet[Any], source: Source, spans: Sequence[Span]) -> QuerySet[Any]:
    """The rows that count on days of these spans."""
    return rows.filter(reduce(or_, (_days_of(source, span) for span in spans)))


def _days_of(source: Source, span: Span) -> Q:
    if not source.moment:
        return Q(**{f"{source.day}__range": (span.first, span.last)})
    first, end = (make_aware(datetime.combine(day, time.min)) for day in (span.first, span.last + _DAY))
    return Q(**{f"{source.moment}__gte": first, f"{source.moment}__lt": end})


def payers_named(practices: tuple[int, ...]) -> QuerySet[Payer]:
    """The payers that patients of these practices have, by name."""
    return Payer.objects.filter(coverages__practice__in=practices).distinct().order_by("name", "pk")


def providers_named(practices: tuple[int, ...]) -> QuerySet[Provider]:
    """The providers of these practices, by name."""
    return Provider.objects.of(practices).order_by("last_name", "first_name", "pk")
