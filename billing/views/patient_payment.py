"""Paying from the patient's page: to the gateway and back."""

from datetime import timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from billing.actions.online_payment import (
    AmountOutOfRange,
    KeyReused,
    Wish,
    receive_event,
    settle_payments,
    start_payment,
)
from billing.forms import PaymentForm
from billing.gateway import Forged, NotOffered, Refused, Stale, Unreachable, get_gateway
from billing.queries.online import find_link, find_online_payment
from billing.queries.statements import owed_on
from billing.views.patient_door import PatientRequest, behind_link, only_practice, remembered, sealed
from billing.views.patient_page import frame, statement_page
from rcm import clock

NOT_ASKED_AGAIN_WITHIN = timedelta(seconds=5)
LARGEST_EVENT = 256 * 1024
AWAY = "The payment page cannot be reached right now. Nothing was charged. Please try again in a few minutes."


@require_POST
@behind_link
def payments(request: PatientRequest) -> HttpResponse:
    """Begin to pay an amount; the next page leads to the gateway."""
    form = PaymentForm(request.POST)
    if not form.is_valid():
        return statement_page(request, payment_form=form, status=422)
    wish = Wish(
        amount=form.cleaned_data["amount"],
        request_key=str(form.cleaned_data["request_key"]),
        receipt_email=form.cleaned_data["receipt_email"],
    )
    now, today = clock.now(), clock.today(request.link.practice.time_zone)
    try:
        payment = start_payment(statement=request.statement, wish=wish, today=today, now=now)
    except AmountOutOfRange as error:
        form.add_error("amount", _range(error))
    except KeyReused:
        form.add_error(None, "This form was used before. Reload the page and enter the amount again.")
    except (Unreachable, Refused, NotOffered):
        form.add_error(None, AWAY)
    else:
        return redirect("billing:patient_payment", token=request.token, payment_id=payment.public_id)
    return statement_page(request, payment_form=form, status=422)


@require_GET
@behind_link
def payment(request: PatientRequest, payment_id: UUID) -> HttpResponse:
    """One attempt: the way to the gateway, how it stands, and in the end the receipt."""
    found = get_object_or_404(request.statement.online_payments, public_id=payment_id)
    context = frame(request) | {
        "payment": found,
        "left": owed_on(statement=request.statement),
        "has_returned": "returned" in request.GET,
    }
    return render(request, "billing/patient/payment.html", context)


@require_POST
@behind_link
def lookup(request: PatientRequest, payment_id: UUID) -> HttpResponse:
    """Ask the gateway now how an attempt stands, for a payer who does not want to wait for its notice."""
    found = get_object_or_404(request.statement.online_payments, public_id=payment_id)
    now = clock.now()
    if found.asked_at is None or now >= found.asked_at + NOT_ASKED_AGAIN_WITHIN:
        settle_payments(payments=[found], today=clock.today(request.link.practice.time_zone), now=now)
    return redirect("billing:patient_payment", token=request.token, payment_id=payment_id)


@require_GET
@sealed
def coming_back(request: HttpRequest, payment_id: UUID) -> HttpResponse:
    """Where the gateway sends the payer. It does not know the link; the browser's cookie does."""
    token = remembered(request)
    link = find_link(token) if token else None
    payment = find_online_payment(str(payment_id))
    if link is None or payment is None or payment.statement_id != link.statement_id:
        return render(request, "billing/patient/returned.html", {"practice": only_practice()})
    response = redirect("billing:patient_payment", token=token, payment_id=payment_id)
    response["Location"] += "?returned"
    return response


@csrf_exempt  # the sender has no cookie of ours; the signature is the proof
@require_POST
def gateway_events(request: HttpRequest, gateway: str) -> HttpResponse:
    """A notice of the gateway: kept when it is signed and fresh, looked into by a message. Twice is once."""
    if int(request.headers.get("Content-Length") or 0) > LARGEST_EVENT:
        return HttpResponse(status=413)
    now = clock.now()
    try:
        event = get_gateway(gateway).read_event(request.body, request.headers, now=now)
    except NotOffered:
        return HttpResponse(status=404)
    except (Forged, Stale):
        return HttpResponse(status=400)
    if event is not None:
        receive_event(event=event, gateway=gateway, now=now)
    return HttpResponse(status=204)


def _range(error: AmountOutOfRange) -> str:
    if error.most <= 0:
        return "Nothing is owed on this statement any more."
    return f"You can pay any amount from $1.00 up to ${error.most:,.2f}, which is all that is owed."
