"""The life of a claim, and of a question about one."""

from django.db.models import TextChoices


class ClaimStatus(TextChoices):
    """Where one bill to one payer stands."""

    DRAFT = "draft", "Draft"
    HELD = "held", "Held"
    READY = "ready", "Ready"
    QUEUED = "queued", "Queued"
    SENT = "sent", "Sent"
    UNKNOWN = "unknown", "Delivery unknown"
    RECEIVED = "received", "Received"
    REJECTED = "rejected", "Rejected"
    ACCEPTED = "accepted", "Accepted"
    PENDING = "pending", "Pending at payer"
    CROSSED_OVER = "crossed_over", "Crossed over"
    PAID = "paid", "Paid"
    PARTIALLY_PAID = "partially_paid", "Partially paid"
    DENIED = "denied", "Denied"
    CORRECTED = "corrected", "Replaced by a corrected claim"
    VOIDED = "voided", "Voided"
    CLOSED = "closed", "Closed"


ADJUDICATED = frozenset({ClaimStatus.PAID, ClaimStatus.PARTIALLY_PAID, ClaimStatus.DENIED})
"""The payer has decided."""

UNSENT = frozenset({ClaimStatus.DRAFT, ClaimStatus.HELD, ClaimStatus.READY})
"""In our hands: it may be changed in place."""

OUT = frozenset(
    {
        ClaimStatus.QUEUED,
        ClaimStatus.UNKNOWN,
        ClaimStatus.SENT,
        ClaimStatus.RECEIVED,
        ClaimStatus.ACCEPTED,
        ClaimStatus.PENDING,
    }
)
"""On its way or with the payer, undecided."""

WITH_PAYER = OUT - {ClaimStatus.QUEUED, ClaimStatus.UNKNOWN}
"""Certainly sent, undecided."""

REPLACED = frozenset({ClaimStatus.CORRECTED, ClaimStatus.VOIDED})
"""Another version stands in its place, or none is meant to."""

# Answers overtake each other: a 277CA may be read before the 999, an 835 before either. So every state
# in which the payer may already hold the claim leads to every later one.
_ANSWERS = ADJUDICATED | {
    ClaimStatus.RECEIVED,
    ClaimStatus.ACCEPTED,
    ClaimStatus.PENDING,
    ClaimStatus.REJECTED,
}

# What follows a payer's decision: another one (a reversal, a correction), or our own next version.
_AFTER_DECISION = ADJUDICATED | {
    ClaimStatus.PENDING,
    ClaimStatus.CORRECTED,
    ClaimStatus.VOIDED,
    ClaimStatus.CLOSED,
}

# A payer's decision is a fact even about a claim we hold back: a remittance may come about one that was sent
# on paper, forwarded by another payer, or rejected on the way by mistake.
CLAIM_MOVES = {
    ClaimStatus.DRAFT: ADJUDICATED
    | {ClaimStatus.HELD, ClaimStatus.READY, ClaimStatus.CROSSED_OVER, ClaimStatus.VOIDED},
    ClaimStatus.HELD: ADJUDICATED | {ClaimStatus.READY, ClaimStatus.CROSSED_OVER, ClaimStatus.VOIDED},
    ClaimStatus.READY: ADJUDICATED
    | {ClaimStatus.QUEUED, ClaimStatus.HELD, ClaimStatus.CROSSED_OVER, ClaimStatus.VOIDED},
    ClaimStatus.QUEUED: _ANSWERS | {ClaimStatus.SENT, ClaimStatus.UNKNOWN},
    ClaimStatus.UNKNOWN: _ANSWERS | {ClaimStatus.SENT},
    ClaimStatus.SENT: frozenset(_ANSWERS),
    ClaimStatus.RECEIVED: _ANSWERS - {ClaimStatus.RECEIVED},
    ClaimStatus.REJECTED: frozenset({ClaimStatus.HELD}),
    ClaimStatus.ACCEPTED: _ANSWERS - {ClaimStatus.RECEIVED, ClaimStatus.ACCEPTED},
    ClaimStatus.PENDING: ADJUDICATED | {ClaimStatus.REJECTED},
    ClaimStatus.CROSSED_OVER: ADJUDICATED | {ClaimStatus.HELD, ClaimStatus.READY},
    ClaimStatus.PAID: _AFTER_DECISION - {ClaimStatus.PAID},
    ClaimStatus.PARTIALLY_PAID: _AFTER_DECISION - {ClaimStatus.PARTIALLY_PAID},
    ClaimStatus.DENIED: _AFTER_DECISION - {ClaimStatus.DENIED},
    ClaimStatus.CORRECTED: frozenset[ClaimStatus](),
    ClaimStatus.VOIDED: frozenset[ClaimStatus](),
    ClaimStatus.CLOSED: _AFTER_DECISION - {ClaimStatus.CLOSED},
}


class InquiryStatus(TextChoices):
    """A 276 on its way and back."""

    PENDING = "pending", "Asked"
    ANSWERED = "answered", "Answered"
    UNANSWERED = "unanswered", "Payer did not answer"


INQUIRY_MOVES = {
    InquiryStatus.PENDING: frozenset({InquiryStatus.ANSWERED, InquiryStatus.UNANSWERED}),
    InquiryStatus.UNANSWERED: frozenset({InquiryStatus.ANSWERED}),
    InquiryStatus.ANSWERED: frozenset[InquiryStatus](),
}
