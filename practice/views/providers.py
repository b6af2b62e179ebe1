"""Clinicians: who renders care here, and which payers accepted them."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.db.models import Model, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from practice.access import StaffRequest, allow
from practice.actions import provider as providers_
from practice.actions.provider import ProviderKnown
from practice.forms import CredentialForm, ProviderForm, ProviderRecordForm
from practice.models import Credential, Provider, Role
from practice.queries import payers_of, practices_of, providers_in
from practice.views.editing import Editing, Refusals, chosen_practice, form_page, ids, say_refusal
from rcm import clock
from rcm.ui.cells import Column, Kind, Status
from rcm.ui.filters import Choices, Filter
from rcm.ui.history import history
from rcm.ui.pages import queue_page
from rcm.ui.queue import Act, Queue

WRITE = ["GET", "HEAD", "POST"]
REFUSALS: Refusals = {ProviderKnown: ("npi", "A provider with this NPI is on file already.")}
TITLES: dict[str, tuple[str, Any]] = {
    "provider.registered": ("Registered", "good"),
    "provider.adopted": ("Taken over from another system", "plain"),
    "provider.corrected": ("Corrected by another system", "plain"),
    "provider.changed": ("Record changed", "plain"),
    "credential.credentialed": ("Accepted by a payer", "good"),
    "credential.corrected": ("Acceptance corrected", "plain"),
}


def _rows(practices: Sequence[int], _now: datetime) -> QuerySet[Provider]:
    return providers_in(practices)


def _state(provider: Provider) -> Status:
    if provider.ended_on is not None:
        return Status("Left")
    return Status("Works here", "good") if provider.npi else Status("NPI missing", "bad")


def _accepted(provider: Provider) -> str:
    names = dict.fromkeys(each.payer.name for each in getattr(provider, "accepted", ()))
    return ", ".join(names) or "None on file"


def _practices(practices: Sequence[int]) -> Choices:
    return [(str(each.public_id), each.name) for each in practices_of(practices)]


PROVIDERS = Queue[Provider](
    name="practice.providers",
    title="Providers",
    noun="provider",
    url_name="practice:providers",
    header_template="practice/_providers_head.html",
    intro="Who renders care, and which payers accepted them. A claim under an NPI that is wrong is held.",
    rows=_rows,
    label=str,
    record_url=lambda provider: reverse("practice:provider", args=[provider.public_id]),
    empty="No provider yet. Claims need the one who rendered the care.",
    empty_action=Act("Add a provider", "practice:provider_new"),
    columns=(
        Column("name", "Name", str, sort=("last_name", "first_name"), detail=lambda it: it.practice.name),
        Column("npi", "NPI", lambda it: it.npi or "missing", sort=("npi",)),
        Column("taxonomy", "Taxonomy", lambda it: it.taxonomy_code, sort=("taxonomy_code",), wide=True),
        Column("accepted", "Accepted by", _accepted, wide=True),
        Column("state", "State", _state, Kind.STATUS, ("ended_on",)),
    ),
    filters=(
        Filter("practice", "Practice", lambda value: Q(practice__public_id=value), _practices),
        Filter(
            "state",
            "State",
            lambda value: Q(ended_on__isnull=value == "here"),
            lambda _practices: [("here", "Works here"), ("left", "Left")],
        ),
    ),
    taken_by_hand=False,
)


@require_GET
@allow(Role.ADMINISTRATOR)
def providers(request: StaffRequest) -> HttpResponse:
    """The clinicians of the practices in play."""
    return queue_page(request, PROVIDERS)


@require_http_methods(WRITE)
@allow(Role.ADMINISTRATOR)
def provider_new(request: StaffRequest) -> HttpResponse:
    """One more clinician; of several practices, the page first asks for which."""
    if len(request.practices) > 1 and not (request.GET.get("practice") or request.POST.get("practice")):
        said = {
            "title": "Add a provider",
            "practices": request.practices,
            "back": reverse("practice:providers"),
        }
        return render(request, "practice/which_practice.html", said)
    practice = chosen_practice(request)
    form = ProviderForm(request.POST or None)
    if form.is_valid():
        try:
            made = providers_.register_provider(
                practice=practice, **form.told, by=request.user, now=clock.now()
            )
        except ProviderKnown as refusal:
            say_refusal(form, refusal, REFUSALS)
        else:
            messages.success(request, f"{made} is added.")
            return redirect("practice:provider", made.public_id)
    editing = Editing(
        "Add a provider", reverse("practice:providers"), "Providers", "Add", f"To {practice.name}."
    )
    return form_page(request, form, editing)


@require_GET
@allow(Role.ADMINISTRATOR)
def provider(request: StaffRequest, public_id: str) -> HttpResponse:
    """One clinician, and the payers that accepted them."""
    found = _provider(request, public_id)
    accepted = list(getattr(found, "accepted", ()))
    today = clock.today(found.practice.time_zone)
    context = {
        "record": found,
        "status": _state(found),
        "accepted": [(each, _span_state(each.effective_on, each.ended_on, today)) for each in accepted],
        "moments": history([found, *accepted], TITLES, limit=60, named=_named),
    }
    return render(request, "practice/provider.html", context)


@require_http_methods(WRITE)
@allow(Role.ADMINISTRATOR)
def provider_record(request: StaffRequest, public_id: str) -> HttpResponse:
    """Put a clinician's record right, or write down their last day."""
    found = _provider(request, public_id)
    form = ProviderRecordForm(request.POST or None, provider=found)
    if form.is_valid():
        try:
            providers_.change_provider(provider=found, **form.told, by=request.user, now=clock.now())
        except ProviderKnown as refusal:
            say_refusal(form, refusal, REFUSALS)
        else:
            messages.success(request, "Saved.")
            return redirect("practice:provider", found.public_id)
    return form_page(request, form, _editing(found, f"Record of {found}"))


@require_http_methods(WRITE)
@allow(Role.ADMINISTRATOR)
def credential(request: StaffRequest, public_id: str) -> HttpResponse:
    """Write down that a payer accepted a clinician; the same first day again corrects its end."""
    found = _provider(request, public_id)
    form = CredentialForm(request.POST or None, payers=payers_of([found.practice_id]))
    if form.is_valid():
        providers_.credential_provider(provider=found, **form.cleaned_data, by=request.user, now=clock.now())
        messages.success(request, "Written down.")
        return redirect("practice:provider", found.public_id)
    intro = "A claim for care before that day is not paid. The same first day again corrects the end."
    return form_page(request, form, _editing(found, f"A payer accepted {found}", intro))


def _provider(request: StaffRequest, public_id: str) -> Provider:
    return get_object_or_404(providers_in(ids(request)), public_id=public_id)


def _editing(provider: Provider, title: str, intro: str = "") -> Editing:
    back = reverse("practice:provider", args=[provider.public_id])
    return Editing(title, back, str(provider), "Save", intro)


def _span_state(first: date, last: date | None, today: date) -> Status:
    if first > today:
        return Status("Not yet", "information")
    if last is not None and last < today:
        return Status("Ended")
    return Status("In force", "good")


def _named(record: Model) -> str:
    return record.payer.name if isinstance(record, Credential) else ""
