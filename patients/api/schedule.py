"""Visits on the schedule."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from patients.actions.coverage import OfAnotherPractice
from patients.actions.visit import (
    AlreadyBooked,
    VisitNotBooked,
    book_appointment,
    cancel_appointment,
    check_in,
    move_appointment,
    record_no_show,
)
from patients.models import Appointment, Patient
from patients.states import AppointmentStatus
from practice.models import Location, Provider, Role
from rcm.api import (
    Asked,
    Moment,
    Record,
    Ref,
    Refusal,
    Refusals,
    Resource,
    Shape,
    Text,
    Why,
    record_of,
    writes,
)

READERS = (Role.FRONT_DESK, Role.CODER, Role.BILLER, Role.MANAGER, Role.AUDITOR)
WRITERS = (Role.FRONT_DESK, Role.MANAGER)
BOOKING: Refusals = {
    AlreadyBooked: Refusal(409, "The patient has a visit with this provider at this time."),
    OfAnotherPractice: Refusal(422, "Provider or location belong to another practice."),
}


class AppointmentNew(Shape):
    """A visit to book."""

    patient = Ref(Patient.objects.all())
    provider = Ref(Provider.objects.all())
    location = Ref(Location.objects.all())
    starts_at = Moment()
    reason = Text(required=False, allow_blank=True, max_length=80)
    external_id = Text(required=False, max_length=80, help_text="The id in your own system, once")


class AppointmentTime(Shape):
    """The new time."""

    starts_at = Moment()


class AppointmentQuery(serializers.Serializer[Any]):
    """Whose, when, with whom, in which state."""

    patient = serializers.UUIDField(required=False, source="patient__public_id")
    provider = serializers.UUIDField(required=False, source="provider__public_id")
    external_id = serializers.CharField(required=False, max_length=80)
    service_date = serializers.DateField(required=False)
    service_date_from = serializers.DateField(required=False, source="service_date__gte")
    service_date_to = serializers.DateField(required=False, source="service_date__lte")
    status = serializers.ChoiceField(AppointmentStatus.choices, required=False)


class AppointmentRecord(Record):
    """A visit on the schedule. `service_date` is its day in the practice's own time zone."""

    Meta = record_of(
        Appointment,
        "patient",
        "provider",
        "location",
        "starts_at",
        "service_date",
        "status",
        "arrived_at",
        "reason",
        "external_id",
    )


class Appointments(Resource[Appointment]):
    """The schedule."""

    gives = AppointmentRecord
    query = AppointmentQuery
    read_by = READERS

    def source(self) -> QuerySet[Appointment]:
        """With patient, provider and location."""
        return Appointment.objects.select_related("patient", "provider", "location")

    @writes(
        roles=WRITERS,
        takes=AppointmentNew,
        gives=AppointmentRecord,
        status=201,
        refuses=BOOKING,
        located="appointments",
    )
    def create(self, asked: Asked) -> Appointment:
        """Book a visit."""
        return book_appointment(by=asked.by, now=asked.now, **asked.told)

    @writes(
        roles=WRITERS,
        takes=AppointmentTime,
        gives=AppointmentRecord,
        refuses={VisitNotBooked: Refusal(409, "Only a visit that is booked can be put to another time.")},
        path="time",
    )
    def time(self, asked: Asked) -> Appointment:
        """Put a booked visit to another time."""
        appointment = self.get_object()
        move_appointment(
            appointment=appointment, starts_at=asked.told["starts_at"], by=asked.by, now=asked.now
        )
        return appointment

    @writes(roles=WRITERS, gives=AppointmentRecord, path="arrival")
    def arrival(self, asked: Asked) -> Appointment:
        """Check the patient in, without a copay; with one, post to /copays."""
        appointment = self.get_object()
        check_in(appointment=appointment, by=asked.by, now=asked.now)
        return appointment

    @writes(roles=WRITERS, takes=Why, gives=AppointmentRecord, path="cancellation")
    def cancellation(self, asked: Asked) -> Appointment:
        """Take a booked visit off the schedule."""
        appointment = self.get_object()
        cancel_appointment(appointment=appointment, by=asked.by, now=asked.now, why=asked.told["why"])
        return appointment

    @writes(roles=WRITERS, gives=AppointmentRecord, path="absence")
    def absence(self, asked: Asked) -> Appointment:
        """Nobody came."""
        appointment = self.get_object()
        record_no_show(appointment=appointment, by=asked.by, now=asked.now)
        return appointment
