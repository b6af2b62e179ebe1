"""Loop 2320 of the 837I and what stands in it: another payer of the claim (005010X223A2)."""

from datetime import date
from decimal import Decimal

from x12.adjudication import InpatientAdjudication, OutpatientAdjudication
from x12.loops import Loop, at, child, dated, loop, must, segments
from x12.records import Adjustment, Name, Party, Reference, adjustments


@loop("NM1")
class OtherPayer(Loop):
    """Loop 2330B: another payer; `name.id` is what the lines' adjudications (SVD01) point at.

    `claim_control_number` is REF*F8, `adjustment_indicator` REF*T4 (Y), and `references` the payer's own
    identifiers (2U, EI, FY, NF).
    """

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
    AMT*D, `remaining_patient_liability` AMT*EAF, `noncovered` AMT*A8. The providers (2330C to 2330I) bear
    only identifiers this payer knows them by.
    """

    sequence: str = must("SBR", 1)
    relationship: str = must("SBR", 2)
    group_number: str = at("SBR", 3)
    group_name: str = at("SBR", 4)
    filing_indicator: str = at("SBR", 9)
    adjustments: tuple[Adjustment, ...] = adjustments()
    paid: Decimal | None = at("AMT", 2, where="D")
    remaining_patient_liability: Decimal | None = at("AMT", 2, where="EAF")
    noncovered: Decimal | None = at("AMT", 2, where="A8")
    benefits_assigned: str = at("OI", 3, default="Y")
    release_of_information: str = at("OI", 6, default="Y")
    inpatient: InpatientAdjudication | None = segments("MIA")
    outpatient: OutpatientAdjudication | None = segments("MOA")
    subscriber: Party | None = child("NM1", "IL")
    payer: OtherPayer | None = child("NM1", "PR")
    attending_provider: Party | None = child("NM1", "71")
    operating_physician: Party | None = child("NM1", "72")
    other_operating_physician: Party | None = child("NM1", "ZZ")
    service_facility: Party | None = child("NM1", "77")
    rendering_provider: Party | None = child("NM1", "82")
    referring_provider: Party | None = child("NM1", "DN")
    billing_provider: Party | None = child("NM1", "85")
