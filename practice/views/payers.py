"""Payers: who they are, how they are known on the wire, what was agreed with them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Model, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from practice.access import StaffRequest, allow
from practice.actions import payer as payers_
from practice.actions.payer import PatternNotValid, PayerKnown
from practice.forms import IdentifierForm, PayerForm, PayerRecordForm
from practice.models import Contract, Enrollment, EnrollmentStatus, Payer, Role
from practice.queries import payers_of
from practice.views.editing import Editing, Refusals, chosen_practice, form_page, ids, say_refusal
from rcm import clock
from rcm.ui.cells import Column, Status
from rcm.ui.history import history
from rcm.ui.pages import queue_page
from rcm.ui.queue import Act, Queue
from rcm.ui.timeline import Tone

WRITE = ["GET", "HEAD", "POST"]
REFUSALS: Refusals = {
    PayerKnown: ("payer_number", "Another payer has this number already."),
    PatternNotValid: ("member_number_pattern", "This is no regular expression."),
}
TITLES: dict[str, tuple[str, Any]] = {
    "payer.registered": ("Registered", "good"),
    "payer.adopted": ("Taken over from another system", "plain"),
    "payer.changed": ("Record changed", "plain"),
    "payeridentifier.identified": ("Id at a clearinghouse set", "plain"),
    "contract.agreed": ("Contract agreed", "good"),
    "contract.corrected": ("Contract corrected", "plain"),
    "enrollment.status:pending": ("Enrollment sent", "information"),
    "enrollment.status:approved": ("Enrollment approved", "good"),
    "enrollment.status:rejected": ("Enrollment rejected", "bad"),
}
_ENROLLMENT_TONES: dict[str, Tone] = {
    EnrollmentStatus.NOT_SENT: "plain",
    EnrollmentStatus.PENDING: "information",
    EnrollmentStatus.APPROVED: "good",
    EnrollmentStatus.REJECTED: "bad",
}


def _rows(practices: Sequence[int], _now: datetime) -> QuerySet[Payer]:
    return payers_of(practices)


def _enrolled(payer: Payer) -> str:
    approved = [
        each.get_transaction_display()
        for each in getattr(payer, "enrolled", ())
        if each.status == EnrollmentStatus.APPROVED
    ]
    return ", ".join(dict.fromkeys(approved)) or "Nothing yet"


def _contract(payer: Payer) -> str:
    agreed = list(getattr(payer, "agreed", ()))
    if not agreed:
        return "None on file"
    return f"{agreed[0].days_to_pay} days to pay"


def _network(payer: Payer) -> str:
    agreed = list(getattr(payer, "agreed", ()))
    return ("In network" if agreed[0].in_network else "Out of network") if agreed else ""


def kind_words(payer: Payer) -> str:
    """The kind of plan in words."""
    choices: Any = PayerForm.base_fields["filing_indicator_code"]
    words = dict(choices.choices).get(payer.filing_indicator_code, "")
    return str(words).partition(" ")[2] or payer.filing_indicator_code


PAYERS = Queue[Payer](
    name="practice.payers",
    title="Payers",
    noun="payer",
    url_name="practice:payers",
    header_template="practice/_payers_head.html",
    intro=(
        "Who pays claims, shared by the practices of an organization."
        " Enrollment and contract are each practice's own."
    ),
    rows=_rows,
    label=lambda payer: payer.name,
    record_url=lambda payer: reverse("practice:payer", args=[payer.public_id]),
    empty="No payer yet. A coverage needs one, and so does every claim.",
    empty_action=Act("Add a payer", "practice:payer_new"),
    columns=(
        Column("name", "Name", lambda it: it.name, sort=("name",)),
        Column("number", "Number", lambda it: it.payer_number, sort=("payer_number",)),
        Column("kind", "Kind", kind_words, sort=("filing_indicator_code",), wide=True),
        Column("enrolled", "Enrolled for", _enrolled),
        Column("contract", "Contract", _contract, detail=_network),
    ),
    taken_by_hand=False,
)


@require_GET
@allow(Role.ADMINISTRATOR)
def payers(request: StaffRequest) -> HttpResponse:
    """The payers of the organizations of the practices in play."""
    return queue_page(request, PAYERS)


@require_http_methods(WRITE)
@allow(Role.ADMINISTRATOR)
def payer_new(request: StaffRequest) -> HttpResponse:
    """One more payer, for every practice of the organization."""
    organizations = {each.organization_id for each in request.practices}
    asked = request.GET.get("practice") or request.POST.get("practice")
    if len(organizations) > 1 and not asked:
        said = {"title": "Add a payer", "practices": request.practices, "back": reverse("practice:payers")}
        return render(request, "practice/which_practice.html", said)
    practice = chosen_practice(request) if len(organizations) > 1 else request.practices[0]
    form = PayerForm(request.POST or None)
    if form.is_valid():
        try:
            made = payers_.register_payer(
                organization=practice.organization,
                **form.told,
                address=form.address,
                by=request.user,
                now=clock.now(),
            )
        except (PayerKnown, PatternNotValid) as refusal:
            say_refusal(form, refusal, REFUSALS)
        else:
            messages.success(request, f"{made} is added. Enroll with it, and write down its contract.")
            return redirect("practice:payer", made.public_id)
    intro = "All practices of the organization can bill it."
    return form_page(
        request, form, Editing("Add a payer", reverse("practice:payers"), "Payers", "Add", intro)
    )


@require_GET
@allow(Role.ADMINISTRATOR)
def payer(request: StaffRequest, public_id: str) -> HttpResponse:
    """One payer: its ids on the wire, and for each practice enrollment, contracts and price lists."""
    found = payer_of(request, public_id)
    identifiers = list(found.identifiers.order_by("clearinghouse", "transaction"))
    enrolled, agreed = list(getattr(found, "enrolled", ())), list(getattr(found, "agreed", ()))
    here = [
        {
            "practice": practice,
            "enrolled": [
                (each, Status(each.get_status_display(), _ENROLLMENT_TONES[each.status]))
                for each in enrolled
                if each.practice_id == practice.pk
            ],
            "contracts": [
                (each, _state(each, practice.time_zone)) for each in agreed if each.practice_id == practice.pk
            ],
        }
        for practice in request.practices
        if practice.organization_id == found.organization_id
    ]
    context = {
        "record": found,
        "kind": kind_words(found),
        "identifiers": identifiers,
        "here": here,
        "moments": history([found, *identifiers, *enrolled, *agreed], TITLES, limit=60, named=_named),
    }
    return render(request, "practice/payer.html", context)


@require_http_methods(WRITE)
@allow(Role.ADMINISTRATOR)
def payer_record(request: StaffRequest, public_id: str) -> HttpResponse:
    """Put a payer's record right, for every practice of its organization."""
    found = payer_of(request, public_id)
    form = PayerRecordForm(request.POST or None, payer=found)
    if form.is_valid():
        try:
            payers_.change_payer(
                payer=found, **form.told, address=form.address, by=request.user, now=clock.now()
            )
        except (PayerKnown, PatternNotValid) as refusal:
            say_refusal(form, refusal, REFUSALS)
        else:
            messages.success(request, "Saved.")
            return redirect("practice:payer", found.public_id)
    intro = "It holds for every practice of the organization."
    return form_page(request, form, payer_editing(found, f"Record of {found}", intro))


@require_http_methods(WRITE)
@allow(Role.ADMINISTRATOR)
def identifier(request: StaffRequest, public_id: str) -> HttpResponse:
    """The id by which a clearinghouse knows the payer; the same again corrects it."""
    found = payer_of(request, public_id)
    asked = {name: request.GET.get(name, "") for name in ("clearinghouse", "transaction", "number")}
    form = IdentifierForm(request.POST or None, initial=asked)
    if form.is_valid():
        payers_.identify_payer(
            payer=found,
            clearinghouse=form.cleaned_data["clearinghouse"],
            transaction_kind=form.cleaned_data["transaction"],
            number=form.cleaned_data["number"],
            by=request.user,
            now=clock.now(),
        )
        messages.success(request, "Written down. What is sent from now on says so.")
        return redirect("practice:payer", found.public_id)
    intro = (
        "The same clearinghouse and transaction again corrects the id."
        " Name the clearinghouse as its connection does."
    )
    return form_page(request, form, payer_editing(found, f"Id of {found} at a clearinghouse", intro))


def payer_of(request: StaffRequest, public_id: str) -> Payer:
    """The payer, when it belongs to an organization of the practices in play; raises Http404."""
    return get_object_or_404(payers_of(ids(request)), public_id=public_id)


def payer_editing(payer: Payer, title: str, intro: str = "") -> Editing:
    """The words around a form about a payer."""
    return Editing(title, reverse("practice:payer", args=[payer.public_id]), payer.name, "Save", intro)


def _state(contract: Contract, zone: str) -> Status:
    today = clock.today(zone)
    if contract.is_in_force(today):
        return Status("In force", "good")
    return Status("Not yet", "information") if contract.effective_on > today else Status("Ended")


def _named(record: Model) -> str:
    """Which of the payer's rows it is: for what, and in which practice."""
    if isinstance(record, Enrollment):
        return f"{record.get_transaction_display()}, {record.practice.name}"
    return record.practice.name if isinstance(record, Contract) else ""
