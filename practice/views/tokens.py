"""Tokens of programs: issued, shown once, revoked."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from practice.access import StaffRequest, allow
from practice.actions.token import issue_token, revoke_token
from practice.forms import TokenForm
from practice.models import ApiToken, Role
from practice.queries import tokens_of
from practice.views.editing import Editing, form_page, ids
from rcm import clock
from rcm.ui.cells import Status

WRITE = ["GET", "HEAD", "POST"]


@require_GET
@allow(Role.ADMINISTRATOR)
def tokens(request: StaffRequest) -> HttpResponse:
    """Every program that may ask, or might once."""
    now = clock.now()
    listed = [(token, _state(token, now)) for token in tokens_of(ids(request))[:500]]
    return render(request, "practice/tokens.html", {"tokens": listed})


@require_http_methods(WRITE)
@allow(Role.ADMINISTRATOR)
def token_new(request: StaffRequest) -> HttpResponse:
    """One more program. Its token is shown on the answer to this POST, and never again."""
    zone = request.practices[0].time_zone
    form = TokenForm(request.POST or None, practices=request.practices, today=clock.today(zone))
    if form.is_valid():
        said = form.cleaned_data
        last = datetime.combine(
            said["expires_on"] + timedelta(days=1), time(), ZoneInfo(said["practice"].time_zone)
        )
        issued = issue_token(
            practice=said["practice"],
            role=Role(said["role"]),
            name=said["name"],
            expires_at=last,
            by=request.user,
            now=clock.now(),
        )
        return render(request, "practice/token_issued.html", {"issued": issued})
    intro = "The token is shown once. Whoever holds it may do what the role may do: keep it like a password."
    editing = Editing(
        "Issue an API token", reverse("practice:tokens"), "API tokens", "Issue the token", intro
    )
    return form_page(request, form, editing)


@require_http_methods(WRITE)
@allow(Role.ADMINISTRATOR)
def token_revocation(request: StaffRequest, public_id: str) -> HttpResponse:
    """Close the door to a program: asked once, with what will happen."""
    found = get_object_or_404(tokens_of(ids(request)), public_id=public_id)
    if request.method != "POST":
        return render(request, "practice/token_revocation.html", {"token": found})
    revoke_token(token=found, by=request.user, now=clock.now())
    messages.success(request, f"The token of {found.name} opens nothing any more.")
    return redirect("practice:tokens")


def _state(token: ApiToken, now: datetime) -> Status:
    if token.revoked_at is not None:
        return Status("Revoked")
    if token.is_live(now=now):
        return Status("Live", "good")
    return Status("Expired", "attention")
