"""Loop 2400 of the 837I: a service line with its revenue code (005010X223A2)."""

from datetime import date
from decimal import Decimal

from x12.claim_837.details import Repricing
from x12.claim_837.line import Drug, LineAdjudication
from x12.loops import Loop, at, child, dated, dated_through, loop, must, segments
from x12.records import Attachment, DateReference, FreeText, MoneyAmount, Party, Procedure, Reference


@loop("LX")
class ServiceLine(Loop):
    """Loop 2400: one service. `number` counts from 1 in the claim, up to 999; there are no pointers.

    `revenue_code` is SV201, `procedure` SV202 (absent where the revenue code says all), `unit` UN or DA
    (days), `noncovered` SV207. `service_through` is None for a single day. `control_number` (REF*6R) is ours
    and comes back in the 835; `service_tax` is AMT*GT, `facility_tax` AMT*N8.
    """

    number: int = must("LX", 1)
    revenue_code: str = must("SV2", 1)
    procedure: Procedure | None = at("SV2", 2)
    charge: Decimal = must("SV2", 3)
    unit: str = at("SV2", 4, default="UN")
    quantity: Decimal = at("SV2", 5, default=Decimal(1))
    noncovered: Decimal | None = at("SV2", 7)
    attachments: tuple[Attachment, ...] = segments("PWK")
    service_date: date | None = dated("472")
    service_through: date | None = dated_through("472")
    dates: tuple[DateReference, ...] = segments("DTP")
    control_number: str = at("REF", 2, where="6R")
    repriced_line_number: str = at("REF", 2, where="9B")
    adjusted_repriced_line_number: str = at("REF", 2, where="9D")
    references: tuple[Reference, ...] = segments("REF")
    service_tax: Decimal | None = at("AMT", 2, where="GT")
    facility_tax: Decimal | None = at("AMT", 2, where="N8")
    amounts: tuple[MoneyAmount, ...] = segments("AMT")
    notes: tuple[FreeText, ...] = segments("NTE")
    repricing: Repricing | None = segments("HCP")
    drug: Drug | None = child("LIN")
    operating_physician: Party | None = child("NM1", "72")
    other_operating_physician: Party | None = child("NM1", "ZZ")
    rendering_provider: Party | None = child("NM1", "82")
    referring_provider: Party | None = child("NM1", "DN")
    adjudications: tuple[LineAdjudication, ...] = child("SVD")
