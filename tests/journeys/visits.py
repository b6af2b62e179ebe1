"""Patients of BluePeak and North Star, and visits of which one is paid, one denied and one partly denied."""

import datetime as dt
from decimal import Decimal
from itertools import count

from billing.actions.payment import collect_copay
from billing.models import PaymentMethod
from coding.actions.codeset import Entry, load_procedures, load_release
from coding.actions.encounter import code_encounter, open_encounter
from coding.models import CodeSystem, Encounter
from coding.rules.lines import CodedLine
from demonstration.setting import Setting
from patients.actions.intake import Demographics, add_coverage, book_appointment, register_patient
from patients.models import Coverage, Patient, Rank, Relation
from practice.models import Role

COPAY = Decimal("25.00")
DIAGNOSES = {
    "I10": "High blood pressure",
    "E785": "High cholesterol",
    "R7303": "High sugar",
    "M5450": "Low back pain",
}
Coding = tuple[tuple[str, ...], tuple[tuple[str, tuple[int, ...]], ...]]
PAID: Coding = (("I10", "E785"), (("99214", (1, 2)), ("93000", (1,))))
DENIED: Coding = (("M5450",), (("97810", (1,)),))
PARTLY_DENIED: Coding = (("R7303",), (("99213", (1,)), ("80053", (1,)), ("82947", (1,))))
DENIED_LINES = 2
"""Of one visit of each of the three kinds: BluePeak covers no acupuncture, and no 82947 beside 80053."""

_people = count(1)
_seconds = count()


def load_codes(*, now: dt.datetime) -> None:
    """The code sets, as far as these visits need them."""
    load_procedures(by=None, now=now)
    load_release(
        system=CodeSystem.ICD10CM,
        entries={code: Entry(words) for code, words in DIAGNOSES.items()},
        release="FY2026, four codes",
        effective_on=dt.date(2025, 10, 1),
        by=None,
        now=now,
    )


def insured(setting: Setting, *, payer: str, now: dt.datetime) -> Coverage:
    """A new patient with a policy of that payer, whose deductible was met elsewhere."""
    number = next(_people)
    patient = register_patient(
        practice=setting.practice,
        details=Demographics(
            first_name=f"Pat {_letters(number)}",
            last_name=f"Doe {_letters(number)}",
            birth_date=dt.date(1980, 1, 1) + dt.timedelta(days=number),
            sex="F",
            phone="5125550123",
            email=f"patient.{number}@example.org",
            street=f"{number} Elm Street",
            city="Austin",
            state="TX",
            postal_code="787011234",
        ),
        email_consented_at=now,
        is_new_person=True,
        by=setting.staff[Role.FRONT_DESK],
        now=now,
        today=now.date(),
    )
    return add_coverage(
        patient=patient,
        payer=setting.payers[payer],
        member_number=f"{payer[:3]}{number:07d}81",
        rank=Rank.PRIMARY,
        relation=Relation.SELF,
        effective_on=now.date() - dt.timedelta(days=300),
        by=setting.staff[Role.FRONT_DESK],
        now=now,
    )


def coded_visit(setting: Setting, patient: Patient, coding: Coding, *, now: dt.datetime) -> Encounter:
    """A visit of today: checked in with a copay, seen, and coded."""
    diagnoses, lines = coding
    desk = setting.staff[Role.FRONT_DESK]
    appointment = book_appointment(
        patient=patient,
        provider=setting.providers[0],
        location=setting.location,
        starts_at=now + dt.timedelta(seconds=next(_seconds)),
        reason="Visit",
        by=desk,
        now=now,
    )
    collect_copay(
        appointment=appointment,
        amount=COPAY,
        method=PaymentMethod.CARD,
        request_key=f"copay-{appointment.pk}",
        by=desk,
        now=now,
    )
    encounter = open_encounter(
        patient=patient,
        rendering_provider=setting.providers[0],
        location=setting.location,
        service_date=appointment.service_date,
        appointment=appointment,
        by=desk,
        now=now,
        today=appointment.service_date,
    )
    return code_encounter(
        encounter=encounter,
        diagnoses=diagnoses,
        lines=[CodedLine(procedure_code=code, pointers=pointers) for code, pointers in lines],
        by=setting.staff[Role.CODER],
        now=now,
    )


def _letters(number: int) -> str:
    """A number spelled in letters, since a name has no digits."""
    return "".join("ABCDEFGHIJ"[int(digit)] for digit in str(number))
