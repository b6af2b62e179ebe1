"""Who pays for a patient on a day, and what is known of it."""

from datetime import date

from django.db.models import Case, IntegerField, Q, Value, When

from patients.models import Authorization, Coverage, EligibilityCheck, Patient, Rank, Relation

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


def other_holder(coverage: Coverage) -> Patient | None:
    """Another patient of the practice who is the subscriber under the same payer and member id; None mostly.

    A family shares a number, but has one subscriber: two of them are one person registered twice, or a slip.
    """
    if coverage.relation != Relation.SELF or not coverage.member_number:
        return None
    same = Coverage.objects.filter(
        practice=coverage.practice_id,
        payer=coverage.payer_id,
        member_number__iexact=coverage.member_number,
        relation=Relation.SELF,
    ).exclude(patient=coverage.patient_id)
    found = same.select_related("patient").order_by("-pk").first()
    return found.patient if found else None


def covers(*, coverage: Coverage, procedure_code: str, day: date) -> Authorization | None:
    """The payer's prior consent to a procedure on a day, the one that ends first; None without one.

    An authorization without procedure codes covers any. Units used up are counted
    by whoever knows the claims.
    """
    in_force = Authorization.objects.filter(coverage=coverage, effective_on__lte=day, ended_on__gte=day)
    named = in_force.filter(Q(procedure_codes__contains=[procedure_code]) | Q(procedure_codes=[]))
    return named.order_by("ended_on", "pk").first()


def latest_check(*, coverage: Coverage, service_date: date) -> EligibilityCheck | None:
    """The last question asked about a coverage for a day."""
    asked = EligibilityCheck.objects.filter(coverage=coverage, service_date=service_date)
    return asked.order_by("-requested_at", "-pk").first()
