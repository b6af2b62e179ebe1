"""Claims by their numbers, and the work queues."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import (
    Count,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce

from claims.models import Batch, Claim, ClaimLine, Finding, Frequency, StatusEvent, Submission
from claims.states import REPLACED, WITH_PAYER, ClaimStatus, InquiryStatus
from clearinghouse.models import Interchange
from patients.queries import covers
from practice.models import Contract, Practice
from rcm.money import ZERO

OUTSIDE = ("TA1", "999", "277CA", "277")
"""Findings under these names are somebody else's; all others are our scrubber's."""

DAYS_TO_PAY = 30
"""How long a payer without a contract may be silent."""

ASK_AGAIN_AFTER = timedelta(days=7)
"""The least time between a question that was answered, or may yet be, and the next about the same claim."""

TRY_AGAIN_AFTER = timedelta(days=1)
"""The least time after a question that nobody answered."""


@dataclass(frozen=True, slots=True)
class QueueTotal:
    """How much work is in a queue."""

    count: int
    dollars: Decimal


def claim_numbered(*, practice: Practice, control_number: str) -> Claim | None:
    """The claim with this CLM01, as an 835 or 277CA names it; None when the practice has no such claim."""
    found = Claim.objects.filter(practice=practice, control_number=control_number.strip().upper())
    return found.select_related("encounter", "coverage", "coverage__payer").first()


def claim_for_turn(*, claim: Claim, rank: str) -> Claim | None:
    """The live claim about the same visit to the payer of that rank (P, S, T); None when there is none."""
    same_visit = Claim.objects.filter(encounter_id=claim.encounter_id, coverage__rank=rank)
    live = same_visit.exclude(status__in=REPLACED).exclude(frequency=Frequency.VOID)
    return live.select_related("encounter", "coverage", "coverage__payer").order_by("-pk").first()


def lines_of(claim: Claim) -> list[ClaimLine]:
    """The service lines as billed, in order."""
    return list(claim.lines.order_by("position"))


def authorization_for(claim: Claim) -> str:
    """The number of the payer's prior consent: the visit's own, else the first that covers a procedure of it.

    Empty without one.
    """
    chosen = claim.encounter.authorization
    if chosen is not None and chosen.coverage_id == claim.coverage_id:
        return chosen.number
    for line in claim.encounter.service_lines.order_by("position"):
        found = covers(coverage=claim.coverage, procedure_code=line.procedure_code, day=line.service_date)
        if found is not None:
            return found.number
    return ""


def open_findings(claim: Claim) -> list[Finding]:
    """Why the claim is held, oldest first; empty when nothing holds it."""
    return list(claim.findings.filter(cleared_at=None).order_by("pk"))


def ready_claims(practice: Practice) -> QuerySet[Claim]:
    """Claims that may be sent, oldest visit first."""
    ready = Claim.objects.filter(practice=practice, status=ClaimStatus.READY)
    return ready.order_by("encounter__service_date", "pk")


def held_claims(practice: Practice) -> QuerySet[Claim]:
    """Claims that our own scrubber holds, oldest visit first."""
    return _held(practice).exclude(_told_from_outside())


def rejected_claims(practice: Practice) -> QuerySet[Claim]:
    """Claims that clearinghouse or payer rejected before adjudication, oldest visit first."""
    return _held(practice).filter(_told_from_outside())


def silent_claims(practice: Practice, *, now: datetime) -> QuerySet[Claim]:
    """Claims that went out longer ago than the contract gives the payer, still undecided.

    Each carries `last_sent_at`, `days_to_pay`, `last_tried_at` (the last question) and `last_asked_at` (the
    last that was not left unanswered), None without one. Oldest first.
    """
    agreed = Contract.objects.filter(
        Q(ended_on=None) | Q(ended_on__gte=OuterRef("encounter__service_date")),
        practice=OuterRef("practice"),
        payer=OuterRef("coverage__payer"),
        effective_on__lte=OuterRef("encounter__service_date"),
    ).order_by("-effective_on")
    out = Claim.objects.filter(practice=practice, status__in=WITH_PAYER).annotate(
        last_sent_at=Max("submissions__batch__sent_at"),
        last_asked_at=Max("inquiries__asked_at", filter=~Q(inquiries__status=InquiryStatus.UNANSWERED)),
        last_tried_at=Max("inquiries__asked_at"),
        days_to_pay=Coalesce(Subquery(agreed.values("days_to_pay")[:1]), DAYS_TO_PAY),
    )
    patience = ExpressionWrapper(F("days_to_pay") * Value(timedelta(days=1)), output_field=DurationField())
    silent = out.filter(last_sent_at__lte=Value(now) - patience)
    return silent.select_related("coverage__payer", "encounter").order_by("last_sent_at", "pk")


def claims_to_ask_about(practice: Practice, *, now: datetime) -> QuerySet[Claim]:
    """Silent claims about which nobody asked lately."""
    not_asked = Q(last_asked_at=None) | Q(last_asked_at__lte=now - ASK_AGAIN_AFTER)
    not_tried = Q(last_tried_at=None) | Q(last_tried_at__lte=now - TRY_AGAIN_AFTER)
    return silent_claims(practice, now=now).filter(not_asked, not_tried)


def total_of(queue: QuerySet[Claim]) -> QueueTotal:
    """Claims and charged dollars in a queue."""
    whole = Claim.objects.filter(pk__in=queue.values("pk"))
    found = whole.aggregate(count=Count("pk"), dollars=Coalesce(Sum("total_charge"), ZERO))
    return QueueTotal(found["count"], found["dollars"])


def claims_of_interchange(interchange: Interchange) -> list[Submission]:
    """Every claim's place in an interchange of ours, in order; empty when it carried no claims."""
    placed = Submission.objects.filter(batch__interchange=interchange)
    return list(placed.select_related("claim", "batch").order_by("pk"))


def unacknowledged_batches(practice: Practice, *, sent_before: datetime) -> QuerySet[Batch]:
    """Batches the clearinghouse took before that moment and never acknowledged, oldest first."""
    waiting = Batch.objects.filter(practice=practice, acknowledged_at=None, sent_at__lt=sent_before)
    return waiting.order_by("sent_at", "pk")


def alarming_claims(practice: Practice) -> QuerySet[Claim]:
    """Claims with a payer that lost them or wants information (D0, A4, R, P3, P4), oldest visit first."""
    told = StatusEvent.objects.filter(claim=OuterRef("pk"), alarm=True)
    with_payer = Claim.objects.filter(Exists(told), practice=practice, status__in=WITH_PAYER)
    return with_payer.order_by("encounter__service_date", "pk")


def _held(practice: Practice) -> QuerySet[Claim]:
    held = Claim.objects.filter(practice=practice, status=ClaimStatus.HELD)
    return held.select_related("coverage__payer", "encounter").order_by("encounter__service_date", "pk")


def _told_from_outside() -> Exists:
    return Exists(Finding.objects.filter(claim=OuterRef("pk"), cleared_at=None, edit__in=OUTSIDE))
