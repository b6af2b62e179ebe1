"""The work queues of coders."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from coding.models import Encounter
from coding.queries import coded_encounters, encounters_to_code
from practice.access import StaffRequest, allow
from practice.models import Role
from practice.queries import providers_by_name
from rcm.ui.cells import Column, Kind, Status
from rcm.ui.filters import Choices, Filter, choices_of
from rcm.ui.pages import bulk_page, queue_page
from rcm.ui.queue import Queue

READERS = (Role.CODER, Role.BILLER, Role.MANAGER, Role.AUDITOR)


def _to_code(practices: Sequence[int], _now: datetime) -> QuerySet[Encounter]:
    return encounters_to_code(practices=practices)


def _coded(practices: Sequence[int], _now: datetime) -> QuerySet[Encounter]:
    return coded_encounters(practices=practices)


def _providers(practices: Sequence[int]) -> Choices:
    return choices_of(providers_by_name(practices))


def _reason(encounter: Encounter) -> str:
    return encounter.appointment.reason if encounter.appointment else ""


def _standing(encounter: Encounter) -> Status:
    if encounter.asks_provider:  # type: ignore[attr-defined]
        return Status("Asked", "attention")
    if hasattr(encounter, "draft"):
        return Status("Draft", "information")
    return Status("New")


def _waits_for(encounter: Encounter) -> str:
    """Whom a visit that is not new waits for."""
    if encounter.asks_provider:  # type: ignore[attr-defined]
        return "the provider"
    if not hasattr(encounter, "draft"):
        return ""
    person = encounter.draft.saved_by
    return f"saved by {person.get_full_name() or person.get_username()}"


_PATIENT: Column[Encounter] = Column(
    "patient",
    "Patient",
    lambda encounter: encounter.patient.listed_name,
    sort=("patient__last_name", "patient__first_name"),
)
_PROVIDER: Column[Encounter] = Column(
    "provider",
    "Provider",
    lambda encounter: str(encounter.rendering_provider),
    sort=("rendering_provider__last_name", "rendering_provider__first_name"),
    wide=True,
)
_FILTERS = (
    Filter("provider", "Provider", lambda value: Q(rendering_provider__public_id=value), _providers),
    Filter("since", "Visit from", lambda day: Q(service_date__gte=day), kind="day"),
    Filter("until", "Visit to", lambda day: Q(service_date__lte=day), kind="day"),
)

TO_CODE = Queue[Encounter](
    name="coding.to_code",
    title="To code",
    noun="visit",
    url_name="coding:queue",
    bulk_url_name="coding:queue_bulk",
    intro="Visits that took place and wait for their codes. Nothing is billed before they are signed.",
    rows=_to_code,
    label=lambda encounter: f"the visit of {encounter.service_date:%m/%d/%Y}",
    record_url=lambda encounter: reverse("coding:encounter", args=[encounter.public_id]),
    dollars="expected_charge",
    empty="Every visit is coded. When a visit is completed at the front desk, it waits here with its note.",
    columns=(
        _PATIENT,
        Column("reason", "Reason", _reason, sort=("appointment__reason",)),
        Column("visit", "Visit", lambda encounter: encounter.service_date, Kind.AGE, ("service_date",)),
        _PROVIDER,
        Column(
            "expected",
            "Expected",
            lambda encounter: encounter.expected_charge,
            Kind.MONEY,
            ("expected_charge",),
        ),
        Column("status", "Status", _standing, Kind.STATUS, detail=_waits_for, wide=True),
    ),
    filters=_FILTERS,
    acts_for=frozenset({Role.CODER}),
    preview="coding/_preview.html",
)

DONE = Queue[Encounter](
    name="coding.done",
    title="Coded visits",
    noun="visit",
    url_name="coding:done",
    intro="Signed visits, the last one first. Until a claim is made of it, a visit can be opened again.",
    rows=_coded,
    label=lambda encounter: f"the visit of {encounter.service_date:%m/%d/%Y}",
    record_url=lambda encounter: reverse("coding:encounter", args=[encounter.public_id]),
    dollars="charge",
    empty="No visit is coded yet. What is signed on the workbench is listed here.",
    columns=(
        _PATIENT,
        Column("visit", "Visit", lambda encounter: encounter.service_date, Kind.AGE, ("service_date",)),
        _PROVIDER,
        Column(
            "signed",
            "Signed",
            lambda encounter: encounter.coded_at,
            Kind.MOMENT,
            ("coded_at",),
            detail=lambda encounter: _name(encounter),
            wide=True,
        ),
        Column("charge", "Charges", lambda encounter: encounter.charge, Kind.MONEY, ("charge",)),  # type: ignore[attr-defined]
    ),
    filters=_FILTERS,
    taken_by_hand=False,
)


def _name(encounter: Encounter) -> str:
    person = encounter.coded_by
    return (person.get_full_name() or person.get_username()) if person else ""


@require_GET
@allow(*READERS)
def to_code(request: StaffRequest) -> HttpResponse:
    """Visits that wait for their codes."""
    return queue_page(request, TO_CODE)


@require_POST
@allow(Role.CODER)
def to_code_bulk(request: StaffRequest) -> HttpResponse:
    """Take the ticked visits, or let them go."""
    return bulk_page(request, TO_CODE, by=request.user)


@require_GET
@allow(*READERS)
def done(request: StaffRequest) -> HttpResponse:
    """Visits as signed."""
    return queue_page(request, DONE)
