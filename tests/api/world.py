"""A practice in which every endpoint finds something to work on."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Model

from billing.actions.payment import collect_copay, take_payment
from billing.actions.statement import dispute_statement, issue_statement
from billing.actions.write_off import request_write_off
from billing.models import (
    Charge,
    OnlinePayment,
    PatientPayment,
    PaymentMethod,
    Remittance,
    RemittanceClaim,
    Statement,
    WriteOff,
    WriteOffReason,
)
from claims.actions.submission import send_batch
from claims.models import Batch, Claim
from claims.states import ClaimStatus
from coding.models import CodeSystem, Encounter
from coding.states import EncounterStatus
from denials.actions.appeal import draft_appeal, file_appeal
from denials.actions.denial import take_up
from denials.models import Appeal, Denial
from patients.actions.coverage import add_authorization
from patients.actions.eligibility import request_eligibility
from patients.models import Appointment, Authorization, Coverage, EligibilityCheck, Guarantor, Patient
from practice.models import Location, Payer, Practice, Provider, Role, WireTransaction
from tests.api.program import Program
from tests.billing.patients_page import Letter, held_payment
from tests.billing.scenario import Visit, billed_visit, taken_in, text_835
from tests.claims.scenes import built_claim
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
    """The rows, and one program per role. `fit` names, for writes that need it, a record in the state for
    them; `told` a body that can be carried out."""

    practice: Practice
    fit: dict[str, Model] = field(default_factory=dict)
    told: dict[str, dict[str, Any]] = field(default_factory=dict)
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
            "account": Guarantor,
            "coverage": Coverage,
            "authorization": Authorization,
            "appointment": Appointment,
            "eligibility_check": EligibilityCheck,
            "encounter": Encounter,
            "claim": Claim,
            "claim_batche": Batch,
            "remittance": Remittance,
            "remittance_claim": RemittanceClaim,
            "charge": Charge,
            "denial": Denial,
            "appeal": Appeal,
            "invoice": Statement,
            "payment": PatientPayment,
            "online_payment": OnlinePayment,
            "write_off": WriteOff,
            "payer": Payer,
            "provider": Provider,
            "location": Location,
        }
        found = {
            name: [str(row.public_id) for row in model.objects.order_by("pk")]
            for name, model in kinds.items()
        }
        copays = PatientPayment.objects.filter(appointment__isnull=False)
        return {**found, "copay": [str(row.public_id) for row in copays]}


def furnish(practice: Practice, drain) -> World:
    """A day on which every write has a record that is in the state for it."""
    CodeFactory(code="I10")
    CodeFactory(code="99214", system=CodeSystem.PROCEDURE, description="Office visit")
    FeeFactory(practice=practice, fee_schedule__practice=practice)
    ConnectionFactory(practice=practice)
    robot = Program(practice, Role.BILLER)
    coverage = CoverageFactory(practice=practice, patient=PatientFactory(practice=practice))
    visit = {"practice": practice, "patient": coverage.patient}
    booked, to_code = AppointmentFactory(**visit), EncounterFactory(**visit)
    coded = EncounterFactory(**visit, status=EncounterStatus.CODED)
    _front_desk(coverage, robot)
    sent_one, ready = built_claim(practice), built_claim(practice)
    held = billed_visit(practice, number="H0001", status=ClaimStatus.HELD).claim
    sent = billed_visit(practice, number="S0001", status=ClaimStatus.SENT).claim
    paid = [billed_visit(practice, number=f"P000{n}", lines=[("99213", "150")]) for n in (1, 2, 3)]
    for n in (1, 2, 3):
        billed_visit(practice, number=f"D000{n}", lines=[("64483:RT", "900")])
        taken_in(practice, _paid(f"P000{n}", trace=f"EFT{n}"))
        taken_in(practice, _refused(f"D000{n}", trace=f"NP{n}"))
    parked = taken_in(practice, _paid("NOBODY", trace="EFT9"))
    drain()
    send_batch(practice=practice, claims=[sent_one], by=robot.user, now=NOW)
    denial, drafted, filed = Denial.objects.order_by("pk")
    appeal, letter = _appeal(drafted, robot), _appeal(filed, robot)
    file_appeal(appeal=letter, by=robot.user, today=TODAY, now=NOW)
    take_up(denial=drafted, by=robot.user, now=NOW)
    invoice, disputed, payment = _accounts(paid, robot)
    wrong, too_little = (held_payment(Letter(paid[0], invoice, url="")) for _ in range(2))
    fit = {
        "appointments/{id}/time": booked,
        "appointments/{id}/arrival": booked,
        "appointments/{id}/absence": booked,
        "appointments/{id}/cancellation": booked,
        "encounters/{id}": to_code,
        "encounters/{id}/coding": to_code,
        "encounters/{id}/voiding": to_code,
        "encounters/{id}/reopening": coded,
        "claims/{id}/release": held,
        "claims/{id}/submission": ready,
        "claims/{id}/correction": held,
        "claims/{id}/voiding": held,
        "claims/{id}/inquiry": sent,
        "remittances/{id}/posting": parked,
        "remittances/{id}/dismissal": parked,
        "denials/{id}/work": denial,
        "denials/{id}/return": drafted,
        "denials/{id}/correction": denial,
        "denials/{id}/write-off": denial,
        "denials/{id}/appeal": denial,
        "appeals/{id}/filing": appeal,
        "appeals/{id}/letter": letter,
        "invoices/{id}/dispute": invoice,
        "invoices/{id}/resolution": disputed,
        "payments/{id}/voiding": payment,
        "online-payments/{id}/acceptance": too_little,
        "online-payments/{id}/dismissal": wrong,
    }
    told = {
        "patients": {"birth_date": "1980-05-05", "is_new_person": True, "death_date": None},
        "coverages": {"relation": "18", "rank": "T", "member_number": "X1", "ended_on": None, "subscriber": None},
        "invoices": {"guarantor": str(paid[2].patient.guarantor.public_id)},
        "write-offs": {
            "charge": str(paid[0].charges[0].public_id), "amount": "1.00", "reason": "charity"
        },
        "claim-batches": {"claims": [str(ready.public_id)]},
        "claims/{id}/correction": {"lines": [], "note": "Corrected."},
        "denials/{id}/correction": {"lines": [], "note": "Corrected."},
        "remittances/{id}/posting": {"treatments": {}},
    }  # fmt: skip
    return World(practice, fit, told, {Role.BILLER: robot})


def _front_desk(coverage: Coverage, robot: Program) -> None:
    """A consent, a question to the payer, and a visit whose copay was taken."""
    EnrollmentFactory(
        practice=coverage.practice, payer=coverage.payer, transaction=WireTransaction.ELIGIBILITY
    )
    add_authorization(
        coverage=coverage, number="A1", effective_on=TODAY, ended_on=TODAY, by=robot.user, now=NOW
    )
    request_eligibility(coverage=coverage, service_date=TODAY, by=robot.user, now=NOW)
    collect_copay(
        appointment=AppointmentFactory(practice=coverage.practice, patient=coverage.patient),
        amount=D("20.00"),
        method=PaymentMethod.CARD,
        request_key="copay",
        by=robot.user,
        now=NOW,
    )


def _appeal(denial: Denial, robot: Program) -> Appeal:
    return draft_appeal(denial=denial, request="Please pay.", facts="It was needed.", by=robot.user, now=NOW)


def _accounts(paid: list[Visit], robot: Program) -> tuple[Statement, Statement, PatientPayment]:
    """An invoice that stands, one that is disputed, and a guarantor who is due one; a payment, a write-off."""
    invoice, disputed = (
        issue_statement(guarantor=visit.patient.guarantor, today=TODAY, now=NOW) for visit in paid[:2]
    )
    dispute_statement(statement=disputed, reason="Not mine.", by=robot.user, now=NOW)
    payment = take_payment(
        guarantor=paid[0].patient.guarantor,
        amount=D("5.00"),
        method=PaymentMethod.CASH,
        request_key="first",
        received_on=TODAY,
        by=None,
        now=NOW,
    )
    request_write_off(
        charge=paid[0].charges[0],
        amount=D("1.00"),
        reason=WriteOffReason.SMALL_BALANCE,
        by=robot.user,
        today=TODAY,
        now=NOW,
    )
    return invoice, disputed, payment


def _paid(number: str, *, trace: str) -> str:
    return text_835(
        f"CLP*{number}*1*150*90*20*12*ICN{number}*11*1~NM1*QC*1*ELLISON*MARGARET~"
        f"SVC*HC:99213*150*90**1~DTM*472*20260310~CAS*CO*45*40~CAS*PR*2*20~REF*6R*{number}1~",
        paid="90",
        trace=trace,
    )


def _refused(number: str, *, trace: str) -> str:
    return text_835(
        f"CLP*{number}*4*900*0**12*ICN{number}*11*1~NM1*QC*1*ELLISON*MARGARET~"
        f"SVC*HC:64483:RT*900*0**0~DTM*472*20260310~CAS*CO*197*900~REF*6R*{number}1~LQ*HE*M62~",
        paid="0",
        trace=trace,
        method="NON",
    )
