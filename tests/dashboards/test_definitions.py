"""The figures' definitions, spans and charts: pure."""

import datetime as dt
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest

from dashboards.rules import FIGURES, Ratio, Span, bucket_of, figure, last_weeks, periods, span_of, summed
from rcm.ui.charts import bar, sparkline, stacked

D = Decimal
TODAY = dt.date(2026, 3, 11)
DOCUMENT = Path(__file__).parents[2] / "docs" / "figures.md"


def test_document_says_what_the_pages_say():
    lines = [line for line in DOCUMENT.read_text().splitlines() if line.startswith("| ")][1:]
    assert lines == [
        f"| {each.label} | {each.over}{f' ÷ {each.under}' if each.under else ''} | {each.definition} | "
        f"{each.basis} | {each.target.words if each.target else 'none'} |"
        for each in FIGURES
    ]


@pytest.mark.parametrize(
    ("name", "value", "tone"),
    [
        ("days_in_ar", "35", "good"),
        ("days_in_ar", "45", "attention"),
        ("days_in_ar", "45.1", "bad"),
        ("clean_claims", "0.95", "good"),
        ("clean_claims", "0.90", "attention"),
        ("clean_claims", "0.899", "bad"),
        ("cash", "1", "plain"),
    ],
)
def test_a_figure_means_good_attention_or_bad(name, value, tone):
    assert figure(name).tone(D(value)) == tone
    assert figure(name).tone(None) == "plain"


@pytest.mark.parametrize(
    ("period", "named", "first", "last"),
    [
        ("30", "30", dt.date(2026, 2, 10), TODAY),
        ("2026-03", "2026-03", dt.date(2026, 3, 1), TODAY),
        ("2026-02", "2026-02", dt.date(2026, 2, 1), dt.date(2026, 2, 28)),
        ("2025-12", "2025-12", dt.date(2025, 12, 1), dt.date(2025, 12, 31)),
        ("2020-01", "90", dt.date(2025, 12, 12), TODAY),
        ("", "90", dt.date(2025, 12, 12), TODAY),
    ],
)
def test_a_period_of_the_url_is_a_span_of_days(period, named, first, last):
    assert span_of(period, today=TODAY) == (named, Span(first, last))


def test_the_period_before_has_as_many_days():
    span = Span(dt.date(2026, 2, 10), TODAY)
    assert (span.days, span.before) == (30, Span(dt.date(2026, 1, 11), dt.date(2026, 2, 9)))


def test_thirteen_weeks_end_today_without_gaps():
    weeks = last_weeks(TODAY)
    assert (len(weeks), weeks[-1].last, weeks[0].first) == (13, TODAY, TODAY - dt.timedelta(days=90))
    assert all(after.first - before.last == dt.timedelta(days=1) for before, after in pairwise(weeks))


def test_the_last_twelve_months_can_be_chosen():
    assert [value for value, _ in periods(TODAY)][3:5] == ["2026-03", "2026-02"]
    assert periods(TODAY)[-1] == ("2025-04", "April 2025")


@pytest.mark.parametrize(
    ("age", "name"),
    [
        (-3, "0-30"),
        (30, "0-30"),
        (31, "31-60"),
        (60, "31-60"),
        (90, "61-90"),
        (91, "91-120"),
        (120, "91-120"),
        (121, "over-120"),
    ],
)
def test_age_has_its_step(age, name):
    assert bucket_of(TODAY - dt.timedelta(days=age), today=TODAY).name == name


def test_rates_are_sums_over_sums():
    days = {
        TODAY: Ratio(D(1), D(4)),
        TODAY - dt.timedelta(days=1): Ratio(D(3), D(4)),
        dt.date(2020, 1, 1): Ratio(D(9), D(9)),
    }
    whole = summed(days, Span(TODAY - dt.timedelta(days=6), TODAY))
    assert (whole, whole.value, Ratio().value) == (Ratio(D(4), D(8)), D("0.5"), None)


def test_sparkline_goes_from_corner_to_corner_and_leaves_gaps():
    line = sparkline([D(0), D(5), D(10)])
    assert (line.path, line.end) == ("M3.0 29.0 L60.0 16.0 L117.0 3.0", (D("117.0"), D("3.0")))
    assert sparkline([D(1), None, D(1)]).path == "M3.0 16.0 h0.01 M117.0 16.0 h0.01"
    assert sparkline([None, None]).path == ""


def test_bars_fill_a_hundred():
    assert [(piece.x, piece.width) for piece in stacked([(D(1), "a"), (D(0), "b"), (D(3), "c")])] == [
        (D(0), D("25.0")),
        (D("25.0"), D("75.0")),
    ]
    assert (bar(D("0.333")), bar(D(2)), bar(None)) == (D("33.3"), D("100.0"), D("0.0"))
