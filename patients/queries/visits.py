"""Visits on the schedule: who comes, who pays, and what is known of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery

from patients.models import Appointment, Coverage, EligibilityCheck, Rank
from patients.rules.eligibility import DAYS_AHEAD
from patients.states import AppointmentStatus, EligibilityStatus
from practice.models import Practice

TROUBLE = (
    EligibilityStatus.INACTIVE,
    EligibilityStatus.NOT_FOUND,
    EligibilityStatus.REFUSED,
    EligibilityStatus.UNANSWERED,
)
"""Answers that somebody has to do something about before the visit."""

_OF_COVERAGE = {"covered_by": "pk", "payer_id": "payer_id", "payer_name": "payer__name"}
_OF_CHECK = {
    "check_id": "public_id",
    "check_status": "status",
    "check_copay": "copay",
    "check_reasons": "reasons",
    "asked_at": "requested_at",
}


@dataclass(frozen=True, slots=True)
class VisitToVerify:
    """A booked visit whose primary coverage can be verified, and the last question about that day."""

    public_id: UUID
    service_date: date
    coverage_id: int
    asked_at: datetime | None
    status: str | None


def visits_to_verify(*, practice: Practice, first_day: date, last_day: date) -> list[VisitToVerify]:
    """Booked visits of these days (inclusive) of patients with a primary coverage then, in order of time."""
    visits = Appointment.objects.filter(
        practice=practice,
        status=AppointmentStatus.BOOKED,
        service_date__range=(first_day, last_day),
    )
    found = with_coverage(visits).filter(Q(covered_by__isnull=False)).order_by("starts_at", "pk")
    return [
        VisitToVerify(it.public_id, it.service_date, it.covered_by, it.asked_at, it.check_status)
        for it in found
        if it.covered_by is not None
    ]


def appointments_on(*, practices: Sequence[int], day: date) -> QuerySet[Appointment, Appointment]:
    """The schedule of a day, in order of time."""
    of_day = Appointment.objects.of(practices).filter(service_date=day)
    return of_day.select_related("patient", "provider", "location").order_by("starts_at", "pk")


def day_sheet(*, practices: Collection[int], day: date) -> QuerySet[Appointment, Appointment]:
    """The schedule of a day with what is known of each visit's coverage (`with_coverage`), in order of time.

    Canceled visits stand on it: somebody may come all the same.
    """
    return with_coverage(appointments_on(practices=list(practices), day=day))


def with_coverage(visits: QuerySet[Appointment]) -> QuerySet[Appointment, Appointment]:
    """Each visit with the primary coverage of its day and the last question about that day.

    Adds `covered_by` (id), `payer_id`, `payer_name`, `check_id` (public_id), `check_status`, `check_copay`,
    `check_reasons` and `asked_at`; all None where there is no coverage, or no question.
    """
    primary = Coverage.objects.filter(
        Q(ended_on=None) | Q(ended_on__gte=OuterRef("service_date")),
        patient=OuterRef("patient"),
        rank=Rank.PRIMARY,
        effective_on__lte=OuterRef("service_date"),
    )
    asked = EligibilityCheck.objects.filter(
        coverage=OuterRef("covered_by"), service_date=OuterRef("service_date")
    ).order_by("-requested_at", "-pk")
    covered = {name: Subquery(primary.values(source)[:1]) for name, source in _OF_COVERAGE.items()}
    known = {name: Subquery(asked.values(source)[:1]) for name, source in _OF_CHECK.items()}
    return visits.annotate(**covered).annotate(**known)


def visits_in_doubt(*, practices: Collection[int], today: date) -> QuerySet[Appointment, Appointment]:
    """Booked visits, today or later, that nobody can be sure to be paid for; the next ones first.

    That is: the payer says no, knows nobody, refused the question or did not answer; or the visit is within
    the days of the sweep and has no coverage or was not asked about.
    """
    booked = Appointment.objects.of(practices).filter(
        status=AppointmentStatus.BOOKED, service_date__gte=today
    )
    soon = Q(service_date__lte=today + timedelta(days=DAYS_AHEAD))
    unknown = soon & (Q(covered_by=None) | Q(check_status=None))
    found = with_coverage(booked).filter(Q(check_status__in=TROUBLE) | unknown)
    return found.select_related("patient", "provider", "location", "practice").order_by("starts_at", "pk")
