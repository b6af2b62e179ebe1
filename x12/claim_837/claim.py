"""Loop 2300 of the 837P and what stands in it: the claim, its providers, its other payers (005010X222A1)."""

from datetime import date
from decimal import Decimal

from x12.adjudication import OutpatientAdjudication
from x12.claim_837.details import AmbulanceTransport, Contract, Repricing, SpinalManipulation
from x12.claim_837.line import ServiceLine
from x12.loops import Loop, at, child, dated, dated_through, loop, must, segments
from x12.records import (
    HEALTH_CODES,
    Adjustment,
    Attachment,
    Condition,
    DateReference,
    FixedFormat,
    FreeText,
    HealthCode,
    MoneyAmount,
    Name,
    Party,
    Reference,
    adjustments,
)


@loop("NM1")
class OtherPayer(Loop):
    """Loop 2330B: another payer; `name.id` is what the lines' adjudications (SVD01) point at."""

    name: Name = segments("NM1")
    street: str = at("N3", 1)
    street2: str = at("N3", 2)
    city: str = at("N4", 1)
    state: str = at("N4", 2)
    postal_code: str = at("N4", 3)
    country: str = at("N4", 4)
    subdivision: str = at("N4", 7)
    adjudicated_on: date | None = dated("573")
    prior_authorization: str = at("REF", 2, where="G1")
    referral_number: str = at("REF", 2, where="9F")
    adjustment_indicator: str = at("REF", 2, where="T4")
    claim_control_number: str = at("REF", 2, where="F8")
    references: tuple[Reference, ...] = segments("REF")


@loop("SBR")
class OtherCoverage(Loop):
    """Loop 2320: one other payer of the claim: its place in the sequence, what it paid and adjusted.

    `sequence` is P, S, T or A to H; `relationship` the individual relationship code (18 self); `paid` is
    AMT*D, `noncovered` AMT*A8, `remaining_patient_liability` AMT*EAF. Adjustments are as that payer's 835
    gave them.
    """

    sequence: str = must("SBR", 1)
    relationship: str = must("SBR", 2)
    group_number: str = at("SBR", 3)
    group_name: str = at("SBR", 4)
    medicare_secondary_reason: str = at("SBR", 5)
    filing_indicator: str = at("SBR", 9)
    adjustments: tuple[Adjustment, ...] = adjustments()
    paid: Decimal | None = at("AMT", 2, where="D")
    noncovered: Decimal | None = at("AMT", 2, where="A8")
    remaining_patient_liability: Decimal | None = at("AMT", 2, where="EAF")
    benefits_assigned: str = at("OI", 3, default="Y")
    signature_source: str = at("OI", 4)
    release_of_information: str = at("OI", 6, default="Y")
    outpatient: OutpatientAdjudication | None = segments("MOA")
    subscriber: Party | None = child("NM1", "IL")
    payer: OtherPayer | None = child("NM1", "PR")
    referring_provider: Party | None = child("NM1", "DN")
    primary_care_provider: Party | None = child("NM1", "P3")
    rendering_provider: Party | None = child("NM1", "82")
    service_facility: Party | None = child("NM1", "77")
    supervising_provider: Party | None = child("NM1", "DQ")
    billing_provider: Party | None = child("NM1", "85")


@loop("CLM")
class Claim(Loop):
    """Loop 2300: one claim. `control_number` (CLM01) is ours, at most 20 characters, and comes back in the
    835.

    `place_of_service`, `frequency` (1 original, 7 replacement, 8 void) are CLM05-1 and -3;
    `provider_signature` CLM06, `assignment` CLM07 (A, B, C), `benefits_assigned` CLM08,
    `release_of_information` CLM09 (Y, I); `related_causes` CLM11-1 to -3 (AA auto, EM employment, OA other
    accident) with `accident_state`. `patient_paid` is AMT*F5; `payer_claim_control_number` (REF*F8) must be
    there for frequency 7 and 8. The first diagnosis is the principal one (ABK); codes carry no decimal point.
    """

    control_number: str = must("CLM", 1)
    charge: Decimal = must("CLM", 2)
    place_of_service: str = must("CLM", 5, 1)
    facility_qualifier: str = at("CLM", 5, 2, default="B")
    frequency: str = at("CLM", 5, 3, default="1")
    provider_signature: str = at("CLM", 6, default="Y")
    assignment: str = at("CLM", 7, default="A")
    benefits_assigned: str = at("CLM", 8, default="Y")
    release_of_information: str = at("CLM", 9, default="Y")
    signature_source: str = at("CLM", 10)
    related_cause: str = at("CLM", 11, 1)
    related_cause2: str = at("CLM", 11, 2)
    related_cause3: str = at("CLM", 11, 3)
    accident_state: str = at("CLM", 11, 4)
    accident_country: str = at("CLM", 11, 5)
    special_program: str = at("CLM", 12)
    delay_reason: str = at("CLM", 20)
    onset_date: date | None = dated("431")
    initial_treatment_date: date | None = dated("454")
    last_seen_date: date | None = dated("304")
    acute_manifestation_date: date | None = dated("453")
    accident_date: date | None = dated("439")
    last_menstrual_period_date: date | None = dated("484")
    last_xray_date: date | None = dated("455")
    prescription_date: date | None = dated("471")
    disability_from: date | None = dated("314")
    disability_through: date | None = dated_through("314")
    disability_began: date | None = dated("360")
    disability_ended: date | None = dated("361")
    last_worked_date: date | None = dated("297")
    return_to_work_date: date | None = dated("296")
    admission_date: date | None = dated("435")
    discharge_date: date | None = dated("096")
    assumed_care_date: date | None = dated("090")
    relinquished_care_date: date | None = dated("091")
    first_contact_date: date | None = dated("444")
    repricer_received_date: date | None = dated("050")
    dates: tuple[DateReference, ...] = segments("DTP")
    attachments: tuple[Attachment, ...] = segments("PWK")
    contract: Contract | None = segments("CN1")
    patient_paid: Decimal | None = at("AMT", 2, where="F5")
    amounts: tuple[MoneyAmount, ...] = segments("AMT")
    service_authorization_exception: str = at("REF", 2, where="4N")
    mandatory_crossover: str = at("REF", 2, where="F5")
    mammography: str = at("REF", 2, where="EW")
    referral_number: str = at("REF", 2, where="9F")
    prior_authorization: str = at("REF", 2, where="G1")
    payer_claim_control_number: str = at("REF", 2, where="F8")
    clia: str = at("REF", 2, where="X4")
    repriced_claim_number: str = at("REF", 2, where="9A")
    adjusted_repriced_claim_number: str = at("REF", 2, where="9C")
    device_exemption: str = at("REF", 2, where="LX")
    clearinghouse_trace: str = at("REF", 2, where="D9")
    medical_record_number: str = at("REF", 2, where="EA")
    demonstration_project: str = at("REF", 2, where="P4")
    care_plan_oversight: str = at("REF", 2, where="1J")
    references: tuple[Reference, ...] = segments("REF")
    fixed_formats: tuple[FixedFormat, ...] = segments("K3")
    notes: tuple[FreeText, ...] = segments("NTE")
    ambulance: AmbulanceTransport | None = segments("CR1")
    spinal_manipulation: SpinalManipulation | None = segments("CR2")
    conditions: tuple[Condition, ...] = segments("CRC")
    diagnoses: tuple[HealthCode, ...] = segments("HI", where=("ABK", "ABF", "BK", "BF"), codec=HEALTH_CODES)
    anesthesia_procedures: tuple[HealthCode, ...] = segments("HI", where=("BP", "BO"), codec=HEALTH_CODES)
    condition_codes: tuple[HealthCode, ...] = segments("HI", where="BG", codec=HEALTH_CODES)
    repricing: Repricing | None = segments("HCP")
    referring_provider: Party | None = child("NM1", "DN")
    primary_care_provider: Party | None = child("NM1", "P3")
    rendering_provider: Party | None = child("NM1", "82")
    service_facility: Party | None = child("NM1", "77")
    supervising_provider: Party | None = child("NM1", "DQ")
    pick_up: Party | None = child("NM1", "PW")
    drop_off: Party | None = child("NM1", "45")
    other_coverages: tuple[OtherCoverage, ...] = child("SBR")
    lines: tuple[ServiceLine, ...] = child("LX")
