"""SNIP 3: what must add up in a claim, on the claim and against what other payers decided."""

from collections.abc import Iterator
from decimal import Decimal

from x12.errors import Finding
from x12.judging.claims.view import ZERO, Claim, Line, adjusted, amount, at, issue
from x12.judging.walk import Node

OUT_OF_BALANCE = ("400",)


def findings(claim: Claim) -> Iterator[Finding]:
    """The sums of one claim."""
    yield from _total(claim)
    if claim.others():
        for line in claim.lines:
            yield from _line(line)
        for other in claim.others():
            yield from _other_payer(claim, other)


def _total(claim: Claim) -> Iterator[Finding]:
    charges = [line.charge for line in claim.lines]
    known = [charge for charge in charges if charge is not None]
    if claim.charge is None or len(known) != len(charges) or not charges:
        return
    if sum(known, ZERO) != claim.charge:
        words = "CLM02 is not the sum of the charges of its lines"
        yield issue("claim_total", words, claim.clm, "2300", 2, snip=3, status=("178",))


def _line(line: Line) -> Iterator[Finding]:
    """A line's charge is what a payer paid for it and what it adjusted, for every payer that decided about
    it.
    """
    decided: dict[str, tuple[Node, Decimal]] = {}
    for node in line.node.nodes.get("2430", ()):
        row = node.first("SVD")
        paid = amount(at(row, 2)) if row else None
        if paid is None:
            return
        first, so_far = decided.get(at(row, 1), (node, ZERO))
        decided[at(row, 1)] = (first, so_far + paid + adjusted(node))
    for node, explained in decided.values():
        if line.charge is not None and explained != line.charge:
            words = "the charge of the line is not what the other payer paid (SVD02) and adjusted (CAS)"
            yield issue("line_balance", words, node.parts["SVD"][0], "2430", 2, snip=3, status=OUT_OF_BALANCE)


def _other_payer(claim: Claim, other: Node) -> Iterator[Finding]:
    """The claim's charge is what a payer paid (AMT*D) and what it adjusted, on the claim and on its lines."""
    told = other.parts.get("AMT*D")
    paid = amount(at(told[0][0], 2)) if told else None
    if told is None or paid is None or claim.charge is None:
        return
    payer = payer_id(other)
    explained = paid + adjusted(other)
    for line in claim.lines:
        for node in line.node.nodes.get("2430", ()):
            if at(node.first("SVD"), 1) == payer:
                explained += adjusted(node)
    if explained != claim.charge:
        words = "CLM02 is not what the other payer paid (AMT*D) and adjusted (CAS) on claim and lines"
        yield issue("payer_balance", words, told[0], "2320", 2, snip=3, status=OUT_OF_BALANCE)


def payer_id(other: Node) -> str:
    """NM109 of the payer of a loop of other coverage."""
    payers = other.nodes.get("2330B")
    return at(payers[0].first("NM1*PR"), 9) if payers else ""
