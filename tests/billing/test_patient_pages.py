"""The patient's page as a browser sees it: the door, the bill, questions, the way to the gateway and back."""

import datetime as dt
import io
import logging.config
import re
import time
from decimal import Decimal
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from billing.actions.charge import book_charges
from billing.actions.question import (
    AlreadyAnswered,
    NoWords,
    TooManyQuestions,
    answer_question,
    ask_question,
)
from billing.actions.statement import issue_statement
from billing.forms import PaymentForm
from billing.models import OnlinePayment, PatientPayment, PatientQuestion, PaymentEvent, StatementLink
from billing.queries.accounts import questions_waiting
from billing.queries.invoice import bill_of
from billing.rules.plain_words import service_in_words, share_in_words
from billing.states import StatementStatus
from billing.views.patient_door import COOKIE
from rcm.db import practice_scope
from rcm.logging import configure
from rcm.models import AuditEvent
from tests.billing.gateways import KEY, SECRET, bundled
from tests.billing.patients_page import BORN, TODAY, let_in, letter, request_key
from tests.conftest import NOW
from tests.factories import EncounterFactory, PracticeFactory, ServiceLineFactory, UserFactory

pytestmark = pytest.mark.slow
D = Decimal
SECRETS = ["Ellison", "58.00", "Margaret", "Nguyen", "deductible"]


@pytest.fixture
def opened(practice):
    """A letter, with no scope stated: as a stranger's request begins."""
    made = letter(practice)
    with practice_scope([]):
        yield made


@pytest.fixture
def inside(client, opened):
    let_in(client, opened)
    return opened


@pytest.fixture
def bench(tmp_path, settings):
    with bundled(tmp_path) as made:
        settings.PAYMENT_GATEWAY = "bundled"
        settings.PAYMENT_GATEWAY_URL = made.gateway.url
        settings.PAYMENT_GATEWAY_KEY, settings.PAYMENT_WEBHOOK_SECRET = KEY, SECRET
        yield made


def said(page) -> str:
    """What a page says, however its lines are broken."""
    return " ".join(page.content.decode().split())


def link_rows(practice):
    with practice_scope([practice.pk]):
        return list(StatementLink.objects.order_by("pk"))


def test_the_link_alone_shows_nothing(client, opened):
    page = client.get(opened.path)
    assert page.status_code == 200
    assert "Date of birth" in said(page)
    assert [word for word in SECRETS if word in said(page)] == []


def test_a_page_is_not_kept_indexed_or_told_of(client, opened):
    page = client.get(opened.path)
    assert page["Cache-Control"] == "no-store"
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert page["Referrer-Policy"] == "same-origin"
    assert "form-action 'self'" in page["Content-Security-Policy"]


def test_the_right_birth_date_shows_the_whole_bill(client, inside):
    page = said(client.get(inside.path))
    for words in (
        "You owe $58.00",
        "Office visit",
        "with Linh Nguyen",
        "Deductible, $40.00",
        "Coinsurance, $18.00",
        "$190.00",
        "\u2212$40.00",
        "\u2212$92.00",
    ):
        assert words in page, words


def test_looking_is_on_record(client, inside, practice):
    client.get(inside.path)
    with practice_scope([practice.pk]):
        assert AuditEvent.objects.filter(verb="statement.read", subject_id=inside.statement.pk).count() == 1


def test_a_wrong_birth_date_says_how_many_tries_are_left(client, opened):
    answer = client.post(f"{opened.path}opening/", BORN | {"day": "15"})
    assert answer.status_code == 422
    assert "4 more tries" in said(answer)
    assert COOKIE not in answer.cookies


@pytest.mark.parametrize("sent", [{}, {"month": "13"}, {"day": "x"}, {"year": "0"}])
def test_what_is_no_date_costs_no_try(client, opened, practice, sent):
    answer = client.post(f"{opened.path}opening/", (BORN | sent) if sent else {})
    assert answer.status_code == 422
    assert "Enter a month, a day and a year" in said(answer)
    assert {link.wrong_tries for link in link_rows(practice)} == {0}


@pytest.mark.parametrize("year", ["50", "195", "0050"])
def test_a_year_in_two_digits_is_asked_for_again_and_costs_no_try(client, opened, practice, year):
    answer = client.post(f"{opened.path}opening/", BORN | {"year": year})
    assert answer.status_code == 422
    assert "all four digits of the year" in said(answer)
    assert {link.wrong_tries for link in link_rows(practice)} == {0}


@pytest.mark.parametrize("amount", ["0", "-5", "10.005", "9" * 20, "ten"])
def test_what_is_no_amount_is_asked_for_again_in_plain_words(amount):
    form = PaymentForm({"amount": amount, "request_key": str(uuid4())})
    assert form.errors == {"amount": ["Enter an amount in dollars and cents, like 25.00."]}


def test_every_dead_link_gives_the_same_page(client, opened, practice, frozen):
    wanted = client.get("/pay/unknown/")
    assert wanted.status_code == 404
    assert "This link is not open" in said(wanted)
    assert "(512) 555-0100" in said(wanted), "there is one practice, so it is that one's"
    for _ in range(5):
        locked = client.post(f"{opened.path}opening/", BORN | {"day": "15"})
    after = client.post(f"{opened.path}opening/", BORN)
    frozen.advance(dt.timedelta(days=61))
    expired = client.get(opened.path)
    assert {page.status_code for page in (locked, after, expired)} == {404}
    assert {said(page) for page in (wanted, locked, after, expired)} == {said(wanted)}


def test_a_strange_link_names_no_practice_where_there_are_many(client, opened):
    PracticeFactory()
    assert "Lakeside" not in said(client.get("/pay/unknown/"))


def test_every_page_behind_the_link_asks_for_the_birth_date(client, opened):
    for name in ("statement.pdf", "questions/"):
        page = client.get(f"{opened.path}{name}")
        assert "Date of birth" in said(page)
    for name in ("questions/", "dispute/", "payments/", "leaving/"):
        assert client.post(f"{opened.path}{name}", {"text": "x", "reason": "x"}).status_code == 302
    assert (
        client.get(
            reverse("billing:patient_payment", args=[opened.token, "8d1f6ad2-1b8b-4f0e-9c43-0c2f6f1d7a11"])
        ).status_code
        == 200
    )


def test_the_birth_date_is_remembered_for_half_an_hour_of_rest(client, inside, monkeypatch):
    moment = time.time()
    for minutes, shown in ((29, "You owe"), (58, "You owe"), (89, "Date of birth")):
        monkeypatch.setattr("django.core.signing.time.time", lambda minutes=minutes: moment + minutes * 60)
        assert shown in said(client.get(inside.path))


def test_one_link_does_not_open_another(client, inside, practice):
    with practice_scope([practice.pk]):
        other = letter(practice, number="B2")
    assert "Date of birth" in said(client.get(other.path))


@pytest.mark.parametrize("cookie", ["", "x", "x:y", "{}:abc"])
def test_a_made_up_cookie_opens_nothing(client, opened, cookie):
    client.cookies[COOKIE] = cookie
    assert "Date of birth" in said(client.get(opened.path))


def test_the_statement_can_be_closed_on_this_device(client, inside):
    page = client.post(f"{inside.path}leaving/")
    assert "Your statement is closed" in said(page)
    assert "Date of birth" in said(client.get(inside.path))


def test_the_letter_can_be_downloaded(client, inside):
    answer = client.get(f"{inside.path}statement.pdf")
    assert answer.content == bytes(inside.statement.pdf)
    assert inside.statement.number in answer["Content-Disposition"]


def test_forms_are_protected_against_forged_requests(opened):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(f"{opened.path}opening/", BORN).status_code == 403


def test_a_request_leaves_no_token_in_the_log(client, inside):
    configuration = configure(level="INFO")
    stream = io.StringIO()
    configuration["handlers"]["console"]["stream"] = stream
    before = logging.root.handlers[:]
    logging.config.dictConfig(configuration)
    client.get(inside.path)
    client.get(f"{inside.path}nothing/")
    client.get(f"{inside.path}opening/")
    logging.root.handlers[:] = before
    assert "/pay/" in stream.getvalue()
    assert inside.token not in stream.getvalue()


def test_a_bill_adds_up_line_by_line_and_as_a_whole(practice, opened):
    with practice_scope([practice.pk]):
        bill = bill_of(statement=opened.statement)
    [visit] = bill.visits
    for steps in ([*line.steps] for line in visit.lines):
        assert sum(step.amount for step in steps if not step.is_sum) == steps[-1].amount
    assert [(step.words, step.amount) for step in bill.steps] == [
        ("We billed", D("190.00")),
        ("Your plan's discount", D("-40.00")),
        ("Price your plan allows", D("150.00")),
        ("Your plan paid", D("-92.00")),
        ("You owe", D("58.00")),
    ]


def test_a_page_asks_the_database_the_same_number_of_questions_whatever_its_length(
    client, practice, opened, django_assert_num_queries
):
    with practice_scope([practice.pk]):
        patient = opened.visit.patient
        patient.coverages.update(effective_on=dt.date(2027, 1, 1))
        for day in (1, 2):
            visit = EncounterFactory(
                practice=practice, patient=patient, service_date=dt.date(2026, 3, day), status="coded"
            )
            ServiceLineFactory(encounter=visit, service_date=visit.service_date)
            book_charges(encounter=visit, now=NOW)
        longer = issue_statement(guarantor=patient.guarantor, today=TODAY + dt.timedelta(days=28), now=NOW)
        counts = []
        for statement in (opened.statement, longer):
            with django_assert_num_queries(6) as asked:
                bill_of(statement=statement)
            counts.append(len(asked))
    assert len(set(counts)) == 1


def test_a_question_becomes_a_row_and_its_answer_shows(client, inside, practice, drain, settings):
    page = client.get(f"{inside.path}questions/")
    sent = {"text": "Why so much?", "request_key": request_key(page.content, "questions/")}
    for _ in range(2):
        assert client.post(f"{inside.path}questions/", sent).status_code == 302
    with practice_scope([practice.pk]):
        [question] = questions_waiting(practices=[practice.pk])
        answer_question(question=question, answer="It was a long visit.", by=UserFactory(), now=NOW)
        with pytest.raises(AlreadyAnswered):
            answer_question(question=question, answer="Again", by=UserFactory(), now=NOW)
        assert list(questions_waiting(practices=[practice.pk])) == []
    assert "It was a long visit." in said(client.get(f"{inside.path}questions/"))
    assert "Read our answer" in said(client.get(inside.path))


def test_the_answer_is_announced_by_mail_without_its_words(practice, opened, drain, settings, mailoutbox):
    with practice_scope([practice.pk]):
        question = ask_question(statement=opened.statement, text="Why?", request_key="1", now=NOW)
        answer_question(question=question, answer="A long visit.", by=UserFactory(), now=NOW)
        drain()
    [message] = mailoutbox
    assert "A long visit." not in message.body
    assert re.search(r"/pay/[\w-]{43}/", message.body)


def test_questions_have_words_and_are_not_endless(practice, opened):
    with practice_scope([practice.pk]):
        with pytest.raises(NoWords):
            ask_question(statement=opened.statement, text=" ", request_key="0", now=NOW)
        for number in range(5):
            ask_question(statement=opened.statement, text="Why?", request_key=str(number), now=NOW)
        with pytest.raises(TooManyQuestions):
            ask_question(statement=opened.statement, text="Why?", request_key="6", now=NOW)
        with pytest.raises(NoWords):
            answer_question(question=PatientQuestion.objects.first(), answer="", by=UserFactory(), now=NOW)


def test_a_dispute_stops_reminders_and_shows(client, inside, practice):
    assert client.post(f"{inside.path}dispute/", {"reason": ""}).status_code == 422
    assert client.post(f"{inside.path}dispute/", {"reason": "I was not there"}).status_code == 302
    page = said(client.get(inside.path))
    assert "We are looking into it" in page
    assert "Dispute this statement" not in page
    assert client.post(f"{inside.path}dispute/", {"reason": "Again"}).status_code == 422
    with practice_scope([practice.pk]):
        inside.statement.refresh_from_db()
    assert inside.statement.status == StatementStatus.DISPUTED


def test_a_replaced_statement_says_so(client, inside, practice):
    with practice_scope([practice.pk]):
        inside.statement.refresh_from_db()
        patient = inside.visit.patient
        patient.coverages.update(effective_on=dt.date(2027, 1, 1))
        visit = EncounterFactory(practice=practice, patient=patient, status="coded")
        ServiceLineFactory(encounter=visit)
        book_charges(encounter=visit, now=NOW)
        issue_statement(guarantor=patient.guarantor, today=TODAY + dt.timedelta(days=28), now=NOW)
    assert "has taken the place of this one" in said(client.get(inside.path))


def test_without_a_gateway_the_page_says_how_else_to_pay(client, inside):
    page = said(client.get(inside.path))
    assert "to pay by card, or mail a check" in page
    key = "8d1f6ad2-1b8b-4f0e-9c43-0c2f6f1d7a11"
    answer = client.post(f"{inside.path}payments/", {"amount": "58.00", "request_key": key})
    assert answer.status_code == 422


def start(client, inside, amount="58.00"):
    page = client.get(inside.path)
    sent = {"amount": amount, "request_key": request_key(page.content, "payments/")}
    return client.post(f"{inside.path}payments/", sent)


def test_paying_leads_to_the_gateway_and_back_to_a_receipt(client, bench, inside, practice, drain):
    answer = start(client, inside, "$58.00")
    assert answer.status_code == 302
    page = client.get(answer["Location"])
    way = re.search(r'href="(http://127[^"]+)"\s+rel="noreferrer"', said(page)).group(1)
    assert way.startswith(bench.gateway.url)
    with practice_scope([practice.pk]):
        payment = OnlinePayment.objects.get()
    bench.pay(payment.reference)

    back = client.get(reverse("billing:patient_return", args=[payment.public_id]))
    waiting = client.get(back["Location"])
    assert "Waiting for the payment service" in said(waiting)
    assert 'hx-trigger="every 3s"' in said(waiting)

    body, headers = bench.notice(str(payment.public_id))
    assert deliver(client, body, headers) == 204
    with practice_scope([practice.pk]):
        drain()
    receipt = said(client.get(back["Location"]))
    assert "We received $58.00" in receipt
    assert "4242" in receipt
    assert "Nothing is owed" in said(client.get(inside.path))


def deliver(client, body, headers, gateway="bundled") -> int:
    return client.post(
        reverse("billing:gateway_events", args=[gateway]),
        body,
        content_type="application/json",
        headers=headers,
    ).status_code


def test_the_payer_can_have_it_looked_up_at_once(client, bench, inside, practice):
    where = start(client, inside)["Location"]
    with practice_scope([practice.pk]):
        bench.pay(OnlinePayment.objects.get().reference)
    assert client.post(f"{where}lookup/").status_code == 302
    assert "We received $58.00" in said(client.get(where))


@pytest.mark.parametrize(
    ("card", "words"),
    [
        ("declined", "The card was declined"),
        ("bank", "Your bank is processing"),
        ("short", "A person is checking it"),
    ],
)
def test_every_outcome_has_its_words(client, bench, inside, practice, card, words):
    where = start(client, inside)["Location"]
    with practice_scope([practice.pk]):
        bench.pay(OnlinePayment.objects.get().reference, card)
    client.post(f"{where}lookup/")
    assert words in said(client.get(where))


@pytest.mark.parametrize("amount", ["58.01", "0", "-1", "abc", "0.50", "", "NaN", "1e400"])
def test_an_amount_that_cannot_be_paid_is_said_so(client, bench, inside, amount):
    answer = start(client, inside, amount)
    assert answer.status_code == 422
    assert "Amount to pay now" in said(answer)


def test_a_payer_without_the_cookie_is_thanked_and_shown_nothing(client, bench, inside, practice):
    start(client, inside)
    with practice_scope([practice.pk]):
        payment = OnlinePayment.objects.get()
    page = Client().get(reverse("billing:patient_return", args=[payment.public_id]))
    assert "You are back" in said(page)
    assert [word for word in SECRETS if word in said(page)] == []
    strange = Client().get(reverse("billing:patient_return", args=["8d1f6ad2-1b8b-4f0e-9c43-0c2f6f1d7a11"]))
    assert strange.content == page.content


def test_one_guarantors_payment_is_not_anothers_to_see(client, bench, inside, practice):
    start(client, inside)
    with practice_scope([practice.pk]):
        payment = OnlinePayment.objects.get()
        other = letter(practice, number="B2")
    thief = Client()
    let_in(thief, other)
    for name in ("billing:patient_payment", "billing:patient_lookup"):
        address = reverse(name, args=[other.token, payment.public_id])
        answer = thief.get(address) if name == "billing:patient_payment" else thief.post(address)
        assert answer.status_code == 404


def test_webhooks_need_a_signature_and_count_once(client, bench, inside, practice, drain):
    start(client, inside)
    with practice_scope([practice.pk]):
        payment = OnlinePayment.objects.get()
    bench.pay(payment.reference)
    body, headers = bench.notice(str(payment.public_id))
    assert deliver(client, body, {}) == 400
    assert deliver(client, body.replace(b"checkout", b"chockout"), headers) == 400
    stale = bench.notice(str(payment.public_id), at=NOW - dt.timedelta(minutes=6))
    assert deliver(client, *stale) == 400
    assert deliver(client, body, headers, gateway="stripe") == 404
    assert [deliver(client, body, headers) for _ in range(3)] == [204] * 3
    strange = bench.notice("8d1f6ad2-1b8b-4f0e-9c43-0c2f6f1d7a11", number="evt_2")
    assert deliver(client, *strange) == 204
    with practice_scope([practice.pk]):
        assert PaymentEvent.objects.count() == 1
        drain()
        assert PatientPayment.objects.count() == 1


def test_a_webhook_beyond_all_measure_is_not_read(client, bench, opened):
    answer = client.post("/pay/events/bundled/", b"x" * (256 * 1024 + 1), content_type="application/json")
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("99213", "Office visit"),
        ("36415", "Blood draw"),
        ("80053", "Laboratory test"),
        ("00000", "Medical service"),
        ("05000", "Medical service"),
        ("J1100", "Medical service or supply"),
    ],
)
def test_service_in_words(code, words):
    assert service_in_words(code) == words


def test_share_in_words_has_words_for_any_reason():
    assert share_in_words("1")[0] == "deductible"
    assert share_in_words("9999")[0] == "not covered"
