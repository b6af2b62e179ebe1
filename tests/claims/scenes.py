"""Coded visits and their claims, as real rows; the people and payers of domain.md section 11."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from claims.actions.build import build_claim
from claims.models import Claim
from coding.models import Encounter
from coding.states import EncounterStatus
from patients.models import Coverage
from practice.models import Payer, Practice
from tests.conftest import NOW
from tests.factories import (
    SERVICE_DATE,
    CodeFactory,
    ContractFactory,
    CoverageFactory,
    DiagnosisFactory,
    EncounterFactory,
    EnrollmentFactory,
    PatientFactory,
    PayerFactory,
    ServiceLineFactory,
)

OFFICE_VISIT = ("99214", "210.00", (1, 2))
ECG = ("93000", "60.00", (2,))
DIAGNOSES = ("I10", "R002")


def payer(practice: Practice, **values: object) -> Payer:
    """A payer the practice may send claims to, under contract."""
    made = PayerFactory(organization=practice.organization, **values)
    if not made.contracts.exists():
        EnrollmentFactory(practice=practice, payer=made)
        ContractFactory(practice=practice, payer=made, timely_filing_days=365)
    return made


def medicare(practice: Practice, **values: object) -> Payer:
    return payer(
        practice,
        payer_number="04412",
        name="Medicare Part B TX",
        filing_indicator_code="MB",
        takes_replacements=False,
        **values,
    )


def medigap(practice: Practice) -> Payer:
    return payer(practice, payer_number="59999", name="Statewide Medigap")


def insured_patient(practice: Practice, **values: object) -> Coverage:
    """A patient with one primary coverage; `values` are the coverage's."""
    if "payer" not in values:
        values["payer"] = payer(practice)
    return CoverageFactory(practice=practice, patient=PatientFactory(practice=practice), **values)


def coded_visit(
    coverage: Coverage,
    *,
    lines: Sequence[tuple[str, str, tuple[int, ...]]] = (OFFICE_VISIT, ECG),
    diagnoses: Sequence[str] = DIAGNOSES,
    **values: object,
) -> Encounter:
    """A coded encounter of the covered patient; `values` are the encounter's."""
    encounter = EncounterFactory(
        practice=coverage.practice,
        patient=coverage.patient,
        status=EncounterStatus.CODED,
        coded_at=NOW,
        **values,
    )
    for position, code in enumerate(diagnoses, 1):
        CodeFactory(code=code)
        DiagnosisFactory(encounter=encounter, position=position, code=code)
    for position, (code, charge, pointers) in enumerate(lines, 1):
        ServiceLineFactory(
            encounter=encounter,
            position=position,
            procedure_code=code,
            charge=Decimal(charge),
            pointers=list(pointers),
            service_date=encounter.service_date,
        )
    return encounter


def built_claim(practice: Practice, **values: object) -> Claim:
    """A claim fresh from the scrubber; `values` are the coverage's."""
    claim = build_claim(encounter=coded_visit(insured_patient(practice, **values)), now=NOW)
    assert claim is not None
    return claim


def day(n: int) -> dt.date:
    """n days after the service date."""
    return SERVICE_DATE + dt.timedelta(days=n)
