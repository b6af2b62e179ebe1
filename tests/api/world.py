"""A practice in which every endpoint finds something to work on."""

from dataclasses import dataclass, field
from decimal import Decimal

from billing.actions.payment import take_payment
from billing.actions.statement import issue_statement
from billing.models import (
    Charge,
    PatientPayment,
    PaymentMethod,
    Remittance,
    RemittanceClaim,
    Statement,
    WriteOff,
)
from claims.models import Batch, Claim
from claims.states import ClaimStatus
from coding.models import CodeSystem, Encounter
from denials.actions.appeal import draft_appeal
from denials.models import Appeal, Denial
from patients.models import Appointment, Authorization, Coverage, EligibilityCheck, Guarantor, Patient
from practice.models import Location, Payer, Practice, Provider, Role, WireTransaction
from tests.api.program import Program
from tests.billing.scenario import Visit, billed_visit, taken_in, text_835
from tests.conftest import NOW
from tests.factories import (
    AppointmentFactory,
    CodeFactory,
    ConnectionFactory,
    CoverageFactory,
    EncounterFactory,
    EnrollmentFactory,
    FeeFactory,
    PatientFactory,
)

D = Decimal
TODAY = NOW.date()


@dataclass
class World:
    """The rows, and one program per role."""

    practice: Practice
    appointment: Appointment
    coverage: Coverage
    encounter: Encounter
    held: Claim
    visit: Visit
    parked: Remittance
    denial: Denial
    appeal: Appeal
    invoice: Statement
    payment: PatientPayment
    programs: dict[Role, Program] = field(default_factory=dict)

    def by(self, role: Role) -> Program:
        """The program with this role."""
        if role not in self.programs:
            self.programs[role] = Program(self.practice, role)
        return self.programs[role]

    def ids(self) -> dict[str, list[str]]:
        """The public ids of every kind of record, by the name under which requests refer to it."""
        kinds = {
            "patient": Patient,
            "guarantor": Guarantor,
            "coverage": Coverage,
            "authorization": Authorization,
            "appointment": Appointment,
            "eligibility_check": EligibilityCheck,
            "encounter": Encounter,
            "claim": Claim,
            "claim_batch": Batch,
            "remittance": Remittance,
            "denial": Denial,
            "appeal": Appeal,
            "invoice": Statement,
            "payment": PatientPayment,
            "write_off": WriteOff,
            "copay": PatientPayment,
            "account": Guarantor,
            "charge": Charge,
            "remittance_claim": RemittanceClaim,
            "payer": Payer,
            "provider": Provider,
            "location": Location,
        }
        return {name: [str(row.public_id) for row in model.objects.all()] for name, model in kinds.items()}


def furnish(practice: Practice, drain) -> World:
    """One of each: a booked visit, one to code, a held claim, a denied one, a paid one with its invoice, and
    a remittance that is parked."""
    CodeFactory(code="I10")
    CodeFactory(code="99214", system=CodeSystem.PROCEDURE, description="Office visit")
    FeeFactory(practice=practice, fee_schedule__practice=practice)
    ConnectionFactory(practice=practice)
    coverage = CoverageFactory(practice=practice, patient=PatientFactory(practice=practice))
    EnrollmentFactory(practice=practice, payer=coverage.payer, transaction=WireTransaction.ELIGIBILITY)
    appointment = AppointmentFactory(practice=practice, patient=coverage.patient)
    encounter = EncounterFactory(practice=practice, patient=coverage.patient)
    held = billed_visit(practice, number="H0001", status=ClaimStatus.HELD).claim
    visit = billed_visit(practice, number="P0001", lines=[("99213", "150")])
    billed_visit(practice, number="D0001", lines=[("64483:RT", "900")])
    taken_in(practice, _paid())
    taken_in(practice, _refused())
    parked = taken_in(practice, _parked())
    drain()
    denial = Denial.objects.get()
    robot = Program(practice, Role.BILLER)
    appeal = draft_appeal(
        denial=denial, request="Please pay.", facts="It was needed.", by=robot.user, now=NOW
    )
    invoice = issue_statement(guarantor=visit.patient.guarantor, today=TODAY, now=NOW)
    payment = take_payment(
        guarantor=visit.patient.guarantor,
        amount=D("5.00"),
        method=PaymentMethod.CASH,
        request_key="first",
        received_on=TODAY,
        by=None,
        now=NOW,
    )
    return World(
        practice, appointment, coverage, encounter, held, visit, parked, denial, appeal, invoice, payment,
        {Role.BILLER: robot},
    )  # fmt: skip


def _paid() -> str:
    return text_835(
        "CLP*P0001*1*150*90*20*12*ICN1*11*1~NM1*QC*1*ELLISON*MARGARET~"
        "SVC*HC:99213*150*90**1~DTM*472*20260310~CAS*CO*45*40~CAS*PR*2*20~REF*6R*P00011~",
        paid="90",
        trace="EFT1",
    )


def _refused() -> str:
    return text_835(
        "CLP*D0001*4*900*0**12*ICN2*11*1~NM1*QC*1*ELLISON*MARGARET~"
        "SVC*HC:64483:RT*900*0**0~DTM*472*20260310~CAS*CO*197*900~REF*6R*D00011~LQ*HE*M62~",
        paid="0",
        trace="NP1",
        method="NON",
    )


def _parked() -> str:
    return text_835(
        "CLP*NOBODY*1*150*90*20*12*ICN3*11*1~NM1*QC*1*ELLISON*MARGARET~"
        "SVC*HC:99213*150*90**1~DTM*472*20260310~CAS*CO*45*40~CAS*PR*2*20~REF*6R*NOBODY1~",
        paid="90",
        trace="EFT3",
    )
