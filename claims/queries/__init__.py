"""Reads of claims: as work to do, and as the bill that would be sent."""

from claims.queries.bills import bill_of, bills_of
from claims.queries.claims import (
    authorization_for,
    claim_for_turn,
    claim_numbered,
    claims_of_interchange,
    lines_of,
    open_findings,
)
from claims.queries.work import (
    OUTSIDE,
    QueueTotal,
    alarming_claims,
    claims_out,
    claims_to_ask_about,
    every_claim,
    held_claims,
    ready_claims,
    rejected_claims,
    silent_claims,
    total_of,
    with_deadline,
    with_reasons,
)

__all__ = [
    "OUTSIDE",
    "QueueTotal",
    "alarming_claims",
    "authorization_for",
    "bill_of",
    "bills_of",
    "claim_for_turn",
    "claim_numbered",
    "claims_of_interchange",
    "claims_out",
    "claims_to_ask_about",
    "every_claim",
    "held_claims",
    "lines_of",
    "open_findings",
    "ready_claims",
    "rejected_claims",
    "silent_claims",
    "total_of",
    "with_deadline",
    "with_reasons",
]
