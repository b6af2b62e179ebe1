"""A practice in which something of every kind has happened, for tests that try every address."""

from datetime import timedelta
from decimal import Decimal

from billing.actions.payment import take_payment
from billing.actions.statement import issue_statements
from billing.models import PatientQuestion, PaymentMethod
from claims.models import Batch, Claim, Finding, Submission
from claims.states import ClaimStatus
from clearinghouse.models import Delivery, Interchange, Route, WaitingFile
from coding.models import Encounter, ProviderQuestion
from denials.actions.appeal import draft_appeal
from denials.models import Denial
from patients.models import EligibilityCheck
from patients.states import AppointmentStatus
from practice.actions.token import issue_token
from practice.models import Role
from tests.billing.patients_page import Letter, held_payment
from tests.billing.scenario import billed_visit, taken_in, text_835
from tests.conftest import NOW
from tests.factories import (
    AppointmentFactory,
    ContractFactory,
    EncounterFactory,
    EnrollmentFactory,
    FeeFactory,
    LocationFactory,
    UserFactory,
)

_PAID = (
    "CLP*P1*1*150*90*20*12*ICN1*11*1~NM1*QC*1*ELLISON*MARGARET~"
    "SVC*HC:99213*150*90**1~DTM*472*20260310~CAS*CO*45*40~CAS*PR*3*20~REF*6R*P11~"
)
_DENIED = (
    "CLP*D1*4*150*0**12*ICN2*11*1~NM1*QC*1*ELLISON*MARGARET~"
    "SVC*HC:99213*150*0**0~DTM*472*20260310~CAS*CO*197*150~REF*6R*D11~LQ*HE*M62~"
)


def _stop_claims(practice) -> None:
    """Held for every kind of reason, rejected, and silent for too long."""
    held = billed_visit(practice, number="H9", status=ClaimStatus.HELD).claim
    for edit, place in (
        ("A01", ""),
        ("D03", "claim"),
        ("P04", "patient"),
        ("P07", "coverage"),
        ("E01", "encounter"),
        ("E02", "payer"),
    ):
        Finding.objects.create(
            practice=practice, claim=held, edit=edit, field=place, message="Stops it.", found_at=NOW
        )
    rejected = billed_visit(practice, number="J9", status=ClaimStatus.REJECTED).claim
    Finding.objects.create(
        practice=practice, claim=rejected, edit="277CA", field="patient", message="Unknown.", found_at=NOW
    )
    silent = billed_visit(practice, number="S9", status=ClaimStatus.ACCEPTED).claim
    long_ago = NOW - timedelta(days=90)
    Claim.objects.filter(pk=silent.pk).update(first_sent_at=long_ago, last_sent_at=long_ago)


def _exchange_files(practice, claim) -> None:
    """A file of claims that was sent, its route, and one that waits in the mailbox."""
    interchange = Interchange.objects.order_by("pk").first()
    Delivery.objects.create(practice=practice, interchange=interchange, status="sent", sent_at=NOW)
    partner = interchange.connection
    Route.objects.create(practice=practice, transaction="837P", connection=partner)
    WaitingFile.objects.create(
        practice=practice, connection=partner, name="half.835", size=3, first_seen_at=NOW, trouble="no end"
    )
    batch = Batch.objects.create(
        practice=practice,
        interchange=interchange,
        reference="B1",
        claim_count=1,
        total_charge="150.00",
        queued_at=NOW,
    )
    Submission.objects.create(practice=practice, batch=batch, claim=claim, queued_at=NOW)
    EligibilityCheck.objects.update(request=interchange)


def play(practice, drain) -> None:
    """Visits to come and past, coded and not; claims sent, paid, denied; a statement, an appeal, a payment."""
    person = UserFactory(member_of=practice)
    LocationFactory(practice=practice)
    FeeFactory(fee_schedule__practice=practice)
    visit, refused = billed_visit(practice, number="P1"), billed_visit(practice, number="D1")
    payer = visit.coverages["P"].payer
    ContractFactory(practice=practice, payer=payer)
    EnrollmentFactory(practice=practice, payer=payer)
    appointment = AppointmentFactory(practice=practice, patient=visit.patient)
    EncounterFactory(practice=practice, patient=visit.patient, appointment=appointment, note="Knee pain.")
    EligibilityCheck.objects.create(
        practice=practice,
        coverage=visit.coverages["P"],
        service_date=NOW.date(),
        trace_number="T1",
        requested_at=NOW,
    )
    taken_in(practice, text_835(_PAID, paid="90", trace="EFT1"))
    taken_in(practice, text_835(_DENIED, paid="0", trace="EFT2", method="NON"))
    taken_in(practice, text_835(_PAID.replace("P1", "Z9"), paid="90", trace="EFT3"))
    drain()
    _exchange_files(practice, refused.claim)
    draft_appeal(
        denial=Denial.objects.get(), request="Pay it", facts="It was authorized.", by=person, now=NOW
    )
    [statement] = issue_statements(practice=practice, today=NOW.date(), now=NOW)
    held_payment(Letter(visit, statement, url=""), asked="20.00", took="19.00")
    PatientQuestion.objects.create(
        practice=practice, statement=statement, request_key="q1", text="Why?", asked_at=NOW
    )
    take_payment(
        guarantor=visit.patient.guarantor,
        amount=Decimal("5.00"),
        method=PaymentMethod.CASH,
        request_key="p1",
        received_on=NOW.date(),
        by=person,
        now=NOW,
    )
    _stop_claims(practice)
    AppointmentFactory(practice=practice, status=AppointmentStatus.ARRIVED, arrived_at=NOW)
    ProviderQuestion.objects.create(
        practice=practice,
        encounter=Encounter.objects.filter(status="open").first(),
        question="Which knee?",
        asked_by=person,
        asked_at=NOW,
    )
    issue_token(
        practice=practice,
        role=Role.BILLER,
        name="robot",
        expires_at=NOW + timedelta(days=30),
        by=person,
        now=NOW,
    )
