"""SNIP 3 of the 835: the balancing equations (005010X221A1 front matter 1.10.2), each broken one a finding.

Amounts are compared exactly. Positive adjustments reduce a payment, at every level.
"""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from x12.errors import Finding
from x12.judging.objections import broken
from x12.judging.payments import Claim, Group, Remit
from x12.judging.values import ZERO, amount, differ, element


def of_transaction(remit: Remit) -> Iterator[Finding]:
    """What does not hold over all claims, once they are read: BPR02, and the sums under each LX."""
    bpr = remit.first("BPR")
    if bpr is not None:
        position, elements = bpr
        if differ(remit.paid - remit.withheld, amount(element(elements, 2))):
            words = "BPR02 is not the payments of all claims (CLP04) less the provider adjustments (PLB)"
            yield broken("transaction_out_of_balance", words, "BPR", position, 2)
    for group in remit.groups:
        yield from _summary(group)


def of_claim(claim: Claim) -> Iterator[Finding]:
    """What does not hold in a claim and its lines. Another CLP05, as some payers state it, is a warning."""
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
        deviation = broken("patient_responsibility_differs", words, *at, 5, loop="2100")
        yield replace(deviation, severity="warning")


def _summary(group: Group) -> Iterator[Finding]:
    """The one TS3 of an LX counts and sums up the claims under it."""
    if len(group.summaries) != 1:
        return
    position, elements = group.summaries[0]
    if differ(amount(element(elements, 4)), Decimal(group.number)):
        words = "TS304 is not the number of claims under this LX"
        yield broken("claim_count_differs", words, "TS3", position, 4, loop="2000")
    if differ(amount(element(elements, 5)), group.charge):
        words = "TS305 is not the sum of the charges (CLP03) under this LX"
        yield broken("charge_total_differs", words, "TS3", position, 5, loop="2000")
