"""SNIP 3 of the 835: the balancing equations (005010X221A1 front matter 1.10.2), each broken one a finding.

Amounts are compared exactly. Positive adjustments reduce a payment, at every level.
"""

from collections.abc import Iterator
from decimal import Decimal

from x12.errors import Finding
from x12.judging.objections import broken
from x12.judging.payments import Claim, Group, Remit
from x12.judging.values import ZERO, amount, differ, element


def findings(remit: Remit) -> Iterator[Finding]:
    """Every equation that does not hold: transaction, then claim by claim with its lines, then summaries."""
    yield from _transaction(remit)
    for claim in remit.claims:
        yield from _claim(claim)
    for group in remit.groups:
        yield from _summary(group)


def _transaction(remit: Remit) -> Iterator[Finding]:
    """Paid claims less provider adjustments are BPR02."""
    bpr = remit.first("BPR")
    if bpr is None:
        return
    position, elements = bpr
    due = sum((claim.paid for claim in remit.claims), ZERO)
    for _, plb in remit.plb:
        for place in range(4, len(plb), 2):
            due -= amount(plb[place])
    if differ(due, amount(element(elements, 2))):
        words = "BPR02 is not the payments of all claims (CLP04) less the provider adjustments (PLB)"
        yield broken("transaction_out_of_balance", words, "BPR", position, 2)


def _claim(claim: Claim) -> Iterator[Finding]:
    charged = paid = ZERO
    adjusted = claim.adjusted
    for line in claim.lines:
        charged += line.charge
        paid += line.paid
        adjusted += line.adjusted
        if differ(line.charge - line.adjusted, line.paid):
            words = "SVC03 is not the charge (SVC02) less the adjustments of the line (CAS)"
            yield broken("line_out_of_balance", words, "SVC", line.position, 3, loop="2110")
    at = ("CLP", claim.position)
    if differ(claim.charge - adjusted, claim.paid):
        words = "CLP04 is not the charge (CLP03) less the adjustments of the claim and its lines (CAS)"
        yield broken("claim_out_of_balance", words, *at, 4, loop="2100")
    if claim.lines and differ(charged, claim.charge):
        words = "CLP03 is not the sum of the charges of the lines (SVC02)"
        yield broken("claim_charge_differs_from_lines", words, *at, 3, loop="2100")
    if claim.lines and differ(paid, claim.paid):
        words = "CLP04 is not the sum of the payments of the lines (SVC03)"
        yield broken("claim_payment_differs_from_lines", words, *at, 4, loop="2100")
    if differ(claim.owed, amount(element(claim.elements, 5))):
        words = "CLP05 is not the sum of the adjustments with group PR"
        yield broken("patient_responsibility_differs", words, *at, 5, loop="2100")


def _summary(group: Group) -> Iterator[Finding]:
    """The one TS3 of an LX counts and sums up the claims under it."""
    if len(group.summaries) != 1:
        return
    position, elements = group.summaries[0]
    if differ(amount(element(elements, 4)), Decimal(len(group.claims))):
        words = "TS304 is not the number of claims under this LX"
        yield broken("claim_count_differs", words, "TS3", position, 4, loop="2000")
    if differ(amount(element(elements, 5)), sum((claim.charge for claim in group.claims), ZERO)):
        words = "TS305 is not the sum of the charges (CLP03) under this LX"
        yield broken("charge_total_differs", words, "TS3", position, 5, loop="2000")
