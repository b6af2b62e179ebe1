"""C08 to C13: what earlier payers decided, and whether it adds up (domain.md 2.2, COB balancing)."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from claims.rules.bill import Bill, Decision, Line
from claims.rules.edits.edit import Edit, Problem
from rcm.money import ZERO


def line_balances(bill: Bill, _today: date) -> Iterator[Problem]:
    """C08: charge = paid + adjustments, for each earlier payer and line."""
    for line, decision in _decisions(bill):
        if line.charge != decision.paid + _adjusted(decision):
            yield Problem(
                f"lines[{line.control_number}].prior_payments",
                f"Line {line.control_number}: paid and adjustments of the earlier payer do not add up to the"
                " charge. Compare them with its remittance.",
            )


def claim_balances(bill: Bill, _today: date) -> Iterator[Problem]:
    """C09: total charge - adjustments = paid, for each earlier payer."""
    for other in bill.others:
        if other.paid is None:
            continue
        number = other.policy.payer_number
        adjusted = sum((_adjusted(d) for _, d in _decisions(bill) if d.payer_number == number), ZERO)
        if bill.total_charge - adjusted != other.paid:
            yield Problem(
                "claim.prior_payments",
                f"What {other.policy.payer_name} paid and adjusted does not add up to the total. Compare it"
                " with the remittance.",
            )


def adjustment_complete(bill: Bill, _today: date) -> Iterator[Problem]:
    """C10: an adjustment has group, reason and amount."""
    for line, decision in _decisions(bill):
        if any(not (a.group and a.reason) or a.amount is None for a in decision.adjustments):
            yield Problem(
                f"lines[{line.control_number}].prior_payments",
                f"Line {line.control_number}: an adjustment lacks its group, reason or amount. Complete it"
                " from the remittance.",
            )


def paid_not_negative(bill: Bill, _today: date) -> Iterator[Problem]:
    """C11: no payer paid less than nothing."""
    for line, decision in _decisions(bill):
        if not decision.paid.is_finite() or decision.paid < ZERO:
            yield Problem(
                f"lines[{line.control_number}].prior_payments",
                f"Line {line.control_number}: the earlier payer's payment is negative. Enter what it paid,"
                " 0.00 if nothing.",
            )


def decided_on(bill: Bill, today: date) -> Iterator[Problem]:
    """C12: an earlier payer decided after the service and not after today."""
    for line, decision in _decisions(bill):
        day = decision.decided_on
        if day is None or day > today or (line.service_date and day < line.service_date):
            yield Problem(
                f"lines[{line.control_number}].prior_payments",
                f"Line {line.control_number}: the date of the earlier payer's remittance is missing, in the"
                " future or before the service. Correct it.",
            )


def known_payer(bill: Bill, _today: date) -> Iterator[Problem]:
    """C13: a decision is by one of the payers the claim names."""
    known = {other.policy.payer_number for other in bill.others}
    for line, decision in _decisions(bill):
        if decision.payer_number not in known:
            yield Problem(
                f"lines[{line.control_number}].prior_payments",
                f"Line {line.control_number}: the earlier payer is not among the patient's coverages on that"
                " day. Correct the coverages.",
            )


def _decisions(bill: Bill) -> Iterator[tuple[Line, Decision]]:
    for line in bill.lines:
        for decision in line.decisions:
            yield line, decision


def _adjusted(decision: Decision) -> Decimal:
    return sum((a.amount for a in decision.adjustments if a.amount is not None), ZERO)


COORDINATION_EDITS = (
    Edit("C08", line_balances),
    Edit("C09", claim_balances),
    Edit("C10", adjustment_complete),
    Edit("C11", paid_not_negative),
    Edit("C12", decided_on),
    Edit("C13", known_payer),
)
