"""What should have been answered by now: files of claims whose answers are missing or do not add up."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    TextChoices,
    Value,
    When,
)

from claims.models import Batch, StatusEvent, Submission
from claims.states import ClaimStatus
from clearinghouse.rules.business_days import CORE_ZONE, business_days_before

FILE_ANSWERED_WITHIN, CLAIMS_ANSWERED_WITHIN = 1, 2
"""Business days for a TA1 or 999 after a file went, and for its 277CA after that."""

UNDELIVERED = (ClaimStatus.QUEUED, ClaimStatus.UNKNOWN)
"""Not known to be at the clearinghouse."""

NOT_TAKEN_IN = (ClaimStatus.SENT, ClaimStatus.RECEIVED)
"""As far as a file's acknowledgment brings a claim: nobody has said anything of the claim itself."""


class Missing(TextChoices):
    """What is missing of the answers to a file of claims."""

    ACKNOWLEDGMENT = "acknowledgment", "No 999"
    CLAIM_ANSWERS = "claim_answers", "No 277CA"
    SOME_CLAIMS = "some_claims", "Claims unaccounted for"


@dataclass(frozen=True, slots=True)
class Balance:
    """What became of the claims of a file: sent is accepted, rejected and not accounted for together."""

    sent: int
    rejected: int
    open: int

    @property
    def accepted(self) -> int:
        """Those that were taken in, or decided on without a word before."""
        return self.sent - self.rejected - self.open


def with_missing(batches: QuerySet[Batch], *, now: datetime) -> QuerySet[Batch]:
    """The files, each with `missing`: what should have come by now and did not (Missing); else empty."""
    file_due = business_days_before(now, FILE_ANSWERED_WITHIN, zone=CORE_ZONE)
    claims_due = business_days_before(now, CLAIMS_ANSWERED_WITHIN, zone=CORE_ZONE)
    inside = Submission.objects.filter(batch=OuterRef("pk"))
    some_open = Exists(inside.filter(unaccounted()))
    some_said = Exists(inside.filter(Q(rejected_at__isnull=False) | Q(accepted_at__isnull=False) | _told()))
    return batches.annotate(
        missing=Case(
            When(acknowledged_at=None, sent_at__lte=file_due, then=Value(Missing.ACKNOWLEDGMENT)),
            When(Q(acknowledged_at=None) | Q(acknowledged_at__gt=claims_due), then=Value("")),
            When(~some_open, then=Value("")),
            When(some_said, then=Value(Missing.SOME_CLAIMS)),
            default=Value(Missing.CLAIM_ANSWERS),
            output_field=CharField(),
        )
    )


def overdue_batches(practices: Collection[int], *, now: datetime) -> QuerySet[Batch]:
    """The files of these practices of which something is missing, each with `missing`; oldest first."""
    listed = with_missing(Batch.objects.of(practices), now=now)
    return listed.exclude(Q(missing="")).order_by("sent_at", "pk")


def missing_answers(practices: Collection[int], *, now: datetime) -> dict[str, int]:
    """How many files of these practices miss what (Missing); what no file misses is left out."""
    rows = overdue_batches(practices, now=now).order_by().annotate(kind=F("missing"))
    return dict(rows.values_list("kind").annotate(files=Count("pk")))


def unaccounted() -> Q:
    """Submissions of which nobody said whether the claim was accepted or rejected."""
    return Q(claim__status__in=NOT_TAKEN_IN, rejected_at=None, accepted_at=None) & ~_told()


def balance_of(batch: Batch) -> Balance:
    """The count of a file's claims as of now; one that still waits to be sent is open as well."""
    waits = Q(claim__status__in=UNDELIVERED, rejected_at=None, accepted_at=None)
    counted = batch.submissions.aggregate(
        rejected=Count("pk", filter=Q(rejected_at__isnull=False)),
        open=Count("pk", filter=unaccounted() | waits),
    )
    return Balance(sent=batch.claim_count, rejected=counted["rejected"], open=counted["open"])


def _told() -> Q:
    said = StatusEvent.objects.filter(
        claim=OuterRef("claim"), kind="277CA", happened_at__gte=OuterRef("queued_at")
    )
    return Q(Exists(said))
