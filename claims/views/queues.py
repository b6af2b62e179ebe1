"""The work queues of claims."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from claims.actions.scrub import NotInOurHands, release_claim
from claims.models import Claim, Finding
from claims.states import ClaimStatus
from practice.access import StaffRequest, allow
from practice.models import Payer, Role, User
from rcm.ui.cells import Column, Kind, Status
from rcm.ui.filters import Choices, Filter
from rcm.ui.pages import bulk_page, queue_page
from rcm.ui.queue import Bulk, Queue


def _held(practices: Sequence[int], _now: datetime) -> QuerySet[Claim]:
    open_findings = Prefetch(
        "findings", Finding.objects.filter(cleared_at=None).order_by("pk"), "open_findings"
    )
    held = Claim.objects.of(practices).filter(status=ClaimStatus.HELD)
    shown = held.select_related("encounter__patient", "coverage__payer").prefetch_related(open_findings)
    return shown.order_by("encounter__service_date", "pk")


def _release(claim: Claim, by: User, now: datetime) -> str:
    released = release_claim(claim=claim, by=by, now=now)
    return "Ready to send." if released.status == ClaimStatus.READY else "Still held."


def _payers(practices: Sequence[int]) -> Choices:
    payers = Payer.objects.filter(coverages__practice__in=practices).distinct().order_by("name")
    return [(str(payer.public_id), payer.name) for payer in payers]


HELD = Queue[Claim](
    name="claims.held",
    title="Held claims",
    noun="claim",
    url_name="claims:held",
    bulk_url_name="claims:held_bulk",
    intro="Our own edits stopped these before they cost money. Fix what each says, then scrub it again.",
    rows=_held,
    label=lambda claim: claim.control_number,
    record_url=lambda claim: reverse("claims:claim", args=[claim.public_id]),
    dollars="total_charge",
    empty="No claim is held. A claim that an edit stops will wait here, with what to do about it.",
    columns=(
        Column("claim", "Claim", lambda claim: claim.control_number, sort=("control_number",)),
        Column(
            "patient",
            "Patient",
            lambda claim: str(claim.encounter.patient),
            sort=("encounter__patient__last_name", "encounter__patient__first_name"),
        ),
        Column(
            "payer",
            "Payer",
            lambda claim: claim.coverage.payer.name,
            sort=("coverage__payer__name",),
            wide=True,
        ),
        Column(
            "visit",
            "Visit",
            lambda claim: claim.encounter.service_date,
            Kind.AGE,
            ("encounter__service_date",),
        ),
        Column(
            "why",
            "Held because",
            lambda claim: _first_reason(claim),
            detail=lambda claim: _more_reasons(claim),
        ),
        Column("charge", "Charge", lambda claim: claim.total_charge, Kind.MONEY, ("total_charge",)),
        Column(
            "status",
            "Status",
            lambda claim: Status(claim.get_status_display(), "attention"),
            Kind.STATUS,
            wide=True,
        ),
    ),
    filters=(
        Filter("payer", "Payer", lambda value: Q(coverage__payer__public_id=value), _payers),
        Filter("since", "Visit from", lambda day: Q(encounter__service_date__gte=day), kind="day"),
        Filter("least", "Charge from", lambda amount: Q(total_charge__gte=amount), kind="amount"),
    ),
    acts_for=frozenset({Role.BILLER}),
    bulk=(
        Bulk(
            "release",
            "Scrub again",
            "Each claim goes through every edit again. What passes is ready to send; the rest stays held.",
            _release,
            (NotInOurHands,),
        ),
    ),
    preview="claims/_preview.html",
)


def _first_reason(claim: Claim) -> str:
    return claim.open_findings[0].message if claim.open_findings else ""


def _more_reasons(claim: Claim) -> str:
    more = len(claim.open_findings) - 1
    return f"and {more} more" if more > 0 else ""


@require_GET
@allow(Role.BILLER, Role.MANAGER, Role.AUDITOR)
def held(request: StaffRequest) -> HttpResponse:
    """Claims that our own edits stopped."""
    return queue_page(request, HELD)


@require_POST
@allow(Role.BILLER)
def held_bulk(request: StaffRequest) -> HttpResponse:
    """Scrub the ticked claims again."""
    return bulk_page(request, HELD, by=request.user)
