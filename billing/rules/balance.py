"""The gate before the books: an 835 that does not add up, or was not understood, is not posted."""

from collections.abc import Iterator
from decimal import Decimal

from billing.rules.advice import Advice, ClaimAdvice
from rcm.money import dollars
from x12.errors import Finding
from x12.remittance_835 import Imbalance, Remittance, imbalances

_MONEY_SEGMENTS = frozenset({"BPR", "TRN", "CLP", "CAS", "SVC", "PLB"})
_EQUATIONS = {
    "transaction": "the claims paid less the provider adjustments make {expected}, the payment is {stated}",
    "claim": "charge less adjustments makes {expected}, paid is {stated}",
    "claim_charge": "the lines' charges make {expected}, the claim's charge is {stated}",
    "claim_paid": "the lines' payments make {expected}, the claim's payment is {stated}",
    "line": "charge less adjustments makes {expected}, paid is {stated}",
}


def gate(remittance: Remittance, *, complete: bool) -> list[str]:
    """Why an 835 may not be posted, in words with the difference; empty when it may.

    Line, claim and transaction have to balance (domain.md section 3.2), every amount has to have been
    readable, in whole cents, and the transaction has to be complete.
    """
    return [
        *([] if complete else ["The transaction is incomplete: its end is missing."]),
        *([] if remittance.method else ["The payment segment BPR is missing."]),
        *([] if remittance.credit != "D" else ["It takes money from us (BPR03 is D)."]),
        *(_unread(finding) for finding in remittance.findings if finding.segment in _MONEY_SEGMENTS),
        *_broken_cents(remittance),
        *(_worded(wrong, remittance) for wrong in imbalances(remittance) if wrong.blocking),
    ]


def notices_that_pay(advice: Advice) -> list[str]:
    """A claim that was only forwarded or predetermined cannot carry money."""
    return [
        f"{named(claim)}: CLP02 {claim.status_code} decides nothing, yet {dollars(claim.paid)} is paid."
        for claim in advice.claims
        if claim.is_notice and claim.paid
    ]


def payee_mismatch(advice: Advice, *, npi: str, tax_number: str) -> list[str]:
    """The reason when an 835 pays somebody else than the practice with this NPI and tax number."""
    if advice.payee_npi:
        matches, shown = advice.payee_npi == npi, f"NPI {advice.payee_npi}"
    else:
        matches, shown = advice.payee_tax_number == tax_number, "another tax number"
    return [] if matches else [f"It pays somebody else than this practice ({shown})."]


def named(claim: ClaimAdvice) -> str:
    """How a reason names a claim: by its place and by our number, never by its patient."""
    return f"Claim {claim.position + 1} ({claim.control_number})"


def _unread(finding: Finding) -> str:
    return f"Segment {finding.position} was not understood: {finding.message}."


def _worded(wrong: Imbalance, remittance: Remittance) -> str:
    words = _EQUATIONS[wrong.rule].format(expected=dollars(wrong.expected), stated=dollars(wrong.stated))
    words += f": {dollars(abs(wrong.difference))} too {'much' if wrong.stated > wrong.expected else 'little'}"
    if not wrong.claim:
        return f"It does not balance: {words}."
    claims = list(remittance.claims())
    number = "".join(filter(str.isprintable, claims[wrong.claim - 1].control_number))
    place = f"Claim {wrong.claim} ({number})"
    if wrong.line:
        place += f", line {wrong.line}"
    return f"{place} does not balance: {words}."


def _broken_cents(remittance: Remittance) -> list[str]:
    if any(amount != round(amount, 2) for amount in _amounts(remittance)):
        return ["An amount has fractions of a cent."]
    return []


def _amounts(remittance: Remittance) -> Iterator[Decimal]:
    yield remittance.paid
    yield from (adjustment.amount for adjustment in remittance.provider_adjustments)
    for claim in remittance.claims():
        yield from (claim.charge, claim.paid, claim.patient_responsibility or Decimal(0))
        yield from (adjustment.amount for adjustment in claim.all_adjustments)
        for line in claim.lines:
            yield from (line.charge, line.paid)
