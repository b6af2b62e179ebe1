"""Loop 2300 of the 837I and what stands in it: an institution's claim and its providers (005010X223A2)."""

from datetime import date
from decimal import Decimal

from x12.claim_837.details import Contract, Repricing
from x12.claim_837i.coverage import OtherCoverage
from x12.claim_837i.line import ServiceLine
from x12.loops import Loop, at, child, dated, dated_through, loop, must, segments
from x12.records import (
    HEALTH_CODES,
    Attachment,
    Condition,
    DateReference,
    FixedFormat,
    FreeText,
    HealthCode,
    MoneyAmount,
    Party,
    Reference,
)


@loop("NM1")
class AttendingProvider(Party):
    """Loop 2310A: who is answerable for the patient's care (71); `specialty` is written with PRV01 AT."""

    specialty: str = at("PRV", 3, fixed={1: "AT", 2: "PXC"})


@loop("CLM")
class Claim(Loop):
    """Loop 2300: one claim. `control_number` is CLM01, at most 20 characters to come back for certain.

    `facility_type` holds the first two digits of the type of bill (13 hospital outpatient) and `frequency`
    its third. `admission_type`, `admission_source` and `patient_status` are CL101 to 03; `admission` a day
    (D8) or a day with its time (DT), `discharge_hour` HHMM. The codes of HI are by their group, in which none
    may come twice; of a group the guide allows once, the first counts. `patient_estimated_due` is AMT*F3;
    `payer_claim_control_number` (REF*F8) must be there for frequency 7 and 8.
    """

    control_number: str = must("CLM", 1)
    charge: Decimal = must("CLM", 2)
    facility_type: str = must("CLM", 5, 1)
    facility_qualifier: str = at("CLM", 5, 2, default="A")
    frequency: str = at("CLM", 5, 3, default="1")
    assignment: str = at("CLM", 7, default="A")
    benefits_assigned: str = at("CLM", 8, default="Y")
    release_of_information: str = at("CLM", 9, default="Y")
    delay_reason: str = at("CLM", 20)
    discharge_hour: str = at("DTP", 3, where="096", fixed={2: "TM"})
    statement_from: date | None = dated("434")
    statement_through: date | None = dated_through("434")
    admission: DateReference | None = segments("DTP", where="435")
    repricer_received_date: date | None = dated("050")
    dates: tuple[DateReference, ...] = segments("DTP")
    admission_type: str = at("CL1", 1)
    admission_source: str = at("CL1", 2)
    patient_status: str = at("CL1", 3)
    attachments: tuple[Attachment, ...] = segments("PWK")
    contract: Contract | None = segments("CN1")
    patient_estimated_due: Decimal | None = at("AMT", 2, where="F3")
    amounts: tuple[MoneyAmount, ...] = segments("AMT")
    service_authorization_exception: str = at("REF", 2, where="4N")
    referral_number: str = at("REF", 2, where="9F")
    prior_authorization: str = at("REF", 2, where="G1")
    payer_claim_control_number: str = at("REF", 2, where="F8")
    repriced_claim_number: str = at("REF", 2, where="9A")
    adjusted_repriced_claim_number: str = at("REF", 2, where="9C")
    device_exemptions: tuple[Reference, ...] = segments("REF", where="LX")
    clearinghouse_trace: str = at("REF", 2, where="D9")
    accident_state: str = at("REF", 2, where="LU")
    medical_record_number: str = at("REF", 2, where="EA")
    demonstration_project: str = at("REF", 2, where="P4")
    peer_review_approval: str = at("REF", 2, where="G4")
    references: tuple[Reference, ...] = segments("REF")
    fixed_formats: tuple[FixedFormat, ...] = segments("K3")
    notes: tuple[FreeText, ...] = segments("NTE")
    conditions: tuple[Condition, ...] = segments("CRC")
    principal_diagnoses: tuple[HealthCode, ...] = segments("HI", where=("ABK", "BK"), codec=HEALTH_CODES)
    admitting_diagnoses: tuple[HealthCode, ...] = segments("HI", where=("ABJ", "BJ"), codec=HEALTH_CODES)
    visit_reasons: tuple[HealthCode, ...] = segments("HI", where=("APR", "PR"), codec=HEALTH_CODES)
    external_causes: tuple[HealthCode, ...] = segments("HI", where=("ABN", "BN"), codec=HEALTH_CODES)
    related_groups: tuple[HealthCode, ...] = segments("HI", where="DR", codec=HEALTH_CODES)
    other_diagnoses: tuple[HealthCode, ...] = segments("HI", where=("ABF", "BF"), codec=HEALTH_CODES)
    principal_procedures: tuple[HealthCode, ...] = segments(
        "HI", where=("BBR", "BR", "CAH"), codec=HEALTH_CODES
    )
    other_procedures: tuple[HealthCode, ...] = segments("HI", where=("BBQ", "BQ"), codec=HEALTH_CODES)
    occurrence_spans: tuple[HealthCode, ...] = segments("HI", where="BI", codec=HEALTH_CODES)
    occurrences: tuple[HealthCode, ...] = segments("HI", where="BH", codec=HEALTH_CODES)
    value_codes: tuple[HealthCode, ...] = segments("HI", where="BE", codec=HEALTH_CODES)
    condition_codes: tuple[HealthCode, ...] = segments("HI", where="BG", codec=HEALTH_CODES)
    treatment_codes: tuple[HealthCode, ...] = segments("HI", where="TC", codec=HEALTH_CODES)
    repricing: Repricing | None = segments("HCP")
    attending_provider: AttendingProvider | None = child("NM1", "71")
    operating_physician: Party | None = child("NM1", "72")
    other_operating_physician: Party | None = child("NM1", "ZZ")
    rendering_provider: Party | None = child("NM1", "82")
    service_facility: Party | None = child("NM1", "77")
    referring_provider: Party | None = child("NM1", "DN")
    other_coverages: tuple[OtherCoverage, ...] = child("SBR")
    lines: tuple[ServiceLine, ...] = child("LX")

    @property
    def type_of_bill(self) -> str:
        """The three digits of the type of bill: facility, care, frequency."""
        return self.facility_type + self.frequency

    @property
    def admitted_on(self) -> date | None:
        """The day of admission; None when it is not given or no date."""
        return self.admission.first if self.admission else None

    @property
    def admission_hour(self) -> str:
        """The time of admission as HHMM; empty when it is not given."""
        return self.admission.time if self.admission else ""

    @property
    def principal_diagnosis(self) -> str:
        """The principal diagnosis without decimal point; empty when there is none."""
        return next((code.code for code in self.principal_diagnoses), "")

    @property
    def admitting_diagnosis(self) -> str:
        """The admitting diagnosis without decimal point; empty when there is none."""
        return next((code.code for code in self.admitting_diagnoses), "")

    @property
    def related_group(self) -> str:
        """The diagnosis related group (DRG); empty when there is none."""
        return next((code.code for code in self.related_groups), "")
