"""Payments online that wait for a person: the gateway took another amount than was asked for."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from billing.actions.online_payment import (
    AmountUnknown,
    NotHeld,
    accept_held_payment,
    dismiss_held_payment,
)
from billing.forms import ReasonForm
from billing.models import OnlinePayment
from billing.queries.online import held_online_payments, known_online_payments
from billing.states import OnlinePaymentStatus
from billing.views.account_queues import READERS, NotDone
from billing.views.account_words import ONLINE_TITLES, online_status_of
from practice.access import StaffRequest, allow
from practice.models import Role, User
from rcm import clock
from rcm.ui import words
from rcm.ui.cells import Column, Kind
from rcm.ui.filters import Filter
from rcm.ui.history import history
from rcm.ui.pages import bulk_page, queue_page
from rcm.ui.place import on_to
from rcm.ui.queue import Bulk, Queue

_DECIDED = "Somebody decided it meanwhile."
_UNKNOWN = "What the gateway took is not in dollars: give it back there, then note that it was."


def _held(practices: Sequence[int], _now: datetime) -> QuerySet[OnlinePayment]:
    return held_online_payments(practices=practices)


def _accept(payment: OnlinePayment, by: User, now: datetime) -> str:
    try:
        accept_held_payment(online_payment=payment, by=by, today=timezone.localtime(now).date(), now=now)
    except NotHeld as error:
        raise NotDone(_DECIDED) from error
    except AmountUnknown as error:
        raise NotDone(_UNKNOWN) from error
    return f"{words.dollars(payment.received)} booked and applied." if payment.received else "Booked."


HELD = Queue[OnlinePayment](
    name="billing.held_payments",
    title="Online payments to decide",
    noun="payment",
    url_name="billing:held_payments",
    bulk_url_name="billing:held_payments_bulk",
    intro="The gateway took another amount than was asked for. Nothing is booked until somebody decides.",
    rows=_held,
    columns=(
        Column(
            "guarantor",
            "Account",
            lambda payment: payment.statement.guarantor.listed_name,
            sort=("statement__guarantor__last_name", "statement__guarantor__first_name"),
        ),
        Column("statement", "Statement", lambda payment: payment.statement.number),
        Column("why", "Why it waits", lambda payment: payment.trouble, wide=True),
        Column("paid", "Paid", lambda payment: payment.started_at, Kind.AGE, ("started_at",)),
        Column("asked", "Asked for", lambda payment: payment.amount, Kind.MONEY, ("amount",)),
        Column("received", "Taken", lambda payment: payment.received, Kind.MONEY, ("received",)),
    ),
    label=lambda payment: payment.statement.number,
    record_url=lambda payment: reverse("billing:online_payment", args=[payment.public_id]),
    dollars="received",
    empty="No payment online waits. One of which the gateway took another amount would appear here.",
    filters=(
        Filter("since", "Paid from", lambda day: Q(started_at__date__gte=day), kind="day"),
        Filter("least", "Taken from", lambda amount: Q(received__gte=amount), kind="amount"),
    ),
    acts_for=frozenset({Role.BILLER}),
    bulk=(
        Bulk(
            "accept",
            "Accept what was taken",
            "What the gateway took is booked as a payment and applied; a rest stays owed.",
            _accept,
            (NotDone,),
        ),
    ),
    preview="billing/online/_preview.html",
)


@require_GET
@allow(*READERS)
def held_payments(request: StaffRequest) -> HttpResponse:
    """Payments online that wait for a decision."""
    return queue_page(request, HELD)


@require_POST
@allow(Role.BILLER)
def held_payments_bulk(request: StaffRequest) -> HttpResponse:
    """Accept the ticked payments, take them, or let them go."""
    return bulk_page(request, HELD, by=request.user)


@require_GET
@allow(*READERS)
def online_payment(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """One attempt to pay online: what was asked for, what the gateway took, and what became of it."""
    found = _payment_of(request, public_id)
    context = _shown(request, found) | {"moments": history([found], ONLINE_TITLES)}
    return render(request, "billing/online/payment.html", context)


@require_POST
@allow(Role.BILLER)
def acceptance(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Book what the gateway took, and apply it."""
    found = _payment_of(request, public_id)
    try:
        messages.success(request, _accept(found, request.user, clock.now()))
    except NotDone as error:
        messages.error(request, str(error))
        return redirect(_url(found))
    return on_to(request, str(found.public_id), _url(found))


@require_http_methods(["GET", "POST"])
@allow(Role.BILLER)
def dismissal(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Note that it was given back at the gateway: nothing is booked."""
    found = _payment_of(request, public_id)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        why = form.cleaned_data["why"]
        try:
            dismiss_held_payment(online_payment=found, by=request.user, now=clock.now(), why=why)
        except NotHeld:
            form.add_error(None, _DECIDED)
        else:
            messages.success(request, "Noted as given back. Nothing of it is in the books.")
            return on_to(request, str(found.public_id), _url(found))
    context = _shown(request, found) | {"form": form}
    return render(request, "billing/online/dismissal.html", context, status=422 if form.errors else 200)


def _shown(request: StaffRequest, found: OnlinePayment) -> dict[str, object]:
    is_held = found.status == OnlinePaymentStatus.HELD
    return {
        "record": found,
        "state": online_status_of(found),
        "is_held": is_held,
        "may_act": is_held and Role.BILLER in request.roles,
        "short": found.amount - found.received if found.received is not None else None,
    }


def _payment_of(request: StaffRequest, public_id: UUID) -> OnlinePayment:
    practices = [practice.pk for practice in request.practices]
    return get_object_or_404(known_online_payments(practices=practices), public_id=public_id)


def _url(found: OnlinePayment) -> str:
    return reverse("billing:online_payment", args=[found.public_id])
