"""One visit on the schedule: what is known, and what becomes of it."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from patients.actions.record import note_read
from patients.actions.visit import (
    VisitNotBooked,
    cancel_appointment,
    move_appointment,
    record_no_show,
    reopen_visit,
)
from patients.forms import TimeForm, WhyForm
from patients.forms.visit import REFUSALS
from patients.models import Appointment
from patients.queries import coverages_on, with_coverage
from patients.queries.history import history_of_visit
from patients.states import AppointmentStatus
from patients.views.doors import (
    DESK,
    READERS,
    may_keep,
    practice_ids,
    say_refusal,
    visit_of,
    works_at_desk,
)
from patients.views.moments import moments
from patients.views.schedule import row_of
from practice.access import StaffRequest, allow
from rcm import clock
from rcm.state import IllegalMove, LostRace
from rcm.ui.place import on_to

HISTORY = 30
OVERTAKEN = "Somebody else changed this visit meanwhile. This is how it stands now."


@require_GET
@allow(*READERS)
def visit(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Everything about one visit."""
    return _page(request, public_id)


@require_http_methods(["GET", "POST"])
@allow(*DESK)
def time(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Put a booked visit to another time."""
    found = visit_of(request, public_id)
    local = timezone.localtime(found.starts_at)
    form = TimeForm(
        request.POST or None,
        today=clock.today(found.practice.time_zone),
        initial={"day": local.date(), "time": local.time()},
    )
    if request.method == "POST" and form.is_valid():
        try:
            moment = form.starts_at(found.practice)
            move_appointment(appointment=found, starts_at=moment, by=request.user, now=clock.now())
        except VisitNotBooked as error:
            say_refusal(form, error, REFUSALS)
        else:
            messages.success(request, "The visit has a new time.")
            return redirect("patients:visit", public_id)
    context = {"form": form, "visit": found, "title": "Move the visit", "label": "Move"}
    return render(request, "patients/visit_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@allow(*DESK)
def cancellation(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Take a booked visit off the schedule."""
    return _because(request, public_id, cancel_appointment, "Cancel the visit", "The visit is canceled.")


@require_http_methods(["GET", "POST"])
@allow(*DESK)
def reopening(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Take back a check-in or a no-show entered by mistake."""
    return _because(request, public_id, reopen_visit, "Open the visit again", "The visit is booked again.")


@require_POST
@allow(*DESK)
def absence(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Nobody came."""
    found = visit_of(request, public_id)
    try:
        record_no_show(appointment=found, by=request.user, now=clock.now())
    except (IllegalMove, LostRace):
        messages.warning(request, OVERTAKEN)
    else:
        messages.success(request, "Noted: the patient did not come.")
    return on_to(request, str(public_id), reverse("patients:visit", args=[public_id]))


def _because(
    request: StaffRequest, public_id: UUID, act: Callable[..., None], title: str, done: str
) -> HttpResponse:
    """An act that asks for a reason first."""
    found = visit_of(request, public_id)
    form = WhyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            act(appointment=found, by=request.user, now=clock.now(), why=form.cleaned_data["why"])
        except (IllegalMove, LostRace):
            messages.warning(request, OVERTAKEN)
        else:
            messages.success(request, done)
        return on_to(request, str(public_id), reverse("patients:visit", args=[public_id]))
    context = {"form": form, "visit": found, "title": title, "label": title}
    return render(request, "patients/visit_form.html", context, status=422 if form.errors else 200)


def _page(request: StaffRequest, public_id: UUID) -> HttpResponse:
    known = with_coverage(Appointment.objects.of(practice_ids(request)))
    record = get_object_or_404(
        known.select_related("patient__guarantor", "provider", "location", "practice"), public_id=public_id
    )
    today = clock.today(timezone.get_current_timezone_name())
    note_read(patient=record.patient, by=request.user, now=clock.now())
    context = {
        "record": record,
        "row": row_of(record, today=today, now=clock.now()),
        "coverages": coverages_on(patient=record.patient, day=record.service_date),
        "moments": moments(history_of_visit(visit=record, limit=HISTORY)),
        "at_desk": works_at_desk(request),
        "may_keep": may_keep(request),
        "can_reopen": record.status in (AppointmentStatus.ARRIVED, AppointmentStatus.NO_SHOW),
        "is_booked": record.status == AppointmentStatus.BOOKED,
        "may_be_missed": record.service_date <= today,
    }
    return render(request, "patients/visit.html", context)
