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
    found = with_coverage(visits).filter(covered_by__isnull=False).order_by("starts_at", "pk")
    rows = found.values_list("public_id", "service_date", "covered_by", "asked_at", "check_status")
    return [VisitToVerify(*row) for row in rows]


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
    return visits.annotate(
        covered_by=Subquery(primary.values("pk")[:1]),
        payer_id=Subquery(primary.values("payer_id")[:1]),
        payer_name=Subquery(primary.values("payer__name")[:1]),
    ).annotate(
        check_id=Subquery(asked.values("public_id")[:1]),
        check_status=Subquery(asked.values("status")[:1]),
        check_copay=Subquery(asked.values("copay")[:1]),
        check_reasons=Subquery(asked.values("reasons")[:1]),
        asked_at=Subquery(asked.values("requested_at")[:1]),
    )


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
