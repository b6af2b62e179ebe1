"""C01 to C07: who pays, and in which order."""

import re
from collections.abc import Iterator
from datetime import date

from claims.rules.bill import Bill
from claims.rules.edits.edit import Edit, Problem

PRIMARY = "P"
MEDICARE = frozenset({"MA", "MB"})
_LETTER = "[AC-HJKMNP-RT-Y]"
_EITHER = "[0-9AC-HJKMNP-RT-Y]"
MEDICARE_NUMBER = rf"[1-9]{_LETTER}{_EITHER}\d{_LETTER}{_EITHER}\d{_LETTER}{{2}}\d{{2}}"
"""The Medicare Beneficiary Identifier, without dashes."""


def payer(bill: Bill, _today: date) -> Iterator[Problem]:
    """C01: a payer with an id, to whom the practice may send claims."""
    if not bill.policy.payer_number:
        yield Problem("payer.payer_number", "The payer has no id for claims. Enter it in the payer's record.")
    elif not bill.around.enrolled:
        yield Problem(
            "payer.enrollment",
            "The practice is not enrolled with this payer for claims. Finish the enrollment, then release.",
        )


def member_number(bill: Bill, _today: date) -> Iterator[Problem]:
    """C02: a member id in the payer's own form; Medicare's form is the MBI."""
    own = bill.policy.member_number_pattern
    pattern = own or (MEDICARE_NUMBER if bill.policy.filing_indicator_code in MEDICARE else r"\S.*")
    if not re.fullmatch(pattern, bill.policy.member_number):
        yield Problem(
            "coverage.member_number",
            "The member id does not have the form this payer uses. Compare it with the card.",
        )


def one_primary(bill: Bill, _today: date) -> Iterator[Problem]:
    """C04: exactly one payer is primary."""
    if _ranks(bill).count(PRIMARY) != 1:
        yield Problem(
            "coverage.rank", "Exactly one coverage must be primary on the visit's day. Correct their order."
        )


def no_rank_twice(bill: Bill, _today: date) -> Iterator[Problem]:
    """C05: no two payers share a place in the order."""
    ranks = _ranks(bill)
    if len(set(ranks)) != len(ranks):
        yield Problem("coverage.rank", "Two coverages have the same rank. Give each its own.")


def primary_first(bill: Bill, _today: date) -> Iterator[Problem]:
    """C06: a later payer is billed with what the primary decided on every line."""
    if bill.policy.rank == PRIMARY:
        return
    first = {other.policy.payer_number for other in bill.others if other.policy.rank == PRIMARY}
    if not all(first & {decision.payer_number for decision in line.decisions} for line in bill.lines):
        yield Problem(
            "claim.prior_payments",
            "The primary payer has not decided on every line. Wait for its remittance, or post it.",
        )


def medicare_second(bill: Bill, _today: date) -> Iterator[Problem]:
    """C07: Medicare that is not primary says why (SBR05)."""
    policy = bill.policy
    if policy.filing_indicator_code not in MEDICARE or policy.rank == PRIMARY:
        return
    if not policy.medicare_secondary_code:
        yield Problem(
            "coverage.medicare_secondary_code",
            "Medicare is not primary. Enter the reason (12 working aged, 13 kidney disease, ...).",
        )


def _ranks(bill: Bill) -> list[str]:
    return [bill.policy.rank, *(other.policy.rank for other in bill.others)]


COVERAGE_EDITS = (
    Edit("C01", payer),
    Edit("C02", member_number),
    Edit("C04", one_primary),
    Edit("C05", no_rank_twice),
    Edit("C06", primary_first),
    Edit("C07", medicare_second),
)
