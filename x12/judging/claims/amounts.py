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
    if not claim.others():
        return
    unbalanced: set[str] = set()
    for line in claim.lines:
        for payer, node in _unbalanced(line):
            unbalanced.add(payer)
            if node is not None:
                words = "the charge of the line is not what the other payer paid (SVD02) and adjusted (CAS)"
                svd = node.parts["SVD"][0]
                yield issue("line_balance", words, svd, "2430", 2, snip=3, status=OUT_OF_BALANCE)
    payers = {payer_id(other) for other in claim.others()}
    deciding = {at(node.first("SVD"), 1) for line in claim.lines for node in line.node.nodes.get("2430", ())}
    if deciding <= payers - {""}:
        for other in claim.others():
            if payer_id(other) not in unbalanced:
                yield from _other_payer(claim, other)


def _total(claim: Claim) -> Iterator[Finding]:
    charges = [line.charge for line in claim.lines]
    known = [charge for charge in charges if charge is not None]
    if claim.charge is None or len(known) != len(charges) or not charges:
        return
    if sum(known, ZERO) != claim.charge:
        words = "CLM02 is not the sum of the charges of its lines"
        yield issue("claim_total", words, claim.clm, "2300", 2, snip=3, status=("178",))


def _unbalanced(line: Line) -> Iterator[tuple[str, Node | None]]:
    """The payers whose payments (SVD02) and adjustments do not make up the charge of a line, with their first
    decision; None for it where the decision cannot be reckoned with.
    """
    decided: dict[str, Decimal] = {}
    first: dict[str, Node] = {}
    for node in line.node.nodes.get("2430", ()):
        row = node.first("SVD")
        paid, explained = amount(at(row, 2)) if row else None, adjusted(node)
        if paid is None or explained is None or line.charge is None:
            yield at(row, 1) if row else "", None
            return
        first.setdefault(row[1], node)
        decided[row[1]] = decided.get(row[1], ZERO) + paid + explained
    for payer, explained in decided.items():
        if explained != line.charge:
            yield payer, first[payer]


def _other_payer(claim: Claim, other: Node) -> Iterator[Finding]:
    """The claim's charge is what a payer paid (AMT*D) and what it adjusted, on the claim and on its lines."""
    told = other.parts.get("AMT*D")
    paid = amount(at(told[0][0], 2)) if told else None
    payer, explained = payer_id(other), adjusted(other)
    if told is None or paid is None or explained is None or claim.charge is None or not payer:
        return
    for line in claim.lines:
        for node in line.node.nodes.get("2430", ()):
            if at(node.first("SVD"), 1) == payer:
                explained += adjusted(node) or ZERO
    if paid + explained != claim.charge:
        words = "CLM02 is not what the other payer paid (AMT*D) and adjusted (CAS) on claim and lines"
        yield issue("payer_balance", words, told[0], "2320", 2, snip=3, status=OUT_OF_BALANCE)


def payer_id(other: Node) -> str:
    """NM109 of the payer of a loop of other coverage."""
    payers = other.nodes.get("2330B")
    return at(payers[0].first("NM1*PR"), 9) if payers else ""
