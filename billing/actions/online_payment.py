"""Payments online: an attempt is a row first, the gateway is asked how it stands, money is posted once."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse

from billing.actions.payment import take_payment
from billing.actions.statement import sender_of
from billing.gateway import (
    Event,
    NotOffered,
    Order,
    Outcome,
    PaymentGateway,
    Refused,
    Standing,
    Unreachable,
    get_gateway,
)
from billing.letters import receipt_email
from billing.models import OnlinePayment, PaymentEvent, PaymentMethod, Statement
from billing.queries.online import find_online_payment, payable_on
from billing.queries.statements import owed_on
from billing.states import OnlinePaymentStatus
from practice.models import User
from rcm import audit, faults
from rcm.db import practice_scope
from rcm.money import money
from rcm.outbox import publish
from rcm.state import move

LEAST = Decimal("1.00")
OPEN_FOR = timedelta(hours=1)
logger = structlog.get_logger(__name__)


class AmountOutOfRange(Exception):
    """At least a dollar (or all that is owed, where that is less), and at most what can be paid now."""

    def __init__(self, most: Decimal) -> None:
        super().__init__()
        self.most = most


class KeyReused(Exception):
    """The request key stands for an attempt at another amount or statement."""


class NotHeld(Exception):
    """The payment waits for nobody's decision."""


class AmountUnknown(Exception):
    """The gateway took something that is not in dollars: it can be given back there, and not be booked."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a guarantor wants to pay; the same request key a second time is the same attempt."""

    amount: Decimal
    request_key: str
    receipt_email: str = ""


def start_payment(*, statement: Statement, wish: Wish, today: date, now: datetime) -> OnlinePayment:
    """Open a payment page at the gateway for all or a part of a statement.

    Older attempts that are still open are closed first, so that two tabs do not pay twice. The row stands
    before the gateway hears of it: after Unreachable the same wish may be made again and is the same attempt.
    Raises AmountOutOfRange, KeyReused, billing.gateway.NotOffered, Refused and Unreachable.
    """
    gateway = get_gateway()
    payment = _standing_wish(statement, wish)
    if payment is None:
        _close_others(gateway, statement, today=today, now=now)
        payment = _create(gateway, statement, wish, now=now)
    if payment.status == OnlinePaymentStatus.CREATED:
        _open_at_gateway(gateway, payment, now=now)
    return payment


def receive_event(*, event: Event, gateway: str, now: datetime) -> bool:
    """Keep a verified event of the gateway and have it looked into; whether it was new and about us."""
    try:
        key = str(UUID(event.key))
    except ValueError:
        return False
    payment = find_online_payment(key)
    if payment is None or payment.gateway != gateway:
        return False
    with practice_scope([payment.practice_id]), transaction.atomic():
        kept, is_new = PaymentEvent.objects.get_or_create(
            gateway=gateway,
            event_number=event.number,
            defaults={
                "practice_id": payment.practice_id,
                "online_payment": payment,
                "kind": event.kind[:80],
                "received_at": now,
            },
        )
        if is_new:
            publish(
                "billing.payment_event_received",
                key=str(kept.pk),
                practice_id=payment.practice_id,
                now=now,
                event_id=kept.pk,
            )
    return is_new


def settle_payment(*, online_payment: OnlinePayment, today: date, now: datetime) -> None:
    """Ask the gateway how an attempt stands, and book what it says. A second call changes nothing.

    An attempt the gateway never heard of ends with its time. Raises billing.gateway.NotOffered, Refused and
    Unreachable.
    """
    if online_payment.status == OnlinePaymentStatus.CREATED:
        _end_unopened(online_payment, now=now)
    if online_payment.status not in {OnlinePaymentStatus.PENDING, OnlinePaymentStatus.PROCESSING}:
        return
    standing = get_gateway(online_payment.gateway).look_up(online_payment.reference)
    faults.point("online_payment.asked")
    _book(online_payment, standing, today=today, now=now)


def settle_payments(*, payments: list[OnlinePayment], today: date, now: datetime) -> int:
    """settle_payment for each, past those about which the gateway is silent now; how many it answered."""
    answered = 0
    for payment in payments:
        try:
            settle_payment(online_payment=payment, today=today, now=now)
        except (NotOffered, Refused, Unreachable) as error:
            logger.warning("The gateway did not say how a payment stands.", exc_info=error)
        else:
            answered += 1
    return answered


def accept_held_payment(*, online_payment: OnlinePayment, by: User, today: date, now: datetime) -> None:
    """Book what the gateway took although another amount was asked for. Raises NotHeld and AmountUnknown."""
    with transaction.atomic():
        held = _held(online_payment)
        if held.received is None:
            raise AmountUnknown
        _post(held, held.received, today=today, now=now, by=by)
    online_payment.refresh_from_db()


def dismiss_held_payment(*, online_payment: OnlinePayment, by: User, now: datetime, why: str) -> None:
    """Book nothing of a held payment: it was given back at the gateway. Raises NotHeld."""
    with transaction.atomic():
        held = _held(online_payment)
        move(held, OnlinePaymentStatus.FAILED, now=now, by=by, why=why)
        _note(held, settled_at=now)
    online_payment.refresh_from_db()


def _standing_wish(statement: Statement, wish: Wish) -> OnlinePayment | None:
    same = OnlinePayment.objects.filter(practice_id=statement.practice_id, request_key=wish.request_key)
    payment = same.select_related("statement").first()
    if payment and (payment.statement_id, payment.amount) != (statement.pk, wish.amount):
        raise KeyReused
    return payment


def _close_others(gateway: PaymentGateway, statement: Statement, *, today: date, now: datetime) -> None:
    """One that turns out to be paid is booked; then less is owed."""
    waiting = statement.online_payments.filter(status=OnlinePaymentStatus.PENDING, gateway=gateway.name)
    for other in waiting.select_related("statement__guarantor", "practice"):
        _book(other, gateway.close(other.reference), today=today, now=now)


def _create(gateway: PaymentGateway, statement: Statement, wish: Wish, *, now: datetime) -> OnlinePayment:
    with transaction.atomic():
        Statement.objects.select_for_update(no_key=True).get(pk=statement.pk)
        most = payable_on(statement=statement)
        if (
            not min(LEAST, most) <= wish.amount <= most
            or wish.amount <= 0
            or wish.amount != money(wish.amount)
        ):
            raise AmountOutOfRange(most)
        payment, is_new = OnlinePayment.objects.get_or_create(
            practice_id=statement.practice_id,
            request_key=wish.request_key,
            defaults={
                "statement": statement,
                "gateway": gateway.name,
                "amount": wish.amount,
                "started_at": now,
                "expires_at": now + OPEN_FOR,
                "receipt_email": wish.receipt_email,
            },
        )
        if is_new:
            audit.record("started", payment, now=now, by=None)
    return payment


def _open_at_gateway(gateway: PaymentGateway, payment: OnlinePayment, *, now: datetime) -> None:
    """Its name at the gateway is the statement's number: nothing about a visit leaves the house."""
    order = Order(
        key=str(payment.public_id),
        amount=payment.amount,
        description=f"{payment.practice.name}, statement {payment.statement.number}",
        return_url=settings.PUBLIC_URL + reverse("billing:patient_return", args=[payment.public_id]),
        expires_at=payment.expires_at,
    )
    faults.point("online_payment.created")
    try:
        checkout = gateway.open_checkout(order)
    except Refused:
        trouble = "The payment service refused it."
        _leave_created(payment, OnlinePaymentStatus.FAILED, now=now, trouble=trouble, settled_at=now)
        raise
    faults.point("online_payment.opened")
    facts = {"reference": checkout.reference, "checkout_url": checkout.url}
    _leave_created(payment, OnlinePaymentStatus.PENDING, now=now, **facts)


def _end_unopened(payment: OnlinePayment, *, now: datetime) -> None:
    """Nobody was told the address of its page, so nobody can have paid there."""
    if now >= payment.expires_at:
        _leave_created(payment, OnlinePaymentStatus.EXPIRED, now=now, settled_at=now)


def _leave_created(
    payment: OnlinePayment, to: OnlinePaymentStatus, *, now: datetime, **facts: str | datetime
) -> None:
    """Unless the same wish, sent twice at once, was there before."""
    with transaction.atomic():
        held = OnlinePayment.objects.select_for_update(no_key=True).get(pk=payment.pk)
        if held.status == OnlinePaymentStatus.CREATED:
            _note(held, **facts)
            move(held, to, now=now, by=None)
    payment.refresh_from_db()


def _book(payment: OnlinePayment, standing: Standing, *, today: date, now: datetime) -> None:
    """Take over what the gateway says, under the row's lock: whoever comes second finds it done."""
    with transaction.atomic():
        held = OnlinePayment.objects.select_for_update(no_key=True).get(pk=payment.pk)
        if held.status in {OnlinePaymentStatus.PENDING, OnlinePaymentStatus.PROCESSING}:
            last_four = standing.last_four or held.last_four
            _note(held, asked_at=now, trouble=standing.trouble, last_four=last_four)
            _follow(held, standing, today=today, now=now)
    payment.refresh_from_db()


def _follow(payment: OnlinePayment, standing: Standing, *, today: date, now: datetime) -> None:
    match standing.outcome:
        case Outcome.SUCCEEDED if standing.received == payment.amount:
            _post(payment, payment.amount, today=today, now=now, by=None)
        case Outcome.SUCCEEDED:
            said = (
                "an amount that is not in dollars" if standing.received is None else f"${standing.received}"
            )
            trouble = f"The gateway took {said} instead of ${payment.amount}."
            _note(payment, received=standing.received, trouble=trouble)
            move(payment, OnlinePaymentStatus.HELD, now=now, by=None, why=trouble)
        case Outcome.PROCESSING if payment.status == OnlinePaymentStatus.PENDING:
            move(payment, OnlinePaymentStatus.PROCESSING, now=now, by=None)
        case Outcome.FAILED | Outcome.EXPIRED:
            _note(payment, settled_at=now)
            is_late = payment.status == OnlinePaymentStatus.PROCESSING
            failed = standing.outcome is Outcome.FAILED or is_late
            to = OnlinePaymentStatus.FAILED if failed else OnlinePaymentStatus.EXPIRED
            move(payment, to, now=now, by=None)


def _post(payment: OnlinePayment, received: Decimal, *, today: date, now: datetime, by: User | None) -> None:
    taken = take_payment(
        guarantor=payment.statement.guarantor,
        amount=received,
        method=PaymentMethod.ONLINE,
        request_key=f"online:{payment.public_id}",
        received_on=today,
        by=by,
        now=now,
        reference=payment.last_four,
        statement=payment.statement,
    )
    faults.point("online_payment.taken")
    payment.payment = taken
    payment.save(update_fields=["payment"])
    _note(payment, received=received, settled_at=now)
    move(payment, OnlinePaymentStatus.SUCCEEDED, now=now, by=by)
    publish(
        "billing.online_payment_settled",
        key=str(payment.pk),
        practice_id=payment.practice_id,
        now=now,
        online_payment_id=payment.pk,
    )


def _held(payment: OnlinePayment) -> OnlinePayment:
    held = OnlinePayment.objects.select_for_update(no_key=True).get(pk=payment.pk)
    if held.status != OnlinePaymentStatus.HELD:
        raise NotHeld
    return held


def _note(payment: OnlinePayment, **facts: str | datetime | Decimal | None) -> None:
    for name, value in facts.items():
        setattr(payment, name, value)
    payment.save(update_fields=list(facts))


def mail_receipt(*, online_payment: OnlinePayment, now: datetime) -> None:
    """Send the receipt to the address given with the payment, else to a guarantor who consented to e-mail.

    A crash in between sends it again under the same Message-ID. Raises OSError or smtplib's errors when the
    mail server is away.
    """
    statement, practice = online_payment.statement, online_payment.practice
    guarantor = statement.guarantor
    consented = guarantor.email if guarantor.email_consented_at is not None else ""
    address = online_payment.receipt_email or consented
    if not address or online_payment.receipt_sent_at is not None or online_payment.payment is None:
        return
    subject, body = receipt_email(
        sender=sender_of(practice),
        number=statement.number,
        amount=online_payment.payment.amount,
        paid_on=online_payment.payment.received_on,
        last_four=online_payment.last_four,
        left=owed_on(statement=statement),
    )
    headers = {"Message-ID": f"<receipt-{online_payment.public_id}@rcm.invalid>"}
    EmailMessage(subject=subject, body=body, to=[address], reply_to=[practice.email], headers=headers).send()
    faults.point("receipt.sent")
    with transaction.atomic():
        _note(online_payment, receipt_sent_at=now)
        audit.record("receipt_sent", online_payment, now=now, by=None)
