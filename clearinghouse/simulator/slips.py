"""Payers' slips: a remittance that goes out wrong first, and right some days later under the same trace.

* `unbalanced`: a claim is said to be paid ten dollars more than its lines are.
* `foreign`: a claim bears a number that the provider never gave.
* `mischarged`: a line is decided as if twenty dollars more had been charged; everything adds up.
"""

from dataclasses import replace
from decimal import Decimal
from typing import Final

from x12 import remittance_835 as x835
from x12.records import Adjustment

UNBALANCED: Final = "unbalanced"
FOREIGN: Final = "foreign"
MISCHARGED: Final = "mischarged"
SLIPS: Final = (UNBALANCED, FOREIGN, MISCHARGED)

_TOO_MUCH_PAID = Decimal("10.00")
_TOO_MUCH_CHARGED = Decimal("20.00")


def gone_wrong(remittance: x835.Remittance, slip: str) -> x835.Remittance | None:
    """The remittance with its first decision spoilt; None when it decides nothing that could be."""
    claims = list(remittance.claims())
    place = next((n for n, claim in enumerate(claims) if claim.charge > 0 and claim.lines), None)
    if place is None:
        return None
    claims[place] = _SPOILT[slip](claims[place])
    group = remittance.groups[0]
    return replace(remittance, groups=(replace(group, claims=tuple(claims)),))


def _unbalanced(claim: x835.ClaimPayment) -> x835.ClaimPayment:
    return replace(claim, paid=claim.paid + _TOO_MUCH_PAID)


def _foreign(claim: x835.ClaimPayment) -> x835.ClaimPayment:
    return replace(claim, control_number=f"M{claim.control_number[1:][::-1]}")


def _mischarged(claim: x835.ClaimPayment) -> x835.ClaimPayment:
    first, *others = claim.lines
    excess = Adjustment("CO", "45", _TOO_MUCH_CHARGED)
    wrong = replace(
        first, charge=first.charge + _TOO_MUCH_CHARGED, adjustments=_merged(first.adjustments, excess)
    )
    return replace(claim, charge=claim.charge + _TOO_MUCH_CHARGED, lines=(wrong, *others))


def _merged(known: tuple[Adjustment, ...], more: Adjustment) -> tuple[Adjustment, ...]:
    """A reason stands once: what is more of it is added to what is there."""
    same = [item for item in known if (item.group, item.reason) == (more.group, more.reason)]
    if not same:
        return (*known, more)
    return tuple(
        replace(item, amount=item.amount + more.amount) if item is same[0] else item for item in known
    )


_SPOILT = {UNBALANCED: _unbalanced, FOREIGN: _foreign, MISCHARGED: _mischarged}
