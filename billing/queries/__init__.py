"""Reads of the books and of what payers said."""

from billing.queries.balances import (
    OWNERS,
    guarantor_owes,
    guarantors_of,
    owners_of,
    payer_paid,
    payers_owe,
    positions_of,
    totals_by_kind,
)
from billing.queries.known import (
    TURNS,
    Known,
    as_advice,
    entry_key,
    known_of,
    parked_about_the_same_visits,
    payer_of,
)
from billing.queries.online import held_online_payments
from billing.queries.proofs import PROOFS, Proof, Verdict, prove

__all__ = [
    "OWNERS",
    "PROOFS",
    "TURNS",
    "Known",
    "Proof",
    "Verdict",
    "as_advice",
    "entry_key",
    "guarantor_owes",
    "guarantors_of",
    "held_online_payments",
    "known_of",
    "owners_of",
    "parked_about_the_same_visits",
    "payer_of",
    "payer_paid",
    "payers_owe",
    "positions_of",
    "prove",
    "totals_by_kind",
]
