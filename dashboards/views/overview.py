"""The manager's first page: all figures, and what they are made of."""

from dataclasses import dataclass
from decimal import Decimal

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from dashboards.queries.breakdowns import Cause, Week, cash_by_week, causes
from dashboards.queries.owed import PATIENTS, Owed, aging, together
from dashboards.queries.readings import readings
from dashboards.rules import BUCKETS
from dashboards.views.columns import READERS
from dashboards.views.glass import Glass, glass_of
from dashboards.views.wording import tile
from denials.rules.category import Category
from practice.access import StaffRequest, allow
from rcm.ui.answers import page_or_part
from rcm.ui.words import day
from x12.codes import adjustment_reason

_STEPS = tuple((bucket.name, bucket.label) for bucket in BUCKETS)
_SHOWN_CAUSES = 10


@require_GET
@allow(*READERS)
def overview(request: StaffRequest) -> HttpResponse:
    """All figures of the period, with their trends, and the tables they sum to."""
    glass = glass_of(request)
    owed = aging(glass.lens)
    whole = together(owed.values())
    context: dict[str, object] = {
        "glass": glass,
        "tiles": [tile(reading, glass) for reading in readings(glass.lens, glass.span, whole)],
        **_aging(glass, owed, whole),
        **_causes(glass),
    }
    if glass.lens.provider is None:
        context |= _cash(glass)
    return page_or_part(request, "dashboards/overview.html", "board", context)


def _series(name: str, tone: str, values: list[Decimal]) -> dict[str, object]:
    """One series of a chart: its name, the color token that it is drawn in, its values as text."""
    return {"name": name, "tone": tone, "values": [str(value) for value in values]}


@dataclass(frozen=True, slots=True)
class AgingCell:
    """Dollars of one step of age, and the way to their rows."""

    dollars: Decimal
    url: str


@dataclass(frozen=True, slots=True)
class AgingRow:
    """What one payer, or all patients, owe by age."""

    name: str
    cells: list[AgingCell]
    credit: AgingCell
    balance: AgingCell
    old_share: Decimal | None


def _aging(glass: Glass, owed: dict[int | None, Owed], whole: Owed) -> dict[str, object]:
    names = {payer.pk: payer for payer in glass.payers}
    payers = [(key, each) for key, each in owed.items() if key is not PATIENTS]
    rows = [
        _aging_row(glass, names[key].name, each, "owed_by_payers", payer=str(names[key].public_id))
        for key, each in sorted(payers, key=lambda pair: -pair[1].balance)
        if key in names
    ]
    if PATIENTS in owed:
        rows.append(_aging_row(glass, "Patients", owed[PATIENTS], "owed_by_patients"))
    chart = {
        "kind": "stacked",
        "unit": "money",
        "across": True,
        "categories": [row.name for row in rows],
        "series": [
            _series(label, f"age-{place + 1}", [row.cells[place].dollars for row in rows])
            for place, (_, label) in enumerate(_STEPS)
        ],
    }
    return {
        "steps": [label for _, label in _STEPS],
        "aging": rows,
        "aging_total": whole,
        "aging_sums": [whole.dollars.get(name, Decimal(0)) for name, _ in _STEPS],
        "aging_chart": chart,
    }


def _aging_row(glass: Glass, name: str, owed: Owed, rows: str, **more: str) -> AgingRow:
    def cell(dollars: Decimal, age: str) -> AgingCell:
        return AgingCell(dollars, glass.rows_url(rows, None, age=age, **more))

    steps = [cell(owed.dollars.get(step, Decimal(0)), step) for step, _ in _STEPS]
    return AgingRow(
        name,
        steps,
        cell(owed.credit, "credits"),
        cell(owed.balance, ""),
        owed.old / owed.balance if owed.balance else None,
    )


def _cash(glass: Glass) -> dict[str, object]:
    weeks = cash_by_week(glass.lens, glass.span)
    chart = {
        "kind": "stacked",
        "unit": "money",
        "categories": [day(week.span.first)[:5] for week in weeks],
        "series": [
            _series("Payers", "accent", [week.payers for week in weeks]),
            _series("Patients", "second", [week.patients for week in weeks]),
        ],
    }
    linked = [(week, glass.rows_url("cash", week.span)) for week in reversed(weeks)]
    return {"weeks": linked, "cash_chart": chart, "cash_total": _both(weeks)}


def _both(weeks: list[Week]) -> Week | None:
    if not weeks:
        return None
    payers = sum((week.payers for week in weeks), Decimal(0))
    return Week(weeks[-1].span, payers, sum((week.patients for week in weeks), Decimal(0)))


@dataclass(frozen=True, slots=True)
class CauseRow:
    """One cause in words, with the way to its rows."""

    cause: Cause
    kind: str
    code: str
    words: str
    url: str


def _causes(glass: Glass) -> dict[str, object]:
    found = causes(glass.lens, glass.span)
    rows = [
        CauseRow(
            cause,
            Category(cause.category).label,
            f"{cause.group}-{cause.reason}",
            adjustment_reason(cause.reason).label,
            glass.rows_url(
                "denied_lines", glass.span, category=cause.category, reason=f"{cause.group}-{cause.reason}"
            ),
        )
        for cause in found
    ]
    shown = rows[:_SHOWN_CAUSES]
    chart = {
        "kind": "pareto",
        "unit": "money",
        "categories": [row.code for row in shown],
        "words": [row.words for row in shown],
        "series": [_series("Refused", "bad", [row.cause.dollars for row in shown])],
        "so_far": [str(row.cause.so_far) for row in shown],
    }
    return {
        "causes": rows,
        "causes_chart": chart,
        "refused_lines": sum(row.cause.lines for row in rows),
        "refused": sum((row.cause.dollars for row in rows), Decimal(0)),
        "denied_url": glass.rows_url("denied_lines", glass.span),
    }
