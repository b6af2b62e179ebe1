"""A claim as the payer reads it off an 837P or 837I: only what adjudication and its answers need."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

ORIGINAL: Final = "1"
REPLACEMENT: Final = "7"
VOID: Final = "8"


@dataclass(frozen=True, slots=True)
class Person:
    """A subscriber or patient. `member_id` is empty for a dependent (2010CA has none)."""

    last_name: str
    first_name: str
    middle_name: str = ""
    member_id: str = ""
    birth_date: date | None = None
    sex: str = ""


@dataclass(frozen=True, slots=True)
class Provider:
    """The billing provider (2010AA) and so the payee."""

    name: str
    npi: str
    tin: str
    first_name: str = ""  # a person's; empty for an organization
    street: str = ""
    city: str = ""
    state: str = ""
    zip_code: str = ""


@dataclass(frozen=True, slots=True)
class Adjustment:
    """One CAS trio: group, claim adjustment reason code, amount (positive reduces the payment)."""

    group: str
    code: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class PriorPayment:
    """What a payer before us did with a line (2430)."""

    payer_id: str
    paid: Decimal
    adjustments: tuple[Adjustment, ...] = ()


@dataclass(frozen=True, slots=True)
class OtherPayer:
    """Another payer named on the claim (2320/2330): `rank` is SBR01 (P, S, T)."""

    rank: str
    payer_id: str
    name: str
    member_id: str = ""
    paid: Decimal | None = None  # AMT*D
    last_name: str = ""
    first_name: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One service line (2400). `diagnoses` are the codes its pointers name, `control_number` is REF 6R.

    An institution's line has a `revenue_code`, no pointers (all diagnoses of the claim are its own), and
    perhaps no procedure code.
    """

    number: int
    control_number: str
    procedure: str
    modifiers: tuple[str, ...]
    charge: Decimal
    units: Decimal
    service_date: date
    diagnoses: tuple[str, ...] = ()
    authorization: str = ""
    prior: tuple[PriorPayment, ...] = ()
    revenue_code: str = ""

    @property
    def code(self) -> str:
        """What the service is known by: the procedure code, or else the revenue code."""
        return self.procedure or self.revenue_code


@dataclass(frozen=True, slots=True)
class Stay:
    """What only an institution's claim says: CL103, the DRG, and the days of an inpatient (0: outpatient)."""

    patient_status: str = ""
    drg: str = ""
    days: int = 0


@dataclass(frozen=True, slots=True)
class Claim:
    """One CLM. `number` is CLM01, `rank` SBR01 of the payer it is sent to, `replaces` the ICN in REF F8.

    `place_of_service` is CLM05-1: of an institution's claim, which has a `stay`, the facility type.
    """

    number: str
    charge: Decimal
    payer_id: str
    rank: str
    subscriber: Person
    patient: Person
    provider: Provider
    frequency: str
    place_of_service: str
    lines: tuple[Line, ...]
    replaces: str = ""
    authorization: str = ""
    others: tuple[OtherPayer, ...] = ()
    rendering_npi: str = ""
    stay: Stay | None = None

    @property
    def is_first(self) -> bool:
        """Whether it neither replaces nor voids another (an institution's interim bills do not)."""
        return self.frequency not in (REPLACEMENT, VOID)

    @property
    def patient_key(self) -> str:
        """Whose deductible it is."""
        return patient_key(self.subscriber, self.patient)

    @property
    def service_date(self) -> date:
        """The first day of service: it decides the benefit year and the order of adjudication."""
        return min(line.service_date for line in self.lines)

    @property
    def is_dependent(self) -> bool:
        """Whether the patient is not the subscriber."""
        return self.patient.member_id != self.subscriber.member_id


def patient_key(subscriber: Person, patient: Person) -> str:
    """What a payer knows a patient by: the member id, and for a dependent also the name and birth date."""
    if patient.member_id == subscriber.member_id:
        return subscriber.member_id
    born = patient.birth_date.isoformat() if patient.birth_date else ""
    return "/".join((subscriber.member_id, patient.last_name, patient.first_name, born)).upper()
