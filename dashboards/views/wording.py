"""Figures in words: the value, the very arithmetic, what it means and how it changed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from dashboards.queries.owed import CHARGE_DAYS
from dashboards.queries.readings import Reading
from dashboards.rules import Figure, Ratio, Span, Unit
from dashboards.rules.figures import Tone
from dashboards.views.glass import Glass
from rcm.ui.cells import Status
from rcm.ui.words import MINUS, counted, dollars, percent

_MEANINGS: dict[Tone, str] = {"good": "On target", "attention": "Near target", "bad": "Off target"}


@dataclass(frozen=True, slots=True)
class Link:
    """A way to the rows behind a number."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure as the page shows it."""

    reading: Reading
    value: str
    meaning: Status | None
    change: str
    change_tone: Tone
    sum_: str
    trend: str
    links: tuple[Link, ...]


def tile(reading: Reading, glass: Glass) -> Tile:
    """Everything the page says about a figure."""
    figure = reading.figure
    tone = figure.tone(reading.value)
    return Tile(
        reading,
        said(figure, reading.value),
        Status(_MEANINGS[tone], tone) if tone in _MEANINGS else None,
        _change(reading),
        _change_tone(reading),
        arithmetic(figure, reading.now),
        _trend(reading),
        links(figure, glass),
    )


def said(figure: Figure, value: Decimal | None) -> str:
    """A value with its unit: `36.5 days`, `94.2%`, `$1,234.56`; a dash for nothing yet."""
    if value is None:
        return "\N{EM DASH}"
    return f"{_number(value)} days" if figure.unit is Unit.DAYS else amount(figure.unit, value)


def amount(unit: Unit, value: Decimal) -> str:
    """A number in its unit."""
    match unit:
        case Unit.DOLLARS:
            return dollars(value)
        case Unit.SHARE:
            return percent(value)
        case Unit.DAYS:
            return counted(int(value), "day")
    return f"{int(value):,}"


def arithmetic(figure: Figure, ratio: Ratio) -> str:
    """The very numbers: `$48,210.00 owed ÷ $1,320.55 charged per day = 36.5 days`."""
    over = f"{amount(figure.over_unit, ratio.over)} {figure.over}"
    if not figure.under:
        return over
    under = f"{amount(figure.under_unit, ratio.under)} {figure.under}"
    return f"{over} ÷ {under} = {said(figure, ratio.value)}"


def links(figure: Figure, glass: Glass) -> tuple[Link, ...]:
    """The rows behind a figure: its numerator first, then its denominator."""
    return tuple(Link(label, url) for label, url in _LINKS[figure.name](glass))


def _owed(glass: Glass, age: str = "") -> list[tuple[str, str]]:
    found = [("Owed by payers", glass.rows_url("owed_by_payers", age=age))]
    if glass.lens.payer is None:
        found.append(("Owed by patients", glass.rows_url("owed_by_patients", age=age)))
    return found


def _days_in_ar(glass: Glass) -> list[tuple[str, str]]:
    quarter = Span(glass.today - timedelta(days=CHARGE_DAYS - 1), glass.today)
    return [*_owed(glass), (f"Charged in {CHARGE_DAYS} days", glass.rows_url("charged", quarter))]


def _split(name: str, outcome: str, over: str, under: str) -> Callable[[Glass], list[tuple[str, str]]]:
    return lambda glass: [
        (over, glass.rows_url(name, glass.span, outcome=outcome)),
        (under, glass.rows_url(name, glass.span)),
    ]


_LINKS: dict[str, Callable[[Glass], list[tuple[str, str]]]] = {
    "days_in_ar": _days_in_ar,
    "over_90": lambda glass: [*_owed(glass, "over-90"), ("Everything owed", _owed(glass)[0][1])],
    "clean_claims": _split("clean_claims", "clean", "Clean claims", "Claims scrubbed"),
    "denial_rate": _split("denial_rate", "denied", "Claims with a refused line", "Claims decided"),
    "net_collection": lambda glass: [
        ("Paid", glass.rows_url("collected", glass.span)),
        ("Collectible", glass.rows_url("collectible", glass.span)),
    ],
    "charged": lambda glass: [("Charges", glass.rows_url("charged", glass.span))],
    "cash": lambda glass: [("Receipts", glass.rows_url("cash", glass.span))],
    "charge_lag": lambda glass: [("Visits signed", glass.rows_url("charge_lag", glass.span))],
    "claim_lag": lambda glass: [("Claims sent", glass.rows_url("claim_lag", glass.span))],
    "days_to_pay": lambda glass: [("Claims answered", glass.rows_url("days_to_pay", glass.span))],
}


def _change(reading: Reading) -> str:
    """`up 1.2 days`, `down 3.4 points`, `up $120.00`, `no change`; empty without a value before."""
    if reading.change is None:
        return ""
    size = abs(reading.change)
    match reading.figure.unit:
        case Unit.SHARE:
            words = f"{size * 100:.1f} points"
        case Unit.DOLLARS:
            words = dollars(size)
        case _:
            words = f"{_number(size)} days"
    if words.startswith(("0.0 ", "$0.00")):
        return "no change"
    return f"{'up' if reading.change > 0 else 'down'} {words}"


def _change_tone(reading: Reading) -> Tone:
    if not reading.change or _change(reading) == "no change":
        return "plain"
    return "good" if (reading.change > 0) == reading.figure.more_is_better else "bad"


def _trend(reading: Reading) -> str:
    points = [point for point in reading.points if point is not None]
    if not points:
        return ""
    first, last = said(reading.figure, points[0]), said(reading.figure, points[-1])
    return f"The last 13 weeks: from {first} to {last}"


def _number(value: Decimal) -> str:
    return f"{MINUS if value < 0 else ''}{abs(value):,.1f}"
