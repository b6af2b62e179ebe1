"""Remittances, accounts, invoices and payments through the API."""

from decimal import Decimal

import pytest

from billing.actions.remittance import take_in
from billing.models import PatientPayment, Statement
from billing.states import RemittanceStatus
from practice.models import Role
from rcm.models import AuditEvent
from tests.api.program import Program
from tests.billing.scenario import Visit, billed_visit, document_of, taken_in, text_835
from tests.conftest import NOW
from tests.factories import AppointmentFactory

pytestmark = pytest.mark.slow


@pytest.fixture
def biller(practice) -> Program:
    return Program(practice, Role.BILLER)


@pytest.fixture
def visit(practice) -> Visit:
    """150.00 charged, 90.00 paid, 40.00 by contract, 20.00 left to the patient."""
    made = billed_visit(practice, number="P0001", lines=[("99213", "150")])
    taken_in(practice, paying("P0001", trace="EFT1"))
    return made


def paying(number: str, *, trace: str) -> str:
    return text_835(
        f"CLP*{number}*1*150*90*20*12*ICN1*11*1~NM1*QC*1*ELLISON*MARGARET~"
        f"SVC*HC:99213*150*90**1~DTM*472*20260310~CAS*CO*45*40~CAS*PR*2*20~REF*6R*{number}1~",
        paid="90",
        trace=trace,
    )


def refusal(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def guarantor(visit: Visit) -> str:
    return str(visit.patient.guarantor.public_id)


def test_remittance_tells_what_was_decided_line_by_line(visit, biller):
    (remittance,) = biller.get("remittances", status="posted").json()["results"]
    assert (remittance["amount"], remittance["trace_number"]) == ("90.00", "EFT1")
    (claim,) = biller.get("remittance-claims", remittance=remittance["id"]).json()["results"]
    assert claim["claim"] == str(visit.claim.public_id)
    (line,) = claim["lines"]
    assert [(each["group_code"], each["amount"]) for each in line["adjustments"]] == [
        ("CO", "40.00"),
        ("PR", "20.00"),
    ]


def test_parked_remittance_is_posted_after_its_claim_is_there(practice, biller):
    parked = taken_in(practice, paying("P0009", trace="EFT9"))
    path = f"remittances/{parked.public_id}"
    still = biller.post(f"{path}/posting")
    assert (still.status_code, still.json()["status"]) == (200, "parked")
    assert still.json()["reasons"]
    billed_visit(practice, number="P0009", lines=[("99213", "150")])
    assert biller.post(f"{path}/posting", {"treatments": {"CS": "interest"}}).json()["status"] == "posted"
    assert refusal(biller.post(f"{path}/posting")) == (409, "not_parked")
    assert refusal(biller.post(f"{path}/posting", {"treatments": {"CS": "luck"}})) == (400, "invalid")


def test_parked_remittance_is_dismissed(practice, biller):
    parked = taken_in(practice, paying("P0009", trace="EFT9"))
    answer = biller.post(f"remittances/{parked.public_id}/dismissal", {"why": "Not ours"})
    assert answer.json()["status"] == RemittanceStatus.DISMISSED
    again = biller.post(f"remittances/{parked.public_id}/dismissal", {"why": "Not ours"})
    assert refusal(again) == (409, "not_parked")
    assert take_in(document=document_of(practice, paying("P0009", trace="EFT9")), now=NOW) is not None


def test_charge_tells_who_owns_it(visit, biller):
    (listed,) = biller.get("charges", guarantor=guarantor(visit)).json()["results"]
    told = biller.get(f"charges/{listed['id']}").json()
    assert (told["amount"], told["owners"]["patient"], told["owners"]["adjusted"]) == (
        "150.00",
        "20.00",
        "40.00",
    )
    assert sum(Decimal(part) for part in told["owners"].values()) == Decimal("150.00")


def test_payment_of_tomorrow_is_refused(visit, biller):
    told = {"guarantor": guarantor(visit), "amount": "25.00", "method": "cash", "received_on": "2026-03-12"}
    answer = biller.post("payments", told)
    assert (answer.status_code, answer.json()["code"]) == (422, "received_in_future")


def test_payment_is_taken_applied_and_voided(visit, biller):
    told = {"guarantor": guarantor(visit), "amount": "25.00", "method": "check", "reference": "1001"}
    answer = biller.post("payments", told, key="lockbox-0001")
    assert (answer.status_code, answer.json()["amount"], answer.json()["received_on"]) == (
        201,
        "25.00",
        "2026-03-11",
    )
    account = biller.get(f"accounts/{guarantor(visit)}").json()
    assert (account["owed"], account["unapplied"]) == ("0.00", "5.00")
    path = f"payments/{answer.json()['id']}/voiding"
    assert biller.post(path, {"why": "Bounced"}).json()["voided_at"] is not None
    assert refusal(biller.post(path, {"why": "Bounced"})) == (409, "payment_voided")
    assert biller.get(f"accounts/{guarantor(visit)}").json()["owed"] == "20.00"
    assert PatientPayment.objects.get().received_by_id == biller.user.pk


@pytest.mark.parametrize("amount", [25, 25.5, "25", "25.5", "-25.00", "25.000", "1e3", "NaN", ""])
def test_money_is_text_with_two_places(visit, biller, amount):
    told = {"guarantor": guarantor(visit), "amount": amount, "method": "cash"}
    assert refusal(biller.post("payments", told)) == (400, "invalid")


def test_payment_of_nothing_is_refused(visit, biller):
    told = {"guarantor": guarantor(visit), "amount": "0.00", "method": "cash"}
    assert refusal(biller.post("payments", told)) == (422, "amount_not_positive")


def test_copay_checks_the_patient_in(practice, biller):
    appointment = AppointmentFactory(practice=practice)
    told = {"appointment": str(appointment.public_id), "amount": "20.00", "method": "card"}
    answer = biller.post("copays", told)
    assert (answer.status_code, answer.json()["appointment"]) == (201, told["appointment"])
    appointment.refresh_from_db()
    assert appointment.status == "arrived"
    path = f"accounts/{appointment.patient.guarantor.public_id}"
    assert biller.get(path).json()["unapplied"] == "20.00"
    assert biller.post(f"{path}/application").json()["unapplied"] == "20.00"


def test_invoice_is_issued_disputed_and_resolved(visit, biller):
    answer = biller.post("invoices", {"guarantor": guarantor(visit)})
    assert (answer.status_code, answer.json()["amount"]) == (201, "20.00")
    assert [line["owed"] for line in answer.json()["lines"]] == ["20.00"]
    path = f"invoices/{answer.json()['id']}"
    document = biller.get(f"{path}/document")
    assert (document["Content-Type"], document.content[:5]) == ("application/pdf", b"%PDF-")
    assert AuditEvent.objects.filter(verb="statement.read").count() == 1
    assert refusal(biller.post("invoices", {"guarantor": guarantor(visit)})) == (409, "nothing_due")
    assert biller.post(f"{path}/dispute", {"reason": "Paid"}).json()["status"] == "disputed"
    assert refusal(biller.post(f"{path}/dispute", {"reason": "Paid"})) == (409, "illegal_move")
    assert biller.post(f"{path}/resolution", {"why": "Not paid"}).json()["status"] == "open"
    assert Statement.objects.get().dispute_reason == "Paid"


def test_account_is_held_and_released(visit, biller):
    path = f"accounts/{guarantor(visit)}"
    held = biller.post(f"{path}/hold", {"reason": "hardship"}).json()
    assert [hold["reason"] for hold in held["holds"]] == ["hardship"]
    assert refusal(biller.post("invoices", {"guarantor": guarantor(visit)})) == (409, "nothing_due")
    assert biller.post(f"{path}/hold-lifting", {"reason": "hardship"}).json()["holds"] == []


def test_write_off_within_the_limit_is_done_above_it_waits(visit, biller):
    charge = str(visit.charges[0].public_id)
    told = {"charge": charge, "amount": "5.00", "reason": "charity"}
    assert biller.post("write-offs", told).json()["status"] == "approved"
    more = biller.post("write-offs", {**told, "amount": "15.01"})
    assert (refusal(more), more.json()["owed"]) == ((409, "more_than_owed"), "15.00")
    assert refusal(biller.post("write-offs", {**told, "amount": "0.00"})) == (422, "amount_not_positive")
    visit.encounter.practice.write_off_limit = Decimal("1.00")
    visit.encounter.practice.save()
    assert biller.post("write-offs", {**told, "amount": "2.00"}).json()["status"] == "requested"
