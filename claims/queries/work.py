"""The work queues of claims: each a set of rows of some practices, the most pressing first."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import (
    Case,
    Count,
    DateField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.db.models.lookups import LessThanOrEqual

from claims.models import Claim, Finding, Frequency, StatusEvent, StatusInquiry
from claims.states import OUT, WITH_PAYER, ClaimStatus, InquiryStatus
from patients.models import Rank
from practice.models import Contract
from rcm.money import ZERO

OUTSIDE = ("TA1", "999", "277CA", "277")
"""Findings under these names are somebody else's; all others are our scrubber's."""

DAYS_TO_PAY = 30
"""How long a payer without a contract may be silent."""

ASK_AGAIN_AFTER = timedelta(days=7)
"""The least time between a question that was answered, or may yet be, and the next about the same claim."""

TRY_AGAIN_AFTER = timedelta(days=1)
"""The least time after a question that nobody answered."""

LONGEST_OUT_FIRST = (F("last_sent_at").asc(nulls_last=True), F("pk").asc())


@dataclass(frozen=True, slots=True)
class QueueTotal:
    """How much work is in a queue."""

    count: int
    dollars: Decimal


def ready_claims(practices: Collection[int]) -> QuerySet[Claim]:
    """Claims that may be sent, oldest visit first."""
    return _oldest_visit_first(practices).filter(status=ClaimStatus.READY)


def held_claims(practices: Collection[int]) -> QuerySet[Claim]:
    """Claims that our own scrubber holds, oldest visit first."""
    return _oldest_visit_first(practices).filter(status=ClaimStatus.HELD).exclude(_told_from_outside())


def rejected_claims(practices: Collection[int]) -> QuerySet[Claim]:
    """Claims that clearinghouse or payer rejected before adjudication, oldest visit first."""
    return _oldest_visit_first(practices).filter(_told_from_outside(), status=ClaimStatus.HELD)


def claims_out(practices: Collection[int]) -> QuerySet[Claim]:
    """Claims on their way or with a payer, undecided, the longest out first."""
    return _all(practices).filter(status__in=OUT).order_by(*LONGEST_OUT_FIRST)


def silent_claims(practices: Collection[int], *, now: datetime) -> QuerySet[Claim]:
    """Claims that went out longer ago than the contract gives the payer, still undecided.

    Each carries `days_to_pay`, `last_tried_at` (the last question) and `last_asked_at` (the last that was not
    left unanswered), None without one. Oldest first.
    """
    out = _with_waiting(_all(practices).filter(status__in=WITH_PAYER))
    patience = ExpressionWrapper(F("days_to_pay") * Value(timedelta(days=1)), output_field=DurationField())
    overdue = LessThanOrEqual(F("last_sent_at"), Value(now) - patience)
    return out.filter(overdue).order_by(*LONGEST_OUT_FIRST)


def claims_to_ask_about(practices: Collection[int], *, now: datetime) -> QuerySet[Claim]:
    """Silent claims about which nobody asked lately."""
    not_asked = Q(last_asked_at=None) | Q(last_asked_at__lte=now - ASK_AGAIN_AFTER)
    not_tried = Q(last_tried_at=None) | Q(last_tried_at__lte=now - TRY_AGAIN_AFTER)
    return silent_claims(practices, now=now).filter(not_asked, not_tried)


def alarming_claims(practices: Collection[int]) -> QuerySet[Claim]:
    """Claims with a payer that lost them or wants information (D0, A4, R, P3, P4), oldest visit first."""
    told = StatusEvent.objects.filter(claim=OuterRef("pk"), alarm=True)
    return _oldest_visit_first(practices).filter(Exists(told), status__in=WITH_PAYER)


def every_claim(practices: Collection[int]) -> QuerySet[Claim]:
    """All claims, whatever became of them, the latest visit first."""
    return _all(practices).order_by("-encounter__service_date", "-pk")


def with_reasons(claims: QuerySet[Claim]) -> QuerySet[Claim]:
    """The claims, each with `open_findings` and `said`: what was said of it from outside, latest last."""
    findings = Finding.objects.filter(cleared_at=None).order_by("pk")
    said = StatusEvent.objects.order_by("happened_at", "pk")
    return claims.prefetch_related(
        Prefetch("findings", findings, "open_findings"), Prefetch("status_events", said, "said")
    )


def with_deadline(claims: QuerySet[Claim]) -> QuerySet[Claim]:
    """The claims, each with `file_by`: the last day on which the payer takes a first claim for the visit.

    None where no contract sets one, and for claims whose clock starts elsewhere: a later payer's, a
    replacement.
    """
    limit = Subquery(_agreed().values("timely_filing_days")[:1])
    last_day = ExpressionWrapper(F("encounter__service_date") + limit, output_field=DateField())
    first = When(coverage__rank=Rank.PRIMARY, frequency=Frequency.ORIGINAL, then=last_day)
    return claims.annotate(file_by=Case(first, default=None, output_field=DateField()))


def total_of(queue: QuerySet[Claim]) -> QueueTotal:
    """Claims and charged dollars in a queue."""
    whole = Claim.objects.filter(pk__in=queue.values("pk"))
    found = whole.aggregate(count=Count("pk"), dollars=Coalesce(Sum("total_charge"), ZERO))
    return QueueTotal(found["count"], found["dollars"])


def _all(practices: Collection[int]) -> QuerySet[Claim]:
    return Claim.objects.of(practices).select_related(
        "practice", "coverage__payer", "encounter__patient", "encounter__rendering_provider"
    )


def _oldest_visit_first(practices: Collection[int]) -> QuerySet[Claim]:
    return _all(practices).order_by("encounter__service_date", "pk")


def _agreed() -> QuerySet[Contract]:
    """The contracts with the claim's payer on the day of service, the latest first."""
    return Contract.objects.filter(
        Q(ended_on=None) | Q(ended_on__gte=OuterRef("encounter__service_date")),
        practice=OuterRef("practice"),
        payer=OuterRef("coverage__payer"),
        effective_on__lte=OuterRef("encounter__service_date"),
    ).order_by("-effective_on")


def _with_waiting(claims: QuerySet[Claim]) -> QuerySet[Claim]:
    """Each with how long its payer may take, and when it was last asked about."""
    asked = StatusInquiry.objects.filter(claim=OuterRef("pk")).order_by("-asked_at")
    heard = asked.exclude(status=InquiryStatus.UNANSWERED)
    return claims.annotate(
        last_asked_at=Subquery(heard.values("asked_at")[:1]),
        last_tried_at=Subquery(asked.values("asked_at")[:1]),
        days_to_pay=Coalesce(Subquery(_agreed().values("days_to_pay")[:1]), DAYS_TO_PAY),
    )


def _told_from_outside() -> Exists:
    return Exists(Finding.objects.filter(claim=OuterRef("pk"), cleared_at=None, edit__in=OUTSIDE))
