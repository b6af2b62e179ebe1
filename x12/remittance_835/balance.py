"""The balancing rules of the 835 (005010X221A1 front matter, section 1.10.2) as findings with exact
differences.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from x12.remittance_835.claim import ZERO, ClaimPayment, ServicePayment
from x12.remittance_835.document import Remittance


@dataclass(frozen=True, slots=True)
class Imbalance:
    """One equation that does not hold: `expected` by the other amounts, `stated` in the text.

    `rule` is `transaction`, `claim`, `claim_charge`, `claim_paid`, `patient_responsibility` or `line`;
    `claim` and `line` count from 1 in the transaction and in the claim (0: not about one). `blocking` is
    False for `patient_responsibility`, from which some payers deviate.
    """

    rule: str
    expected: Decimal
    stated: Decimal
    claim: int = 0
    line: int = 0

    @property
    def difference(self) -> Decimal:
        """Stated less expected."""
        return self.stated - self.expected

    @property
    def blocking(self) -> bool:
        """Whether a remittance with this imbalance must not be posted."""
        return self.rule != "patient_responsibility"


def imbalances(remittance: Remittance) -> tuple[Imbalance, ...]:
    """Every balancing equation of a remittance that fails: transaction first, then claim by claim.

    line: charge - adjustments = paid. Claim: charge - all adjustments = paid; with lines, their charges and
    payments add up to the claim's; patient responsibility = PR adjustments. Transaction: paid claims -
    provider adjustments = BPR02.
    """
    claims = list(remittance.claims())
    taken = sum((adjustment.amount for adjustment in remittance.provider_adjustments), ZERO)
    found = list(_unless_equal("transaction", sum((c.paid for c in claims), ZERO) - taken, remittance.paid))
    for number, claim in enumerate(claims, 1):
        found += claim_imbalances(claim, number)
    return tuple(found)


def claim_imbalances(claim: ClaimPayment, number: int = 0) -> Iterator[Imbalance]:
    """The equations of one claim and its lines that fail; `number` is its place in the transaction."""
    adjusted = sum((adjustment.amount for adjustment in claim.all_adjustments), ZERO)
    yield from _unless_equal("claim", claim.charge - adjusted, claim.paid, number)
    if claim.lines:
        yield from _unless_equal(
            "claim_charge", sum((line.charge for line in claim.lines), ZERO), claim.charge, number
        )
        yield from _unless_equal(
            "claim_paid", sum((line.paid for line in claim.lines), ZERO), claim.paid, number
        )
    owed = sum((a.amount for a in claim.all_adjustments if a.group == "PR"), ZERO)
    yield from _unless_equal("patient_responsibility", owed, claim.patient_responsibility or ZERO, number)
    for position, line in enumerate(claim.lines, 1):
        yield from _line(line, number, position)


def _line(line: ServicePayment, claim: int, position: int) -> Iterator[Imbalance]:
    yield from _unless_equal("line", line.charge - line.adjusted, line.paid, claim, position)


def _unless_equal(
    rule: str, expected: Decimal, stated: Decimal, claim: int = 0, line: int = 0
) -> Iterator[Imbalance]:
    if expected != stated:
        yield Imbalance(rule, expected, stated, claim, line)
