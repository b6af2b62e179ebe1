"""What billing does when something else has happened. Every handler may run twice."""

from datetime import date, datetime

from billing.actions.charge import book_charges as book
from billing.actions.dunning import send_notice
from billing.actions.online_payment import mail_receipt, settle_payment
from billing.actions.payment import apply_unapplied
from billing.actions.question import mail_answer
from billing.actions.remittance import retry_parked, take_in
from billing.models import (
    DunningNotice,
    OnlinePayment,
    PatientQuestion,
    PaymentEvent,
    Remittance,
    WriteOff,
)
from billing.queries import guarantors_of
from billing.queries.patients import collected_at
from claims.actions.build import build_claim
from clearinghouse.models import Document
from coding.models import Encounter
from practice.models import Practice
from rcm import clock
from rcm.outbox import subscribe


@subscribe("coding.encounter_coded")
def book_charges(*, encounter_id: int, now: datetime) -> None:
    """Put the coded lines of a visit into the books."""
    book(encounter=Encounter.objects.get(pk=encounter_id), now=now)


@subscribe("clearinghouse.received_835")
def take_in_remittance(*, document_id: int, now: datetime) -> None:
    """Post an 835, or park it with the reasons."""
    take_in(document=Document.objects.get(pk=document_id), now=now)


@subscribe("billing.remittance_posted")
def retry_waiting_remittances(*, remittance_id: int, now: datetime) -> None:
    """Try again what was parked because this remittance had to come first."""
    retry_parked(remittance=Remittance.objects.get(pk=remittance_id), now=now)


@subscribe("coding.encounter_coded")
def apply_money_to_self_pay(*, encounter_id: int, now: datetime) -> None:
    """A charge owed by the guarantor at once takes what they have paid already."""
    visit = Encounter.objects.select_related("patient__guarantor", "practice").get(pk=encounter_id)
    book(encounter=visit, now=now)
    apply_unapplied(guarantor=visit.patient.guarantor, today=_today(visit.practice), now=now)


@subscribe("coding.encounter_coded")
def tell_claim_of_copay(*, encounter_id: int, now: datetime) -> None:
    """The claim says what the patient paid at check-in. Claims stands below and cannot ask, so it is told."""
    visit = Encounter.objects.select_related("patient", "practice").get(pk=encounter_id)
    if paid := collected_at(visit.appointment):
        build_claim(encounter=visit, now=now, patient_paid=paid)


@subscribe("billing.remittance_posted")
def apply_waiting_money(*, remittance_id: int, now: datetime) -> None:
    """What payers leave to the patient takes the copays that wait for it."""
    remittance = Remittance.objects.select_related("practice").get(pk=remittance_id)
    for guarantor in guarantors_of(remittance=remittance):
        apply_unapplied(guarantor=guarantor, today=_today(remittance.practice), now=now)


@subscribe("billing.write_off_approved")
def settle_forgiven_statement(*, write_off_id: int, now: datetime) -> None:
    """A statement of which nothing is owed any more asks for nothing."""
    write_off = WriteOff.objects.select_related("charge__guarantor", "practice").get(pk=write_off_id)
    apply_unapplied(guarantor=write_off.charge.guarantor, today=_today(write_off.practice), now=now)


@subscribe("billing.notice_decided")
def mail_notice(*, notice_id: int, now: datetime) -> None:
    """Send a statement or a reminder by e-mail."""
    notice = DunningNotice.objects.select_related("statement__guarantor", "practice").get(pk=notice_id)
    send_notice(notice=notice, now=now)


@subscribe("billing.payment_event_received")
def look_into_payment(*, event_id: int, now: datetime) -> None:
    """A notice of the gateway is a hint: ask it how the payment stands."""
    event = PaymentEvent.objects.select_related("online_payment__practice").get(pk=event_id)
    payment = event.online_payment
    settle_payment(online_payment=payment, today=_today(payment.practice), now=now)


@subscribe("billing.online_payment_settled")
def send_receipt(*, online_payment_id: int, now: datetime) -> None:
    """Whoever paid online gets a receipt by e-mail."""
    payments = OnlinePayment.objects.select_related("statement__guarantor", "practice", "payment")
    mail_receipt(online_payment=payments.get(pk=online_payment_id), now=now)


@subscribe("billing.question_answered")
def tell_of_answer(*, question_id: int, now: datetime) -> None:
    """Whoever asked is told that there is an answer."""
    questions = PatientQuestion.objects.select_related("statement__guarantor", "practice")
    mail_answer(question=questions.get(pk=question_id), now=now)


def _today(practice: Practice) -> date:
    return clock.today(practice.time_zone)
