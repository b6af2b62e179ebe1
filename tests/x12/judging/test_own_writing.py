"""Nothing is objected to in what we write ourselves: our examples, and what the simulator sends back."""

import datetime as dt
from dataclasses import fields
from decimal import Decimal

import pytest

from clearinghouse.simulator.plans import BLUEPEAK
from clearinghouse.simulator.scenario import Scenario, Shares
from tests.clearinghouse.simulator.claims import (
    ORTEGA,
    claim,
    dependent_claim,
    injection_claim,
    line,
    medicare_claim,
)
from tests.clearinghouse.simulator.submitting import Desk, interchange
from tests.x12 import test_referee, test_referee_acks
from tests.x12.examples import GOLDEN, golden
from tests.x12.inquiries import (
    answer,
    claim_acknowledgment,
    eligibility_request,
    posted,
    status_request,
)
from tests.x12.samples import ABSENT, SAMPLES
from tests.x12.test_corpus import independent_reader
from x12.envelope import read
from x12.judging import validate

NOW = dt.datetime(2026, 6, 8, 15, 0, tzinfo=dt.UTC)
ON = dt.date(2026, 6, 1)
INQUIRIES = {
    "270": eligibility_request,
    "270 of the subscriber": test_referee_acks.subscriber_request,
    "271": answer,
    "276": status_request,
    "277": test_referee_acks.status_response,
    "277CA": claim_acknowledgment,
}
UNTRUE = {
    "corrected_first": {"reversal_after_correction"},
    "slips": {"claim_out_of_balance", "claim_payment_differs_from_lines", "transaction_out_of_balance"},
}
"""Misbehavior that is against the guide, and what may be objected to it."""


def objections(text):
    return [(found.code, found.segment, found.position, found.element) for found in validate(read(text))]


def problems(text):
    """What the reader of the shared tools (x12_totals.py) finds amiss: counts, numbers, levels, balance."""
    return independent_reader().facts(text.encode())["problems"]


@pytest.mark.parametrize("name", test_referee.TEXTS)
def test_claims_and_remittances(name):
    assert objections(test_referee.TEXTS[name]()) == []


@pytest.mark.skipif(not SAMPLES.exists(), reason=ABSENT)
@pytest.mark.parametrize("name", test_referee.TEXTS)
def test_the_independent_reader_finds_no_problem_in_claims_and_remittances(name):
    assert problems(test_referee.TEXTS[name]()) == []


@pytest.mark.skipif(not SAMPLES.exists(), reason=ABSENT)
@pytest.mark.parametrize("name", INQUIRIES)
def test_the_independent_reader_finds_no_problem_in_inquiries_and_answers(name):
    assert problems(posted(name.split()[0], INQUIRIES[name]())) == []


@pytest.mark.parametrize("file", [path.name for path in GOLDEN.iterdir()])
def test_golden_files(file):
    assert objections(golden(file)) == []


@pytest.mark.parametrize("name", INQUIRIES)
def test_inquiries_and_answers(name):
    assert objections(posted(name.split()[0], INQUIRIES[name]())) == []


@pytest.mark.slow
def test_everything_the_simulator_sends(tmp_path):
    desk = Desk(tmp_path / "box", NOW, Scenario(shares=Shares(appeals_won=Decimal(1))))
    sent = [medicare_claim(), dependent_claim(), injection_claim()]
    wrong = claim(BLUEPEAK, ORTEGA, line(1, "99213", "150.00", ON), number="BAD", frequency="7")
    desk.submit(*sent, wrong)
    desk.put(interchange(2, injection_claim(), at=NOW).replace("*900*", "*9OO*").replace("HI*", "HX*"))
    desk.put(interchange(1, *sent, at=NOW))
    desk.work(seconds=10)

    texts = [interchange(9, *sent, at=NOW), *desk.fetch_texts()]

    kinds = {transaction.kind for text in texts for transaction in read(text).transactions}
    assert {"837P", "999", "277CA", "835"} <= kinds
    assert {text[:106]: found for text in texts if (found := objections(text))} == {}


@pytest.mark.slow
@pytest.mark.parametrize("manner", [share.name for share in fields(Shares)])
def test_payers_with_manners(manner, tmp_path):
    """However a payer decides and pays, its remittance keeps to the guide and is in balance."""
    desk = Desk(tmp_path / "box", NOW, Scenario(shares=Shares(**{manner: Decimal(1)})))
    visit = [line(1, "99214", "200.00", ON), line(2, "20610", "301.01", ON, units=Decimal(2))]
    desk.submit(claim(BLUEPEAK, ORTEGA, *visit, number="LS1001"), medicare_claim())
    desk.work(seconds=60 * 86400)

    found = {code for text in desk.fetch_texts() for code, *_ in objections(text)}

    assert found <= UNTRUE.get(manner, set())
