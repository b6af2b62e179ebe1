"""Reads of claims: as work to do, and as the bill that would be sent."""

from claims.queries.bills import bill_of, bills_of
from claims.queries.claims import (
    QueueTotal,
    alarming_claims,
    authorization_for,
    claim_for_turn,
    claim_numbered,
    claims_of_interchange,
    claims_to_ask_about,
    held_claims,
    lines_of,
    open_findings,
    ready_claims,
    rejected_claims,
    silent_claims,
    total_of,
    unacknowledged_batches,
)

__all__ = [
    "QueueTotal",
    "alarming_claims",
    "authorization_for",
    "bill_of",
    "bills_of",
    "claim_for_turn",
    "claim_numbered",
    "claims_of_interchange",
    "claims_to_ask_about",
    "held_claims",
    "lines_of",
    "open_findings",
    "ready_claims",
    "rejected_claims",
    "silent_claims",
    "total_of",
    "unacknowledged_batches",
]
