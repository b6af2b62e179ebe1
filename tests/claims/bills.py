"""The bill of worked case 1 (domain.md section 11) as plain values, and one to its secondary payer."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

from claims.rules.bill import (
    Adjustment,
    Bill,
    Biller,
    Clinician,
    Decision,
    Line,
    OtherPolicy,
    Person,
    Place,
    Policy,
    Surroundings,
)

DAY = dt.date(2026, 3, 10)
TODAY = dt.date(2026, 3, 11)
REMITTED = dt.date(2026, 3, 26)

PATIENT = Person(
    last_name="Ellison",
    first_name="Margaret",
    middle_name="R",
    birth_date=dt.date(1950, 5, 14),
    sex="F",
    place=Place(street="22 Oak Lane", city="Austin", state="TX", postal_code="78704"),
)
MEDICARE = Policy(
    rank="P",
    payer_name="Medicare Part B TX",
    payer_number="04412",
    filing_indicator_code="MB",
    member_number="1EG4TE5MK73",
    subscriber=PATIENT,
)
MEDIGAP = Policy(
    rank="S",
    payer_name="Statewide Medigap",
    payer_number="59999",
    filing_indicator_code="CI",
    member_number="MG55512345",
    subscriber=PATIENT,
)
OFFICE_VISIT = Line(
    control_number="26070001A1",
    procedure_code="99214",
    charge=Decimal("210.00"),
    units=Decimal("1.00"),
    service_date=DAY,
    pointers=(1, 2),
)
ECG = Line(
    control_number="26070001A2",
    procedure_code="93000",
    charge=Decimal("60.00"),
    units=Decimal("1.00"),
    service_date=DAY,
    pointers=(2,),
)
BILL = Bill(
    control_number="26070001A",
    frequency="1",
    total_charge=Decimal("270.00"),
    service_date=DAY,
    place_of_service_code="11",
    patient=PATIENT,
    policy=MEDICARE,
    biller=Biller(
        name="Lakeside Family Medicine PLLC",
        npi="1234567893",
        tax_number="741234567",
        taxonomy_code="207Q00000X",
        phone="5125550100",
        place=Place(street="100 Main Street", city="Austin", state="TX", postal_code="787011234"),
    ),
    rendering=Clinician(last_name="Nguyen", first_name="Linh", npi="1334455668", taxonomy_code="207Q00000X"),
    diagnoses=("I10", "R002"),
    lines=(OFFICE_VISIT, ECG),
    medical_record_number="MRN004711",
    others=(OtherPolicy(policy=MEDIGAP),),
    around=Surroundings(file_by=dt.date(2027, 3, 10), usage="T", own_usage="T"),
)


def _decided(paid: str, *adjustments: tuple[str, str, str]) -> Decision:
    return Decision(
        payer_number="04412",
        paid=Decimal(paid),
        units=Decimal("1.00"),
        decided_on=REMITTED,
        adjustments=tuple(
            Adjustment(group=group, reason=reason, amount=Decimal(amount))
            for group, reason, amount in adjustments
        ),
    )


VISIT_DECIDED = _decided(
    "70.56", ("CO", "45", "80.00"), ("CO", "253", "1.44"), ("PR", "1", "40.00"), ("PR", "2", "18.00")
)
ECG_DECIDED = _decided("11.76", ("CO", "45", "45.00"), ("CO", "253", "0.24"), ("PR", "2", "3.00"))

SECONDARY = replace(
    BILL,
    control_number="26070002A",
    policy=MEDIGAP,
    lines=(
        replace(OFFICE_VISIT, control_number="26070002A1", decisions=(VISIT_DECIDED,)),
        replace(ECG, control_number="26070002A2", decisions=(ECG_DECIDED,)),
    ),
    others=(OtherPolicy(policy=MEDICARE, paid=Decimal("82.32"), payer_control_number="0226070123450"),),
)
"""Had Medicare not crossed the claim over (domain.md case 1, last sentence)."""
