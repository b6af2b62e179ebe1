"""Sending what is ready: the queue, and the files it would make."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import parse_qsl
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from claims.actions.parcels import Parcel, parcels_of
from claims.actions.submission import send_batch, send_batches
from claims.models import Batch, Claim
from claims.queries import ready_claims, with_deadline, with_reasons
from claims.views import columns
from claims.views.beside import beside
from claims.views.columns import claim_url
from claims.views.queues import BILLERS, PREVIEW, SCRUB, worded
from claims.views.refusals import REFUSALS, words_for
from clearinghouse.queries import NoConnection
from practice.access import StaffRequest, allow
from practice.models import Practice, Role, User
from rcm import clock
from rcm.ui.listing import Listing
from rcm.ui.pages import bulk_page, listing_of, queue_page
from rcm.ui.queue import Act, Bulk, Queue
from rcm.ui.refusals import Refused
from rcm.ui.words import counted, dollars


def _send(claim: Claim, by: User, now: datetime) -> str:
    batch = send_batch(practice=claim.practice, claims=[claim], by=by, now=now)
    return f"Queued in batch {batch.reference}."


READY = Queue[Claim](
    name="claims.ready",
    title="Ready to send",
    noun="claim",
    url_name="claims:ready",
    bulk_url_name="claims:ready_bulk",
    intro="These passed every edit. Tick some or all and send them; you see first what will go out.",
    rows=lambda practices, _now: with_reasons(with_deadline(ready_claims(practices))),
    label=lambda claim: claim.control_number,
    record_url=claim_url,
    dollars="total_charge",
    empty="Nothing is ready to send. A coded visit that passes every edit waits here.",
    empty_action=Act("See what is held", "claims:held"),
    columns=(
        columns.NUMBER,
        columns.PATIENT,
        columns.PAYER,
        columns.PROVIDER,
        columns.VISIT,
        columns.FILE_BY,
        columns.CHARGE,
    ),
    filters=columns.FILTERS,
    acts_for=BILLERS,
    bulk=(
        Bulk("send", "Send", "They go out in one file for each trading partner.", worded(_send), (Refused,)),
        SCRUB,
    ),
    preview=PREVIEW,
    beside=beside,
)


@require_GET
@allow(Role.BILLER, Role.MANAGER, Role.AUDITOR)
def ready(request: StaffRequest) -> HttpResponse:
    """Claims that may be sent."""
    return queue_page(request, READY)


@require_POST
@allow(Role.BILLER)
def ready_bulk(request: StaffRequest) -> HttpResponse:
    """Send the ticked claims, a file for each practice and partner: shown first, sent once confirmed."""
    if request.POST.get("act") != "send":
        return bulk_page(request, READY, by=request.user)
    listing = listing_of(request, READY, _given(request))
    ticked = [text for text in request.POST.getlist("selected") if _is_uuid(text)]
    chosen = listing.rows if "all" in request.POST else listing.chosen(ticked)
    now = clock.now()
    parcels = parcels_of(Claim.objects.filter(pk__in=chosen.order_by().values("pk")), now=now)
    if not parcels:
        messages.warning(request, "No claim was ticked, or none is ready any more.")
        return redirect(listing.url)
    if "confirmed" in request.POST:
        return _sent(request, listing, parcels, now=now)
    context = {
        "parcels": parcels,
        "listing": listing,
        "ticked": ticked,
        "all": "all" in request.POST,
        "count": sum(len(parcel.claims) for parcel in parcels if parcel.connection),
    }
    return render(request, "claims/sending.html", context)


def _sent(
    request: StaffRequest, listing: Listing[Claim], parcels: Sequence[Parcel], *, now: datetime
) -> HttpResponseRedirect:
    """Send each practice's claims; one that is refused leaves the others alone."""
    sent: list[Batch] = []
    by_practice: dict[Practice, list[Claim]] = defaultdict(list)
    for parcel in parcels:
        if parcel.connection is None:
            messages.error(request, f"{parcel.practice.name}: {words_for(NoConnection())}")
            continue
        by_practice[parcel.practice] += [*parcel.claims, *(claim for claim, _ in parcel.left_behind)]
    for practice, claims in by_practice.items():
        try:
            batches = send_batches(practice=practice, claims=claims, by=request.user, now=now)
        except REFUSALS as refusal:
            messages.error(request, f"{practice.name}: {words_for(refusal)}")
            continue
        sent += batches
        for batch in batches:
            said = f"{counted(batch.claim_count, 'claim')}, {dollars(batch.total_charge)}"
            messages.success(request, f"Batch {batch.reference} is on its way: {said}.")
    if len(sent) == 1:
        return redirect("claims:batch", sent[0].public_id)
    return redirect("claims:batches" if sent else listing.url)


def _given(request: StaffRequest) -> dict[str, str]:
    return dict(parse_qsl(request.POST.get("query", "")))


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
