"""What a payer's decision does to the books and to the claim (domain.md sections 3.3, 3.5 and 9)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from billing.rules.advice import ClaimAdvice, LineAdvice, Reduction
from rcm.money import ZERO

SEQUESTRATION = "253"
CONTRACTUAL = frozenset({"24", "44", "45", "131", "144", "161", "237", SEQUESTRATION})
"""CARCs that under CO are the contract's or the law's price: capitation, discounts, fee schedule, incentives.

Every other CO is a refusal: writing it off unseen loses what an appeal wins back."""

PATIENT_SHARE = frozenset({"1", "2", "3"})
"""Deductible, coinsurance, copay: what a paid claim leaves to the patient."""

DUPLICATE = "18"
FORWARDED = frozenset({"19", "20", "21"})
FORWARDED_REMARKS = frozenset({"MA18", "N89"})


class Side(StrEnum):
    """A party in a decision about one line. The caller knows which account each is."""

    PAYER_CASH = "payer_cash"
    THIS_PAYER = "this_payer"
    NEXT_PAYER = "next_payer"
    PATIENT = "patient"
    CONTRACTUAL = "contractual"
    SEQUESTRATION = "sequestration"


@dataclass(frozen=True, slots=True)
class Movement:
    """Money from the credited side to the debited one; the amount is positive."""

    debit: Side
    credit: Side
    amount: Decimal
    group: str = ""
    reason: str = ""


class Outcome(StrEnum):
    """What a decision makes of a claim; the words of claims.states.ClaimStatus."""

    PAID = "paid"
    PARTIALLY_PAID = "partially_paid"
    DENIED = "denied"


class Treatment(StrEnum):
    """Where money beside the claims (PLB) belongs."""

    INTEREST = "interest"
    RECOUPMENT = "recoupment"
    FORWARD = "forward"
    CAPITATION = "capitation"


TREATMENTS = {
    "L6": Treatment.INTEREST,
    "CR": Treatment.INTEREST,
    "WO": Treatment.RECOUPMENT,
    "72": Treatment.RECOUPMENT,
    "FB": Treatment.FORWARD,
    "CT": Treatment.CAPITATION,
    "RA": Treatment.CAPITATION,
}
"""PLB codes that need no person. Any other (CS, J1, 50, ...) waits until somebody says where it belongs."""


def movements(line: LineAdvice, *, has_next_payer: bool, held: Decimal | None = None) -> Iterator[Movement]:
    """What one decided line moves. Refusals move nothing: the balance stays with the payer, open.

    PR goes to the next payer where there is one, else to the patient. `held` is given for a later payer: what
    it still owes of the charge. Such payers often repeat the contract's discount that the first one took; it
    is not taken twice, so it is cut to what is left.
    """
    if line.paid:
        yield _moved(Side.PAYER_CASH, line.paid)
    left = None if held is None else held - line.paid - _patient_part(line)
    for reduction in line.reductions:
        side = _side(reduction, has_next_payer=has_next_payer)
        amount = reduction.amount
        if side in (Side.CONTRACTUAL, Side.SEQUESTRATION) and left is not None:
            amount = min(amount, max(left, ZERO))
            left -= amount
        if side is not None and amount:
            yield _moved(side, amount, reduction.group, reduction.reason)


def outcome(claim: ClaimAdvice) -> Outcome:
    """Paid, partially paid or denied, by money and reasons. CLP02 is not asked: payers use it freely."""
    if not any(is_refusal(reduction) for reduction in claim.all_reductions):
        return Outcome.PAID
    granted = claim.paid or any(
        reduction.group == "PR" and reduction.reason in PATIENT_SHARE and reduction.amount
        for reduction in claim.all_reductions
    )
    return Outcome.PARTIALLY_PAID if granted else Outcome.DENIED


def is_refusal(reduction: Reduction) -> bool:
    """Whether a reduction is a denial: not the contract's price, the patient's share, or information."""
    if not reduction.amount:
        return False
    if reduction.group == "CO":
        return reduction.reason not in CONTRACTUAL
    if reduction.group == "PR":
        return reduction.reason not in PATIENT_SHARE
    return (reduction.group, reduction.reason) != ("OA", "23")


def is_duplicate_notice(claim: ClaimAdvice) -> bool:
    """Whether a payer only says that it decided this claim before: nothing paid, all refused by CARC 18."""
    reasons = {reduction.reason for reduction in claim.all_reductions if reduction.amount}
    return not claim.paid and reasons == {DUPLICATE}


def is_crossed_over(claim: ClaimAdvice) -> bool:
    """Whether the payer sent the claim on to the next one by itself."""
    remarks = FORWARDED_REMARKS.intersection(claim.remark_codes)
    return claim.status_code in FORWARDED or bool(remarks)


def passed_on(lines: Iterable[LineAdvice]) -> Decimal:
    """What a decision leaves to the next payer or the patient."""
    return sum((_patient_part(line) for line in lines), ZERO)


def _patient_part(line: LineAdvice) -> Decimal:
    return sum((reduction.amount for reduction in line.reductions if reduction.group == "PR"), ZERO)


def _side(reduction: Reduction, *, has_next_payer: bool) -> Side | None:
    if reduction.group == "PR":
        return Side.NEXT_PAYER if has_next_payer else Side.PATIENT
    if reduction.group == "CO" and reduction.reason in CONTRACTUAL:
        return Side.SEQUESTRATION if reduction.reason == SEQUESTRATION else Side.CONTRACTUAL
    return None


def _moved(side: Side, amount: Decimal, group: str = "", reason: str = "") -> Movement:
    if amount < 0:
        return Movement(Side.THIS_PAYER, side, -amount, group, reason)
    return Movement(side, Side.THIS_PAYER, amount, group, reason)
