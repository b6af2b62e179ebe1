"""Visits that took place and have no note yet, and entering one where no other system sends it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from coding.actions.encounter import VisitInFuture, open_encounter
from coding.forms import NoteForm
from coding.models import Encounter
from coding.queries.encounters import visits_without_note
from coding.views.queues import READERS
from patients.models import Appointment
from practice.access import StaffRequest, allow
from practice.models import Role
from practice.queries import providers_by_name
from rcm import clock
from rcm.state import IllegalMove
from rcm.ui.cells import Column, Kind
from rcm.ui.filters import Choices, Filter, choices_of
from rcm.ui.pages import queue_page
from rcm.ui.queue import Queue


def _visits(practices: Sequence[int], _now: datetime) -> QuerySet[Appointment]:
    return visits_without_note(practices=practices)


def _providers(practices: Sequence[int]) -> Choices:
    return choices_of(providers_by_name(practices))


UNWRITTEN = Queue[Appointment](
    name="coding.unwritten",
    title="Visits without a note",
    noun="visit",
    url_name="coding:unwritten",
    intro="The patient has come, and no note has arrived from the provider's system. Enter it here.",
    rows=_visits,
    columns=(
        Column(
            "patient",
            "Patient",
            lambda visit: visit.patient.listed_name,
            sort=("patient__last_name", "patient__first_name"),
        ),
        Column("day", "Day of service", lambda visit: visit.service_date, Kind.AGE, ("service_date",)),
        Column("reason", "Reason", lambda visit: visit.reason),
        Column("provider", "Provider", lambda visit: str(visit.provider), sort=("provider__last_name",)),
    ),
    label=lambda visit: visit.patient.listed_name,
    record_url=lambda visit: reverse("coding:note", args=[visit.public_id]),
    empty="Every visit has its note. One that nobody has written up will wait here.",
    filters=(
        Filter("provider", "Provider", lambda value: Q(provider__public_id=value), _providers),
        Filter("until", "Until", lambda day: Q(service_date__lte=day), kind="day"),
    ),
    taken_by_hand=False,
)


@require_GET
@allow(*READERS)
def unwritten(request: StaffRequest) -> HttpResponse:
    """Visits without a note."""
    return queue_page(request, UNWRITTEN)


@require_http_methods(["GET", "POST"])
@allow(*READERS)
def note(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Enter the note of a visit, and go on to its codes; the others see which visit waits for one."""
    may_write = Role.CODER in request.roles
    if request.method == "POST" and not may_write:
        raise PermissionDenied
    practices = [practice.pk for practice in request.practices]
    form = NoteForm(request.POST if request.method == "POST" else None)
    if written := Encounter.objects.of(practices).filter(appointment__public_id=public_id).first():
        return _written(request, written, form)
    visit = get_object_or_404(visits_without_note(practices=practices), public_id=public_id)
    if request.method == "POST" and form.is_valid():
        now = clock.now()
        try:
            opened = open_encounter(
                patient=visit.patient,
                appointment=visit,
                rendering_provider=visit.provider,
                location=visit.location,
                service_date=visit.service_date,
                note=form.cleaned_data["note"],
                by=request.user,
                now=now,
                today=timezone.localtime(now).date(),
            )
        except VisitInFuture:
            form.add_error(None, "The day of service has not come yet.")
        except IllegalMove:
            form.add_error(None, "The visit has moved on meanwhile. Look at the schedule.")
        else:
            messages.success(request, "The note is kept. Code the visit.")
            return redirect("coding:encounter", opened.public_id)
    context = {"record": visit, "form": form, "may_write": may_write}
    return render(request, "coding/note.html", context, status=422 if form.errors else 200)


def _written(request: StaffRequest, encounter: Encounter, form: NoteForm) -> HttpResponse:
    """The visit has its note: on to it, unless somebody would lose what they typed."""
    if not form.is_bound:
        return redirect("coding:encounter", encounter.public_id)
    form.add_error(None, "A note of this visit was kept meanwhile. Yours is below and is not saved.")
    context = {"record": encounter.appointment, "form": form, "may_write": True, "written": encounter}
    return render(request, "coding/note.html", context, status=422)
