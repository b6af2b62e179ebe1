"""What a payer checks before adjudication: a verdict for the 277CA, as category, status and entity."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from clearinghouse.simulator.claim import Claim
from clearinghouse.simulator.members import Register
from clearinghouse.simulator.plans import Plans

Reason = tuple[str, str, str]
"""STC01: category, status, entity. The entity may be empty."""

ACCEPTED: Final[Reason] = ("A2", "20", "PR")


@dataclass(frozen=True, slots=True)
class Desk:
    """What is known when a claim is screened. `knows_claim` tells whether a payer control number is ours."""

    plans: Plans
    register: Register
    knows_claim: Callable[[str], bool]
    today: date


def screen(claim: Claim, desk: Desk) -> Reason | None:
    """Why a claim is turned away, or None: it may be adjudicated. The first reason found is given."""
    for question in QUESTIONS:
        reason = question(claim, desk)
        if reason is not None:
            return reason
    return None


def is_npi(number: str) -> bool:
    """Whether ten digits carry the NPI's check digit (Luhn over 80840 and the number)."""
    if len(number) != 10 or not number.isdecimal():
        return False
    total = 24  # what the prefix 80840 adds
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _payer(claim: Claim, desk: Desk) -> Reason | None:
    plan = desk.plans.find(claim.payer_id)
    if plan is None:
        return ("A3", "116", "")
    return ("A3", "116", "") if plan.supplement_only and claim.rank == "P" else None


def _npi(claim: Claim, desk: Desk) -> Reason | None:  # noqa: ARG001 - every question takes the desk
    if not is_npi(claim.provider.npi):
        return ("A7", "562", "85")
    if claim.rendering_npi and not is_npi(claim.rendering_npi):
        return ("A7", "562", "82")
    return None


def _member(claim: Claim, desk: Desk) -> Reason | None:
    plan = desk.plans.find(claim.payer_id)
    if plan is None or plan.denies_unknown_members:
        return None
    if not claim.subscriber.member_id:
        return ("A6", "164", "IL")
    member = desk.register.find(plan, claim.subscriber.member_id, claim.service_date)
    if member is None:
        return ("A3", "33", "IL") if plan.knows(claim.subscriber.member_id) else ("A7", "164", "IL")
    told = claim.subscriber.birth_date
    if member.birth_date and told and told != member.birth_date:
        return ("A7", "158", "IL")
    return None


def _balance(claim: Claim, desk: Desk) -> Reason | None:  # noqa: ARG001
    total = sum((line.charge for line in claim.lines), Decimal(0))
    if total != claim.charge:
        return ("A8", "400", "")
    return ("A7", "178", "") if total < 0 or any(line.charge < 0 for line in claim.lines) else None


def _pointers(claim: Claim, desk: Desk) -> Reason | None:  # noqa: ARG001
    return None if all(line.diagnoses for line in claim.lines) else ("A7", "477", "")


def _coordination(claim: Claim, desk: Desk) -> Reason | None:  # noqa: ARG001
    """What every payer before paid and adjusted must add up to the line's charge (domain.md 2.2)."""
    for line in claim.lines:
        for prior in line.prior:
            adjusted = sum((item.amount for item in prior.adjustments), Decimal(0))
            if prior.paid + adjusted != line.charge:
                return ("A8", "400", "PR")
    return None


def _lines(claim: Claim, desk: Desk) -> Reason | None:  # noqa: ARG001
    numbers = [line.number for line in claim.lines]
    return None if len(set(numbers)) == len(numbers) <= (999 if claim.stay else 50) else ("A7", "247", "")


def _dates(claim: Claim, desk: Desk) -> Reason | None:
    return ("A7", "187", "") if any(line.service_date > desk.today for line in claim.lines) else None


def _frequency(claim: Claim, desk: Desk) -> Reason | None:
    if claim.is_first:
        return None
    plan = desk.plans.find(claim.payer_id)
    if plan is None or not plan.takes_corrections:
        return ("A7", "535", "")
    if not claim.replaces:
        return ("A6", "464", "")
    return None if desk.knows_claim(claim.replaces) else ("A7", "464", "")


QUESTIONS: Final = (_payer, _npi, _lines, _balance, _dates, _pointers, _coordination, _member, _frequency)
