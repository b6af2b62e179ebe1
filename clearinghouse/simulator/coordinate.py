"""Paying second: what the payer before us did, read off the claim (2320/2430), and what is left to pay."""

from decimal import Decimal

from clearinghouse.simulator.claim import Adjustment, Claim, Line, PriorPayment
from clearinghouse.simulator.decision import ZERO, DecidedLine
from clearinghouse.simulator.plans import Plan
from clearinghouse.simulator.pricing import Priced


def prior_result(line: Line, claim: Claim) -> PriorPayment | None:
    """The results of all payers before this one on a line, added up; None when the claim does not tell.

    What an earlier payer left with the patient and a later one paid is the patient's no more: the last
    payer's PR amounts stand, and all payments count.
    """
    before = {"S": "P", "T": "PS"}.get(claim.rank, "")
    ranks = {other.payer_id: other.rank for other in claim.others if other.rank and other.rank in before}
    told = sorted((p for p in line.prior if p.payer_id in ranks), key=lambda p: ranks[p.payer_id])
    if not told:
        return None
    paid = sum((item.paid for item in told), ZERO)
    return PriorPayment(told[-1].payer_id, paid, told[-1].adjustments)


def settle_after_primary(line: Line, claim: Claim, plan: Plan, priced: Priced) -> DecidedLine:
    """The line as a later payer settles it: OA-23 for what the payers before did, then its share of the PR.

    Requires `prior_result` to exist. The line balances whatever the earlier payers said.
    """
    prior = prior_result(line, claim)
    if prior is None:
        raise ValueError("nothing is known of the payer before")
    shares = {code: _patient_share(prior, code) for code in _codes(prior)}
    open_amount = min(sum(shares.values(), ZERO), max(ZERO, line.charge - prior.paid))
    covered = sum((amount for code, amount in shares.items() if code in plan.secondary.covers), ZERO)
    paid = min(covered, open_amount, _limit(plan, priced, prior))
    adjustments = [Adjustment("OA", "23", line.charge - open_amount)]
    adjustments += _remainder(plan, shares, open_amount - paid)
    return DecidedLine(
        number=line.number,
        charge=line.charge,
        allowed=priced.allowed,
        paid=paid,
        adjustments=tuple(item for item in adjustments if item.amount),
    )


def _codes(prior: PriorPayment) -> list[str]:
    return sorted({item.code for item in prior.adjustments if item.group == "PR"})


def _patient_share(prior: PriorPayment, code: str) -> Decimal:
    found = (item.amount for item in prior.adjustments if (item.group, item.code) == ("PR", code))
    return sum(found, ZERO)


def _limit(plan: Plan, priced: Priced, prior: PriorPayment) -> Decimal:
    if plan.secondary.limit == "benefit":
        return priced.benefit
    if plan.secondary.limit == "allowance":
        return max(ZERO, priced.allowed - prior.paid)
    return priced.allowed


def _remainder(plan: Plan, shares: dict[str, Decimal], amount: Decimal) -> list[Adjustment]:
    if plan.secondary.writes_off_remainder:
        return [Adjustment("CO", "45", amount)]
    # Reasons the plan does not cover stay with the patient first, then whatever its limit left over.
    left = []
    for code in sorted(shares, key=lambda code: (code in plan.secondary.covers, code)):
        part = min(shares[code], amount)
        left.append(Adjustment("PR", code, part))
        amount -= part
    return left
