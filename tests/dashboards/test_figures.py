"""Every figure against the scene, counted by hand."""

import datetime as dt
from decimal import Decimal

import pytest

from billing.queries import totals_by_kind
from dashboards.queries.counting import Lens
from dashboards.queries.owed import PATIENTS, aging, together
from dashboards.queries.readings import Reading, readings
from dashboards.rules import Ratio, Span, span_of
from tests.dashboards.scene import TODAY

pytestmark = pytest.mark.slow  # each begins with a whole scene

D = Decimal
_, LAST_90 = span_of("90", today=TODAY)


def read(practice, span: Span = LAST_90, **glass) -> dict[str, Reading]:
    lens = Lens((practice.pk,), TODAY, **glass)
    return {each.figure.name: each for each in readings(lens, span, together(aging(lens).values()))}


def made_of(practice, span: Span = LAST_90, **glass) -> dict[str, Ratio]:
    return {name: reading.now for name, reading in read(practice, span, **glass).items()}


def test_every_figure_is_what_a_person_counts(practice, scene):
    charged = D("150") + D("200") + D("100") + D("80")  # C is older than 90 days
    assert made_of(practice) == {
        "days_in_ar": Ratio(D("680.00"), charged / 90),  # B 200, C 300, D 100, E 80
        "over_90": Ratio(D("300.00"), D("680.00")),  # C: 111 days
        "charged": Ratio(charged, D(0)),
        "clean_claims": Ratio(D(2), D(3)),  # A, B; D was held; C was signed before
        "denial_rate": Ratio(D(1), D(2)),
        "net_collection": Ratio(D("110.00"), D("110.00")),  # A: 90 + 20 of 150 - 40
        "cash": Ratio(D("110.00"), D(0)),
        "charge_lag": Ratio(D(1 + 4 + 2 + 1), D(4)),
        "claim_lag": Ratio(D(1 + 3), D(2)),
        "days_to_pay": Ratio(D(8 + 48), D(2)),
    }


def test_figures_look_at_one_payer(practice, scene):
    assert made_of(practice, payer=scene.summit) == {
        "days_in_ar": Ratio(D("400.00"), D("100.00") / 90),
        "over_90": Ratio(D("300.00"), D("400.00")),
        "charged": Ratio(D("100.00"), D(0)),
        "clean_claims": Ratio(D(0), D(1)),
        "denial_rate": Ratio(D(0), D(0)),
        "net_collection": Ratio(D(0), D(0)),
        "cash": Ratio(D(0), D(0)),
        "charge_lag": Ratio(D(2), D(1)),
        "claim_lag": Ratio(D(0), D(0)),
        "days_to_pay": Ratio(D(0), D(0)),
    }


def test_figures_look_at_one_provider(practice, scene):
    found = made_of(practice, provider=scene.nguyen)
    assert found["days_in_ar"] == Ratio(D("280.00"), D("430.00") / 90)
    assert found["charge_lag"] == Ratio(D(6), D(3))
    assert found["cash"] == Ratio()


def test_a_period_leaves_out_what_came_before_and_compares_with_it(practice, scene):
    found = read(practice, Span(dt.date(2026, 2, 10), TODAY))
    assert found["claim_lag"].now == Ratio(D(1), D(1))
    assert found["claim_lag"].before == Ratio(D(3), D(1))
    assert found["claim_lag"].change == D(-2)


def test_trend_ends_with_today_and_remembers_what_was_owed(practice, scene):
    owed = read(practice)["days_in_ar"]
    assert len(owed.points) == 13
    assert owed.trend[-1] == owed.now
    by_week = [ratio.over for ratio in owed.trend]
    # 12/17: C. 01/07: B. 02/25: A. 03/04: E came, A's 130 went. 03/11: D came, A's 20 went.
    assert by_week == [D(300)] * 3 + [D(500)] * 7 + [D(650), D(600), D(680)]
    old = [ratio.over for ratio in read(practice)["over_90"].trend]
    assert old == [D(0)] * 10 + [D(300)] * 3  # C turned 91 days on 02/19


def test_aging_adds_up_to_the_books(practice, scene):
    lens = Lens((practice.pk,), TODAY)
    found = aging(lens)
    assert {key: dict(each.dollars) for key, each in found.items()} == {
        scene.blue.pk: {"61-90": D("200.00")},
        scene.summit.pk: {"91-120": D("300.00"), "0-30": D("100.00")},
        PATIENTS: {"0-30": D("80.00")},
    }
    books = totals_by_kind(practice=practice)
    assert together(found.values()).balance == books["insurance_ar"] + books["patient_ar"]
