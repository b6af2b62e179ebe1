"""Asking about silent claims, and hearing the answers."""

import datetime as dt
from collections.abc import Callable

import pytest

from claims.actions.status import (
    NotWithPayer,
    ask_about_claim,
    ask_about_silent_claims,
    put_question,
    take_in_277,
)
from claims.actions.submission import send_batch
from claims.models import Claim, StatusEvent, StatusInquiry
from claims.queries import alarming_claims, open_findings, silent_claims, total_of
from claims.states import ClaimStatus, InquiryStatus
from claims.tasks import poll_silent_claims
from clearinghouse import gateway
from clearinghouse.actions.inbound import receive_file
from clearinghouse.gateway import NoAnswer, Question, Refused
from clearinghouse.models import Document, Interchange
from practice.models import Contract
from rcm.db import practice_scope
from tests.claims.answers import report, status_277, ta1
from tests.claims.scenes import built_claim
from tests.conftest import NOW
from tests.factories import PracticeFactory, UserFactory
from x12.envelope import read
from x12.status_276_277 import read_request

SILENT = NOW + dt.timedelta(days=31)
"""A day after the contract's thirty."""


class Payer:
    """Answers the status of whatever it is asked about; remembers the questions."""

    def __init__(self) -> None:
        self.asked: list[Question] = []
        self.answer: Callable[[str], bytes] = lambda trace: status_277(trace, report("P1"), icn="NSH1")

    def ask(self, _connection: object, question: Question) -> bytes:
        self.asked.append(question)
        (found,) = read_request(read(question.payload).transactions[0]).inquiries()
        return self.answer(found.inquiry.trace)


@pytest.fixture
def payer_line(connection, monkeypatch) -> Payer:
    """What is asked in real time reaches this payer."""
    connection.realtime_url = "https://payer.example/core"
    connection.save()
    made = Payer()
    monkeypatch.setattr(gateway, "ask", made.ask)
    return made


@pytest.fixture
def sent_claim(practice, clearinghouse, payer_line, drain) -> Claim:
    claim = built_claim(practice)
    send_batch(practice=practice, claims=[claim], by=None, now=NOW)
    drain(now=NOW)
    claim.refresh_from_db()
    assert claim.status == ClaimStatus.SENT
    return claim


def answered(claim: Claim, drain, payer_line: Payer, *reports, **kwargs) -> Claim:
    """The claim after the payer said this about it."""
    payer_line.answer = lambda trace: status_277(trace, *reports, **kwargs)
    ask_about_claim(claim=claim, by=None, now=SILENT)
    drain(now=SILENT)
    claim.refresh_from_db()
    return claim


def test_silent_claims_are_those_past_the_contract_s_days(practice, sent_claim):
    assert list(silent_claims([practice.pk], now=NOW + dt.timedelta(days=29))) == []
    assert list(silent_claims([practice.pk], now=SILENT)) == [sent_claim]
    assert total_of(silent_claims([practice.pk], now=SILENT)).dollars == sent_claim.total_charge

    Contract.objects.update(days_to_pay=45)
    assert list(silent_claims([practice.pk], now=SILENT)) == []

    Contract.objects.update(ended_on=dt.date(2026, 1, 31))
    assert list(silent_claims([practice.pk], now=SILENT)) == [sent_claim]


def test_decided_claims_are_not_silent(practice, sent_claim):
    Claim.objects.update(status=ClaimStatus.PAID)

    assert list(silent_claims([practice.pk], now=SILENT)) == []


def test_ask_about_silent_claims_asks_once_a_week(practice, sent_claim):
    assert ask_about_silent_claims(practice=practice, now=SILENT) == 1
    assert ask_about_silent_claims(practice=practice, now=SILENT) == 0
    assert ask_about_silent_claims(practice=practice, now=SILENT + dt.timedelta(days=6)) == 0
    assert ask_about_silent_claims(practice=practice, now=SILENT + dt.timedelta(days=7)) == 1
    traces = StatusInquiry.objects.order_by("pk").values_list("trace_number", flat=True)
    assert list(traces) == [f"{practice.claim_prefix}S0000001", f"{practice.claim_prefix}S0000002"]


def test_ask_about_silent_claims_without_a_real_time_address_asks_nothing(practice, sent_claim, connection):
    connection.realtime_url = ""
    connection.save()
    assert ask_about_silent_claims(practice=practice, now=SILENT) == 0

    connection.paused_at = NOW
    connection.save()
    assert ask_about_silent_claims(practice=practice, now=SILENT) == 0


def test_a_pending_answer_moves_the_claim_and_closes_the_inquiry(sent_claim, payer_line, drain):
    claim = answered(sent_claim, drain, payer_line, report("P1"), icn="NSH2612700456")

    assert (claim.status, claim.payer_control_number) == (ClaimStatus.PENDING, "NSH2612700456")
    inquiry = StatusInquiry.objects.get()
    assert (inquiry.status, inquiry.answered_at) == (InquiryStatus.ANSWERED, SILENT)
    assert inquiry.response == Interchange.objects.get(kind="277")
    event = StatusEvent.objects.get()
    assert (event.kind, event.category_code, event.alarm) == ("277", "P1", False)
    (question,) = payer_line.asked
    assert question.payload_id == str(inquiry.public_id)


@pytest.mark.parametrize(
    ("category", "status", "alarm"),
    [
        ("A0", ClaimStatus.RECEIVED, False),
        ("A1", ClaimStatus.RECEIVED, False),
        ("A2", ClaimStatus.ACCEPTED, False),
        ("P3", ClaimStatus.PENDING, True),
        ("R4", ClaimStatus.PENDING, True),
        ("F1", ClaimStatus.SENT, False),
        ("F2", ClaimStatus.SENT, False),
        ("A4", ClaimStatus.SENT, True),
        ("D0", ClaimStatus.SENT, True),
    ],
)
def test_what_an_answer_does_to_the_claim(sent_claim, payer_line, drain, category, status, alarm):
    claim = answered(sent_claim, drain, payer_line, report(category))

    assert claim.status == status
    assert StatusEvent.objects.get().alarm is alarm
    assert list(alarming_claims([claim.practice.pk])) == ([claim] if alarm else [])
    assert StatusInquiry.objects.get().status == InquiryStatus.ANSWERED


def test_a_rejection_by_277_holds_the_claim(sent_claim, payer_line, drain):
    claim = answered(sent_claim, drain, payer_line, report("A3", "21"))

    assert claim.status == ClaimStatus.HELD
    assert [it.edit for it in open_findings(claim)] == ["277"]


def test_a_late_answer_moves_no_claim_that_was_decided(sent_claim, payer_line, drain):
    ask_about_claim(claim=sent_claim, by=None, now=SILENT)
    Claim.objects.update(status=ClaimStatus.PAID)

    drain(now=SILENT)

    sent_claim.refresh_from_db()
    assert sent_claim.status == ClaimStatus.PAID
    assert StatusInquiry.objects.get().status == InquiryStatus.ANSWERED


@pytest.mark.parametrize("failure", [NoAnswer(), Refused("Unauthorized")])
def test_a_payer_that_does_not_answer_is_asked_again_a_day_later(
    practice, sent_claim, payer_line, drain, failure
):
    def silence(_trace: str) -> bytes:
        raise failure

    payer_line.answer = silence
    ask_about_silent_claims(practice=practice, now=SILENT)
    drain(now=SILENT)

    assert StatusInquiry.objects.get().status == InquiryStatus.UNANSWERED
    assert ask_about_silent_claims(practice=practice, now=SILENT + dt.timedelta(hours=23)) == 0
    assert ask_about_silent_claims(practice=practice, now=SILENT + dt.timedelta(hours=24)) == 1


@pytest.mark.parametrize(
    "answer",
    [
        lambda trace: status_277(trace, report("E1", "0")),
        lambda trace: status_277("", failure="E1"),
        lambda trace: status_277("SOMEBODY ELSE", report("P1")),
    ],
)
def test_an_answer_that_is_none_leaves_the_inquiry_unanswered(sent_claim, payer_line, drain, answer):
    payer_line.answer = answer
    ask_about_claim(claim=sent_claim, by=None, now=SILENT)
    drain(now=SILENT)

    assert StatusInquiry.objects.get().status == InquiryStatus.UNANSWERED
    sent_claim.refresh_from_db()
    assert sent_claim.status == ClaimStatus.SENT


def test_an_acknowledgment_instead_of_an_answer_leaves_the_inquiry_unanswered(sent_claim, payer_line, drain):
    batch = sent_claim.submissions.get().batch
    payer_line.answer = lambda _trace: ta1(batch, "R", "024", number="000000077")
    inquiry = ask_about_claim(claim=sent_claim, by=None, now=SILENT)
    drain(now=SILENT)

    inquiry.refresh_from_db()
    assert inquiry.status == InquiryStatus.UNANSWERED


def test_an_answer_by_file_ends_an_unanswered_inquiry(sent_claim, payer_line, drain, connection):
    def silence(_trace: str) -> bytes:
        raise NoAnswer

    payer_line.answer = silence
    inquiry = ask_about_claim(claim=sent_claim, by=None, now=SILENT)
    drain(now=SILENT)

    receive_file(
        connection=connection,
        name="late.277",
        content=status_277(inquiry.trace_number, report("P0")),
        now=SILENT,
    )
    drain(now=SILENT)

    inquiry.refresh_from_db()
    sent_claim.refresh_from_db()
    assert (inquiry.status, sent_claim.status) == (InquiryStatus.ANSWERED, ClaimStatus.PENDING)


def test_a_277_nobody_asked_for_is_recorded(sent_claim, connection, drain):
    found = receive_file(
        connection=connection, name="x", content=status_277("OTHER", report("P1")), now=SILENT
    )
    drain(now=SILENT)

    assert found.interchange.documents.get().reasons == ["it answers OTHER, which we did not ask"]


def test_a_277_may_name_the_claim_by_our_number(sent_claim, connection, drain):
    content = status_277("OTHER", report("P1"), account=sent_claim.control_number)
    receive_file(connection=connection, name="x", content=content, now=SILENT)
    drain(now=SILENT)

    sent_claim.refresh_from_db()
    assert sent_claim.status == ClaimStatus.PENDING


def test_ask_about_claim_refuses_what_is_not_with_the_payer(practice, payer_line):
    with pytest.raises(NotWithPayer):
        ask_about_claim(claim=built_claim(practice), by=UserFactory(), now=SILENT)


def test_ask_about_claim_gives_the_open_question_instead_of_a_second(sent_claim):
    first = ask_about_claim(claim=sent_claim, by=UserFactory(), now=SILENT)

    assert ask_about_claim(claim=sent_claim, by=UserFactory(), now=SILENT) == first


def test_put_question_twice_asks_once(sent_claim, payer_line, drain):
    inquiry = ask_about_claim(claim=sent_claim, by=None, now=SILENT)
    drain(now=SILENT)
    inquiry.refresh_from_db()

    put_question(inquiry=inquiry, now=SILENT)
    answer = Document.objects.get(kind="277")
    take_in_277(document=answer, now=SILENT)

    assert len(payer_line.asked) == 1
    assert StatusEvent.objects.count() == 1


def test_a_second_answer_to_the_same_question_is_kept(sent_claim, payer_line, drain, connection):
    claim = answered(sent_claim, drain, payer_line, report("P1"))
    content = status_277(StatusInquiry.objects.get().trace_number, report("P2"), report("P1"))
    receive_file(connection=connection, name="x", content=content, now=SILENT)
    drain(now=SILENT)

    assert StatusEvent.objects.count() == 2
    claim.refresh_from_db()
    assert claim.status == ClaimStatus.PENDING


def test_an_answer_without_a_status_leaves_the_inquiry_unanswered(sent_claim, payer_line, drain):
    answered(sent_claim, drain, payer_line)

    assert StatusInquiry.objects.get().status == InquiryStatus.UNANSWERED
    assert StatusEvent.objects.get().message == "No status given"


@pytest.mark.parametrize("point", ["inquiry.request_stored", "inquiry.answer_stored", "inquiry.claims_moved"])
def test_a_power_cut_asks_the_same_question_under_the_same_number(
    sent_claim, payer_line, drain, cut_power_at, point
):
    ask_about_claim(claim=sent_claim, by=None, now=SILENT)
    cut_power_at(point)
    drain(now=SILENT, failures=1)

    drain(now=SILENT + dt.timedelta(hours=1))

    assert len(payer_line.asked) == 1
    assert Interchange.objects.filter(kind="276").count() == 1
    assert StatusEvent.objects.count() == 1
    sent_claim.refresh_from_db()
    assert sent_claim.status == ClaimStatus.PENDING


def test_poll_silent_claims_goes_through_every_practice(practice, sent_claim, frozen):
    PracticeFactory()
    frozen.moment = SILENT

    with practice_scope([]):
        poll_silent_claims()

    assert StatusInquiry.objects.get().claim == sent_claim
