"""Guarantors who owe, statements, questions, and write-offs that wait for a decision."""

from collections.abc import Sequence
from datetime import datetime
from operator import attrgetter

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from billing.actions.statement import issue_statement
from billing.actions.write_off import MoreThanOwed, SamePerson, approve_write_off, refuse_write_off
from billing.models import HoldReason, PatientQuestion, Statement, WriteOff
from billing.queries.accounts import (
    accounts_owing,
    known_statements,
    questions_waiting,
    write_offs_to_decide,
)
from billing.states import StatementStatus
from billing.views.account_words import TONES, status_of
from patients.models import Guarantor
from practice.access import StaffRequest, allow
from practice.models import Role, User
from rcm.state import IllegalMove, LostRace
from rcm.ui import words
from rcm.ui.cells import Column, Kind, Status
from rcm.ui.filters import Choices, Filter
from rcm.ui.pages import bulk_page, queue_page
from rcm.ui.queue import Bulk, Queue

READERS = (Role.BILLER, Role.FRONT_DESK, Role.MANAGER, Role.AUDITOR)


class NotDone(Exception):
    """It stays as it is; the text says why."""


def _accounts(practices: Sequence[int], _now: datetime) -> QuerySet[Guarantor]:
    return accounts_owing(practices=practices)


def _statements(practices: Sequence[int], _now: datetime) -> QuerySet[Statement]:
    return known_statements(practices=practices)


def _questions(practices: Sequence[int], _now: datetime) -> QuerySet[PatientQuestion]:
    return questions_waiting(practices=practices)


def _write_offs(practices: Sequence[int], _now: datetime) -> QuerySet[WriteOff]:
    return write_offs_to_decide(practices=practices)


def _holds(_practices: Sequence[int]) -> Choices:
    return list(HoldReason.choices)


def _states(_practices: Sequence[int]) -> Choices:
    return list(StatementStatus.choices)


def _standing(guarantor: Guarantor) -> Status:
    if guarantor.asks:  # type: ignore[attr-defined]
        return Status("Question waits", "attention")
    if guarantor.on_hold:  # type: ignore[attr-defined]
        return Status("On hold", "attention")
    status: str | None = guarantor.statement_status  # type: ignore[attr-defined]
    return Status(StatementStatus(status).label, TONES[status]) if status else Status("No statement yet")


def _issue(guarantor: Guarantor, by: User, now: datetime) -> str:
    today = timezone.localtime(now).date()
    statement = issue_statement(guarantor=guarantor, today=today, now=now, by=by)
    if statement is None:
        raise NotDone("No statement is due: see the account for why.")
    return f"Statement {statement.number} for {words.dollars(statement.amount)}."


def _approve(write_off: WriteOff, by: User, now: datetime) -> str:
    try:
        approve_write_off(write_off=write_off, by=by, today=timezone.localtime(now).date(), now=now)
    except SamePerson as error:
        raise NotDone("Who asked for it does not decide it.") from error
    except MoreThanOwed as error:
        raise NotDone(f"Only {words.dollars(error.owed)} is owed by now.") from error
    except (IllegalMove, LostRace) as error:
        raise NotDone("It was decided meanwhile.") from error
    return "Approved and written off."


def _refuse(write_off: WriteOff, by: User, now: datetime) -> str:
    try:
        refuse_write_off(write_off=write_off, by=by, now=now, why="refused from the list")
    except SamePerson as error:
        raise NotDone("Who asked for it does not decide it.") from error
    except (IllegalMove, LostRace) as error:
        raise NotDone("It was decided meanwhile.") from error
    return "Refused; the balance stays."


def _person(user: User | None) -> str:
    return (user.get_full_name() or user.username) if user else ""


ACCOUNTS = Queue[Guarantor](
    name="billing.accounts",
    title="Patient accounts",
    noun="account",
    url_name="billing:accounts",
    bulk_url_name="billing:accounts_bulk",
    intro="Everybody who owes something, whether a statement is out or not.",
    rows=_accounts,
    columns=(
        Column("guarantor", "Account", lambda account: account.listed_name, sort=("last_name", "first_name")),
        Column("standing", "Standing", _standing, Kind.STATUS),
        Column("oldest", "Oldest service", attrgetter("oldest"), Kind.AGE, ("oldest",)),
        Column(
            "statement",
            "Last statement",
            attrgetter("statement_on"),
            Kind.DAY,
            ("statement_on",),
            wide=True,
        ),
        Column("owed", "Owes", attrgetter("owed"), Kind.MONEY, ("owed",)),
    ),
    label=lambda account: account.listed_name,
    record_url=lambda account: reverse("billing:account", args=[account.public_id]),
    dollars="owed",
    empty="Nobody owes anything. What plans leave to patients will appear here.",
    filters=(
        Filter("hold", "On hold for", lambda value: Q(holds__reason=value, holds__lifted_at=None), _holds),
        Filter("status", "Statement", lambda value: Q(statement_status=value), _states),
        Filter("before", "Service until", lambda day: Q(oldest__lte=day), kind="day"),
        Filter("least", "Owes from", lambda amount: Q(owed__gte=amount), kind="amount"),
    ),
    acts_for=frozenset({Role.BILLER}),
    bulk=(
        Bulk(
            "issue",
            "Issue statements",
            "Each account that is due one gets a statement by mail; the others are named with the reason.",
            _issue,
            (NotDone,),
        ),
    ),
    preview="billing/accounts/_preview.html",
)

STATEMENTS = Queue[Statement](
    name="billing.statements",
    title="Statements",
    noun="statement",
    url_name="billing:statements",
    rows=_statements,
    columns=(
        Column("number", "Statement", lambda statement: statement.number, sort=("number",)),
        Column(
            "guarantor",
            "Account",
            lambda statement: statement.guarantor.listed_name,
            sort=("guarantor__last_name", "guarantor__first_name"),
        ),
        Column("issued", "Issued", lambda statement: statement.issued_on, Kind.AGE, ("issued_on",)),
        Column("status", "State", status_of, Kind.STATUS, ("status",)),
        Column("amount", "Amount", lambda statement: statement.amount, Kind.MONEY, ("amount",)),
    ),
    label=lambda statement: statement.number,
    record_url=lambda statement: reverse("billing:statement", args=[statement.public_id]),
    dollars="amount",
    empty="No statement has been issued yet.",
    filters=(
        Filter("status", "State", lambda value: Q(status=value), _states),
        Filter("since", "Issued from", lambda day: Q(issued_on__gte=day), kind="day"),
        Filter("until", "Issued until", lambda day: Q(issued_on__lte=day), kind="day"),
    ),
    taken_by_hand=False,
)

QUESTIONS = Queue[PatientQuestion](
    name="billing.questions",
    title="Patients' questions",
    noun="question",
    url_name="billing:questions",
    bulk_url_name="billing:questions_bulk",
    rows=_questions,
    columns=(
        Column("statement", "Statement", lambda question: question.statement.number),
        Column("guarantor", "Account", lambda question: question.statement.guarantor.listed_name),
        Column("text", "Question", lambda question: question.text),
        Column("asked", "Asked", lambda question: question.asked_at, Kind.AGE, ("asked_at",)),
    ),
    label=lambda question: question.statement.number,
    record_url=lambda question: reverse("billing:question", args=[question.public_id]),
    empty="No question waits. What patients ask on their statement's page will appear here.",
    acts_for=frozenset({Role.BILLER, Role.FRONT_DESK}),
)

WRITE_OFFS = Queue[WriteOff](
    name="billing.write_offs",
    title="Write-offs to approve",
    noun="write-off",
    url_name="billing:write_offs",
    bulk_url_name="billing:write_offs_bulk",
    intro="Above the practice's limit another person decides. Nothing is written off before.",
    rows=_write_offs,
    columns=(
        Column(
            "patient",
            "Patient",
            lambda asked: asked.charge.service_line.encounter.patient.listed_name,
            detail=lambda asked: words.day(asked.charge.service_date),
        ),
        Column(
            "why",
            "Why",
            lambda asked: asked.note or asked.get_reason_display(),
            detail=lambda asked: asked.get_reason_display(),
        ),
        Column("by", "Asked by", lambda asked: _person(asked.requested_by)),
        Column("since", "Asked", lambda asked: asked.requested_at, Kind.AGE, ("requested_at",)),
        Column("amount", "Amount", lambda asked: asked.amount, Kind.MONEY, ("amount",)),
    ),
    label=lambda asked: words.dollars(asked.amount),
    record_url=lambda asked: reverse("billing:account", args=[asked.charge.guarantor.public_id]),
    dollars="amount",
    empty="Nothing waits for approval.",
    acts_for=frozenset({Role.MANAGER}),
    bulk=(
        Bulk(
            "approve",
            "Approve",
            "The amounts leave what is owed and go to the books as written off, with your name.",
            _approve,
            (NotDone,),
            permanent=True,
        ),
        Bulk("refuse", "Refuse", "The balances stay as they are; who asked sees it.", _refuse, (NotDone,)),
    ),
    taken_by_hand=False,
)


@require_GET
@allow(*READERS)
def accounts(request: StaffRequest) -> HttpResponse:
    """Guarantors who owe."""
    return queue_page(request, ACCOUNTS)


@require_POST
@allow(Role.BILLER)
def accounts_bulk(request: StaffRequest) -> HttpResponse:
    """Issue statements to the ticked accounts."""
    return bulk_page(request, ACCOUNTS, by=request.user)


@require_GET
@allow(*READERS)
def statements(request: StaffRequest) -> HttpResponse:
    """Every statement."""
    return queue_page(request, STATEMENTS)


@require_GET
@allow(*READERS)
def questions(request: StaffRequest) -> HttpResponse:
    """Questions that wait for an answer."""
    return queue_page(request, QUESTIONS)


@require_POST
@allow(Role.BILLER, Role.FRONT_DESK)
def questions_bulk(request: StaffRequest) -> HttpResponse:
    """Take the ticked questions, or let them go."""
    return bulk_page(request, QUESTIONS, by=request.user)


@require_GET
@allow(Role.BILLER, Role.MANAGER, Role.AUDITOR)
def write_offs(request: StaffRequest) -> HttpResponse:
    """Write-offs that wait for a decision."""
    return queue_page(request, WRITE_OFFS)


@require_POST
@allow(Role.MANAGER)
def write_offs_bulk(request: StaffRequest) -> HttpResponse:
    """Approve or refuse the ticked write-offs."""
    return bulk_page(request, WRITE_OFFS, by=request.user)
