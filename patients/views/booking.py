"""Booking a visit: whom, with whom, when."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from patients.actions.visit import AlreadyBooked, book_appointment
from patients.forms import BookingForm, SearchForm
from patients.forms.visit import REFUSALS
from patients.models import Appointment
from patients.queries import appointments_on
from patients.states import AppointmentStatus
from patients.views.doors import DESK, patient_of, practice_ids, say_refusal
from practice.access import StaffRequest, allow
from rcm import clock
from rcm.ui.fields import day_of

FIRST, LAST, STEP = time(8), time(17), timedelta(minutes=30)


@require_GET
@allow(*DESK)
def whom(request: StaffRequest) -> HttpResponse:
    """First the patient: a search whose results lead to the second step."""
    return render(request, "patients/booking_whom.html", {"form": SearchForm()})


@require_http_methods(["GET", "POST"])
@allow(*DESK)
def booking(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Provider, day and time for this patient."""
    patient = patient_of(request, public_id)
    today = clock.today(patient.practice.time_zone)
    asked = {
        name: request.GET.get(name) for name in ("provider", "location", "time") if request.GET.get(name)
    }
    form = BookingForm(
        request.POST or None,
        practice=patient.practice,
        today=today,
        initial={"day": day_of(request.GET.get("day", "")) or today} | asked,
    )
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            booked = book_appointment(
                patient=patient,
                provider=told["provider"],
                location=told["location"],
                starts_at=form.starts_at(patient.practice),
                reason=told["reason"],
                by=request.user,
                now=clock.now(),
            )
        except AlreadyBooked as error:
            say_refusal(form, error, REFUSALS)
        else:
            messages.success(request, "The visit is booked.")
            return redirect("patients:visit", booked.public_id)
    context = {"form": form, "patient": patient} | _day_of_provider(request, form["day"].value())
    return render(request, "patients/booking.html", context, status=422 if form.errors else 200)


@require_GET
@allow(*DESK)
def times(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """The day of a provider, half hour by half hour: what is taken, what is free."""
    context = {"patient": patient_of(request, public_id)} | _day_of_provider(request, request.GET.get("day"))
    return render(request, "patients/_times.html", context)


def _day_of_provider(request: StaffRequest, asked: object) -> dict[str, object]:
    """Each half hour of a day with the visits that begin in it; nothing without a day or a provider."""
    day = asked if isinstance(asked, date) else day_of(str(asked or ""))
    provider = (request.GET if request.method == "GET" else request.POST).get("provider", "")
    if day is None or not provider:
        return {"times": []}
    taken = [
        visit
        for visit in appointments_on(practices=practice_ids(request), day=day)
        if str(visit.provider.public_id) == provider and visit.status != AppointmentStatus.CANCELED
    ]
    slots = [(slot, _in_slot(taken, slot)) for slot in _slots(taken, day)]
    location = (request.GET if request.method == "GET" else request.POST).get("location", "")
    return {"times": slots, "day": day, "provider_id": provider, "location_id": location}


def _slots(taken: list[Appointment], day: date) -> list[time]:
    """The half hours of office hours, wider where somebody is booked earlier or later."""
    booked = [timezone.localtime(visit.starts_at).time() for visit in taken]
    first, last = min([FIRST, *booked]), max([LAST, *booked])
    moment = datetime.combine(day, first.replace(minute=first.minute // 30 * 30, second=0))
    found = []
    while moment.time() <= last and moment.date() == day:
        found.append(moment.time())
        moment += STEP
    return found


def _in_slot(taken: list[Appointment], slot: time) -> list[Appointment]:
    begins = timedelta(hours=slot.hour, minutes=slot.minute)
    return [visit for visit in taken if begins <= _since_midnight(visit) < begins + STEP]


def _since_midnight(visit: Appointment) -> timedelta:
    local = timezone.localtime(visit.starts_at)
    return timedelta(hours=local.hour, minutes=local.minute)
