"""Loop 2400 of the 837P and what stands in it: a service line, its drug, its adjudication (005010X222A1)."""

from datetime import date
from decimal import Decimal

from x12.claim_837.details import (
    AmbulanceTransport,
    Contract,
    Equipment,
    EquipmentCertification,
    FormAnswer,
    Measurement,
    Repricing,
)
from x12.loops import Loop, at, child, dated, dated_through, loop, must, segments
from x12.records import (
    Adjustment,
    Attachment,
    Condition,
    DateReference,
    FixedFormat,
    FreeText,
    MoneyAmount,
    Party,
    Procedure,
    Quantity,
    Reference,
    adjustments,
)


@loop("LIN")
class Drug(Loop):
    """Loop 2410: a line's drug by NDC (5-4-2, no hyphens), its quantity and unit (UN, ML, GR, F2, ME)."""

    id_qualifier: str = at("LIN", 2, default="N4")
    ndc: str = must("LIN", 3)
    quantity: Decimal | None = at("CTP", 4)
    unit: str = at("CTP", 5, 1)
    references: tuple[Reference, ...] = segments("REF")


@loop("LQ")
class Form(Loop):
    """Loop 2440: a form that supports the line (AS form type, UT Medicare's own) and its answers."""

    qualifier: str = at("LQ", 1, default="UT")
    code: str = must("LQ", 2)
    answers: tuple[FormAnswer, ...] = segments("FRM")


@loop("SVD")
class LineAdjudication(Loop):
    """Loop 2430: what another payer decided on this line. `payer_id` equals the id of that payer's 2330B."""

    payer_id: str = must("SVD", 1)
    paid: Decimal = must("SVD", 2)
    procedure: Procedure = must("SVD", 3)
    revenue_code: str = at("SVD", 4)
    quantity: Decimal | None = at("SVD", 5)
    bundled_line: str = at("SVD", 6)
    adjustments: tuple[Adjustment, ...] = adjustments()
    adjudicated_on: date | None = dated("573")
    remaining_patient_liability: Decimal | None = at("AMT", 2, where="EAF")


@loop("LX")
class ServiceLine(Loop):
    """Loop 2400: one service. `number` counts from 1 in the claim; `pointers` count diagnoses from 1.

    `service_through` is None for a single day. `unit` is UN, or MJ for anesthesia minutes. `control_number`
    (REF*6R) is ours and comes back in the 835. Prior authorizations and referrals that name a payer are in
    `references`.
    """

    number: int = must("LX", 1)
    procedure: Procedure = must("SV1", 1)
    charge: Decimal = must("SV1", 2)
    unit: str = at("SV1", 3, default="UN")
    quantity: Decimal = at("SV1", 4, default=Decimal(1))
    place_of_service: str = at("SV1", 5)
    pointers: tuple[int, ...] = at("SV1", 7)
    emergency: str = at("SV1", 9)
    epsdt: str = at("SV1", 11)
    family_planning: str = at("SV1", 12)
    copay_exempt: str = at("SV1", 15)
    equipment: Equipment | None = segments("SV5")
    attachments: tuple[Attachment, ...] = segments("PWK")
    ambulance: AmbulanceTransport | None = segments("CR1")
    certification: EquipmentCertification | None = segments("CR3")
    conditions: tuple[Condition, ...] = segments("CRC")
    service_date: date | None = dated("472")
    service_through: date | None = dated_through("472")
    prescription_date: date | None = dated("471")
    certification_revised_on: date | None = dated("607")
    therapy_began: date | None = dated("463")
    last_certified_on: date | None = dated("461")
    last_seen_date: date | None = dated("304")
    hemoglobin_test_date: date | None = dated("738")
    creatinine_test_date: date | None = dated("739")
    shipped_on: date | None = dated("011")
    last_xray_date: date | None = dated("455")
    initial_treatment_date: date | None = dated("454")
    dates: tuple[DateReference, ...] = segments("DTP")
    quantities: tuple[Quantity, ...] = segments("QTY")
    measurements: tuple[Measurement, ...] = segments("MEA")
    contract: Contract | None = segments("CN1")
    repriced_line_number: str = at("REF", 2, where="9B")
    adjusted_repriced_line_number: str = at("REF", 2, where="9D")
    control_number: str = at("REF", 2, where="6R")
    mammography: str = at("REF", 2, where="EW")
    clia: str = at("REF", 2, where="X4")
    referring_clia: str = at("REF", 2, where="F4")
    immunization_batch: str = at("REF", 2, where="BT")
    references: tuple[Reference, ...] = segments("REF")
    sales_tax: Decimal | None = at("AMT", 2, where="T")
    postage: Decimal | None = at("AMT", 2, where="F4")
    amounts: tuple[MoneyAmount, ...] = segments("AMT")
    fixed_formats: tuple[FixedFormat, ...] = segments("K3")
    notes: tuple[FreeText, ...] = segments("NTE")
    purchased_from: str = at("PS1", 1)
    purchased_charge: Decimal | None = at("PS1", 2)
    repricing: Repricing | None = segments("HCP")
    drug: Drug | None = child("LIN")
    rendering_provider: Party | None = child("NM1", "82")
    purchased_service_provider: Party | None = child("NM1", "QB")
    service_facility: Party | None = child("NM1", "77")
    supervising_provider: Party | None = child("NM1", "DQ")
    ordering_provider: Party | None = child("NM1", "DK")
    referring_provider: Party | None = child("NM1", "DN")
    primary_care_provider: Party | None = child("NM1", "P3")
    pick_up: Party | None = child("NM1", "PW")
    drop_off: Party | None = child("NM1", "45")
    adjudications: tuple[LineAdjudication, ...] = child("SVD")
    forms: tuple[Form, ...] = child("LQ")
