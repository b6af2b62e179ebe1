"""Institutional claims: built, written, read back, and as hospitals send them."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tests.x12.hospital import a_child, hospital_batch, posted_837i, stay, subscriber, visit
from tests.x12.samples import ABSENT, samples, slow_when_large
from x12 import claim_837, claim_837i, judging
from x12.envelope import read
from x12.errors import WrongTransaction

SAMPLES = [slow_when_large(sample) for sample in samples("837i") if sample.label == "valid"]


def again(batch):
    (found,) = read(posted_837i(batch)).transactions
    return claim_837i.read(found)


@pytest.mark.parametrize("batch", [hospital_batch(), hospital_batch(a_child()), hospital_batch(subscriber())])
def test_a_batch_comes_back(batch):
    assert again(batch) == batch
    assert again(batch).findings == ()


@pytest.mark.parametrize("batch", [hospital_batch(), hospital_batch(a_child())])
def test_what_we_write_keeps_to_its_guide(batch):
    (found,) = read(posted_837i(batch)).transactions

    assert judging.validate(found) == ()


def test_a_claim_stands_with_its_levels():
    (own,) = again(hospital_batch()).claims()
    (of_child,) = again(hospital_batch(a_child())).claims()

    assert (own.provider.party.name.last, own.patient) == ("LAKESIDE HOSPITAL", None)
    assert own.subscriber.party.name.id == "MG55512345"
    assert (of_child.patient.relationship, of_child.claim) == ("19", visit())


def test_a_stay_is_read_in_english():
    (found,) = again(hospital_batch()).claims()
    claim = found.claim

    assert (claim.type_of_bill, claim.patient_status, claim.discharge_hour) == ("111", "01", "1430")
    assert (claim.admitted_on, claim.admission_hour) == (date(2026, 3, 1), "0915")
    assert (claim.principal_diagnosis, claim.admitting_diagnosis, claim.related_group) == (
        "I214",
        "R079",
        "282",
    )
    assert claim.attending_provider.specialty == "207R00000X"
    assert claim.other_coverages[0].inpatient.drg_amount == Decimal(4424)
    assert [line.revenue_code for line in claim.lines] == ["0120", "0636"]
    assert (claim.lines[0].procedure, claim.lines[1].drug.ndc) == (None, "57894003001")


def test_what_a_claim_does_not_say_is_empty():
    bare = replace(
        visit(), principal_diagnoses=(), admission=None, attending_provider=None, statement_through=None
    )
    assert (bare.admitted_on, bare.admission_hour, bare.principal_diagnosis) == (None, "", "")
    (found,) = again(hospital_batch(subscriber(bare))).claims()
    assert found.claim == bare


def test_a_change_is_written_and_nothing_else():
    batch = again(hospital_batch())
    (provider,) = batch.providers
    (payer,) = provider.subscribers
    changed = replace(
        payer, claims=(replace(payer.claims[0], frequency="7", payer_claim_control_number="ICN7"),)
    )
    before = [segment.text() for segment in claim_837i.render(batch)]
    after = [
        segment.text()
        for segment in claim_837i.render(
            replace(batch, providers=(replace(provider, subscribers=(changed,)),))
        )
    ]

    assert [line for line in after if line not in before] == [
        "CLM*STAY0001A*7000.5***11:A:7**A*Y*Y",
        "REF*F8*ICN7",
        f"SE*{len(after)}*0001",
    ]


def test_it_reads_no_other_claims():
    (found,) = read(posted_837i(hospital_batch())).transactions

    with pytest.raises(WrongTransaction):
        claim_837.read(found)
    with pytest.raises(WrongTransaction):
        claim_837i.read(replace(found, kind="837P"))


@pytest.mark.parametrize("sample", SAMPLES or [pytest.param(None, marks=pytest.mark.skip(ABSENT))])
def test_samples_are_read_whole(sample):
    for transaction in read(sample.data).transactions:
        batch = claim_837i.read(transaction)
        charges = [found.claim.charge for found in batch.claims()]
        lines = [line.charge for found in batch.claims() for line in found.claim.lines]

        assert batch.findings == ()
        assert (sum(charges), len(lines)) == (sample.number("sum_clm02"), sample.number("services"))
        assert all(found.claim.principal_diagnosis for found in batch.claims())


def test_a_stay_says_what_it_is_about():
    assert stay().type_of_bill == "111"
