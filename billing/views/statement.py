"""One statement: what it says, its letters, its dispute, its questions, its link."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from billing.actions.link import make_link, revoke_links
from billing.actions.question import AlreadyAnswered, NoWords, answer_question
from billing.actions.statement import dispute_statement, resolve_dispute
from billing.forms import AnswerForm, ReasonForm
from billing.models import PatientQuestion, Statement
from billing.queries.accounts import known_statements, reminders_of
from billing.queries.invoice import bill_of, payments_toward
from billing.queries.online import held_online_payments
from billing.states import StatementStatus
from billing.views.account_queues import READERS
from billing.views.account_words import TITLES, status_of
from practice.access import StaffRequest, allow
from practice.models import Role
from rcm import audit, clock
from rcm.state import IllegalMove, LostRace
from rcm.ui.history import history
from rcm.ui.place import on_to

_ANSWERERS = (Role.BILLER, Role.FRONT_DESK)


@require_GET
@allow(*READERS)
def statement(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """The statement as its guarantor reads it, and what became of it."""
    found = _statement_of(request, public_id)
    questions = list(found.questions.order_by("-asked_at"))
    context = _shown(request, found) | {
        "bill": bill_of(statement=found),
        "reminders": reminders_of(found),
        "held_online": held_online_payments(practices=[found.practice_id]).filter(statement=found),
        "payments": payments_toward(statement=found),
        "questions": questions,
        "links": list(found.links.order_by("-made_at")),
        "moments": history([found, *questions], TITLES),
    }
    return render(request, "billing/statements/statement.html", context)


@require_GET
@allow(*READERS)
def paper(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """The exact PDF that was sent. Its reading is written down."""
    found = _statement_of(request, public_id)
    audit.read(found.guarantor, now=clock.now(), by=request.user)
    answer = HttpResponse(bytes(found.pdf), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="statement-{found.number}.pdf"'
    return answer


@require_http_methods(["GET", "POST"])
@allow(Role.BILLER)
def dispute(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Note that the guarantor objects, or that the objection is answered."""
    found = _statement_of(request, public_id)
    disputed = found.status == StatementStatus.DISPUTED
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        why, now = form.cleaned_data["why"], clock.now()
        try:
            if disputed:
                resolve_dispute(statement=found, by=request.user, now=now, why=why)
            else:
                dispute_statement(statement=found, reason=why, by=request.user, now=now)
        except (IllegalMove, LostRace):
            form.add_error(None, "It has moved on meanwhile. Look again.")
        else:
            messages.success(
                request, "Reminders go on." if disputed else "Reminders stop until it is resolved."
            )
            return on_to(request, str(found.public_id), _url(found))
    context = _shown(request, found) | {"form": form, "disputed": disputed}
    return render(request, "billing/statements/dispute.html", context, status=422 if form.errors else 200)


@require_POST
@allow(Role.BILLER)
def links(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Make a new address for the patient's page, told once, or close all that are open."""
    found = _statement_of(request, public_id)
    if "revoke" in request.POST:
        closed = revoke_links(statement=found, by=request.user, now=clock.now())
        messages.success(request, f"Closed: {closed}.")
        return redirect(_url(found))
    address = make_link(statement=found, by=request.user, now=clock.now())
    context = _shown(request, found) | {"address": address}
    return render(request, "billing/statements/link.html", context)


@require_http_methods(["GET", "POST"])
@allow(*READERS)
def question(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Read a question beside its statement, and answer it."""
    asked = get_object_or_404(
        PatientQuestion.objects.of(each.pk for each in request.practices).select_related(
            "statement__guarantor"
        ),
        public_id=public_id,
    )
    may_answer = not request.roles.isdisjoint(_ANSWERERS)
    form = AnswerForm(request.POST if request.method == "POST" and may_answer else None)
    if may_answer and request.method == "POST" and form.is_valid():
        try:
            answer_question(
                question=asked, answer=form.cleaned_data["answer"], by=request.user, now=clock.now()
            )
        except (AlreadyAnswered, NoWords):
            form.add_error(None, "Somebody answered it meanwhile.")
        else:
            messages.success(
                request, "Answered. The patient is told by e-mail, and reads it behind the link."
            )
            return on_to(request, str(asked.public_id), reverse("billing:questions"))
    context = _shown(request, asked.statement) | {
        "question": asked,
        "form": form,
        "may_answer": may_answer and asked.answered_at is None,
        "bill": bill_of(statement=asked.statement),
    }
    return render(request, "billing/statements/question.html", context, status=422 if form.errors else 200)


def _shown(request: StaffRequest, found: Statement) -> dict[str, object]:
    return {
        "record": found,
        "state": status_of(found),
        "may_act": Role.BILLER in request.roles,
        "can_dispute": found.status in (StatementStatus.OPEN, StatementStatus.REVIEW),
        "is_disputed": found.status == StatementStatus.DISPUTED,
    }


def _statement_of(request: StaffRequest, public_id: UUID) -> Statement:
    practices = [practice.pk for practice in request.practices]
    return get_object_or_404(known_statements(practices=practices), public_id=public_id)


def _url(found: Statement) -> str:
    return reverse("billing:statement", args=[found.public_id])
