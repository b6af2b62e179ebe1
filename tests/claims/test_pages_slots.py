"""What a file of the exchange changed, as parts of its page."""

import pytest
from django.urls import reverse

from billing.models import Remittance
from claims.actions.submission import send_batch
from clearinghouse.actions.inbound import receive_file
from clearinghouse.models import Interchange
from patients.models import EligibilityCheck
from practice.models import Role
from tests.billing.scenario import billed_visit, taken_in, text_835
from tests.claims.answers import accepted_999
from tests.claims.scenes import built_claim
from tests.conftest import NOW
from tests.factories import ConnectionFactory, CoverageFactory

pytestmark = pytest.mark.slow

PAID = (
    "CLP*P1*1*150*90*20*12*ICN1*11*1~NM1*QC*1*ELLISON*MARGARET~"
    "SVC*HC:99213*150*90**1~DTM*472*20260310~CAS*CO*45*40~CAS*PR*3*20~REF*6R*P11~"
)


def slot(browser, app: str, file: Interchange) -> str:
    answer = browser.get(reverse(f"{app}:interchange_slot", args=[file.public_id]))
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_an_acknowledgment_shows_the_claims_it_moved(staff, practice, connection, clearinghouse, drain):
    claim = built_claim(practice)
    batch = send_batch(practice=practice, claims=[claim], by=None, now=NOW)
    drain(now=NOW)
    file = receive_file(connection=connection, name="a", content=accepted_999(batch), now=NOW).interchange
    drain(now=NOW)
    biller, administrator = staff(Role.BILLER), staff(Role.ADMINISTRATOR)

    seen = slot(biller, "claims", file)

    assert claim.control_number in seen
    assert "Sent to Received" in seen
    assert reverse("claims:claim", args=[claim.public_id]) in seen
    assert "href" not in slot(administrator, "claims", file)
    assert batch.reference in slot(biller, "claims", batch.interchange)
    assert slot(biller, "billing", file) == slot(biller, "patients", file) == ""


def test_a_remittance_shows_what_was_posted_and_paid(staff, practice, drain):
    billed_visit(practice, number="P1")
    taken_in(practice, text_835(PAID, paid="90", trace="EFT1"))
    drain(now=NOW)
    remittance = Remittance.objects.get()
    biller = staff(Role.BILLER)

    posted = slot(biller, "billing", remittance.document.interchange)
    assert reverse("billing:remittance", args=[remittance.public_id]) in posted
    assert "EFT1" in posted
    assert "about 1 claim" in posted
    moved = slot(biller, "claims", remittance.document.interchange)
    assert "P1" in moved
    assert "to Paid" in moved


def test_a_question_about_coverage_leads_to_its_answer(staff, practice):
    connection = ConnectionFactory(practice=practice)
    file = receive_file(connection=connection, name="x", content=b"271?", now=NOW).interchange
    check = EligibilityCheck.objects.create(
        practice=practice,
        coverage=CoverageFactory(practice=practice),
        service_date=NOW.date(),
        trace_number="T1",
        requested_at=NOW,
        response=file,
    )
    assert reverse("patients:eligibility", args=[check.public_id]) in slot(
        staff(Role.BILLER), "patients", file
    )
    assert "href" not in slot(staff(Role.ADMINISTRATOR), "patients", file)
