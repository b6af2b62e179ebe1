"""Money from patients: taken, applied to what they owe, taken back."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.db import transaction

from billing import ledger
from billing.models import Charge, PatientPayment, PaymentMethod, Statement
from billing.queries.patients import overpaid_by_patient, owed_by_patient, paid_by_patient
from billing.states import StatementStatus
from patients.actions.intake import check_in
from patients.models import Appointment, Guarantor
from patients.states import AppointmentStatus
from practice.models import User
from rcm import audit, faults
from rcm.money import ZERO
from rcm.state import move


class AmountNotPositive(Exception):
    """A payment is of at least one cent."""


class RequestKeyReused(Exception):
    """The request key stands for another payment."""


class ReceivedInFuture(Exception):
    """The day lies after the practice's today: money is taken when it is there."""


class PaymentVoided(Exception):
    """The payment was taken back already."""


@dataclass(frozen=True, slots=True)
class _Money:
    """What somebody hands over, and the key by which the same request a second time is the same payment."""

    amount: Decimal
    method: PaymentMethod
    request_key: str
    reference: str = ""


def collect_copay(
    *,
    appointment: Appointment,
    amount: Decimal,
    method: PaymentMethod,
    request_key: str,
    by: User,
    now: datetime,
    reference: str = "",
) -> PatientPayment:
    """Check a patient in with a copay: a liability until the payer says what the patient owes.

    The same request key again gives the first payment. Raises AmountNotPositive, RequestKeyReused and, for a
    visit that cannot be checked in, rcm.state.IllegalMove.
    """
    money = _Money(amount, method, request_key, reference)
    with transaction.atomic():
        guarantor, day = appointment.patient.guarantor, appointment.service_date
        payment = _take(guarantor, money, received_on=day, by=by, now=now, appointment=appointment)
        appointment.refresh_from_db()
        if appointment.status != AppointmentStatus.COMPLETED:
            check_in(appointment=appointment, by=by, now=now)
    return payment


def take_payment(
    *,
    guarantor: Guarantor,
    amount: Decimal,
    method: PaymentMethod,
    request_key: str,
    received_on: date,
    by: User | None,
    now: datetime,
    reference: str = "",
    statement: Statement | None = None,
) -> PatientPayment:
    """Take money from a guarantor and apply it to the oldest balances; what is left over waits.

    Money for a statement goes to the charges on it first. The same request key again gives the first payment.
    Raises AmountNotPositive, ReceivedInFuture and RequestKeyReused.
    """
    if received_on > now.astimezone(ZoneInfo(guarantor.practice.time_zone)).date():
        raise ReceivedInFuture
    with transaction.atomic():
        money = _Money(amount, method, request_key, reference)
        payment = _take(guarantor, money, received_on=received_on, by=by, now=now)
        apply_unapplied(guarantor=guarantor, today=received_on, now=now, first=statement, by=by)
    return payment


def void_payment(*, payment: PatientPayment, by: User, today: date, now: datetime, why: str) -> None:
    """Take a payment back (a check that bounced): what it had paid is owed again. Raises PaymentVoided."""
    with transaction.atomic():
        guarantor = Guarantor.objects.select_for_update(no_key=True).get(pk=payment.guarantor_id)
        payment.refresh_from_db()
        if payment.voided_at is not None:
            raise PaymentVoided
        practice = guarantor.practice
        _free_applied(guarantor, payment.amount - _unapplied(guarantor), today=today, now=now, by=by)
        key = _key(payment)
        entry = ledger.entries_by_key(practice=practice, keys=[key])[key]
        ledger.reverse(
            entry=entry, key=f"{key}:void", source="payment", occurred_on=today, now=now, by=by, reason=why
        )
        payment.voided_at = now
        payment.save(update_fields=["voided_at"])
        audit.record("voided", payment, now=now, by=by, data={"why": why})
        _reopen_statements(guarantor, now=now)


def apply_unapplied(
    *,
    guarantor: Guarantor,
    today: date,
    now: datetime,
    first: Statement | None = None,
    by: User | None = None,
) -> Decimal:
    """Apply a guarantor's waiting money to what is owed, oldest service first; the dollars applied.

    The charges on the statement `first` come before all others. `by` is the person who asked for it; nobody
    when money or a decision of a payer did.
    What was paid beyond what is owed now (a payer changed its mind) waits again first. A second call finds
    nothing left to do.
    """
    with transaction.atomic():
        guarantor = Guarantor.objects.select_for_update(no_key=True).get(pk=guarantor.pk)
        _free_overpaid(guarantor, today=today, now=now, by=by)
        left = _unapplied(guarantor)
        legs = []
        for charge, owed in _in_turn(owed_by_patient(guarantor=guarantor), first):
            part = min(left, owed)
            if part <= ZERO:
                break
            left -= part
            legs.append(ledger.Leg(_waiting(guarantor), _owed(guarantor), part, charge))
        _post(guarantor, "apply", legs, today=today, now=now, by=by)
        faults.point("payment.applied")
        _settle_statements(guarantor, now=now)
    return sum((leg.amount for leg in legs), ZERO)


def _take(
    guarantor: Guarantor,
    money: _Money,
    *,
    received_on: date,
    by: User | None,
    now: datetime,
    appointment: Appointment | None = None,
) -> PatientPayment:
    if money.amount <= ZERO:
        raise AmountNotPositive
    payment, is_new = PatientPayment.objects.get_or_create(
        practice_id=guarantor.practice_id,
        request_key=money.request_key,
        defaults={
            "guarantor": guarantor,
            "appointment": appointment,
            "method": money.method,
            "reference": money.reference,
            "amount": money.amount,
            "received_on": received_on,
            "received_at": now,
            "received_by": by,
        },
    )
    if not is_new:
        if (payment.guarantor_id, payment.amount) != (guarantor.pk, money.amount):
            raise RequestKeyReused
        return payment
    ledger.post(
        practice=guarantor.practice,
        key=_key(payment),
        source="payment",
        legs=[ledger.Leg(ledger.cash_clearing(), _waiting(guarantor), money.amount)],
        occurred_on=received_on,
        now=now,
        by=by,
    )
    audit.record("received", payment, now=now, by=by)
    return payment


def _in_turn(owed: list[tuple[Charge, Decimal]], first: Statement | None) -> list[tuple[Charge, Decimal]]:
    chosen = set(first.lines.values_list("charge_id", flat=True)) if first else set()
    return sorted(owed, key=lambda each: each[0].pk not in chosen)


def _free_overpaid(guarantor: Guarantor, *, today: date, now: datetime, by: User | None) -> None:
    legs = [
        ledger.Leg(_owed(guarantor), _waiting(guarantor), amount, charge)
        for charge, amount in overpaid_by_patient(guarantor=guarantor)
    ]
    _post(guarantor, "free", legs, today=today, now=now, by=by)


def _free_applied(
    guarantor: Guarantor, needed: Decimal, *, today: date, now: datetime, by: User | None
) -> None:
    """Have so much of what was applied wait again, newest service first."""
    legs = []
    for charge, paid in paid_by_patient(guarantor=guarantor):
        part = min(needed, paid)
        if part <= ZERO:
            break
        needed -= part
        legs.append(ledger.Leg(_owed(guarantor), _waiting(guarantor), part, charge))
    _post(guarantor, "free", legs, today=today, now=now, by=by)


def _post(
    guarantor: Guarantor, what: str, legs: list[ledger.Leg], *, today: date, now: datetime, by: User | None
) -> None:
    """The legs come from what stands in the books under the guarantor's lock, so the key need only be new."""
    if not legs:
        return
    ledger.post(
        practice=guarantor.practice,
        key=f"{what}:{guarantor.pk}:{uuid4()}",
        source="payment",
        legs=legs,
        occurred_on=today,
        now=now,
        by=by,
    )


def _settle_statements(guarantor: Guarantor, *, now: datetime) -> None:
    """A statement is paid when nothing is owed of any charge on it."""
    owed = {charge.pk for charge, _ in owed_by_patient(guarantor=guarantor)}
    live = (StatementStatus.OPEN, StatementStatus.DISPUTED, StatementStatus.REVIEW)
    for statement in Statement.objects.filter(guarantor=guarantor, status__in=live):
        if owed.isdisjoint(statement.lines.values_list("charge_id", flat=True)):
            move(statement, StatementStatus.PAID, now=now, by=None, why="nothing on it is owed any more")


def _reopen_statements(guarantor: Guarantor, *, now: datetime) -> None:
    """The latest statement is open again when something on it is owed after all."""
    owed = {charge.pk for charge, _ in owed_by_patient(guarantor=guarantor)}
    latest = Statement.objects.filter(guarantor=guarantor).order_by("-pk").first()
    if latest is None or latest.status != StatementStatus.PAID:
        return
    if not owed.isdisjoint(latest.lines.values_list("charge_id", flat=True)):
        move(latest, StatementStatus.OPEN, now=now, by=None, why="a payment was taken back")


def _unapplied(guarantor: Guarantor) -> Decimal:
    """What waits: the account is a liability, so its balance stands on the credit side."""
    return -ledger.balance(practice=guarantor.practice, ref=_waiting(guarantor))


def _waiting(guarantor: Guarantor) -> ledger.AccountRef:
    return ledger.unapplied_patient(guarantor_id=guarantor.pk)


def _owed(guarantor: Guarantor) -> ledger.AccountRef:
    return ledger.patient_ar(guarantor_id=guarantor.pk)


def _key(payment: PatientPayment) -> str:
    return f"payment:{payment.pk}"
