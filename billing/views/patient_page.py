"""The patient's page: what was done, what the plan paid, what is owed and why; questions and objections."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from billing.actions.link import LinkDead, WrongBirthDate, open_link
from billing.actions.question import TooManyQuestions, ask_question
from billing.actions.statement import dispute_statement
from billing.forms import BirthDateForm, DisputeForm, PaymentForm, QuestionForm
from billing.gateway import offered
from billing.queries.invoice import bill_of, payments_toward
from billing.queries.online import find_link, newer_than, on_its_way, payable_on
from billing.states import STATEMENT_MOVES, StatementStatus
from billing.views.patient_door import (
    PatientRequest,
    ask_birth_date,
    behind_link,
    closed,
    forget,
    remember,
    sealed,
)
from rcm import audit, clock
from rcm.db import practice_scope
from rcm.state import IllegalMove, LostRace


@require_GET
@behind_link
def statement(request: PatientRequest) -> HttpResponse:
    """The whole statement, as the books stand now."""
    audit.record("read", request.statement, now=clock.now(), by=None, source="patient's link")
    return statement_page(request)


@require_POST
@sealed
def opening(request: PatientRequest, token: str) -> HttpResponse:
    """The answer to the question for a birth date."""
    now = clock.now()
    link = find_link(token)
    if link is None or not link.is_live(now=now):
        return closed(request, link)
    request.link, request.statement, request.token = link, link.statement, token
    form = BirthDateForm(request.POST)
    with practice_scope([link.practice_id]):
        if not form.is_valid():
            return ask_birth_date(request, form, status=422)
        try:
            open_link(link=link, birth_date=form.cleaned_data["birth_date"], now=now)
        except LinkDead:
            return closed(request, link)
        except WrongBirthDate as wrong:
            if not wrong.tries_left:
                return closed(request, link)
            form.add_error(None, _wrong(wrong.tries_left))
            return ask_birth_date(request, form, status=422)
    return remember(redirect("billing:patient_statement", token), token)


@require_POST
@behind_link
def leaving(request: PatientRequest) -> HttpResponse:
    """Whoever shares a computer leaves nothing open."""
    return forget(render(request, "billing/patient/left.html", {"practice": request.link.practice}))


@require_GET
@behind_link
def paper(request: PatientRequest) -> HttpResponse:
    """The statement as it was sent."""
    response = HttpResponse(bytes(request.statement.pdf), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="statement-{request.statement.number}.pdf"'
    return response


@require_http_methods(["GET", "POST"])
@behind_link
def questions(request: PatientRequest) -> HttpResponse:
    """What was asked about the statement, with the answers; and another question."""
    form = QuestionForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            words = {"text": form.cleaned_data["text"], "request_key": str(form.cleaned_data["request_key"])}
            try:
                ask_question(statement=request.statement, now=clock.now(), **words)
            except TooManyQuestions:
                form.add_error(None, "You have five questions waiting already. We will answer them first.")
            else:
                return redirect("billing:patient_questions", token=request.token)
    context = frame(request) | {
        "form": form,
        "asked": request.statement.questions.order_by("-asked_at", "-pk"),
    }
    return render(request, "billing/patient/questions.html", context, status=status)


@require_POST
@behind_link
def dispute(request: PatientRequest) -> HttpResponse:
    """The guarantor says that the statement is not right: reminders stop until it is looked into."""
    form = DisputeForm(request.POST)
    if not form.is_valid():
        return statement_page(request, dispute_form=form, status=422)
    try:
        dispute_statement(
            statement=request.statement, reason=form.cleaned_data["reason"], by=None, now=clock.now()
        )
    except (IllegalMove, LostRace):
        form.add_error(None, "This statement cannot be disputed any more. Please ask a question instead.")
        return statement_page(request, dispute_form=form, status=422)
    return redirect("billing:patient_statement", request.token)


def statement_page(
    request: PatientRequest,
    *,
    payment_form: PaymentForm | None = None,
    dispute_form: DisputeForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page with its forms, as they come, or as they came back with what is wrong in them."""
    shown = request.statement
    most = payable_on(statement=shown)
    context = frame(request) | {
        "bill": bill_of(statement=shown),
        "payments": payments_toward(statement=shown),
        "most": most,
        "on_its_way": on_its_way(statement=shown),
        "newer": newer_than(statement=shown),
        "can_pay": offered() and most > 0,
        "can_dispute": StatementStatus.DISPUTED in STATEMENT_MOVES[StatementStatus(shown.status)],
        "payment_form": payment_form or PaymentForm(initial={"amount": most}),
        "dispute_form": dispute_form or DisputeForm(),
        "answers": shown.questions.filter(answered_at__isnull=False).count(),
    }
    return render(request, "billing/patient/statement.html", context, status=status)


def frame(request: PatientRequest) -> dict[str, Any]:
    """What every page behind the link shows around its own matter."""
    return {"practice": request.link.practice, "statement": request.statement, "token": request.token}


def _wrong(tries_left: int) -> str:
    tries = "one more try" if tries_left == 1 else f"{tries_left} more tries"
    return f"That is not the date of birth we have. You have {tries}; then this link closes for your safety."
