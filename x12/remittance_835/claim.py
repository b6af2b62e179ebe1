"""Loops 2100 and 2110 of the 835: what was decided on one claim and its lines (005010X221A1)."""

from datetime import date
from decimal import Decimal

from x12.adjudication import InpatientAdjudication, OutpatientAdjudication
from x12.loops import Loop, at, child, el, loop, must, record, segments
from x12.records import Adjustment, Contact, MoneyAmount, Name, Procedure, Quantity, Reference, adjustments

ZERO = Decimal(0)


@record
class RemarkCode:
    """LQ: a remark code (RARC) under qualifier HE, or another list's under RX."""

    qualifier: str = el(1, default="HE")
    code: str = el(2)


@record
class DateTime:
    """DTM: a date not covered by a field of its own, by its qualifier."""

    qualifier: str = el(1)
    day: date | None = el(2)


@loop("SVC")
class ServicePayment(Loop):
    """Loop 2110: one adjudicated line. `submitted_procedure` (SVC06) is given when it differs from
    `procedure`.

    `service_date` is DTM*472, or `service_from`/`service_through` (150/151) for a range; `control_number` is
    our REF*6R; `allowed` is AMT*B6. Positive adjustments reduce the payment.
    """

    procedure: Procedure = must("SVC", 1)
    charge: Decimal = must("SVC", 2)
    paid: Decimal = must("SVC", 3)
    revenue_code: str = at("SVC", 4)
    units: Decimal | None = at("SVC", 5)
    submitted_procedure: Procedure | None = at("SVC", 6)
    submitted_units: Decimal | None = at("SVC", 7)
    service_date: date | None = at("DTM", 2, where="472")
    service_from: date | None = at("DTM", 2, where="150")
    service_through: date | None = at("DTM", 2, where="151")
    dates: tuple[DateTime, ...] = segments("DTM")
    adjustments: tuple[Adjustment, ...] = adjustments()
    references: tuple[Reference, ...] = segments("REF")
    control_number: str = at("REF", 2, where="6R")
    policies: tuple[Reference, ...] = segments("REF", where="0K")
    allowed: Decimal | None = at("AMT", 2, where="B6")
    amounts: tuple[MoneyAmount, ...] = segments("AMT")
    quantities: tuple[Quantity, ...] = segments("QTY")
    remarks: tuple[RemarkCode, ...] = segments("LQ")

    @property
    def adjusted(self) -> Decimal:
        """The sum of the line's adjustments."""
        return sum((adjustment.amount for adjustment in self.adjustments), ZERO)

    @property
    def patient_responsibility(self) -> Decimal:
        """The sum of the line's PR adjustments."""
        return sum((a.amount for a in self.adjustments if a.group == "PR"), ZERO)


@loop("CLP")
class ClaimPayment(Loop):
    """Loop 2100: one claim's result. `control_number` is our CLM01, `payer_claim_control_number` the payer's
    (ICN).

    `status` is CLP02: 1/2/3 processed as primary/secondary/tertiary, 4 denied, 19/20/21 processed and
    forwarded, 22 reversal, 23 not theirs and forwarded, 25 predetermination. Names: `patient` QC,
    `subscriber` IL, `corrected_patient` 74, `service_provider` 82, `crossover_payer` TT, `corrected_payer`
    PR, `other_subscriber` GB.
    """

    control_number: str = must("CLP", 1)
    status: str = must("CLP", 2)
    charge: Decimal = must("CLP", 3)
    paid: Decimal = must("CLP", 4)
    patient_responsibility: Decimal | None = at("CLP", 5)
    filing_indicator: str = at("CLP", 6)
    payer_claim_control_number: str = at("CLP", 7)
    facility_code: str = at("CLP", 8)
    frequency: str = at("CLP", 9)
    patient_status: str = at("CLP", 10)
    drg: str = at("CLP", 11)
    drg_weight: Decimal | None = at("CLP", 12)
    discharge_fraction: Decimal | None = at("CLP", 13)
    adjustments: tuple[Adjustment, ...] = adjustments()
    patient: Name | None = segments("NM1", where="QC")
    subscriber: Name | None = segments("NM1", where="IL")
    corrected_patient: Name | None = segments("NM1", where="74")
    service_provider: Name | None = segments("NM1", where="82")
    crossover_payer: Name | None = segments("NM1", where="TT")
    corrected_payer: Name | None = segments("NM1", where="PR")
    other_subscriber: Name | None = segments("NM1", where="GB")
    inpatient: InpatientAdjudication | None = segments("MIA")
    outpatient: OutpatientAdjudication | None = segments("MOA")
    references: tuple[Reference, ...] = segments("REF")
    statement_from: date | None = at("DTM", 2, where="232")
    statement_through: date | None = at("DTM", 2, where="233")
    coverage_expired_on: date | None = at("DTM", 2, where="036")
    received_on: date | None = at("DTM", 2, where="050")
    dates: tuple[DateTime, ...] = segments("DTM")
    contacts: tuple[Contact, ...] = segments("PER")
    amounts: tuple[MoneyAmount, ...] = segments("AMT")
    quantities: tuple[Quantity, ...] = segments("QTY")
    lines: tuple[ServicePayment, ...] = child("SVC")

    @property
    def all_adjustments(self) -> tuple[Adjustment, ...]:
        """The adjustments of the claim and of all its lines."""
        return self.adjustments + tuple(adjustment for line in self.lines for adjustment in line.adjustments)

    @property
    def is_reversal(self) -> bool:
        """Whether this takes back an earlier payment (CLP02 22)."""
        return self.status == "22"

    @property
    def is_forwarded(self) -> bool:
        """Whether the payer sent the claim on to the next payer (CLP02 19, 20, 21, 23)."""
        return self.status in ("19", "20", "21", "23")

    def reference(self, qualifier: str) -> str:
        """The first identifier with a REF01 qualifier; empty when there is none."""
        return next((r.value for r in self.references if r.qualifier == qualifier), "")
