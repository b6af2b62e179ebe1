"""One guarantor's account: the balance line by line, payments, statements, holds."""

from decimal import Decimal
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Model
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from billing.actions.payment import (
    PaymentVoided,
    ReceivedInFuture,
    RequestKeyReused,
    apply_unapplied,
    take_payment,
    void_payment,
)
from billing.actions.statement import issue_statement, lift_hold, place_hold
from billing.actions.write_off import AmountNotPositive, MoreThanOwed, request_write_off
from billing.forms import DeskPaymentForm, ForgivenessForm, HoldForm, ReasonForm
from billing.models import (
    AccountHold,
    Charge,
    HoldReason,
    PatientPayment,
    PaymentMethod,
    Statement,
    WriteOff,
    WriteOffReason,
)
from billing.queries.accounts import (
    charges_of_guarantor,
    histories_of,
    known_guarantors,
    payments_of,
    waiting_money,
)
from billing.queries.balances import guarantor_owes
from billing.queries.online import held_online_payments
from billing.queries.patients import patient_owes
from billing.queries.statements import account_of, billable_charges
from billing.rules.dunning import why_not_billed
from billing.views.account_queues import READERS
from billing.views.account_words import TITLES, happened_words, reason_words, status_of
from patients.models import Guarantor
from practice.access import StaffRequest, allow
from practice.models import Role
from rcm import audit, clock
from rcm.ui import words
from rcm.ui.history import history
from rcm.ui.place import on_to

PER_PAGE = 10
_TAKERS = (Role.BILLER, Role.FRONT_DESK)


@require_GET
@allow(*READERS)
def account(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """What the guarantor owes and why, line by line, and everything that was done about it."""
    found = _account_of(request, public_id)
    every = "all" in request.GET
    charges = charges_of_guarantor(found, only_owed=not every)
    page = Paginator(charges, PER_PAGE).get_page(request.GET.get("page"))
    now = clock.now()
    for patient in found.patients.all():
        audit.read(patient, now=now, by=request.user)
    billable = billable_charges(guarantor=found)
    statements = list(found.statements.defer("pdf").order_by("-issued_on", "-pk")[:20])
    payments = payments_of(found)
    holds = list(found.holds.select_related("placed_by").order_by("-since"))
    asked = list(WriteOff.objects.filter(charge__guarantor=found).order_by("-pk")[:20])
    context = _shown(request, found) | {
        "page": page,
        "every": every,
        "histories": [
            (
                each,
                [(move, happened_words(move), reason_words(move)) for move in each.happened],
            )
            for each in histories_of(list(page))
        ],
        "statements": [(each, status_of(each)) for each in statements],
        "held_online": held_online_payments(practices=[found.practice_id]).filter(statement__guarantor=found),
        "why_no_statement": why_not_billed(
            account_of(guarantor=found, charges=billable), today=timezone.localtime(now).date()
        ),
        "payments": payments,
        "open_holds": [hold for hold in holds if hold.lifted_at is None],
        "hold_form": HoldForm(),
        "moments": history([*statements, *payments, *holds, *asked], TITLES, named=_named),
    }
    return render(request, "billing/accounts/account.html", context)


@require_http_methods(["GET", "POST"])
@allow(*_TAKERS)
def payment(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Take a payment; it is applied to what is owed, oldest service first."""
    found = _account_of(request, public_id)
    now = clock.now()
    today = timezone.localtime(now).date()
    form = DeskPaymentForm(request.POST if request.method == "POST" else None, today=today)
    if request.method == "POST" and form.is_valid():
        entered = form.cleaned_data
        try:
            taken = take_payment(
                guarantor=found,
                amount=entered["amount"],
                method=PaymentMethod(entered["method"]),
                request_key=str(entered["request_key"]),
                received_on=entered["received_on"],
                reference=entered["reference"],
                by=request.user,
                now=now,
            )
        except ReceivedInFuture:
            form.add_error("received_on", "The day lies in the future.")
        except RequestKeyReused:
            form.add_error(None, "This form was sent before with other values. Reload the page.")
        else:
            messages.success(request, _taken_words(taken, waiting_money(guarantor=found)))
            return on_to(request, str(found.public_id), reverse("billing:receipt", args=[taken.public_id]))
    context = _shown(request, found) | {"form": form}
    return render(request, "billing/accounts/payment.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@allow(Role.BILLER)
def voiding(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Take a payment back, as when a check bounced: what it paid is owed again."""
    taken = get_object_or_404(
        PatientPayment.objects.of(each.pk for each in request.practices).select_related("guarantor"),
        public_id=public_id,
    )
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        now = clock.now()
        today = timezone.localtime(now).date()
        try:
            void_payment(payment=taken, by=request.user, today=today, now=now, why=form.cleaned_data["why"])
        except PaymentVoided:
            form.add_error(None, "This payment was taken back already.")
        else:
            messages.success(request, f"{words.dollars(taken.amount)} taken back; it is owed again.")
            return redirect(_url(taken.guarantor))
    context = _shown(request, taken.guarantor) | {"form": form, "payment": taken}
    return render(request, "billing/accounts/voiding.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@allow(Role.BILLER)
def forgiveness(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Ask to forgive what the patient owes of a charge."""
    charge = get_object_or_404(
        Charge.objects.of(each.pk for each in request.practices).select_related("guarantor", "practice"),
        public_id=public_id,
    )
    owed = patient_owes(charge=charge)
    form = ForgivenessForm(request.POST if request.method == "POST" else None, initial={"amount": owed})
    if request.method == "POST" and form.is_valid():
        now = clock.now()
        entered = form.cleaned_data
        try:
            asked = request_write_off(
                charge=charge,
                amount=entered["amount"],
                reason=WriteOffReason(entered["reason"]),
                note=entered["note"],
                by=request.user,
                today=timezone.localtime(now).date(),
                now=now,
            )
        except (MoreThanOwed, AmountNotPositive):
            form.add_error("amount", f"{words.dollars(owed)} is owed by the patient of this service.")
        else:
            done = "is written off" if asked.decided_at else "waits for another person's approval"
            messages.success(request, f"{words.dollars(asked.amount)} {done}.")
            return redirect(_url(charge.guarantor))
    limit = charge.practice.write_off_limit
    context = _shown(request, charge.guarantor) | {"form": form, "charge": charge, "limit": limit}
    return render(request, "billing/accounts/forgiveness.html", context, status=422 if form.errors else 200)


@require_POST
@allow(Role.BILLER)
def holds(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Hold all contact about money for a reason, or lift such a hold."""
    found = _account_of(request, public_id)
    form = HoldForm(request.POST)
    if form.is_valid():
        reason = HoldReason(form.cleaned_data["reason"])
        if "lift" in request.POST:
            lift_hold(guarantor=found, reason=reason, by=request.user, now=clock.now())
            messages.success(request, f"The hold is lifted: {reason.label.lower()}.")
        else:
            place_hold(guarantor=found, reason=reason, by=request.user, now=clock.now())
            messages.success(request, f"No statement or reminder goes out: {reason.label.lower()}.")
    return redirect(_url(found))


@require_POST
@allow(Role.BILLER)
def statement_issue(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Issue a statement now, if one is due."""
    found = _account_of(request, public_id)
    now = clock.now()
    issued = issue_statement(guarantor=found, today=timezone.localtime(now).date(), now=now, by=request.user)
    if issued is None:
        messages.warning(request, "No statement is due. The account says why.")
        return redirect(_url(found))
    messages.success(request, f"Statement {issued.number} over {words.dollars(issued.amount)} is on its way.")
    return redirect("billing:statement", issued.public_id)


@require_POST
@allow(*_TAKERS)
def application(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Apply money that waits to what is owed, oldest service first."""
    found = _account_of(request, public_id)
    now = clock.now()
    applied = apply_unapplied(guarantor=found, today=timezone.localtime(now).date(), now=now, by=request.user)
    messages.success(request, f"{words.dollars(applied)} applied.")
    return redirect(_url(found))


def _shown(request: StaffRequest, found: Guarantor) -> dict[str, object]:
    return {
        "record": found,
        "owes": guarantor_owes(guarantor=found),
        "waiting": waiting_money(found),
        "patients": list(found.patients.order_by("last_name", "first_name")),
        "may_act": Role.BILLER in request.roles,
        "may_take": not request.roles.isdisjoint(_TAKERS),
    }


def _account_of(request: StaffRequest, public_id: UUID) -> Guarantor:
    practices = [practice.pk for practice in request.practices]
    return get_object_or_404(known_guarantors(practices=practices), public_id=public_id)


def _url(found: Guarantor) -> str:
    return reverse("billing:account", args=[found.public_id])


def _taken_words(taken: PatientPayment, waiting: Decimal) -> str:
    """That it is taken, and how much of the account's money has nothing to pay."""
    if waiting <= 0:
        return f"{words.dollars(taken.amount)} taken and applied."
    more = "more than is owed: it waits for the next balance"
    return f"{words.dollars(taken.amount)} taken. {words.dollars(waiting)} is {more}."


def _named(record: Model) -> str:
    """Which statement, which payment, which hold."""
    if isinstance(record, Statement):
        return record.number
    if isinstance(record, PatientPayment):
        return words.dollars(record.amount)
    return record.get_reason_display() if isinstance(record, AccountHold) else ""
