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

# Answers overtake each other: a 277CA may be read before the 999, an 835 before either. So every state
# in which the payer may already hold the claim leads to every later one.
_ANSWERS = ADJUDICATED | {
    ClaimStatus.RECEIVED,
    ClaimStatus.ACCEPTED,
    ClaimStatus.PENDING,
    ClaimStatus.REJECTED,
}

CLAIM_MOVES = {
    ClaimStatus.DRAFT: frozenset(
        {ClaimStatus.HELD, ClaimStatus.READY, ClaimStatus.CROSSED_OVER, ClaimStatus.VOIDED}
    ),
    ClaimStatus.HELD: frozenset({ClaimStatus.READY, ClaimStatus.VOIDED}),
    ClaimStatus.READY: frozenset({ClaimStatus.QUEUED, ClaimStatus.HELD, ClaimStatus.VOIDED}),
    ClaimStatus.QUEUED: _ANSWERS | {ClaimStatus.SENT, ClaimStatus.UNKNOWN},
    ClaimStatus.UNKNOWN: _ANSWERS | {ClaimStatus.SENT},
    ClaimStatus.SENT: frozenset(_ANSWERS),
    ClaimStatus.RECEIVED: _ANSWERS - {ClaimStatus.RECEIVED},
    ClaimStatus.REJECTED: frozenset({ClaimStatus.HELD}),
    ClaimStatus.ACCEPTED: _ANSWERS - {ClaimStatus.RECEIVED, ClaimStatus.ACCEPTED},
    ClaimStatus.PENDING: ADJUDICATED | {ClaimStatus.REJECTED},
    ClaimStatus.CROSSED_OVER: ADJUDICATED | {ClaimStatus.HELD, ClaimStatus.READY},
    ClaimStatus.PAID: frozenset(
        {
            ClaimStatus.PARTIALLY_PAID,
            ClaimStatus.DENIED,
            ClaimStatus.PENDING,
            ClaimStatus.CORRECTED,
            ClaimStatus.CLOSED,
        }
    ),
    ClaimStatus.PARTIALLY_PAID: frozenset(
        {ClaimStatus.PAID, ClaimStatus.DENIED, ClaimStatus.PENDING, ClaimStatus.CORRECTED, ClaimStatus.CLOSED}
    ),
    ClaimStatus.DENIED: frozenset(
        {
            ClaimStatus.PAID,
            ClaimStatus.PARTIALLY_PAID,
            ClaimStatus.PENDING,
            ClaimStatus.CORRECTED,
            ClaimStatus.CLOSED,
        }
    ),
    ClaimStatus.CORRECTED: frozenset[ClaimStatus](),
    ClaimStatus.VOIDED: frozenset[ClaimStatus](),
    ClaimStatus.CLOSED: ADJUDICATED | {ClaimStatus.PENDING, ClaimStatus.CORRECTED},
}


class InquiryStatus(TextChoices):
    """A 276 on its way and back."""

    PENDING = "pending", "Asked"
    ANSWERED = "answered", "Answered"
    UNANSWERED = "unanswered", "Payer did not answer"


INQUIRY_MOVES = {
    InquiryStatus.PENDING: frozenset({InquiryStatus.ANSWERED, InquiryStatus.UNANSWERED}),
    InquiryStatus.UNANSWERED: frozenset({InquiryStatus.PENDING}),
    InquiryStatus.ANSWERED: frozenset[InquiryStatus](),
}
