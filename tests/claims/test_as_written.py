"""The last edit: a bill written as an 837P and read back by the judge of the wire."""

from dataclasses import replace

import pytest

from claims.edi import verdicts_on_bill
from claims.rules.remedies import remedy_for
from claims.rules.scrub import AS_WRITTEN
from tests.claims.bills import TODAY
from tests.claims.test_edits import BILL, CLEAN, LATER


@pytest.mark.parametrize("name", CLEAN)
def test_a_bill_that_passes_the_edits_keeps_to_the_guide(name):
    assert verdicts_on_bill(CLEAN[name], today=LATER) == []


def test_what_the_edits_find_is_told_alone():
    verdicts = verdicts_on_bill(replace(BILL, lines=()), today=TODAY)
    assert verdicts
    assert AS_WRITTEN not in {verdict.edit for verdict in verdicts}


def test_what_no_edit_thought_of_is_told_by_its_place():
    policy = replace(BILL.policy, filing_indicator_code="QQ")
    (verdict,) = verdicts_on_bill(replace(BILL, policy=policy), today=TODAY)
    assert verdict.edit == AS_WRITTEN
    assert "SBR09" in verdict.message
    assert "2000B" in verdict.message


def test_its_remedy_says_what_is_read_back():
    assert "837P" in remedy_for(AS_WRITTEN, "claim").source
