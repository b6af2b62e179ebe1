"""The product's books held against the payers' own log, to the cent."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from billing.models import Charge, Remittance
from billing.queries import payer_paid
from billing.states import RemittanceStatus
from claims.models import ClaimLine, Submission
from practice.models import Practice
from rcm.money import ZERO

POSTED = RemittanceStatus.POSTED


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was compared, and every difference in words; none is the promise."""

    claims_sent: int
    remittances: int
    charges: int
    paid: Decimal
    differences: list[str]


def compare(*, practice: Practice, log: Path) -> Comparison:
    """Hold claims, remittances and every charge against what the simulator says it got, decided and paid."""
    events = list(_events(log))
    paid_by_line = _paid_by_line(events, practice)
    charges = {charge.pk: charge for charge in Charge.objects.filter(practice=practice)}
    books = payer_paid(practice=practice)
    differences = [
        *_claims(events, practice),
        *_remittances(events, practice),
        *_charges(charges, paid_by_line, books),
    ]
    return Comparison(
        claims_sent=Submission.objects.filter(practice=practice).count(),
        remittances=Remittance.objects.filter(practice=practice, status=POSTED).count(),
        charges=len(charges),
        paid=sum(books.values(), ZERO),
        differences=differences,
    )


def _events(log: Path) -> Iterator[dict[str, Any]]:
    with log.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def _claims(events: list[dict[str, Any]], practice: Practice) -> Iterator[str]:
    """Every claim we sent arrived once per time we sent it, and no other came."""
    ours = Counter(
        Submission.objects.filter(practice=practice).values_list("claim__control_number", flat=True)
    )
    theirs = Counter(event["claim"] for event in events if event["event"] == "received")
    for number in sorted(ours.keys() | theirs.keys()):
        if ours[number] != theirs[number]:
            yield f"claim {number}: sent {ours[number]} times, arrived {theirs[number]} times"


def _remittances(events: list[dict[str, Any]], practice: Practice) -> Iterator[str]:
    """Every 835 is here with its amount, once."""
    ours = {row.trace_number: row.amount for row in Remittance.objects.filter(practice=practice)}
    theirs = {event["trace"]: Decimal(event["amount"]) for event in events if event["event"] == "remitted"}
    for trace in sorted(ours.keys() | theirs.keys()):
        if ours.get(trace) != theirs.get(trace):
            yield f"remittance {trace}: here {ours.get(trace)}, paid {theirs.get(trace)}"


def _charges(
    charges: dict[int, Charge], theirs: dict[int, Decimal], books: dict[int, Decimal]
) -> Iterator[str]:
    """Of every charge the payers paid what they say they paid."""
    for pk in sorted(charges):
        if books.get(pk, ZERO) != theirs.get(pk, ZERO):
            yield f"charge {pk}: booked {books.get(pk, ZERO)}, paid {theirs.get(pk, ZERO)}"


def _paid_by_line(events: list[dict[str, Any]], practice: Practice) -> dict[int, Decimal]:
    """By charge: what all decisions and reversals of posted remittances add up to."""
    posted = set(
        Remittance.objects.filter(practice=practice, status=POSTED).values_list("trace_number", flat=True)
    )
    numbers = ClaimLine.objects.filter(practice=practice, coded_line__booked_charge__isnull=False)
    charge_of = dict(numbers.values_list("control_number", "coded_line__booked_charge"))
    paid: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for event in events:
        if event["event"] in {"decided", "reversed"} and event["trace"] in posted:
            for line in event["lines"]:
                paid[charge_of[line["control"]]] += Decimal(line["paid"])
    return paid
