"""Price lists: what is on file, and a new one from a file, seen before it holds."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from practice.access import StaffRequest, allow
from practice.actions.fees import FeeScheduleKnown, publish_fees
from practice.forms import PricesConfirmedForm, PricesForm
from practice.models import Contract, Fee, FeeSchedule, Role
from practice.queries import fee_schedules_of, list_on, practices_of, prices_in
from practice.rules.price_list import Change, changes
from practice.views.editing import ids
from rcm import clock
from rcm.ui.cells import Column, Kind, Status
from rcm.ui.codebook import meanings
from rcm.ui.exports import as_csv
from rcm.ui.filters import Choices, Filter
from rcm.ui.pages import queue_page
from rcm.ui.queue import Act, Queue

P = TypeVar("P", Fee, Change)

WRITE = ["GET", "HEAD", "POST"]
SHOWN = 200
"""So many changed prices and problems a page lists; the counts are of all of them."""


def _rows(practices: Sequence[int], _now: datetime) -> QuerySet[FeeSchedule]:
    return fee_schedules_of(practices)


def _whose(schedule: FeeSchedule) -> str:
    return f"Allowed by {schedule.contract.payer}" if schedule.contract else "The practice's own charges"


def _state(schedule: FeeSchedule) -> Status:
    today = clock.today(schedule.practice.time_zone)
    if schedule.effective_on > today:
        return Status("Not yet", "information")
    if schedule.ended_on is not None and schedule.ended_on < today:
        return Status("Ended")
    return Status("In force", "good")


def _practices(practices: Sequence[int]) -> Choices:
    return [(str(each.public_id), each.name) for each in practices_of(practices)]


FEE_SCHEDULES = Queue[FeeSchedule](
    name="practice.fee_schedules",
    title="Fee schedules",
    noun="price list",
    url_name="practice:fee_schedules",
    header_template="practice/_fees_head.html",
    intro=(
        "What each practice charges, and what its contracts allow."
        " A price once in force is never changed: a new list follows it."
    ),
    rows=_rows,
    label=lambda schedule: schedule.name,
    record_url=lambda schedule: reverse("practice:fee_schedule", args=[schedule.public_id]),
    empty="No price list yet. Without one a visit has no charge.",
    empty_action=Act("Upload a price list", "practice:fees_upload"),
    columns=(
        Column("name", "Name", lambda it: it.name, sort=("name",), detail=lambda it: it.practice.name),
        Column("whose", "Whose prices", _whose, sort=("contract__payer__name",)),
        Column("from", "From", lambda it: it.effective_on, Kind.DAY, ("effective_on",)),
        Column("until", "Until", lambda it: it.ended_on, Kind.DAY, ("ended_on",), wide=True),
        Column("prices", "Prices", lambda it: getattr(it, "prices", 0), Kind.NUMBER, ("prices",)),
        Column("state", "State", _state, Kind.STATUS),
    ),
    filters=(
        Filter("practice", "Practice", lambda value: Q(practice__public_id=value), _practices),
        Filter(
            "whose",
            "Whose prices",
            lambda value: Q(contract__isnull=value == "own"),
            lambda _practices: [("own", "The practice's charges"), ("contract", "Contracts")],
        ),
    ),
    taken_by_hand=False,
)


@require_GET
@allow(Role.ADMINISTRATOR)
def fee_schedules(request: StaffRequest) -> HttpResponse:
    """The price lists of the practices in play."""
    return queue_page(request, FEE_SCHEDULES)


@require_GET
@allow(Role.ADMINISTRATOR)
def fee_schedule(request: StaffRequest, public_id: str) -> HttpResponse:
    """One price list, as a page or, with `export=csv`, as the file that the upload reads."""
    found = get_object_or_404(fee_schedules_of(ids(request)), public_id=public_id)
    fees = found.fees.order_by("procedure_code", "modifier")
    if request.GET.get("export") == "csv":
        lines = fees.values_list("procedure_code", "modifier", "amount")
        return as_csv("price-list", ("procedure", "modifier", "amount"), lines.iterator(chunk_size=2000))
    page = Paginator(fees, SHOWN).get_page(request.GET.get("page"))
    context = {
        "record": found,
        "whose": _whose(found),
        "status": _state(found),
        "page": page,
        "priced": _with_words(page, max(found.effective_on, clock.today(found.practice.time_zone))),
    }
    return render(request, "practice/fee_schedule.html", context)


@require_http_methods(WRITE)
@allow(Role.ADMINISTRATOR)
def fees_upload(request: StaffRequest) -> HttpResponse:
    """A new price list from a file: read, compared with the list in force, and shown before it holds."""
    contracts = Contract.objects.of(ids(request)).select_related("payer", "practice")
    form = PricesForm(
        request.POST or None,
        request.FILES or None,
        practices=request.practices,
        contracts=contracts.order_by("practice__name", "payer__name", "-effective_on"),
    )
    if not form.is_valid():
        context = {"form": form, "problems": form.problems[:SHOWN], "more": len(form.problems) - SHOWN}
        status = 422 if form.is_bound else 200
        return render(request, "practice/fees_upload.html", context, status=status)
    return render(request, "practice/fees_preview.html", _preview(form))


@require_POST
@allow(Role.ADMINISTRATOR)
def fees_confirmed(request: StaffRequest) -> HttpResponse:
    """The price list that was shown holds."""
    form = PricesConfirmedForm(request.POST)
    if not form.is_valid():
        messages.error(request, "This page is out of date: upload the file again.")
        return redirect("practice:fees_upload")
    said = form.cleaned_data["sealed"]
    practice = get_object_or_404(practices_of(ids(request)), public_id=said["practice"])
    contract = None
    if said["contract"]:
        contract = get_object_or_404(Contract.objects.of([practice.pk]), public_id=said["contract"])
    try:
        schedule = publish_fees(
            practice=practice,
            name=said["name"],
            effective_on=datetime.fromisoformat(said["effective_on"]).date(),
            fees=said["prices"],
            contract=contract,
            by=request.user,
            now=clock.now(),
        )
    except FeeScheduleKnown:
        messages.error(
            request,
            "A list with other prices begins on that day already. Prices once in force are not changed:"
            " choose a later day.",
        )
        return redirect("practice:fees_upload")
    messages.success(request, f"{schedule.name} holds from {schedule.effective_on:%m/%d/%Y}.")
    return redirect("practice:fee_schedule", schedule.public_id)


def _preview(form: PricesForm) -> dict[str, Any]:
    said = form.cleaned_data
    before = list_on(practice=form.practice, contract=said["contract"], day=said["effective_on"])
    differing = changes(prices_in(before) if before else {}, form.read.prices)
    same_day = before is not None and before.effective_on == said["effective_on"]
    return {
        "name": said["name"],
        "effective_on": said["effective_on"],
        "practice": form.practice,
        "contract": said["contract"],
        "before": before,
        "refused": same_day and bool(differing),
        "count": len(form.read.prices),
        "added": sum(change.before is None for change in differing),
        "dropped": sum(change.after is None for change in differing),
        "changed": sum(None not in (change.before, change.after) for change in differing),
        "changes": _with_words(differing[:SHOWN], said["effective_on"]),
        "more": len(differing) - SHOWN,
        "sealed": form.sealed,
    }


def _with_words(prices: Iterable[P], day: date) -> list[tuple[P, str]]:
    """Each price with what its procedure is called on that day; no words for one that no code set has."""
    listed = list(prices)
    words = meanings("procedure", {each.procedure_code for each in listed}, day=day)
    return [(each, words.get(each.procedure_code, "")) for each in listed]
