"""The files in which claims went out, and what became of each."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from claims.models import Batch, Claim
from claims.queries.sending import answers_to, batches
from claims.queries.watch import Missing, balance_of, with_missing
from claims.states import ClaimStatus
from claims.views.columns import TONES
from clearinghouse.models import Document
from clearinghouse.states import DeliveryStatus
from practice.access import StaffRequest, allow
from practice.models import Role
from rcm import audit, clock
from rcm.ui.cells import Column, Kind, Status
from rcm.ui.filters import Filter
from rcm.ui.pages import queue_page
from rcm.ui.queue import Act, Queue
from rcm.ui.timeline import Moment, newest_first

SHOWN_CLAIMS = 200


def standing_of(batch: Batch) -> Status:
    """Where a file stands: what is missing of its answers, what was confirmed, else how its delivery went."""
    if missing := getattr(batch, "missing", ""):
        return Status(Missing(missing).label, "bad")
    if batch.acknowledged_at is not None:
        return Status("Acknowledged", "good")
    match batch.interchange.delivery.status:
        case DeliveryStatus.SENT:
            return Status("Delivered, not acknowledged", "information")
        case DeliveryStatus.UNKNOWN:
            return Status("Delivery unknown", "attention")
    return Status("On its way", "information")


BATCHES = Queue[Batch](
    name="claims.batches",
    title="Sent files",
    noun="file",
    url_name="claims:batches",
    intro="The files in which claims went out, the latest first. The menu counts those with overdue answers.",
    rows=lambda practices, now: with_missing(batches(practices), now=now),
    header_template="clearinghouse/_wire_head.html",
    label=lambda batch: batch.reference,
    record_url=lambda batch: reverse("claims:batch", args=[batch.public_id]),
    dollars="total_charge",
    empty="Nothing was sent yet. Send what is ready, and the file appears here.",
    empty_action=Act("See what is ready to send", "claims:ready"),
    columns=(
        Column("batch", "Batch", lambda batch: batch.reference, sort=("reference",)),
        Column("queued", "Sent", lambda batch: batch.queued_at, Kind.MOMENT, ("queued_at",)),
        Column("practice", "Practice", lambda batch: batch.practice.name, wide=True),
        Column("status", "Status", standing_of, Kind.STATUS),
        Column(
            "acknowledged",
            "Acknowledged",
            lambda batch: batch.acknowledged_at,
            Kind.MOMENT,
            ("acknowledged_at",),
            wide=True,
        ),
        Column("claims", "Claims", lambda batch: batch.claim_count, Kind.NUMBER, ("claim_count",)),
        Column("charge", "Charge", lambda batch: batch.total_charge, Kind.MONEY, ("total_charge",)),
    ),
    filters=(
        Filter("since", "Sent from", lambda day: Q(queued_at__date__gte=day), kind="day"),
        Filter(
            "waits",
            "Acknowledged",
            lambda value: Q(acknowledged_at__isnull=value == "no"),
            lambda _practices: [("yes", "Yes"), ("no", "Not yet")],
        ),
        Filter(
            "missing",
            "Missing",
            lambda value: Q(missing=value),
            lambda _practices: [(each.value, each.label) for each in Missing],
        ),
    ),
    taken_by_hand=False,
)


@require_GET
@allow(Role.BILLER, Role.MANAGER, Role.AUDITOR)
def every_batch(request: StaffRequest) -> HttpResponse:
    """The files of claims."""
    return queue_page(request, BATCHES)


@require_GET
@allow(Role.BILLER, Role.MANAGER, Role.AUDITOR)
def batch(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """One file of claims: whether it arrived, what was answered, and where each of its claims stands."""
    practices = [practice.pk for practice in request.practices]
    listed = with_missing(batches(practices), now=clock.now())
    found = get_object_or_404(listed, public_id=public_id)
    audit.read(found, now=clock.now(), by=request.user)
    inside = Claim.objects.filter(submissions__batch=found)
    answers = answers_to(found)
    shown = inside.select_related("encounter__patient", "coverage__payer").order_by("pk")[:SHOWN_CLAIMS]
    context = {
        "record": found,
        "status": standing_of(found),
        "delivery": found.interchange.delivery,
        "balance": balance_of(found),
        "by_status": _by_status(list(inside.order_by().values_list("status").annotate(n=Count("pk")))),
        "claims": [
            (claim, Status(claim.get_status_display(), TONES.get(claim.status, "plain"))) for claim in shown
        ],
        "left_out": max(0, found.claim_count - SHOWN_CLAIMS),
        "answers": answers,
        "moments": _moments(found, answers),
    }
    return render(request, "claims/batch.html", context)


def _by_status(counted: Sequence[tuple[str, int]]) -> list[tuple[Status, int]]:
    known = {status.value: place for place, status in enumerate(ClaimStatus)}
    return [
        (Status(ClaimStatus(status).label, TONES.get(status, "plain")), number)
        for status, number in sorted(counted, key=lambda pair: known[pair[0]])
    ]


def _moments(batch: Batch, answers: Sequence[Document]) -> list[Moment]:
    file = reverse("clearinghouse:interchange", args=[batch.interchange.public_id])
    own = [Moment(batch.queued_at, f"Queued as {batch.reference}", url=file, link="Show the file")]
    delivery = batch.interchange.delivery
    if batch.sent_at:
        own.append(Moment(batch.sent_at, "Delivered to the clearinghouse", tone="good"))
    elif delivery.status == DeliveryStatus.UNKNOWN and delivery.uploaded_at:
        own.append(Moment(delivery.uploaded_at, "Delivery unknown", delivery.trouble, tone="attention"))
    told = [
        Moment(
            document.interchange.stored_at,
            f"{document.kind} received",
            "; ".join(document.reasons),
            url=reverse("clearinghouse:document", args=[document.public_id]),
            link="Show the document",
        )
        for document in answers
    ]
    return newest_first(told, own)
