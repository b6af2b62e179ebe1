"""The schedule."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import models
from django.db.models import Q

from patients.models.patient import Patient
from patients.states import APPOINTMENT_MOVES, AppointmentStatus
from practice.models import PracticeOwned, PracticeQuerySet


class Appointment(PracticeOwned):
    """A visit on the schedule, from booking to check-in."""

    MOVES = APPOINTMENT_MOVES

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="appointments")
    provider = models.ForeignKey("practice.Provider", models.PROTECT, related_name="appointments")
    location = models.ForeignKey("practice.Location", models.PROTECT, related_name="appointments")
    starts_at = models.DateTimeField()
    service_date = models.DateField(help_text="The day in the practice's own time zone")
    status = models.CharField(max_length=10, choices=AppointmentStatus, default=AppointmentStatus.BOOKED)
    arrived_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=80, blank=True)
    external_id = models.CharField(
        max_length=80, blank=True, help_text="The id in the system it was imported from"
    )

    # What patients.queries.with_coverage adds.
    covered_by: int | None
    payer_name: str | None
    check_id: UUID | None
    check_status: str | None
    check_copay: Decimal | None
    check_reasons: list[str] | None
    asked_at: datetime | None

    objects: PracticeQuerySet["Appointment"] = PracticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "external_id"],
                condition=~Q(external_id=""),
                name="appointment_external_id_once",
            ),
            models.CheckConstraint(
                condition=Q(status__in=AppointmentStatus.values), name="appointment_status_known"
            ),
        ]
        indexes = [models.Index(fields=["practice", "service_date", "status"], name="appointment_day")]

    def __str__(self) -> str:
        return f"Appointment on {self.service_date}"
