"""Paying online, against the bundled gateway's own parts: money reaches the books once, whatever goes wrong."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core import mail

from billing import handlers, tasks
from billing.actions.charge import book_charges
from billing.actions.online_payment import (
    AmountOutOfRange,
    KeyReused,
    NotHeld,
    Wish,
    accept_held_payment,
    dismiss_held_payment,
    receive_event,
    settle_payment,
    start_payment,
)
from billing.actions.payment import take_payment
from billing.gateway import Event, NotOffered, Refused, Unreachable
from billing.gateway.bundled import BundledGateway
from billing.models import OnlinePayment, PatientPayment, PaymentEvent, PaymentMethod
from billing.queries import held_online_payments
from billing.queries.online import payable_on
from billing.queries.patients import patient_owes
from billing.states import OnlinePaymentStatus, StatementStatus
from coding.models import ServiceLine
from rcm.db import practice_scope
from rcm.models import OutboxMessage
from tests.billing.gateways import KEY, SECRET, bundled
from tests.billing.patients_page import TODAY, letter
from tests.conftest import NOW
from tests.factories import EncounterFactory, PracticeFactory, ServiceLineFactory, UserFactory

pytestmark = pytest.mark.slow
D = Decimal
LATER = NOW + dt.timedelta(minutes=6)


@pytest.fixture
def bench(tmp_path, settings):
    """The bundled gateway, and the settings that name it."""
    with bundled(tmp_path) as made:
        settings.PAYMENT_GATEWAY = "bundled"
        settings.PAYMENT_GATEWAY_URL = made.gateway.url
        settings.PAYMENT_GATEWAY_KEY, settings.PAYMENT_WEBHOOK_SECRET = KEY, SECRET
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        yield made


@pytest.fixture
def opened(practice):
    return letter(practice)


def start(opened, amount="58.00", key="k1", now=NOW, **fields) -> OnlinePayment:
    wish = Wish(amount=D(amount), request_key=key, **fields)
    return start_payment(statement=opened.statement, wish=wish, today=TODAY, now=now)


def settle(payment, now=NOW) -> OnlinePayment:
    settle_payment(online_payment=payment, today=TODAY, now=now)
    payment.refresh_from_db()
    return payment


def power_cut_at(monkeypatch, place):
    def cut(point):
        if point == place:
            raise ConnectionError

    monkeypatch.setattr("rcm.faults.point", cut)


def test_a_payment_that_succeeds_is_in_the_books_once(bench, opened):
    payment = start(opened)
    assert (payment.status, payment.reference[:3]) == (OnlinePaymentStatus.PENDING, "co_")
    bench.pay(payment.reference)

    settle(payment)
    settle(OnlinePayment.objects.get())

    assert payment.status == OnlinePaymentStatus.SUCCEEDED
    assert (payment.payment.amount, payment.payment.method) == (D("58.00"), PaymentMethod.ONLINE)
    assert payment.payment.reference == "4242"
    assert opened.visit.owed_by_patient() == 0
    opened.statement.refresh_from_db()
    assert opened.statement.status == StatementStatus.PAID


def test_a_part_can_be_paid_and_the_rest_later(bench, opened):
    first = start(opened, "20.00")
    bench.pay(first.reference)
    settle(first)
    assert payable_on(statement=opened.statement) == D("38.00")

    second = start(opened, "38.00", key="k2")
    bench.pay(second.reference)
    settle(second)

    assert opened.visit.owed_by_patient() == 0


def test_the_money_goes_to_the_charges_on_the_statement_first(practice, bench, opened):
    day = dt.date(2026, 1, 5)
    older = EncounterFactory(
        practice=practice, patient=opened.visit.patient, service_date=day, status="coded"
    )
    ServiceLineFactory(encounter=older, charge=D("200"), service_date=day)
    opened.visit.patient.coverages.update(effective_on=dt.date(2026, 2, 1))
    [charge] = book_charges(encounter=older, now=NOW)
    assert patient_owes(charge=charge) == D("200.00")
    payment = start(opened, "20.00")
    bench.pay(payment.reference)

    settle(payment)

    assert payable_on(statement=opened.statement) == D("38.00")
    assert patient_owes(charge=charge) == D("200.00")


@pytest.mark.parametrize("amount", ["0.99", "58.01", "0.00", "-5.00"])
def test_an_amount_out_of_range_is_refused(bench, opened, amount):
    with pytest.raises(AmountOutOfRange) as refused:
        start(opened, amount)
    assert refused.value.most == D("58.00")
    assert OnlinePayment.objects.count() == 0


def test_less_than_a_dollar_is_taken_when_that_is_all(bench, opened):
    pay(opened, "57.60")
    assert start(opened, "0.40").status == OnlinePaymentStatus.PENDING


def pay(opened, amount, key="cash"):
    take_payment(
        guarantor=opened.statement.guarantor,
        amount=D(amount),
        method=PaymentMethod.CASH,
        request_key=key,
        received_on=TODAY,
        by=None,
        now=NOW,
    )


def test_the_same_wish_twice_is_one_attempt(bench, opened):
    first, second = start(opened), start(opened)
    assert first == second
    with pytest.raises(KeyReused):
        start(opened, "10.00")


def test_without_a_gateway_nothing_is_started(opened, settings):
    settings.PAYMENT_GATEWAY = ""
    with pytest.raises(NotOffered):
        start(opened)


def test_a_gateway_that_is_away_leaves_an_attempt_that_can_be_repeated(bench, opened, settings):
    settings.PAYMENT_GATEWAY_URL = "http://127.0.0.1:9"
    with pytest.raises(Unreachable):
        start(opened)
    assert OnlinePayment.objects.get().status == OnlinePaymentStatus.CREATED

    settings.PAYMENT_GATEWAY_URL = bench.gateway.url
    assert start(opened).status == OnlinePaymentStatus.PENDING
    assert OnlinePayment.objects.count() == 1


def test_a_refusal_of_the_gateway_ends_the_attempt(bench, opened, settings):
    settings.PAYMENT_GATEWAY_KEY = "wrong"
    with pytest.raises(Refused):
        start(opened)
    assert OnlinePayment.objects.get().status == OnlinePaymentStatus.FAILED


@pytest.mark.parametrize("place", ["online_payment.created", "online_payment.opened"])
def test_a_crash_while_it_is_opened_is_mended_by_the_same_wish(bench, opened, monkeypatch, place):
    with monkeypatch.context() as crash:
        power_cut_at(crash, place)
        with pytest.raises(ConnectionError):
            start(opened)
    payment = start(opened)
    assert payment.status == OnlinePaymentStatus.PENDING
    assert (
        bench.desk.store.open({"key": str(payment.public_id), "amount": 5800} | EMPTY)["id"]
        == payment.reference
    )


EMPTY = {"currency": "usd", "description": "", "return_url": "http://x/", "expires_at": 0.0}


def test_an_attempt_the_gateway_never_heard_of_ends_with_its_time(bench, opened, monkeypatch):
    with monkeypatch.context() as crash:
        power_cut_at(crash, "online_payment.created")
        with pytest.raises(ConnectionError):
            start(opened)
    payment = OnlinePayment.objects.get()
    assert settle(payment).status == OnlinePaymentStatus.CREATED
    assert settle(payment, NOW + dt.timedelta(hours=1)).status == OnlinePaymentStatus.EXPIRED


@pytest.mark.parametrize("place", ["online_payment.asked", "online_payment.taken", "payment.applied"])
def test_a_crash_while_it_is_booked_books_it_once(bench, opened, monkeypatch, place):
    payment = start(opened)
    bench.pay(payment.reference)
    with monkeypatch.context() as crash:
        power_cut_at(crash, place)
        with pytest.raises(ConnectionError):
            settle(payment)
    assert opened.visit.owed_by_patient() == D("58.00")

    settle(OnlinePayment.objects.get())

    assert PatientPayment.objects.count() == 1
    assert opened.visit.owed_by_patient() == 0


def test_a_declined_card_leaves_it_open_with_the_reason(bench, opened):
    payment = start(opened)
    bench.pay(payment.reference, "declined")
    settle(payment)
    assert (payment.status, payment.last_four) == (OnlinePaymentStatus.PENDING, "0002")
    assert "declined" in payment.trouble

    bench.pay(payment.reference, "good")
    assert settle(payment).status == OnlinePaymentStatus.SUCCEEDED


@pytest.mark.parametrize(
    ("card", "status", "owed"),
    [("bank", OnlinePaymentStatus.SUCCEEDED, "0.00"), ("bank_fails", OnlinePaymentStatus.FAILED, "58.00")],
)
def test_a_bank_decides_later(bench, opened, card, status, owed):
    payment = start(opened)
    bench.pay(payment.reference, card)
    assert settle(payment).status == OnlinePaymentStatus.PROCESSING
    assert payable_on(statement=opened.statement) == 0
    with pytest.raises(AmountOutOfRange):
        start(opened, key="k2")
    assert settle(payment).status == OnlinePaymentStatus.PROCESSING

    bench.let_bank_decide(payment.reference)

    assert settle(payment).status == status
    assert opened.visit.owed_by_patient() == D(owed)


def test_a_page_that_nobody_used_expires(bench, opened):
    payment = start(opened)
    bench.desk.store.pass_time(NOW + dt.timedelta(hours=1))
    assert settle(payment).status == OnlinePaymentStatus.EXPIRED


def test_another_amount_waits_for_a_person(bench, opened):
    payment = start(opened)
    bench.pay(payment.reference, "short")
    settle(payment)
    assert (payment.status, payment.received) == (OnlinePaymentStatus.HELD, D("57.00"))
    assert list(held_online_payments(practices=[payment.practice_id])) == [payment]
    assert PatientPayment.objects.count() == 0

    accept_held_payment(online_payment=payment, by=UserFactory(), today=TODAY, now=NOW)

    assert payment.status == OnlinePaymentStatus.SUCCEEDED
    assert opened.visit.owed_by_patient() == D("1.00")
    with pytest.raises(NotHeld):
        accept_held_payment(online_payment=payment, by=UserFactory(), today=TODAY, now=NOW)


def test_a_held_payment_can_be_dismissed(bench, opened):
    payment = start(opened)
    bench.pay(payment.reference, "short")
    settle(payment)

    dismiss_held_payment(online_payment=payment, by=UserFactory(), now=NOW, why="given back at the gateway")

    assert payment.status == OnlinePaymentStatus.FAILED
    assert opened.visit.owed_by_patient() == D("58.00")
    with pytest.raises(NotHeld):
        dismiss_held_payment(online_payment=payment, by=UserFactory(), now=NOW, why="again")


def test_a_new_attempt_closes_the_older_one(bench, opened):
    first = start(opened)
    second = start(opened, "30.00", key="k2")
    first.refresh_from_db()
    assert (first.status, second.status) == (OnlinePaymentStatus.EXPIRED, OnlinePaymentStatus.PENDING)


def test_a_new_attempt_finds_the_older_one_paid(bench, opened):
    first = start(opened)
    bench.pay(first.reference)
    with pytest.raises(AmountOutOfRange) as refused:
        start(opened, "30.00", key="k2")
    assert refused.value.most == 0
    first.refresh_from_db()
    assert first.status == OnlinePaymentStatus.SUCCEEDED


def event_of(payment, number="evt_1") -> Event:
    return Event(number, "checkout.succeeded", str(payment.public_id))


def test_an_event_is_kept_once_and_looked_into(bench, opened, drain):
    payment = start(opened, receipt_email="me@example.org")
    bench.pay(payment.reference)

    with practice_scope([]):
        assert receive_event(event=event_of(payment), gateway="bundled", now=NOW)
        assert not receive_event(event=event_of(payment), gateway="bundled", now=NOW)
    drain()
    handlers.look_into_payment(event_id=PaymentEvent.objects.get().pk, now=NOW)

    payment.refresh_from_db()
    assert payment.status == OnlinePaymentStatus.SUCCEEDED
    [receipt] = mail.outbox
    assert receipt.to == ["me@example.org"]
    assert "$58.00" in receipt.body
    assert "4242" in receipt.body
    assert "Nguyen" not in receipt.body


def test_an_event_that_overtook_the_others_tells_the_truth_of_now(bench, opened, drain):
    payment = start(opened)
    bench.pay(payment.reference, "declined")
    receive_event(event=event_of(payment, "evt_2"), gateway="bundled", now=NOW)
    bench.pay(payment.reference, "good")
    receive_event(event=event_of(payment, "evt_1"), gateway="bundled", now=NOW)
    drain()
    payment.refresh_from_db()
    assert payment.status == OnlinePaymentStatus.SUCCEEDED
    assert PatientPayment.objects.count() == 1


@pytest.mark.parametrize("key", ["no uuid", "d763ea8f-4817-494f-a560-f71ffb64c2fa"])
def test_an_event_about_nothing_of_ours_is_let_go(bench, opened, key):
    assert not receive_event(event=Event("evt_1", "x", key), gateway="bundled", now=NOW)


def test_an_event_of_another_gateway_is_let_go(bench, opened):
    assert not receive_event(event=event_of(start(opened)), gateway="stripe", now=NOW)


def test_a_lost_notice_is_made_up_for_by_asking(bench, opened, frozen, monkeypatch):
    payment = start(opened)
    bench.pay(payment.reference, "silent")
    with practice_scope([]):
        tasks.ask_about_payments()
    payment.refresh_from_db()
    assert payment.status == OnlinePaymentStatus.PENDING, "it is left alone for five minutes"

    frozen.advance(dt.timedelta(minutes=6))
    with practice_scope([]):
        tasks.ask_about_payments()

    payment.refresh_from_db()
    assert payment.status == OnlinePaymentStatus.SUCCEEDED


def test_asking_goes_on_when_the_gateway_is_silent_about_one(bench, opened, frozen, monkeypatch):
    payment = start(opened)
    bench.pay(payment.reference)
    frozen.advance(dt.timedelta(minutes=6))

    def silent(_self, _reference):
        raise Unreachable

    with monkeypatch.context() as away:
        away.setattr(BundledGateway, "look_up", silent)
        tasks.ask_about_payments()
    payment.refresh_from_db()
    assert payment.status == OnlinePaymentStatus.PENDING


def test_a_receipt_goes_once_and_to_the_guarantor_unless_told_otherwise(bench, opened, drain, monkeypatch):
    payment = start(opened)
    bench.pay(payment.reference)
    settle(payment)
    with monkeypatch.context() as crash:
        power_cut_at(crash, "receipt.sent")
        drain(failures=1)
    drain(now=NOW + dt.timedelta(hours=1))
    handlers.send_receipt(online_payment_id=payment.pk, now=NOW)

    assert [message.to for message in mail.outbox] == [["margaret@example.org"]] * 2
    assert len({message.extra_headers["Message-ID"] for message in mail.outbox}) == 1


def test_nobody_gets_a_receipt_by_mail_without_consent(bench, opened, drain):
    guarantor = opened.statement.guarantor
    guarantor.email_consented_at = None
    guarantor.save()
    payment = start(opened)
    bench.pay(payment.reference)
    settle(payment)
    drain()
    assert mail.outbox == []


def test_what_leaves_for_the_gateway_says_nothing_of_a_visit(bench, opened):
    payment = start(opened)
    kept = str(bench.desk.store.find(payment.reference))
    said = [*ServiceLine.objects.values_list("procedure_code", flat=True), "Nguyen", "Ellison", opened.token]
    assert [word for word in said if word in kept] == []
    assert opened.statement.number in kept


def test_messages_about_payments_hold_ids_only(bench, opened, drain):
    payment = start(opened)
    bench.pay(payment.reference)
    receive_event(event=event_of(payment), gateway="bundled", now=NOW)
    drain()
    topics = OutboxMessage.objects.filter(topic__contains="payment").values_list("topic", "payload")
    assert dict(topics) == {
        "billing.payment_event_received": {"event_id": PaymentEvent.objects.get().pk},
        "billing.online_payment_settled": {"online_payment_id": payment.pk},
    }


def test_another_practice_sees_none_of_it(bench, opened):
    start(opened)
    with practice_scope([PracticeFactory().pk]):
        assert OnlinePayment.objects.count() == 0
