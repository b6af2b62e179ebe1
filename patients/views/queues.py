"""The desk's work queue: visits that nobody can be sure to be paid for."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from clearinghouse.queries import NoConnection
from patients.actions.eligibility import NoCoverage, NotEnrolled, request_for_visit
from patients.models import Appointment
from patients.queries import coverages_on, visits_in_doubt
from patients.rules.standing import WORDS, Standing, Words, standing
from patients.states import EligibilityStatus
from patients.views.doors import KEEPERS, READERS
from patients.views.schedule import CANNOT_ASK
from practice.access import StaffRequest, allow
from practice.models import Payer, Provider, User
from rcm.ui.cells import Column, Kind, Status
from rcm.ui.filters import Choices, Filter, choices_of
from rcm.ui.pages import bulk_page, queue_page
from rcm.ui.queue import Act, Bulk, Queue

_PROBLEMS: dict[str, Q] = {
    Standing.NO_COVERAGE: Q(covered_by=None),
    Standing.NOT_CHECKED: Q(covered_by__isnull=False, check_status=None),
    Standing.INACTIVE: Q(check_status=EligibilityStatus.INACTIVE),
    Standing.NOT_FOUND: Q(check_status=EligibilityStatus.NOT_FOUND),
    Standing.REFUSED: Q(check_status=EligibilityStatus.REFUSED),
    Standing.UNANSWERED: Q(check_status=EligibilityStatus.UNANSWERED),
}


class CannotAsk(Exception):
    """Nobody can be asked about this visit, for the reason in the words."""


def _rows(practices: Sequence[int], now: datetime) -> QuerySet[Appointment]:
    today = timezone.localtime(now).date()
    return visits_in_doubt(practices=practices, today=today)


def _words(visit: Appointment) -> Words:
    return WORDS[standing(covered=visit.covered_by is not None, status=visit.check_status)]


def _said(visit: Appointment) -> str:
    """What the payer gave as its reason."""
    return " ".join(visit.check_reasons or [])


def _ask(visit: Appointment, by: User, now: datetime) -> str:
    try:
        request_for_visit(appointment=visit, by=by, now=now)
    except (NoCoverage, NoConnection, NotEnrolled) as error:
        raise CannotAsk(CANNOT_ASK[type(error)]) from error
    return "The payer is being asked."


def _problems(_practices: Sequence[int]) -> Choices:
    return [(str(kind), WORDS[Standing(kind)].label) for kind in _PROBLEMS]


def _payers(practices: Sequence[int]) -> Choices:
    payers = Payer.objects.filter(coverages__practice__in=practices).distinct().order_by("name")
    return choices_of(payers)


def _with_payer(value: str) -> Q:
    return Q(payer_id__in=Payer.objects.filter(public_id=value).values("pk"))


def _providers(practices: Sequence[int]) -> Choices:
    working = Provider.objects.of(practices).filter(ended_on=None).order_by("last_name", "pk")
    return choices_of(working)


def _beside(visit: Appointment) -> dict[str, object]:
    return {
        "words": _words(visit),
        "coverages": coverages_on(patient=visit.patient, day=visit.service_date),
    }


PROBLEMS = Queue[Appointment](
    name="patients.eligibility",
    title="Eligibility problems",
    noun="visit",
    url_name="patients:problems",
    bulk_url_name="patients:problems_bulk",
    intro="Visits to come whose coverage is missing, inactive, unknown or unanswered. Mended now, each "
    "becomes a claim that is paid the first time.",
    rows=_rows,
    label=lambda visit: f"{visit.patient.listed_name}, {timezone.localtime(visit.starts_at):%m/%d/%Y}",
    record_url=lambda visit: reverse("patients:visit", args=[visit.public_id]),
    empty="Every visit of the next days is known to be covered. One that is in doubt will wait here.",
    empty_action=Act("Open the schedule", "patients:schedule"),
    columns=(
        Column(
            "patient",
            "Patient",
            lambda visit: visit.patient.listed_name,
            sort=("patient__last_name", "patient__first_name"),
            detail=lambda visit: f"born {visit.patient.birth_date:%m/%d/%Y}",
        ),
        Column("visit", "Visit", lambda visit: visit.service_date, Kind.AGE, ("starts_at",)),
        Column(
            "problem",
            "Problem",
            lambda visit: Status(_words(visit).label, _words(visit).tone),
            Kind.STATUS,
            ("check_status",),
        ),
        Column(
            "payer",
            "Payer",
            lambda visit: visit.payer_name or "Self-pay",
            sort=("payer_name",),
            detail=lambda visit: _said(visit),
            wide=True,
        ),
        Column(
            "provider",
            "Provider",
            lambda visit: str(visit.provider),
            sort=("provider__last_name",),
            wide=True,
        ),
    ),
    filters=(
        Filter("problem", "Problem", lambda kind: _PROBLEMS[kind], _problems),
        Filter("payer", "Payer", _with_payer, _payers),
        Filter("provider", "Provider", lambda value: Q(provider__public_id=value), _providers),
        Filter("through", "Visit through", lambda day: Q(service_date__lte=day), kind="day"),
    ),
    acts_for=frozenset(KEEPERS),
    bulk=(
        Bulk(
            "ask",
            "Ask the payers",
            "Each payer is asked about the day of the visit. Answers come within seconds to minutes; what is "
            "in order leaves this list.",
            _ask,
            (CannotAsk,),
        ),
    ),
    preview="patients/_problem.html",
    beside=_beside,
)


@require_GET
@allow(*READERS)
def problems(request: StaffRequest) -> HttpResponse:
    """Visits to come whose coverage is in doubt."""
    return queue_page(request, PROBLEMS)


@require_POST
@allow(*KEEPERS)
def problems_bulk(request: StaffRequest) -> HttpResponse:
    """Ask the payers about the ticked visits."""
    return bulk_page(request, PROBLEMS, by=request.user)
