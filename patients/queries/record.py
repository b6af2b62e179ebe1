"""What a patient's page shows beside the person."""

from datetime import date

from django.db.models import Q

from patients.models import Appointment, Coverage, EligibilityCheck, Patient
from patients.queries.coverage import TURN
from patients.queries.visits import with_coverage
from patients.states import AppointmentStatus


def coverages_of(*, patient: Patient) -> list[Coverage]:
    """All policies of a patient, in the order of their turn; of one rank the latest first."""
    known = Coverage.objects.filter(patient=patient).select_related("payer", "patient")
    return list(known.prefetch_related("authorizations").order_by(TURN, "-effective_on", "-pk"))


def latest_checks(*, patient: Patient, limit: int) -> list[EligibilityCheck]:
    """The last questions asked about a patient's coverage, the latest first."""
    asked = EligibilityCheck.objects.filter(coverage__patient=patient).select_related("coverage__payer")
    return list(asked.order_by("-requested_at", "-pk")[:limit])


def visits_of(*, patient: Patient, today: date, limit: int) -> tuple[list[Appointment], list[Appointment]]:
    """The visits to come, the next one first, and the past ones, the last one first; so many of each.

    One that is over is past, also on its own day.
    """
    known = with_coverage(Appointment.objects.filter(patient=patient))
    known = known.select_related("provider", "location", "patient")
    is_past = Q(service_date__lt=today) | Q(
        status__in=(AppointmentStatus.COMPLETED, AppointmentStatus.NO_SHOW)
    )
    coming = known.exclude(is_past).order_by("starts_at", "pk")[:limit]
    past = known.filter(is_past).order_by("-starts_at", "-pk")[:limit]
    return list(coming), list(past)


def booked_on(*, patient: Patient, day: date) -> Appointment | None:
    """The patient's visit of a day that is still to come, the first of several."""
    booked = Appointment.objects.filter(patient=patient, service_date=day, status=AppointmentStatus.BOOKED)
    return booked.order_by("starts_at", "pk").first()


def checks_of_visit(*, check: EligibilityCheck) -> list[EligibilityCheck]:
    """The other questions about the same coverage and day, the latest first."""
    same = EligibilityCheck.objects.filter(coverage=check.coverage_id, service_date=check.service_date)
    return list(same.exclude(pk=check.pk).order_by("-requested_at", "-pk")[:10])
