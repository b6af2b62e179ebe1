"""The work queue of denials, and the list of all."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from denials.actions.denial import ask_write_off, put_back, take_up
from denials.models import Denial
from denials.queries import known_denials, waiting_denials
from denials.rules.advice import advice_for
from denials.rules.category import Category
from denials.states import DenialStatus
from denials.views.refusals import in_words
from denials.views.wording import category_words, group_words, reason_of, status_of, step_words
from practice.access import StaffRequest, allow
from practice.models import Membership, Payer, Role, User
from rcm.ui import words
from rcm.ui.cells import Column, Kind
from rcm.ui.filters import Choices, Filter, choices_of
from rcm.ui.pages import bulk_page, queue_page
from rcm.ui.queue import Bulk, Queue
from rcm.ui.refusals import Refused


def _waiting(practices: Sequence[int], now: datetime) -> QuerySet[Denial]:
    return waiting_denials(practices=practices, today=_today(now))


def _all(practices: Sequence[int], _now: datetime) -> QuerySet[Denial]:
    return known_denials(practices=practices)


def _today(now: datetime) -> date:
    return timezone.localtime(now).date()


def _payers(practices: Sequence[int]) -> Choices:
    payers = Payer.objects.filter(coverages__claims__denials__practice__in=practices).distinct()
    return choices_of(payers.order_by("name"))


def _people(practices: Sequence[int]) -> Choices:
    billers = Membership.objects.of(practices).filter(role=Role.BILLER).select_related("user")
    people = {member.user for member in billers}
    named = sorted((person.get_full_name() or person.username, person.username) for person in people)
    return [("nobody", "Nobody"), *((username, name) for name, username in named)]


def _held_by(username: str) -> Q:
    return Q(assigned_to=None) if username == "nobody" else Q(assigned_to__username=username)


def _categories(_practices: Sequence[int]) -> Choices:
    return [(kind.value, kind.label) for kind in Category]


def _states(_practices: Sequence[int]) -> Choices:
    return list(DenialStatus.choices)


def _holder(denial: Denial) -> str:
    person = denial.assigned_to
    return (person.get_full_name() or person.username) if person else ""


def _take(denial: Denial, by: User, now: datetime) -> str:
    with in_words():
        take_up(denial=denial, by=by, now=now)
    return "Yours now."


def _put_back(denial: Denial, by: User, now: datetime) -> str:
    with in_words():
        put_back(denial=denial, by=by, now=now)
    return "Free again."


def _write_off(denial: Denial, by: User, now: datetime) -> str:
    with in_words():
        asked = ask_write_off(denial=denial, by=by, today=_today(now), now=now)
    if asked.decided_at:
        return f"{words.dollars(asked.amount)} written off, within the limit."
    return f"{words.dollars(asked.amount)} waits for approval."


def _beside(denial: Denial) -> dict[str, object]:
    return {"advice": advice_for(denial.next_step), "reason": reason_of(denial), "group": group_words(denial)}


_PATIENT: Column[Denial] = Column(
    "patient", "Patient", lambda denial: denial.claim.encounter.patient.listed_name
)
_COLUMNS: tuple[Column[Denial], ...] = (
    Column(
        "claim",
        "Claim",
        lambda denial: denial.claim.control_number,
        sort=("claim__control_number",),
        detail=lambda denial: denial.claim.encounter.patient.listed_name,
    ),
    Column("reason", "Reason", reason_of, Kind.CODE, ("group_code", "reason_code")),
    Column("category", "Kind", category_words, sort=("category",), wide=True),
    Column("step", "First step", step_words, sort=("next_step",)),
    Column(
        "payer",
        "Payer",
        lambda denial: denial.claim.coverage.payer.name,
        sort=("claim__coverage__payer__name",),
        wide=True,
    ),
    Column("deadline", "Deadline", lambda denial: denial.deadline_on, Kind.AGE, ("deadline_on",)),
    Column("amount", "At stake", lambda denial: denial.amount, Kind.MONEY, ("amount",)),
    Column("holder", "Who has it", _holder, sort=("assigned_to__last_name",), wide=True),
)

_IN_FILE = (_COLUMNS[0], _PATIENT, *_COLUMNS[1:])
_STATE: Column[Denial] = Column("status", "State", status_of, Kind.STATUS, ("status",))

_FILTERS = (
    Filter("payer", "Payer", lambda value: Q(claim__coverage__payer__public_id=value), _payers),
    Filter("category", "Kind", lambda value: Q(category=value), _categories),
    Filter("holder", "Who has it", _held_by, _people),
    Filter("until", "Deadline until", lambda day: Q(deadline_on__lte=day), kind="day"),
    Filter("least", "At stake from", lambda amount: Q(amount__gte=amount), kind="amount"),
)

WAITING = Queue(
    name="denials.waiting",
    title="Denials to work",
    noun="denial",
    url_name="denials:queue",
    bulk_url_name="denials:queue_bulk",
    intro="What is worth most and lasts least comes first; a deadline within five business days before all.",
    rows=_waiting,
    columns=_COLUMNS,
    file_columns=_IN_FILE,
    label=lambda denial: denial.claim.control_number,
    record_url=lambda denial: reverse("denials:denial", args=[denial.public_id]),
    dollars="amount",
    empty="No denial waits. What a payer refuses will appear here with its reason, deadline and first step.",
    filters=_FILTERS,
    acts_for=frozenset({Role.BILLER}),
    bulk=(
        Bulk("take_up", "Take", "They are yours, and others see it.", _take, (Refused,)),
        Bulk("put_back", "Put back", "Nobody has them any more.", _put_back, (Refused,)),
        Bulk(
            "write_off",
            "Ask to write off",
            "What the payer still owes of each line is given up: at once within the limit, else on approval.",
            _write_off,
            (Refused,),
            permanent=True,
        ),
    ),
    preview="denials/_preview.html",
    beside=_beside,
    taken_by_hand=False,
)

ALL = Queue(
    name="denials.all",
    title="All denials",
    noun="denial",
    url_name="denials:all",
    rows=_all,
    columns=(*_COLUMNS, _STATE),
    file_columns=(*_IN_FILE, _STATE),
    label=lambda denial: denial.claim.control_number,
    record_url=lambda denial: reverse("denials:denial", args=[denial.public_id]),
    dollars="amount",
    empty="No payer has refused anything yet.",
    filters=(
        Filter("status", "State", lambda value: Q(status=value), _states),
        *_FILTERS,
        Filter("since", "Denied from", lambda day: Q(opened_at__date__gte=day), kind="day"),
        Filter("before", "Denied until", lambda day: Q(opened_at__date__lte=day), kind="day"),
    ),
    preview="denials/_preview.html",
    beside=_beside,
    taken_by_hand=False,
)


@require_GET
@allow(Role.BILLER, Role.MANAGER, Role.AUDITOR)
def queue(request: StaffRequest) -> HttpResponse:
    """Denials that wait for a person."""
    return queue_page(request, WAITING)


@require_POST
@allow(Role.BILLER)
def queue_bulk(request: StaffRequest) -> HttpResponse:
    """Take, put back, or ask to write off the ticked denials."""
    return bulk_page(request, WAITING, by=request.user)


@require_GET
@allow(Role.BILLER, Role.MANAGER, Role.AUDITOR)
def every(request: StaffRequest) -> HttpResponse:
    """Every denial, whatever became of it."""
    return queue_page(request, ALL)
