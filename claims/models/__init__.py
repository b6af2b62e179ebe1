"""Claims, their lines, what holds them, how they were sent and what came back."""

from claims.models.claim import Claim, ClaimLine, Finding, Frequency, Severity
from claims.models.status_event import PriorPayment, StatusEvent, StatusInquiry
from claims.models.submission import Batch, Submission

__all__ = [
    "Batch",
    "Claim",
    "ClaimLine",
    "Finding",
    "Frequency",
    "PriorPayment",
    "Severity",
    "StatusEvent",
    "StatusInquiry",
    "Submission",
]
