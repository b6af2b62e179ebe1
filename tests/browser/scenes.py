"""What waits for each role on one day, as rows: for walks in the browser, by whatever means."""

from datetime import timedelta
from uuid import uuid4

from billing.actions.link import make_link
from billing.actions.statement import issue_statement
from billing.models import Remittance
from claims.models import Claim
from clearinghouse.models import Connection
from coding.models import Encounter
from denials.models import Denial
from patients.models import Appointment, EligibilityCheck, Guarantor
from patients.states import EligibilityStatus
from tests.billing.scenario import billed_visit, taken_in, text_835
from tests.claims.scenes import built_claim
from tests.coding.conftest import NOTE
from tests.conftest import NOW
from tests.factories import (
    AppointmentFactory,
    CodeFactory,
    ConnectionFactory,
    CoverageFactory,
    EncounterFactory,
    FeeFactory,
    FeeScheduleFactory,
    PatientFactory,
)

TODAY = NOW.date()


def patient_today(practice) -> Appointment:
    """A covered patient with a visit later today, whose payer names a copay of 30.00."""
    patient = PatientFactory(practice=practice)
    coverage = CoverageFactory(practice=practice, patient=patient)
    EligibilityCheck.objects.create(
        practice=practice,
        coverage=coverage,
        service_date=TODAY,
        service_types=["30", "98"],
        trace_number=str(uuid4()),
        requested_at=NOW,
        answered_at=NOW,
        status=EligibilityStatus.ACTIVE,
        copay="30.00",
    )
    return AppointmentFactory(
        practice=practice, patient=patient, service_date=TODAY, starts_at=NOW + timedelta(hours=1)
    )


def visit_without_codes(practice) -> Encounter:
    """A visit with its note, and the codes and prices it needs."""
    schedule = FeeScheduleFactory(practice=practice)
    FeeFactory(fee_schedule=schedule, procedure_code="99214", amount="210.00")
    CodeFactory(code="I10", also_called="high blood pressure; hypertension (arterial) (benign)")
    CodeFactory(system="procedure", code="99214", description="Follow-up visit: long")
    return EncounterFactory(practice=practice, note=NOTE)


def ready_claim(practice) -> Claim:
    """A clean claim, and a mailbox for it."""
    if not Connection.objects.filter(practice=practice).exists():
        ConnectionFactory(practice=practice)
    return built_claim(practice)


def parked_remittance(practice) -> Remittance:
    """90.00 for a claim number we never gave; our claim A1 is the one that is meant."""
    billed_visit(practice, number="A1")
    body = (
        "CLP*ZZ9*1*150*90*20*12*ICN1*11*1~NM1*QC*1*ELLISON*MARGARET~"
        "SVC*HC:99213*150*90**1~DTM*472*20260310~CAS*CO*45*40~CAS*PR*3*20~"
    )
    return taken_in(practice, text_835(body, paid="90", trace="EFT1"))


def denial(practice, drain) -> Denial:
    """900.00 refused for want of an authorization."""
    billed_visit(practice, number="26050031A", lines=[("64483:RT", "900")])
    body = (
        "CLP*26050031A*4*900*0**12*NSH2612700456*11*1~NM1*QC*1*ELLISON*MARGARET~"
        "SVC*HC:64483:RT*900*0**0~DTM*472*20260310~CAS*CO*197*900~REF*6R*26050031A1~LQ*HE*M62~"
    )
    taken_in(practice, text_835(body, paid="0", trace="NP1", method="NON"))
    drain()
    return Denial.objects.get()


def guarantor_who_owes(practice, drain) -> Guarantor:
    """20.00 that the plan left to the patient, with a statement."""
    visit = billed_visit(practice, number="B1")
    body = (
        "CLP*B1*1*150*90*20*12*ICN2*11*1~NM1*QC*1*ELLISON*MARGARET~"
        "SVC*HC:99213*150*90**1~DTM*472*20260310~CAS*CO*45*40~CAS*PR*1*20~REF*6R*B11~"
    )
    taken_in(practice, text_835(body, paid="90", trace="EFT2"))
    drain()
    issue_statement(guarantor=visit.patient.guarantor, today=TODAY, now=NOW)
    return visit.patient.guarantor


def link_of(guarantor: Guarantor) -> str:
    """The address in the letter of their latest statement."""
    return make_link(statement=guarantor.statements.latest("pk"), now=NOW)
