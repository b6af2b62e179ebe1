"""Judging a refusal: kind, first step, deadline, priority. No database."""

import datetime as dt
from decimal import Decimal

import pytest

from denials.rules.category import _CATEGORIES, _STEPS, Category, NextStep, may_appeal, triage
from denials.rules.deadline import Clocks, deadline
from denials.rules.priority import PRIORS, Stakes, business_days, score
from x12 import codes

DECIDED = dt.date(2026, 5, 22)
CLOCKS = Clocks(corrected_claim_days=90, appeal_days=180)


@pytest.mark.parametrize(
    ("group", "reason", "remarks", "category", "step"),
    [
        ("CO", "197", [], Category.AUTHORIZATION, NextStep.APPEAL),
        ("CO", "16", ["N290"], Category.INFORMATION, NextStep.CORRECT_CLAIM),
        ("CO", "29", [], Category.TIMELINESS, NextStep.APPEAL),
        ("CO", "50", ["N115"], Category.NECESSITY, NextStep.APPEAL),
        ("PR", "96", ["N130"], Category.NOT_COVERED, NextStep.PATIENT),
        ("CO", "97", [], Category.BUNDLING, NextStep.CORRECT_CLAIM),
        ("CO", "252", [], Category.INFORMATION, NextStep.SEND_RECORDS),
        ("CO", "50", ["MA130"], Category.NECESSITY, NextStep.CORRECT_CLAIM),
        ("CO", "50", ["N211"], Category.NECESSITY, NextStep.WRITE_OFF),
        ("CO", "ZZZ", [], Category.INFORMATION, NextStep.CORRECT_CLAIM),
    ],
)
def test_triage(group, reason, remarks, category, step):
    verdict = triage(group=group, reason=reason, remarks=remarks)
    assert (verdict.category, verdict.next_step) == (category, step)


def test_an_authorization_on_file_makes_it_a_corrected_claim():
    verdict = triage(group="CO", reason="197", remarks=[], authorization_on_file=True)
    assert verdict.next_step == NextStep.CORRECT_CLAIM


def test_every_reason_that_denies_has_a_category_and_a_step_of_its_own():
    known = [codes.adjustment_reason(code) for code in codes._adjustment_reasons()]
    denying = [reason for reason in known if reason.denial == "Y"]
    assert [r.code for r in denying if r.category.split("_")[0] not in _CATEGORIES] == []
    assert [r.code for r in denying if r.route not in _STEPS] == []


@pytest.mark.parametrize("remark", ["MA130", "N211"])
def test_may_appeal_reads_the_remarks(remark):
    assert may_appeal(["N290"])
    assert not may_appeal(["N290", remark])


@pytest.mark.parametrize(
    ("step", "clocks", "on"),
    [
        (NextStep.CORRECT_CLAIM, CLOCKS, dt.date(2026, 8, 20)),
        (NextStep.APPEAL, CLOCKS, dt.date(2026, 11, 18)),
        (NextStep.SEND_RECORDS, CLOCKS, dt.date(2026, 7, 6)),
        (NextStep.APPEAL, Clocks(365, 180, is_medicare=True), dt.date(2026, 9, 24)),
    ],
)
def test_deadline_is_counted_and_says_how(step, clocks, on):
    found = deadline(step=step, decided_on=DECIDED, clocks=clocks)
    assert found.on == on
    assert "from 05/" in found.basis


def test_a_near_deadline_jumps_the_queue():
    today = dt.date(2026, 5, 25)
    near = score(Stakes(Category.CODING, Decimal(100), dt.date(2026, 6, 1)), today=today)
    far = score(Stakes(Category.CODING, Decimal(100), dt.date(2026, 9, 1)), today=today)
    assert near.jumps_the_queue
    assert not far.jumps_the_queue
    assert near.value > far.value


def test_the_practices_own_record_moves_the_chance():
    stakes = Stakes(Category.CODING, Decimal(100), dt.date(2026, 9, 1), won=0, worked=20)
    assert score(stakes, today=DECIDED).chance == PRIORS[Category.CODING] / 2


def test_business_days_count_weekdays():
    friday = dt.date(2026, 5, 22)
    assert business_days(friday, dt.date(2026, 5, 25)) == 1
    assert business_days(friday, dt.date(2026, 6, 5)) == 10
    assert business_days(friday, friday) == 0
