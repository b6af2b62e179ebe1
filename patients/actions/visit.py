"""Visits on the schedule, from booking to the end."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from patients.actions.coverage import OfAnotherPractice
from patients.models import Appointment, Patient
from patients.states import AppointmentStatus
from practice.models import Location, Practice, Provider, User
from rcm import audit
from rcm.state import move


class AlreadyBooked(Exception):
    """The patient has a visit with this provider at this time."""


class VisitNotBooked(Exception):
    """Only a visit that is booked can be put to another time."""


def book_appointment(
    *,
    patient: Patient,
    provider: Provider,
    location: Location,
    starts_at: datetime,
    by: User | None,
    now: datetime,
    reason: str = "",
    external_id: str = "",
) -> Appointment:
    """Put a visit on the schedule; its day is the one in the practice's own time zone.

    Raises AlreadyBooked, and OfAnotherPractice for a provider or location of another one.
    """
    practice = patient.practice
    if {provider.practice_id, location.practice_id} != {practice.pk}:
        raise OfAnotherPractice("provider or location")
    with transaction.atomic():
        Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
        standing = Appointment.objects.filter(patient=patient, provider=provider, starts_at=starts_at)
        if standing.exclude(status=AppointmentStatus.CANCELED).exists():
            raise AlreadyBooked
        appointment = Appointment.objects.create(
            practice=practice,
            patient=patient,
            provider=provider,
            location=location,
            starts_at=starts_at,
            service_date=_day(starts_at, practice),
            reason=reason,
            external_id=external_id,
        )
        audit.record("booked", appointment, now=now, by=by)
    return appointment


def move_appointment(
    *, appointment: Appointment, starts_at: datetime, by: User | None, now: datetime
) -> None:
    """Put a booked visit to another time. Raises VisitNotBooked for one that is over, missed or canceled."""
    with transaction.atomic():
        current = Appointment.objects.select_for_update().get(pk=appointment.pk)
        if current.status != AppointmentStatus.BOOKED:
            raise VisitNotBooked
        appointment.starts_at = starts_at
        appointment.service_date = _day(starts_at, appointment.practice)
        appointment.save(update_fields=["starts_at", "service_date"])
        audit.record("moved", appointment, now=now, by=by)


def check_in(*, appointment: Appointment, by: User | None, now: datetime, why: str = "") -> None:
    """The patient is here. Who is checked in already stays so; `why` says why no copay was taken.

    Raises rcm.state.IllegalMove for a visit that is over, missed or canceled.
    """
    if appointment.status == AppointmentStatus.ARRIVED:
        return
    with transaction.atomic():
        move(appointment, AppointmentStatus.ARRIVED, now=now, by=by, why=why)
        appointment.arrived_at = now
        appointment.save(update_fields=["arrived_at"])


def complete_visit(*, appointment: Appointment, by: User | None, now: datetime) -> None:
    """The visit took place. Over already is no change; raises IllegalMove for one nobody arrived for."""
    if appointment.status != AppointmentStatus.COMPLETED:
        with transaction.atomic():
            move(appointment, AppointmentStatus.COMPLETED, now=now, by=by)


def cancel_appointment(*, appointment: Appointment, by: User | None, now: datetime, why: str) -> None:
    """Take a booked visit off the schedule. Raises rcm.state.IllegalMove for any other."""
    with transaction.atomic():
        move(appointment, AppointmentStatus.CANCELED, now=now, by=by, why=why)


def record_no_show(*, appointment: Appointment, by: User | None, now: datetime) -> None:
    """Nobody came. Raises rcm.state.IllegalMove for a visit that is not booked."""
    with transaction.atomic():
        move(appointment, AppointmentStatus.NO_SHOW, now=now, by=by)


def reopen_visit(*, appointment: Appointment, by: User | None, now: datetime, why: str) -> None:
    """Take back a check-in or a no-show entered by mistake: the visit is booked again.

    A copay taken at check-in stays a payment. Raises rcm.state.IllegalMove for a visit that is over or
    canceled.
    """
    with transaction.atomic():
        move(appointment, AppointmentStatus.BOOKED, now=now, by=by, why=why)
        appointment.arrived_at = None
        appointment.save(update_fields=["arrived_at"])


def _day(moment: datetime, practice: Practice) -> date:
    """The day in the practice's own time zone."""
    return moment.astimezone(ZoneInfo(practice.time_zone)).date()
