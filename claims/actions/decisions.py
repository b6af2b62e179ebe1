"""What a remittance decided on claims: recorded, and the claims moved to it, any number in a few statements.

Billing calls it within the transaction that posts the money, so that books and claims cannot disagree.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db import connection, transaction

from claims.models import Claim, StatusEvent
from claims.states import ADJUDICATED, REPLACED, ClaimStatus
from clearinghouse.models import Document
from rcm.state import move_all

OUTCOMES = ADJUDICATED | {ClaimStatus.PENDING, ClaimStatus.CLOSED}
"""What a remittance can make of a claim; PENDING after a reversal whose correction is still to come."""

BATCH = 1000


class NotAnOutcome(Exception):
    """A remittance cannot put a claim into this status."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A payer's decision on one claim; `payer_control_number` is CLP07."""

    claim: Claim
    outcome: ClaimStatus
    payer_control_number: str


def settle_claims(
    *, decisions: Sequence[Decision], source: str, now: datetime, document: Document | None = None
) -> None:
    """Record a payer's decisions, one per claim, and move the claims to them; `source` names the remittance.

    `document` is the 835 itself, for a person who wants to see what the payer wrote.

    An outcome is paid, partially paid, denied, pending or closed; any other raises NotAnOutcome. Claims that
    were corrected or voided meanwhile stay so and only get the record; the same decisions told twice change
    nothing. The caller's claim objects are brought up to date.
    """
    for decision in decisions:
        if decision.outcome not in OUTCOMES:
            raise NotAnOutcome(decision.outcome)
    with transaction.atomic():
        ids = [decision.claim.pk for decision in decisions]
        locked = {
            claim.pk: claim
            for claim in Claim.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
        }
        _record(decisions, source=source, now=now, document=document)
        open_ones = [decision for decision in decisions if locked[decision.claim.pk].status not in REPLACED]
        _number([decision for decision in open_ones if decision.outcome in ADJUDICATED], locked, now=now)
        for outcome, same in groupby(sorted(open_ones, key=_outcome), key=_outcome):
            claims = [locked[decision.claim.pk] for decision in same]
            moving = [claim for claim in claims if claim.status != outcome]
            move_all(moving, outcome, now=now, by=None, source=source)
    for decision in decisions:
        claim, standing = decision.claim, locked[decision.claim.pk]
        for name in ("status", "payer_control_number", "adjudicated_at"):
            setattr(claim, name, getattr(standing, name))


def _outcome(decision: Decision) -> ClaimStatus:
    return decision.outcome


def _record(decisions: Sequence[Decision], *, source: str, now: datetime, document: Document | None) -> None:
    events = [
        StatusEvent(
            practice_id=decision.claim.practice_id,
            claim=decision.claim,
            document=document,
            kind="835",
            message=f"{decision.outcome.label} ({source})"[:300],
            payer_control_number=decision.payer_control_number,
            happened_at=now,
        )
        for decision in decisions
    ]
    told = StatusEvent.objects.filter(claim__in=[decision.claim.pk for decision in decisions], kind="835")
    known = set(told.values_list("claim_id", "message", "payer_control_number"))
    StatusEvent.objects.bulk_create(
        (it for it in events if (it.claim_id, it.message, it.payer_control_number) not in known),
        batch_size=BATCH,
        ignore_conflicts=True,
    )


def _number(decisions: Sequence[Decision], locked: dict[int, Claim], *, now: datetime) -> None:
    """Keep the payer's numbers and the moment, in one statement for any number of claims."""
    claims = [locked[decision.claim.pk] for decision in decisions]
    for claim, decision in zip(claims, decisions, strict=True):
        claim.payer_control_number = decision.payer_control_number or claim.payer_control_number
        claim.adjudicated_at = now
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE claims_claim SET payer_control_number = decided.number, adjudicated_at = %s"
            " FROM unnest(%s::bigint[], %s::text[]) AS decided (id, number)"
            " WHERE claims_claim.id = decided.id",
            [now, [claim.pk for claim in claims], [claim.payer_control_number for claim in claims]],
        )
