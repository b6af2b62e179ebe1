"""Reads of patients, their coverage and their visits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Case, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Upper

from patients.models import Appointment, Authorization, Coverage, EligibilityCheck, Patient, Rank
from patients.rules.duplicates import Person, is_look_alike
from patients.states import AppointmentStatus
from practice.models import Practice

TURN = Case(
    *(When(rank=rank, then=Value(turn)) for turn, rank in enumerate(Rank.values)),
    output_field=IntegerField(),
)


def coverages_on(*, patient: Patient, day: date) -> list[Coverage]:
    """The coverages in force on a day, whose turn is first coming first. At most one per rank."""
    in_force = Coverage.objects.filter(patient=patient, effective_on__lte=day)
    in_force = in_force.filter(Q(ended_on=None) | Q(ended_on__gte=day))
    return list(in_force.select_related("payer", "patient").order_by(TURN))


def primary_coverage(*, patient: Patient, day: date) -> Coverage | None:
    """Who is billed first for a visit on that day; None for a patient who pays alone."""
    return next((it for it in coverages_on(patient=patient, day=day) if it.rank == Rank.PRIMARY), None)


def covers(*, coverage: Coverage, procedure_code: str, day: date) -> Authorization | None:
    """The payer's prior consent to a procedure on a day, the one that ends first; None without one.

    An authorization without procedure codes covers any. Units used up are counted
    by whoever knows the claims.
    """
    in_force = Authorization.objects.filter(coverage=coverage, effective_on__lte=day, ended_on__gte=day)
    named = in_force.filter(Q(procedure_codes__contains=[procedure_code]) | Q(procedure_codes=[]))
    return named.order_by("ended_on", "pk").first()


def look_alikes(*, practice: Practice, person: Person) -> list[Patient]:
    """Patients of the practice who may be this person (patients.rules.duplicates), oldest record first."""
    candidates = Patient.objects.alias(upper_last=Upper("last_name")).filter(
        Q(birth_date=person.birth_date)
        | (Q(phone=person.phone) & ~Q(phone=""))
        | (Q(upper_last__trigram_similar=person.last_name.upper()) & _born_nearby(person.birth_date)),
        practice=practice,
    )
    return [patient for patient in candidates.order_by("pk") if is_look_alike(person, person_of(patient))]


def person_of(patient: Patient) -> Person:
    """A patient as the duplicate rule sees one."""
    return Person(
        first_name=patient.first_name,
        last_name=patient.last_name,
        birth_date=patient.birth_date,
        phone=patient.phone,
    )


def latest_check(*, coverage: Coverage, service_date: date) -> EligibilityCheck | None:
    """The last question asked about a coverage for a day."""
    asked = EligibilityCheck.objects.filter(coverage=coverage, service_date=service_date)
    return asked.order_by("-requested_at", "-pk").first()


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
    primary = Coverage.objects.filter(
        Q(ended_on=None) | Q(ended_on__gte=OuterRef("service_date")),
        patient=OuterRef("patient"),
        rank=Rank.PRIMARY,
        effective_on__lte=OuterRef("service_date"),
    )
    asked = EligibilityCheck.objects.filter(
        coverage=OuterRef("covered_by"), service_date=OuterRef("service_date")
    ).order_by("-requested_at", "-pk")
    visits = Appointment.objects.filter(
        practice=practice,
        status=AppointmentStatus.BOOKED,
        service_date__range=(first_day, last_day),
    )
    found = (
        visits.annotate(covered_by=Subquery(primary.values("pk")[:1]))
        .filter(covered_by__isnull=False)
        .annotate(
            asked_at=Subquery(asked.values("requested_at")[:1]),
            check_status=Subquery(asked.values("status")[:1]),
        )
        .order_by("starts_at", "pk")
    )
    rows = found.values_list("public_id", "service_date", "covered_by", "asked_at", "check_status")
    return [VisitToVerify(*row) for row in rows]


def appointments_on(*, practices: Sequence[int], day: date) -> QuerySet[Appointment, Appointment]:
    """The schedule of a day, in order of time."""
    of_day = Appointment.objects.of(practices).filter(service_date=day)
    return of_day.select_related("patient", "provider", "location").order_by("starts_at", "pk")


def _born_nearby(day: date) -> Q:
    """Birth dates that a slip of the pen may have made of this one."""
    same_year = Q(birth_date__year=day.year)
    return same_year | Q(birth_date__month=day.month, birth_date__day=day.day)
