"""A decision without lines, shared out over the lines that were billed."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from billing.rules.advice import ClaimAdvice, LineAdvice, Reduction
from billing.rules.match import BilledLine
from rcm.money import split


def share_out(claim: ClaimAdvice, billed: Sequence[BilledLine]) -> ClaimAdvice:
    """The claim with one derived line per billed line, each balanced, adding up to the claim to the cent.

    Every reduction is split by charge and what is left of a line is paid; so cents may fall differently than
    the payer's own books have them, never in sum. Raises ValueError for a claim without charges.
    """
    weights = [line.charge for line in billed]
    shares = [split(reduction.amount, weights) for reduction in claim.reductions]
    charges = split(claim.charge, weights)
    lines = tuple(
        _line(line, charges[i], claim.reductions, [share[i] for share in shares])
        for i, line in enumerate(billed)
    )
    return replace(claim, reductions=(), lines=lines)


def _line(
    billed: BilledLine, charge: Decimal, reductions: Sequence[Reduction], shares: Sequence[Decimal]
) -> LineAdvice:
    own = tuple(
        replace(reduction, amount=share, quantity=None)
        for reduction, share in zip(reductions, shares, strict=True)
        if share
    )
    return LineAdvice(
        charge=charge,
        paid=charge - sum((reduction.amount for reduction in own), Decimal("0.00")),
        reductions=own,
        procedure_code=billed.procedure_code,
        modifiers=billed.modifiers,
        service_date=billed.service_date,
        derived=True,
    )
