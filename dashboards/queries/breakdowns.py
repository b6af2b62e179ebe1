"""What figures are made of in detail: cash week by week, denials by cause."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.db.models import BooleanField, Count, ExpressionWrapper, Q, Sum

from dashboards.queries.counting import Lens
from dashboards.queries.sources import SOURCES
from dashboards.rules import Span
from rcm.money import ZERO


@dataclass(frozen=True, slots=True)
class Week:
    """What came in during one week, or what there is of it in the period."""

    span: Span
    payers: Decimal
    patients: Decimal

    @property
    def both(self) -> Decimal:
        """All of it."""
        return self.payers + self.patients


def cash_by_week(lens: Lens, span: Span) -> list[Week]:
    """Cash from payers and patients in each week of a span, counted back from its last day."""
    is_payer = ExpressionWrapper(Q(deposit__isnull=False), output_field=BooleanField())
    rows = lens.through(SOURCES["cash"]).filter(day__range=(span.first, span.last))
    grouped = rows.annotate(is_payer=is_payer).order_by().values_list("day", "is_payer")
    days = list(grouped.annotate(Sum("received")))
    return [
        Week(
            week,
            sum((dollars for day, payer, dollars in days if payer and day in week), ZERO),
            sum((dollars for day, payer, dollars in days if not payer and day in week), ZERO),
        )
        for week in _weeks_of(span)
    ]


def _weeks_of(span: Span) -> list[Span]:
    ends = [span.last - timedelta(days=back) for back in range(0, span.days, 7)]
    return [Span(max(end - timedelta(days=6), span.first), end) for end in reversed(ends)]


@dataclass(frozen=True, slots=True)
class Cause:
    """Why lines were refused: a reason of a kind, how many lines and dollars, and their running share."""

    category: str
    group: str
    reason: str
    lines: int
    dollars: Decimal
    so_far: Decimal


def causes(lens: Lens, span: Span) -> list[Cause]:
    """Why payers refused lines in a span, the costliest cause first."""
    rows = lens.through(SOURCES["denied_lines"]).filter(day__range=(span.first, span.last))
    grouped = rows.order_by().values_list("category", "group_code", "reason_code")
    found = list(
        grouped.annotate(lines=Count("pk"), dollars=Sum("amount")).order_by("-dollars", "reason_code")
    )
    whole = sum((dollars for *_, dollars in found), ZERO)
    running, listed = ZERO, []
    for category, group, reason, lines, dollars in found:
        running += dollars
        listed.append(Cause(category, group, reason, lines, dollars, running / whole))
    return listed
