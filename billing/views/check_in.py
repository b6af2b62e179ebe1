"""Check-in: is everything right, and the copay; with a receipt."""

from decimal import Decimal
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from billing.actions.payment import RequestKeyReused, collect_copay
from billing.forms import CheckInForm
from billing.letters import Receipt, Sender, receipt_pdf
from billing.models import PatientPayment, PaymentMethod
from billing.queries.desk import DeskMoney, money_at
from patients.actions.record import note_read
from patients.actions.visit import check_in as arrive
from patients.models import Appointment
from patients.queries import coverages_on, with_coverage
from patients.rules.standing import WORDS, Standing, standing
from patients.states import AppointmentStatus
from practice.access import StaffRequest, allow
from practice.models import Practice, Role
from rcm import clock
from rcm.money import ZERO
from rcm.state import IllegalMove, LostRace
from rcm.ui import words

READERS = (Role.FRONT_DESK, Role.BILLER, Role.MANAGER, Role.AUDITOR)
OPEN = (AppointmentStatus.BOOKED, AppointmentStatus.ARRIVED)


@require_http_methods(["GET", "POST"])
@allow(Role.FRONT_DESK)
def check_in(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Confirm who is here and how they are covered, take the copay, and check them in."""
    visit = _visit(request, public_id)
    money = money_at(visit)
    known = standing(covered=visit.covered_by is not None, status=visit.check_status)
    copay = (visit.check_copay or ZERO) if known == Standing.ACTIVE else ZERO
    form = CheckInForm(request.POST or None, due=max(copay - money.collected, ZERO), taken=_taken(money))
    here = _here(visit)
    if request.method == "POST" and here["is_ahead"]:
        messages.warning(request, "Nobody is checked in before the day of the visit.")
        return redirect("billing:check_in", public_id)
    if request.method == "POST" and form.is_valid():
        try:
            return _receive(request, visit, form)
        except (IllegalMove, LostRace):
            messages.warning(
                request, "Somebody else changed this visit meanwhile. This is how it stands now."
            )
            return redirect("patients:visit", public_id)
        except RequestKeyReused:
            form.add_error(None, "This page was sent before with another amount. Reload it and try again.")
    note_read(patient=visit.patient, by=request.user, now=clock.now())
    context = {"copay": copay, "due": form.due, "money": money, "form": form, "words": WORDS[known]}
    return render(request, "billing/check_in.html", context | here, status=422 if form.errors else 200)


def _taken(money: DeskMoney) -> dict[str, Decimal]:
    """What was received at the visit and not taken back, by the key of its request."""
    standing = [payment for payment in money.payments if payment.voided_at is None]
    return {payment.request_key: payment.amount for payment in standing}


def _here(visit: Appointment) -> dict[str, object]:
    """Who is at the desk, how they are covered, and how far the visit is."""
    today = clock.today(visit.practice.time_zone)
    is_ahead = visit.service_date > today
    return {
        "visit": visit,
        "patient": visit.patient,
        "coverages": coverages_on(patient=visit.patient, day=visit.service_date),
        "is_open": visit.status in OPEN and not is_ahead,
        "is_ahead": visit.status in OPEN and is_ahead,
        "is_here": visit.status == AppointmentStatus.ARRIVED,
        "is_today": visit.service_date == today,
    }


@require_GET
@allow(*READERS)
def visit_slot(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """The payments of a visit, for the visit's page."""
    visit = _visit(request, public_id)
    return render(request, "billing/_visit_payments.html", {"visit": visit, "money": money_at(visit)})


@require_GET
@allow(*READERS)
def receipt(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """What a patient takes home; prints on one page."""
    payment = _payment(request, public_id)
    return render(request, "billing/receipt.html", {"payment": payment, "practice": payment.practice})


@require_GET
@allow(*READERS)
def receipt_paper(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """The receipt as PDF."""
    payment = _payment(request, public_id)
    answer = HttpResponse(receipt_pdf(_told(payment)), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="receipt-{payment.receipt_number}.pdf"'
    return answer


def _receive(request: StaffRequest, visit: Appointment, form: CheckInForm) -> HttpResponse:
    told, now = form.cleaned_data, clock.now()
    amount: Decimal | None = told["amount"]
    if not amount:
        arrive(appointment=visit, by=request.user, now=now, why=told["why_none"])
        messages.success(request, f"{visit.patient.full_name} is checked in.")
        return redirect(f"{reverse('patients:schedule')}?day={visit.service_date:%Y-%m-%d}")
    payment = collect_copay(
        appointment=visit,
        amount=amount,
        method=PaymentMethod(told["method"]),
        reference=told["reference"],
        request_key=str(told["request_key"]),
        by=request.user,
        now=now,
    )
    messages.success(request, f"{visit.patient.full_name} is checked in; {words.dollars(amount)} received.")
    return redirect("billing:receipt", payment.public_id)


def _visit(request: StaffRequest, public_id: UUID) -> Appointment:
    known = with_coverage(Appointment.objects.of(practice.pk for practice in request.practices))
    known = known.select_related("patient__guarantor", "provider", "location", "practice")
    return get_object_or_404(known, public_id=public_id)


def _payment(request: StaffRequest, public_id: UUID) -> PatientPayment:
    taken = PatientPayment.objects.of(practice.pk for practice in request.practices)
    taken = taken.select_related(
        "practice", "guarantor", "received_by", "appointment__patient", "appointment__provider"
    )
    return get_object_or_404(taken, public_id=public_id)


def _told(payment: PatientPayment) -> Receipt:
    visit = payment.appointment
    reference = f", {payment.reference}" if payment.reference else ""
    by = payment.received_by
    return Receipt(
        number=payment.receipt_number,
        received_at=words.moment(payment.received_at),
        sender=_sender(payment.practice),
        payer=[payment.guarantor.full_name],
        toward=_purpose(visit) if visit else "What was open on the account",
        is_copay=visit is not None,
        amount=payment.amount,
        how=f"{payment.get_method_display()}{reference}",
        received_by=(by.get_full_name() or by.get_username()) if by else "",
        voided=payment.voided_at is not None,
    )


def _purpose(visit: Appointment) -> str:
    seen = f"visit on {words.day(visit.service_date)} with {visit.provider}"
    return f"{visit.patient.full_name}: copay, {seen}"


def _sender(practice: Practice) -> Sender:
    place = f"{practice.city}, {practice.state} {practice.postal_code[:5]}"
    return Sender(practice.name, [practice.street, place], practice.phone, practice.email)
