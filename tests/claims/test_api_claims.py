"""Claims through the API."""

from uuid import uuid4

import pytest

from claims.models import Batch, Claim
from claims.states import ClaimStatus
from practice.models import Role
from rcm.models import OutboxMessage
from tests.api.program import Program
from tests.billing.scenario import billed_visit
from tests.claims.scenes import built_claim, insured_patient, medicare
from tests.factories import ConnectionFactory

pytestmark = pytest.mark.slow


@pytest.fixture
def biller(practice) -> Program:
    return Program(practice, Role.BILLER)


def refusal(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_ready_claim_is_submitted_once(practice, biller):
    claim = built_claim(practice)
    path = f"claims/{claim.public_id}"
    assert refusal(biller.post(f"{path}/submission")) == (409, "no_connection")
    ConnectionFactory(practice=practice)
    answer = biller.post(f"{path}/submission")
    batch = Batch.objects.get()
    assert (answer.status_code, answer.json()["claim_count"]) == (202, 1)
    assert answer["Location"] == f"/api/v1/claim-batches/{batch.public_id}"
    assert biller.get(path).json()["status"] == "queued"
    assert OutboxMessage.objects.filter(topic="clearinghouse.file_queued").count() == 1
    again = biller.post(f"{path}/submission")
    assert refusal(again) == (409, "claim_not_ready")
    assert again.json()["control_numbers"] == [claim.control_number]


def test_batch_sends_all_or_names_what_is_not_there(practice, biller):
    ConnectionFactory(practice=practice)
    claim = built_claim(practice)
    missing = str(uuid4())
    answer = biller.post("claim-batches", {"claims": [str(claim.public_id), missing]})
    assert refusal(answer) == (400, "invalid")
    assert missing in answer.json()["errors"][0]["detail"]
    assert biller.post("claim-batches", {"claims": [str(claim.public_id)]}).status_code == 202


def test_claims_that_pass_no_more_are_held_though_the_answer_is_no(practice, biller):
    """The refusal of the action comes after its change, which stands."""
    ConnectionFactory(practice=practice)
    claim = built_claim(practice)
    claim.encounter.rendering_provider.npi = ""
    claim.encounter.rendering_provider.save()
    answer = biller.post("claim-batches", {"claims": [str(claim.public_id)]}, key="batch-0001")
    assert refusal(answer) == (409, "all_held")
    told = biller.get(f"claims/{claim.public_id}").json()
    assert (told["status"], bool(told["findings"])) == ("held", True)
    again = biller.post("claim-batches", {"claims": [str(claim.public_id)]}, key="batch-0001")
    assert again.content == answer.content


def test_held_claim_is_corrected_in_place_and_released(practice, biller):
    claim = built_claim(practice)
    Claim.objects.update(status=ClaimStatus.HELD)
    path = f"claims/{claim.public_id}"
    answer = biller.post(
        f"{path}/correction", {"note": "Seen twice", "lines": [{"position": 1, "modifiers": ["25"]}]}
    )
    assert (answer.status_code, answer.json()["id"]) == (200, str(claim.public_id))
    assert answer.json()["lines"][0]["modifiers"] == ["25"]
    released = biller.post(f"{path}/release")
    assert (released.status_code, released.json()["status"]) == (200, "ready")


def test_decided_claim_is_corrected_and_voided_by_a_new_one(practice, biller):
    visit = billed_visit(practice, number="C0001", status=ClaimStatus.DENIED)
    Claim.objects.update(payer_control_number="ICN1")
    path = f"claims/{visit.claim.public_id}"
    corrected = biller.post(f"{path}/correction", {"note": "Corrected"})
    assert (corrected.status_code, corrected.json()["frequency"]) == (200, "7")
    assert corrected.json()["replaces"] == str(visit.claim.public_id)
    assert corrected["Location"] == f"/api/v1/claims/{corrected.json()['id']}"
    assert refusal(biller.post(f"{path}/voiding", {"why": "Wrong patient"})) == (409, "already_replaced")


@pytest.mark.parametrize(
    ("status", "number", "body", "expected"),
    [
        (ClaimStatus.SENT, "ICN1", {"note": "x"}, (409, "claim_is_out")),
        (ClaimStatus.DENIED, "", {"note": "x"}, (409, "no_payer_control_number")),
        (ClaimStatus.DENIED, "ICN1", {}, (422, "nothing_to_correct")),
        (ClaimStatus.DENIED, "ICN1", {"lines": [{"position": 9}]}, (422, "nothing_to_correct")),
    ],
)
def test_correction_is_refused(practice, biller, status, number, body, expected):
    claim = billed_visit(practice, number="C0001", status=status).claim
    Claim.objects.update(payer_control_number=number)
    assert refusal(biller.post(f"claims/{claim.public_id}/correction", body)) == expected


def test_correction_to_a_payer_without_replacements_is_refused(practice, biller):
    claim = built_claim(practice, payer=medicare(practice))
    Claim.objects.update(status=ClaimStatus.DENIED, payer_control_number="ICN1")
    answer = biller.post(f"claims/{claim.public_id}/correction", {"note": "x"})
    assert refusal(answer) == (409, "payer_takes_no_replacements")


def test_inquiry_asks_about_a_claim_that_is_out(practice, biller):
    claim = billed_visit(practice, number="C0001", status=ClaimStatus.SENT).claim
    path = f"claims/{claim.public_id}"
    answer = biller.post(f"{path}/inquiry")
    assert (answer.status_code, answer.json()["claim"]) == (202, str(claim.public_id))
    assert refusal(biller.post(f"{path}/release")) == (409, "not_in_our_hands")
    Claim.objects.update(status=ClaimStatus.PAID)
    assert refusal(biller.post(f"{path}/inquiry")) == (409, "not_with_payer")


def test_claims_are_filtered_by_what_is_no_patients_name(practice, biller):
    claim = built_claim(practice)
    patient = insured_patient(practice).patient
    assert len(biller.get("claims", patient=claim.encounter.patient.public_id).json()["results"]) == 1
    assert biller.get("claims", patient=patient.public_id).json()["results"] == []
    assert len(biller.get("claims", status="ready", service_date_from="2026-03-10").json()["results"]) == 1
