"""What a payer decided on a claim, as its remittance says it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from claims.models import Claim
from clearinghouse.models import Document
from clearinghouse.queries import transaction_of
from rcm.money import ZERO
from x12 import remittance_835
from x12.codes import adjustment_reason, meaning
from x12.records import Adjustment
from x12.remittance_835 import ClaimPayment, ServicePayment


@dataclass(frozen=True, slots=True)
class Reduction:
    """Why less was paid: the code (`CO-45`), its words, and the amount, negative where more was paid."""

    code: str
    words: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class DecidedLine:
    """One service of a decision; `remarks` are codes with their words. `allowed` is None where not said."""

    procedure: str
    modifiers: Sequence[str]
    charge: Decimal
    allowed: Decimal | None
    paid: Decimal
    reductions: Sequence[Reduction]
    remarks: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision on a claim: charged = paid + adjusted; `patient_owes` is a part of what was adjusted."""

    words: str
    charge: Decimal
    allowed: Decimal | None
    paid: Decimal
    adjusted: Decimal
    patient_owes: Decimal
    reductions: Sequence[Reduction]
    lines: Sequence[DecidedLine]


def decisions_on(claim: Claim, document: Document) -> list[Decided]:
    """What an 835 says of a claim: one decision, or a reversal and what came in its place."""
    remittance = remittance_835.read(transaction_of(document))
    return [_decided(it) for it in remittance.claims() if it.control_number == claim.control_number]


def _decided(payment: ClaimPayment) -> Decided:
    allowed = [line.allowed for line in payment.lines if line.allowed is not None]
    everything = payment.all_adjustments
    return Decided(
        words=meaning("claim_payment_status", payment.status),
        charge=payment.charge,
        allowed=sum(allowed, ZERO) if allowed else None,
        paid=payment.paid,
        adjusted=sum((it.amount for it in everything), ZERO),
        patient_owes=sum((it.amount for it in everything if it.group == "PR"), ZERO),
        reductions=[_reduction(it) for it in payment.adjustments],
        lines=[_line(it) for it in payment.lines],
    )


def _line(line: ServicePayment) -> DecidedLine:
    return DecidedLine(
        procedure=line.procedure.code,
        modifiers=[modifier for modifier in line.procedure.modifiers if modifier],
        charge=line.charge,
        allowed=line.allowed,
        paid=line.paid,
        reductions=[_reduction(it) for it in line.adjustments],
        remarks=[(remark.code, meaning("remark", remark.code)) for remark in line.remarks],
    )


def _reduction(adjustment: Adjustment) -> Reduction:
    group = meaning("adjustment_group", adjustment.group).lower()
    words = f"{adjustment_reason(adjustment.reason).label} ({group})"
    return Reduction(f"{adjustment.group}-{adjustment.reason}", words, adjustment.amount)
