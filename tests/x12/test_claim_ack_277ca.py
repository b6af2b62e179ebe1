from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tests.x12.examples import golden
from tests.x12.inquiries import claim_acknowledgment, posted, reread, status, transaction
from tests.x12.samples import ABSENT, SAMPLES, samples
from x12 import claim_ack_277ca as ca
from x12.claim_status import StatusCode, StatusReport
from x12.envelope import read
from x12.errors import WrongTransaction

CASE_3 = """BHT*0085*08*NSHCA1*20260506*1012*TH~HL*1**20*1~NM1*PR*2*NORTHSTAR HEALTH*****PI*NSH01~TRN*1*R1~
DTP*050*D8*20260506~DTP*009*D8*20260506~HL*2*1*21*1~NM1*41*2*LAKESIDE*****46*LAKESIDE01~TRN*2*CLM26050031~
STC*A1:19:PR*20260506*WQ*900~QTY*90*1~AMT*YU*900~HL*3*2*19*1~NM1*85*2*LAKESIDE*****XX*1234567893~
HL*4*3*PT~NM1*QC*1*REYES*ANA****MI*NSH100200300~TRN*2*26050031A~STC*A2:20:PR*20260506*WQ*900~
REF*1K*NSH2612700456~DTP*472*D8*20260505~"""


def claim_with(*statuses):
    return ca.AcknowledgedClaim(control_number="A1", statuses=statuses)


def test_worked_example_is_typed():
    acknowledgment = ca.read(transaction("277CA", CASE_3))

    assert acknowledgment.findings == ()
    assert acknowledgment.reference == "NSHCA1"
    assert not acknowledgment.from_clearinghouse
    (found,) = acknowledgment.claims()
    assert found.source.name.full == "NORTHSTAR HEALTH"
    assert found.source.received_on == date(2026, 5, 6)
    assert found.receiver.batch_number == "CLM26050031"
    assert found.receiver.totals_agree
    assert found.provider.name.id == "1234567893"
    assert found.patient.name.full == "ANA REYES"
    claim = found.claim
    assert (claim.control_number, claim.payer_control_number) == ("26050031A", "NSH2612700456")
    assert claim.accepted
    assert claim.in_adjudication
    assert not claim.rejected
    assert claim.charge == Decimal("900")
    assert claim.service_date == date(2026, 5, 5)
    assert claim.reasons == ("Accepted into adjudication: Accepted for processing (payer)",)


@pytest.mark.parametrize(
    ("category", "accepted", "rejected"),
    [
        ("A0", True, False),
        ("A1", True, False),
        ("A2", True, False),
        ("A3", False, True),
        ("A4", False, False),
        ("A6", False, True),
        ("A7", False, True),
        ("A8", False, True),
    ],
)
def test_category_decides_whatever_the_action_says(category, accepted, rejected):
    claim = claim_with(status(category, "20", action="WQ"))

    assert (claim.accepted, claim.rejected) == (accepted, rejected)


def test_one_rejecting_code_rejects_the_claim():
    claim = claim_with(
        status("A2", "20"),
        StatusReport(
            code=StatusCode(category="A1", status="19"), third_code=StatusCode(category="A7", status="21")
        ),
    )

    assert claim.rejected
    assert not claim.accepted
    assert not claim.in_adjudication


def test_a_claim_without_status_is_neither_accepted_nor_rejected():
    claim = claim_with()

    assert not claim.accepted
    assert not claim.rejected
    assert claim.charge is None
    assert claim.reasons == ()


def test_words_say_a_shared_category_once():
    report = StatusReport(
        code=StatusCode(category="A7", status="21"),
        second_code=StatusCode(category="A7", status="562", entity="82"),
        third_code=StatusCode(category="A8", status="99999", entity="ZZ"),
        message="SEE LINE 2",
    )

    assert report.words == (
        "Rejected: information invalid: Missing or invalid information; "
        "Entity National Provider Identifier (NPI) (rendering provider); "
        "Rejected: information does not fit together: status 99999 (ZZ); SEE LINE 2"
    )
    assert StatusCode(category="Q9").words == "Category Q9"


def test_reasons_name_the_line():
    (_, found) = claim_acknowledgment().claims()

    assert found.claim.reasons == (
        "Rejected: information invalid: Entity National Provider Identifier (NPI) (rendering provider)",
        "Line 99213: Rejected: information invalid: Procedure code for services rendered",
    )
    assert found.claim.lines[0].rejected


def test_with_totals_counts_claims_and_gives_every_level_a_status():
    (source,) = claim_acknowledgment().sources
    (receiver,) = source.receivers
    (provider,) = receiver.providers

    assert (receiver.accepted_count, receiver.rejected_count) == (1, 1)
    assert (receiver.accepted_amount, receiver.rejected_amount) == (Decimal(900), Decimal("150.50"))
    assert (provider.accepted_count, provider.rejected_amount) == (1, Decimal("150.50"))
    assert provider.trace == "0"
    assert receiver.totals_agree
    assert not receiver.rejected
    assert not provider.rejected
    assert receiver.statuses[0].charge == Decimal("1050.50")


@pytest.mark.parametrize(
    "wrong",
    [
        {"accepted_count": 2},
        {"rejected_count": 0},
        {"accepted_amount": Decimal("899.99")},
        {"rejected_amount": Decimal(0)},
    ],
)
def test_totals_that_differ_from_the_claims_are_told(wrong):
    (source,) = claim_acknowledgment().sources

    assert not replace(source.receivers[0], **wrong).totals_agree


def test_a_batch_can_be_rejected_as_a_whole():
    text = CASE_3[: CASE_3.index("HL*3")].replace(
        "STC*A1:19:PR*20260506*WQ*900", "STC*A3:24:41*20260506*U*900"
    )

    acknowledgment = ca.read(transaction("277CA", text))

    assert acknowledgment.sources[0].receivers[0].rejected
    assert list(acknowledgment.claims()) == []


def test_a_clearinghouse_says_so():
    acknowledgment = ca.read(transaction("277CA", CASE_3.replace("NM1*PR", "NM1*AY")))

    assert acknowledgment.from_clearinghouse


def test_what_is_written_comes_back():
    acknowledgment = claim_acknowledgment()

    assert reread("277CA", acknowledgment) == acknowledgment


def test_patient_levels_have_no_child_code():
    text = posted("277CA", claim_acknowledgment())

    assert "~HL*3*2*19*1~" in text
    assert "~HL*4*3*PT~" in text
    assert "~HL*5*3*PT~" in text


def test_a_changed_claim_is_written_anew_and_the_rest_as_it_was():
    found = transaction("277CA", CASE_3.replace("~AMT*YU*900~", "~AMT*YU*900.00~"))
    acknowledgment = ca.read(found)
    (source,) = acknowledgment.sources
    (receiver,) = source.receivers
    (provider,) = receiver.providers
    (patient,) = provider.patients
    claim = replace(patient.claims[0], clearinghouse_number="CH1")
    provider = replace(provider, patients=(replace(patient, claims=(claim,)),))
    changed = replace(
        acknowledgment, sources=(replace(source, receivers=(replace(receiver, providers=(provider,)),)),)
    )

    before = [segment.text() for segment in found.segments]
    after = [segment.text() for segment in ca.render(changed)]

    assert [line for line in after if line not in before] == ["REF*D9*CH1", "SE*23*0001"]
    assert "AMT*YU*900.00" in after


def test_read_refuses_another_kind():
    (found,) = read(golden("medicare.837")).transactions

    with pytest.raises(WrongTransaction):
        ca.read(found)


@pytest.mark.skipif(not SAMPLES.exists(), reason=ABSENT)
@pytest.mark.parametrize("sample", [pytest.param(s, id=s.path.name) for s in samples("277ca")])
def test_sample_loses_nothing_and_matches_the_independent_count(sample):
    charges = Decimal(0)
    for found in read(sample.data).transactions:
        acknowledgment = ca.read(found)
        assert ca.render(acknowledgment) == list(found.segments)
        for source in acknowledgment.sources:
            for receiver in source.receivers:
                charges += sum((s.charge or 0 for s in receiver.statuses), Decimal(0))
        charges += sum((claim.claim.charge or 0 for claim in acknowledgment.claims()), Decimal(0))

    assert charges == sample.number("stc04")
