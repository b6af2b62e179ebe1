"""What a biller does with one claim by one press: scrub, send, ask."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from claims.actions.scrub import release_claim
from claims.actions.status import ask_about_claim
from claims.actions.submission import send_batch
from claims.models import Claim
from claims.states import ClaimStatus
from claims.views.columns import claim_url
from claims.views.record import claim_or_404
from claims.views.refusals import REFUSALS, words_for
from practice.access import StaffRequest, allow
from practice.models import Role, User
from rcm import clock
from rcm.ui.place import on_to, place_of


@require_POST
@allow(Role.BILLER)
def scrub(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Put the claim through every edit again; one that is still held stays on the screen."""
    found = claim_or_404(request, public_id)
    try:
        released = release_claim(claim=found, by=request.user, now=clock.now())
    except REFUSALS as refusal:
        messages.error(request, f"{found.control_number}: {words_for(refusal)}")
        return stay(request, found)
    if released.status == ClaimStatus.HELD:
        messages.warning(request, f"{found.control_number} is still held: read what each edit says.")
        return stay(request, found)
    messages.success(request, f"{found.control_number} passed every edit and is ready to send.")
    return on_to(request, done=str(found.public_id), otherwise=claim_url(found))


@require_POST
@allow(Role.BILLER)
def submission(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Send the claim in a file of its own."""
    return _do(request, public_id, _send)


@require_POST
@allow(Role.BILLER)
def inquiry(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Ask the payer where the claim stands."""
    return _do(request, public_id, _ask)


def _send(claim: Claim, by: User, now: datetime) -> str:
    batch = send_batch(practice=claim.practice, claims=[claim], by=by, now=now)
    return f"{claim.control_number} is on its way in batch {batch.reference}."


def _ask(claim: Claim, by: User, now: datetime) -> str:
    ask_about_claim(claim=claim, by=by, now=now)
    return f"The question about {claim.control_number} is on its way. The answer appears on the claim."


def _do(request: StaffRequest, public_id: UUID, act: Callable[[Claim, User, datetime], str]) -> HttpResponse:
    found = claim_or_404(request, public_id)
    try:
        said = act(found, request.user, clock.now())
    except REFUSALS as refusal:
        messages.error(request, f"{found.control_number}: {words_for(refusal)}")
        return stay(request, found)
    messages.success(request, said)
    return on_to(request, done=str(found.public_id), otherwise=claim_url(found))


def stay(request: StaffRequest, claim: Claim) -> HttpResponse:
    """The claim's own page, with the way back to the queue."""
    query = place_of(request).query
    return redirect(f"{claim_url(claim)}?{query}" if query else claim_url(claim))
