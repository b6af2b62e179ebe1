"""The practices themselves: their records, sign-in rules and locations."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Model, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from practice.access import CHOICE, StaffRequest, allow
from practice.actions import organization
from practice.actions.opening import open_administered_practice
from practice.actions.sign_in import set_sign_in_rules
from practice.forms import (
    LocationForm,
    LocationRecordForm,
    PracticeOpeningForm,
    PracticeRecordForm,
    SignInRulesForm,
)
from practice.forms.practice import PLACES
from practice.models import Location, Practice, Role
from practice.queries import lacking, locations_of, practices_of
from practice.views.editing import Editing, Refusals, form_page, ids, say_refusal
from rcm import clock
from rcm.ui.cells import Column, Kind, Status
from rcm.ui.history import history
from rcm.ui.pages import queue_page
from rcm.ui.queue import Queue
from rcm.ui.words import phone

WRITE = ["GET", "HEAD", "POST"]
PREFIX_TAKEN: Refusals = {
    organization.ClaimPrefixTaken: ("claim_prefix", "Claim numbers of another practice of yours begin so.")
}
LACKING = {
    "location": ("A place where patients are seen", ""),
    "provider": ("A provider, and the payers who accepted them", "practice:providers"),
    "prices": ("A price list: without one nothing can be charged", "practice:fee_schedules"),
    "enrollment": ("A payer's approval to send it claims, and its contract", "practice:payers"),
    "people": ("People in the roles that do the work", "practice:people"),
}
TITLES: dict[str, tuple[str, Any]] = {
    "practice.opened": ("Opened", "good"),
    "practice.changed": ("Record changed", "plain"),
    "practice.sign_in_rules_set": ("Sign-in rules changed", "information"),
    "location.added": ("Location added", "good"),
    "location.adopted": ("Location taken over from another system", "plain"),
    "location.changed": ("Location changed", "plain"),
}


def _rows(practices: Sequence[int], _now: datetime) -> QuerySet[Practice]:
    return practices_of(practices)


def _rules(practice: Practice) -> Status:
    if practice.second_factor_required:
        return Status("Second factor required", "good")
    return Status("Password alone will do", "attention")


PRACTICES = Queue[Practice](
    name="practice.practices",
    title="Practices",
    noun="practice",
    url_name="practice:practices",
    header_template="practice/_practices_head.html",
    intro="What claims and statements say of each practice, and how people sign in to it.",
    rows=_rows,
    label=lambda practice: practice.name,
    record_url=lambda practice: reverse("practice:practice", args=[practice.public_id]),
    empty="You administer no practice.",
    columns=(
        Column("name", "Name", lambda it: it.name, sort=("name",), detail=lambda it: it.organization.name),
        Column("npi", "NPI", lambda it: it.npi, sort=("npi",)),
        Column("place", "Where", lambda it: f"{it.city}, {it.state}".strip(", "), sort=("city",)),
        Column("phone", "Phone", lambda it: phone(it.phone), wide=True),
        Column("zone", "Time zone", lambda it: it.time_zone, sort=("time_zone",), wide=True),
        Column("rules", "Sign-in", _rules, Kind.STATUS),
    ),
    taken_by_hand=False,
)


@require_GET
@allow(Role.ADMINISTRATOR)
def practices(request: StaffRequest) -> HttpResponse:
    """The practices in play."""
    return queue_page(request, PRACTICES)


@require_http_methods(WRITE)
@allow(Role.ADMINISTRATOR)
def practice_new(request: StaffRequest) -> HttpResponse:
    """One more practice of an organization, administered by whoever opens it, who works in it from now on."""
    owners = {each.organization_id: each.organization for each in practices_of(ids(request))}
    form = PracticeOpeningForm(request.POST or None, organizations=owners.values())
    if form.is_valid():
        told = form.told
        owner = told.pop("organization", None) or next(iter(owners.values()))
        try:
            opened = open_administered_practice(
                organization=owner,
                administrator=request.user,
                by=request.user,
                now=clock.now(),
                address=form.address,
                **told,
            )
        except organization.ClaimPrefixTaken as refusal:
            say_refusal(form, refusal, PREFIX_TAKEN)
        else:
            if request.standing.chosen:
                request.session[CHOICE] = str(opened.public_id)
            messages.success(request, f"{opened.name} is open, and you administer it.")
            return redirect("practice:practice", opened.public_id)
    intro = "You administer it, and nobody else yet. What it still needs is listed on its page afterwards."
    editing = Editing("Open a practice", reverse("practice:practices"), "Practices", "Open it", intro)
    return form_page(request, form, editing)


@require_GET
@allow(Role.ADMINISTRATOR)
def practice(request: StaffRequest, public_id: str) -> HttpResponse:
    """One practice: its record, its rules, its locations."""
    found = _practice(request, public_id)
    places = list(locations_of([found.pk]))
    context = {
        "record": found,
        "rules": _rules(found),
        "locations": places,
        "places": dict(PLACES),
        "lacking": [
            (words, name and reverse(name)) for words, name in (LACKING[it] for it in lacking(found))
        ],
        "moments": history([found, *places], TITLES, limit=60, named=_named),
    }
    return render(request, "practice/practice.html", context)


@require_http_methods(WRITE)
@allow(Role.ADMINISTRATOR)
def practice_record(request: StaffRequest, public_id: str) -> HttpResponse:
    """Put a practice's record right."""
    found = _practice(request, public_id)
    form = PracticeRecordForm(request.POST or None, practice=found)
    if form.is_valid():
        organization.change_practice(
            practice=found, **form.told, address=form.address, by=request.user, now=clock.now()
        )
        messages.success(request, "Saved. Claims built from now on say so.")
        return redirect("practice:practice", found.public_id)
    intro = "Claims built from now on say what stands here; those already built keep what they say."
    return form_page(request, form, _editing(found, f"Record of {found.name}", intro))


@require_http_methods(WRITE)
@allow(Role.ADMINISTRATOR)
def sign_in_rules(request: StaffRequest, public_id: str) -> HttpResponse:
    """How people come into a practice, and how long they stay."""
    found = _practice(request, public_id)
    form = SignInRulesForm(request.POST or None, practice=found)
    if form.is_valid():
        set_sign_in_rules(
            practice=found,
            second_factor_required=form.cleaned_data["second_factor_required"],
            idle_minutes=form.cleaned_data["idle_minutes"],
            by=request.user,
            now=clock.now(),
        )
        messages.success(request, "The rules hold from everybody's next click.")
        return redirect("practice:practice", found.public_id)
    intro = "They hold for everybody with a role here, from their next click. The strictest practice counts."
    return form_page(request, form, _editing(found, f"Sign-in rules of {found.name}", intro))


@require_http_methods(WRITE)
@allow(Role.ADMINISTRATOR)
def location_new(request: StaffRequest, public_id: str) -> HttpResponse:
    """One more place where patients are seen."""
    found = _practice(request, public_id)
    form = LocationForm(request.POST or None)
    if form.is_valid():
        organization.add_location(
            practice=found, **form.told, address=form.address, by=request.user, now=clock.now()
        )
        messages.success(request, "The location is added.")
        return redirect("practice:practice", found.public_id)
    return form_page(request, form, _editing(found, "Add a location", label="Add the location"))


@require_http_methods(WRITE)
@allow(Role.ADMINISTRATOR)
def location(request: StaffRequest, public_id: str) -> HttpResponse:
    """Put a location right."""
    found = get_object_or_404(locations_of(ids(request)).select_related("practice"), public_id=public_id)
    form = LocationRecordForm(request.POST or None, location=found)
    if form.is_valid():
        organization.change_location(
            location=found, **form.told, address=form.address, by=request.user, now=clock.now()
        )
        messages.success(request, "Saved.")
        return redirect("practice:practice", found.practice.public_id)
    return form_page(request, form, _editing(found.practice, f"Location {found.name}"))


def _practice(request: StaffRequest, public_id: str) -> Practice:
    return get_object_or_404(practices_of(ids(request)), public_id=public_id)


def _named(record: Model) -> str:
    return record.name if isinstance(record, Location) else ""


def _editing(practice: Practice, title: str, intro: str = "", label: str = "Save") -> Editing:
    back = reverse("practice:practice", args=[practice.public_id])
    return Editing(title, back, practice.name, label, intro)
