"""Reads of visits."""

from collections.abc import Collection
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Avg, Exists, F, OuterRef, QuerySet, Subquery, Sum

from coding.models import Encounter, ProviderQuestion, ServiceLine
from coding.states import EncounterStatus
from patients.models import Appointment, Patient
from patients.states import AppointmentStatus
from rcm.fields import MoneyField
from rcm.money import money

_RECENT = 500
_ESTABLISHED_DAYS = 3 * 365


def encounters_to_code(*, practices: Collection[int]) -> QuerySet[Encounter, Encounter]:
    """The coder's queue: open encounters of these practices, the oldest first, of a day the costliest first.

    `asks_provider` is whether a question to the provider waits for its answer.
    """
    waiting = Encounter.objects.of(practices).filter(status=EncounterStatus.OPEN)
    asked = ProviderQuestion.objects.filter(encounter=OuterRef("pk"), answered_at=None)
    shown = waiting.select_related(
        "patient", "rendering_provider", "appointment", "location", "draft__saved_by"
    )
    return shown.annotate(asks_provider=Exists(asked)).order_by(
        "service_date", F("expected_charge").desc(nulls_last=True), "pk"
    )


def coded_encounters(*, practices: Collection[int]) -> QuerySet[Encounter, Encounter]:
    """Signed encounters, the last signed first; `charge` is what their lines come to."""
    signed = Encounter.objects.of(practices).filter(status=EncounterStatus.CODED)
    shown = signed.select_related("patient", "rendering_provider", "coded_by")
    lines = ServiceLine.objects.filter(encounter=OuterRef("pk")).order_by().values("encounter")
    charge = Subquery(lines.annotate(charge=Sum("charge")).values("charge"), output_field=MoneyField())
    return shown.annotate(charge=charge).order_by("-coded_at", "-pk")


def expected_charge(*, practice_id: int, reason: str) -> Decimal | None:
    """What a visit for this reason came to on average, by the practice's last few hundred coded visits."""
    if not reason:
        return None
    coded = Encounter.objects.filter(practice_id=practice_id, status=EncounterStatus.CODED)
    latest = coded.order_by("-pk").values("pk")[:_RECENT]
    alike = Encounter.objects.filter(pk__in=latest, appointment__reason=reason)
    found = alike.annotate(charge=Sum("service_lines__charge")).aggregate(mean=Avg("charge"))["mean"]
    return None if found is None else money(round(found, 2))


def seen_before(*, patient: Patient, day: date) -> date | None:
    """The last day within three years before that one on which the practice saw the patient."""
    visits = Encounter.objects.filter(patient=patient, service_date__lt=day).exclude(
        status=EncounterStatus.VOIDED
    )
    within = visits.filter(service_date__gte=day - timedelta(days=_ESTABLISHED_DAYS))
    return within.order_by("-service_date").values_list("service_date", flat=True).first()


def visits_without_note(*, practices: Collection[int]) -> QuerySet[Appointment]:
    """Visits that somebody came to and of which no note has arrived, oldest first."""
    come = Appointment.objects.of(practices).filter(status=AppointmentStatus.ARRIVED)
    named = come.select_related("patient", "provider", "location")
    return named.order_by("service_date", "starts_at", "pk")
