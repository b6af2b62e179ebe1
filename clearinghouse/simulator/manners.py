"""Manners of payers: the decision is right and adds up, but it is put in a form one does not expect.

A claim's manner is drawn once, when it is decided (`luck.manner`), and kept with the decision, so that a
later reversal takes back exactly what was sent. Two manners change the decision itself and are dealt with
in `adjudicate`: `bundled` and `recoded`. The others only change how it is written:

* `claim_level`: one decision for the whole claim; no lines (835 loop 2110), all reasons in the claim's CAS.
* `unnumbered`: lines without the provider's line control numbers (REF 6R).
* `split_lines`: the first line comes as two that share its number, its charge, its reasons and its payment.
* `split_claim`: the claim comes as two, each with a part of the lines, under two payer numbers (MA15).
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Final

from clearinghouse.simulator.pricing import cents
from x12 import remittance_835 as x835
from x12.records import Adjustment, Procedure

PLAIN: Final = ""
CLAIM_LEVEL: Final = "claim_level"
UNNUMBERED: Final = "unnumbered"
SPLIT_LINES: Final = "split_lines"
SPLIT_CLAIM: Final = "split_claim"
BUNDLED: Final = "bundled"
RECODED: Final = "recoded"
MANNERS: Final = (CLAIM_LEVEL, UNNUMBERED, SPLIT_LINES, SPLIT_CLAIM, BUNDLED, RECODED)

SEPARATED: Final = "MA15"  # the claim was separated; the other services are reported apart
PARTS: Final = ("26", "TC")  # professional and technical component: the two halves of one unit


def put(claim: x835.ClaimPayment, manner: str) -> tuple[x835.ClaimPayment, ...]:
    """The claim as a payer of that manner writes it: one CLP, or several that add up to it."""
    return _WRITTEN[manner](claim) if manner in _WRITTEN else (claim,)


def _claim_level(claim: x835.ClaimPayment) -> tuple[x835.ClaimPayment, ...]:
    totals: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for item in claim.all_adjustments:
        totals[item.group, item.reason] += item.amount
    days = sorted(line.service_date for line in claim.lines if line.service_date)
    whole = replace(
        claim,
        lines=(),
        adjustments=tuple(Adjustment(*reason, amount) for reason, amount in totals.items() if amount),
        statement_from=days[0] if days else None,
        statement_through=days[-1] if days else None,
    )
    return (whole,)


def _unnumbered(claim: x835.ClaimPayment) -> tuple[x835.ClaimPayment, ...]:
    return (replace(claim, lines=tuple(replace(line, control_number="") for line in claim.lines)),)


def _split_lines(claim: x835.ClaimPayment) -> tuple[x835.ClaimPayment, ...]:
    first, *others = claim.lines
    return (replace(claim, lines=(*_halves(first), *others)),)


def _halves(line: x835.ServicePayment) -> tuple[x835.ServicePayment, x835.ServicePayment]:
    """Two lines that add up to one, reason by reason; several units are parted, a single one by component."""
    shares = [(item, cents(item.amount / 2)) for item in line.adjustments]
    charge = cents(line.charge / 2)
    one = _part(line, charge, tuple(replace(item, amount=half) for item, half in shares), 0)
    rest = tuple(replace(item, amount=item.amount - half) for item, half in shares)
    return one, _part(line, line.charge - charge, rest, 1)


def _part(
    line: x835.ServicePayment, charge: Decimal, reasons: tuple[Adjustment, ...], half: int
) -> x835.ServicePayment:
    asked = line.submitted_procedure or line.procedure
    units = line.units or Decimal(0)
    part = replace(
        line,
        charge=charge,
        paid=charge - sum((item.amount for item in reasons), Decimal("0.00")),
        adjustments=tuple(item for item in reasons if item.amount),
        amounts=(),
        remarks=line.remarks if half else (),
    )
    if units >= 2:
        first = units // 2
        return replace(part, units=units - first if half else first, submitted_units=units)
    if line.procedure.qualifier != "HC":
        return part
    parted = Procedure(code=line.procedure.code, modifiers=(PARTS[half], *line.procedure.modifiers[:3]))
    return replace(part, procedure=parted, submitted_procedure=asked)


def _split_claim(claim: x835.ClaimPayment) -> tuple[x835.ClaimPayment, ...]:
    if len(claim.lines) < 2:
        return (claim,)
    number = claim.payer_claim_control_number
    return (
        _with_lines(claim, claim.lines[:1], number),
        _with_lines(claim, claim.lines[1:], f"{number}S"),
    )


def _with_lines(
    claim: x835.ClaimPayment, lines: tuple[x835.ServicePayment, ...], number: str
) -> x835.ClaimPayment:
    """The claim as if these were all its lines."""
    zero = Decimal("0.00")
    known = claim.outpatient.remarks if claim.outpatient else ()
    share = sum((line.patient_responsibility for line in lines), zero)
    return replace(
        claim,
        payer_claim_control_number=number,
        charge=sum((line.charge for line in lines), zero),
        paid=sum((line.paid for line in lines), zero),
        patient_responsibility=share or None,
        outpatient=x835.OutpatientAdjudication(remarks=(*known, SEPARATED)),
        lines=lines,
    )


_WRITTEN: Final[dict[str, Callable[[x835.ClaimPayment], tuple[x835.ClaimPayment, ...]]]] = {
    CLAIM_LEVEL: _claim_level,
    UNNUMBERED: _unnumbered,
    SPLIT_LINES: _split_lines,
    SPLIT_CLAIM: _split_claim,
}
