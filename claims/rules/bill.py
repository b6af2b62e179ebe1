"""A claim as plain values: everything that would go to the payer, and what the edits weigh it against.

One picture serves both: what is judged by `claims.rules.scrub` is what `claims.edi` writes.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from rcm.money import ZERO

SELF = "18"
"""SBR02: the patient is the subscriber."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A postal address; `postal_code` without a hyphen."""

    street: str = ""
    street_2: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """The patient or a subscriber."""

    last_name: str
    first_name: str
    middle_name: str = ""
    suffix: str = ""
    birth_date: date | None = None
    death_date: date | None = None
    sex: str = ""
    place: Place = Place()


@dataclass(frozen=True, slots=True, kw_only=True)
class Biller:
    """The billing provider, loop 2010AA."""

    name: str
    npi: str
    tax_number: str
    taxonomy_code: str
    phone: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Clinician:
    """A rendering or referring provider."""

    last_name: str
    first_name: str
    npi: str
    taxonomy_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facility:
    """Where the service was, when that is not the billing address: loop 2310C."""

    name: str
    npi: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One coverage of the patient: its payer, its place in the order, and who holds it.

    `subscriber` is the patient when the relation is self; None where a dependent's policy names nobody.
    `payer_number` is the id this clearinghouse knows the payer by.
    """

    rank: str
    payer_name: str
    payer_number: str
    filing_indicator_code: str
    member_number: str
    member_number_pattern: str = ""
    group_number: str = ""
    plan_name: str = ""
    relation: str = SELF
    subscriber: Person | None = None
    medicare_secondary_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment:
    """One CAS of an earlier payer, as received; None for an amount that is no number."""

    group: str
    reason: str
    amount: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What an earlier payer decided on one line: loop 2430."""

    payer_number: str
    paid: Decimal
    units: Decimal
    decided_on: date | None
    adjustments: tuple[Adjustment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherPolicy:
    """Another payer of the claim, loop 2320. `paid` is AMT*D, None while that payer has not decided."""

    policy: Policy
    paid: Decimal | None = None
    payer_control_number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One service. `charge` is for all units; `pointers` count the diagnoses from 1.

    `drug_code` is the NDC in eleven digits, with its quantity and unit (UN, ML, GR, F2, ME).
    """

    control_number: str
    procedure_code: str
    charge: Decimal
    units: Decimal
    service_date: date | None
    modifiers: tuple[str, ...] = ()
    pointers: tuple[int, ...] = ()
    description: str = ""
    drug_code: str = ""
    drug_quantity: Decimal | None = None
    drug_unit: str = ""
    decisions: tuple[Decision, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """The prior authorization the claim names. `units_left` is None when the payer set no limit."""

    procedure_codes: frozenset[str]
    effective_on: date
    ended_on: date
    units_left: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What the caller looked up for the edits, none of which is sent.

    `enrolled`: the practice may send claims to this payer. `unknown_diagnoses`: codes that are not valid and
    billable on the service date. `consent_needed`: procedures the contract wants authorized. `consent`: the
    authorization on file under the claim's number, None when the number is not on file. `file_by`: the last
    day the payer takes the claim. `usage` of the connection (T or P, empty without one) and the one that this
    installation must use.
    """

    enrolled: bool = True
    unknown_diagnoses: frozenset[str] = frozenset()
    consent_needed: frozenset[str] = frozenset()
    consent: Consent | None = None
    file_by: date | None = None
    usage: str = ""
    own_usage: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """One claim to one payer."""

    control_number: str
    frequency: str
    total_charge: Decimal
    service_date: date | None
    place_of_service_code: str
    patient: Person
    policy: Policy
    biller: Biller
    rendering: Clinician | None
    diagnoses: tuple[str, ...]
    lines: tuple[Line, ...]
    medical_record_number: str = ""
    original_reference_number: str = ""
    authorization_number: str = ""
    note: str = ""
    patient_paid: Decimal = ZERO
    related_cause: str = ""
    accident_date: date | None = None
    accident_state: str = ""
    admission_date: date | None = None
    referring: Clinician | None = None
    facility: Facility | None = None
    others: tuple[OtherPolicy, ...] = ()
    provider_signature: str = "Y"
    assignment: str = "A"
    benefits_assigned: str = "Y"
    release_of_information: str = "Y"
    around: Surroundings = Surroundings()
