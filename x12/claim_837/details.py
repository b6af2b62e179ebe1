"""Situational segments of the 837P that only some specialties send, as records (005010X222A1)."""

from datetime import date
from decimal import Decimal

from x12.loops import el, record


@record
class Contract:
    """CN1: contract information; `amount` in dollars, `percentage` as a percent."""

    type_code: str = el(1)
    amount: Decimal | None = el(2)
    percentage: Decimal | None = el(3)
    code: str = el(4)
    discount_percentage: Decimal | None = el(5)
    version: str = el(6)


@record
class AmbulanceTransport:
    """CR1: patient weight in pounds, reason for the transport, distance in miles, purpose of round trip or
    stretcher.
    """

    weight_unit: str = el(1)
    weight: Decimal | None = el(2)
    reason: str = el(4)
    distance_unit: str = el(5, default="DH")
    distance: Decimal | None = el(6)
    round_trip_purpose: str = el(9)
    stretcher_purpose: str = el(10)


@record
class SpinalManipulation:
    """CR2: chiropractic treatment: nature of the condition (A, C, D, E, F, G, M) and descriptions."""

    condition: str = el(8)
    description: str = el(10)
    description2: str = el(11)


@record
class EquipmentCertification:
    """CR3: certification of durable medical equipment (I initial, R renewal, S revised) and its months."""

    type_code: str = el(1)
    unit: str = el(2, default="MO")
    months: Decimal | None = el(3)


@record
class Equipment:
    """SV5: durable medical equipment: procedure as a composite, days, rental and purchase price, rental
    frequency.
    """

    procedure: tuple[str, ...] = el(1)
    unit: str = el(2, default="DA")
    days: Decimal | None = el(3)
    rental_price: Decimal | None = el(4)
    purchase_price: Decimal | None = el(5)
    frequency: str = el(6)


@record
class Measurement:
    """MEA: a test result: OG original or TR test results, HT height, R1 hemoglobin, R2 hematocrit, R3, R4,
    and value.
    """

    category: str = el(1)
    qualifier: str = el(2)
    value: Decimal | None = el(3)


@record
class Repricing:
    """HCP: how a third party repriced the claim or line."""

    methodology: str = el(1)
    allowed: Decimal | None = el(2)
    savings: Decimal | None = el(3)
    organization_id: str = el(4)
    rate: Decimal | None = el(5)
    group_code: str = el(6)
    group_amount: Decimal | None = el(7)
    revenue_code: str = el(8)
    procedure_qualifier: str = el(9)
    procedure: str = el(10)
    unit: str = el(11)
    quantity: Decimal | None = el(12)
    reject_reason: str = el(13)
    compliance: str = el(14)
    exception: str = el(15)


@record
class FormAnswer:
    """FRM: the answer to one question of a form: yes or no (Y, N, W), text, day or percent."""

    question: str = el(1)
    yes_or_no: str = el(2)
    text: str = el(3)
    day: date | None = el(4)
    percent: Decimal | None = el(5)
