"""Statements and reminders, the mail over a real SMTP server."""

import datetime as dt
import email
from decimal import Decimal
from io import BytesIO

import pytest
from aiosmtpd.controller import Controller
from pypdf import PdfReader

from billing import handlers
from billing.actions.charge import book_charges
from billing.actions.dunning import decide_notice, run_dunning
from billing.actions.payment import take_payment
from billing.actions.statement import (
    dispute_statement,
    issue_statements,
    lift_hold,
    place_hold,
    resolve_dispute,
)
from billing.actions.write_off import approve_write_off, request_write_off
from billing.models import DunningNotice, HoldReason, PaymentMethod, Statement, WriteOffReason
from billing.queries.statements import open_holds
from billing.rules.dunning import STEPS, Account, due_step, why_not_billed
from billing.states import StatementStatus
from tests.billing.scenario import billed_visit, taken_in, text_835
from tests.clearinghouse.servers import free_port
from tests.conftest import NOW
from tests.factories import CoverageFactory, EncounterFactory, ServiceLineFactory, UserFactory

TODAY = NOW.date()


class Letterbox:
    """Keeps what arrives."""

    def __init__(self) -> None:
        self.messages: list[email.message.Message] = []

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802 -- aiosmtpd's name
        self.messages.append(email.message_from_bytes(envelope.content))
        return "250 kept"


@pytest.fixture
def letterbox(settings):
    """A real SMTP server on loopback, to which Django's mail is sent."""
    box, port = Letterbox(), free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    yield box
    controller.stop()


@pytest.fixture
def charge(practice):
    """A visit of 210.00 that the guarantor owes."""
    visit = EncounterFactory(practice=practice)
    ServiceLineFactory(encounter=visit, description="Follow-up visit, extended")
    return book_charges(encounter=visit, now=NOW)[0]


def issue(practice, today=TODAY) -> list[Statement]:
    return issue_statements(practice=practice, today=today, now=NOW)


def pay(charge, amount, on=TODAY):
    take_payment(
        guarantor=charge.guarantor,
        amount=Decimal(amount),
        method=PaymentMethod.CARD,
        request_key=f"{amount} {on}",
        received_on=on,
        by=None,
        now=NOW + (on - TODAY),
    )


def test_issue_statements_shows_each_charge_and_why_it_is_owed(practice, charge):
    [statement] = issue(practice)

    [line] = statement.lines.all()
    assert (line.charged, line.owed, statement.amount) == (Decimal("210.00"),) * 3
    assert line.why == "No insurance was on file for this visit"
    text = PdfReader(BytesIO(bytes(statement.pdf))).pages[0].extract_text()
    assert "$210.00" in text
    assert "Follow-up visit, extended" in text


def test_issue_statements_twice_issues_once(practice, charge):
    issue(practice)
    assert issue(practice) == []


def test_nothing_is_billed_while_a_payer_owes(practice):
    visit = EncounterFactory(practice=practice)
    CoverageFactory(practice=practice, patient=visit.patient)
    ServiceLineFactory(encounter=visit)
    book_charges(encounter=visit, now=NOW)

    assert issue(practice) == []


@pytest.fixture
def deductible_of_both(practice):
    """A visit of 60.00 that two payers left to the guarantor, both for the deductible."""
    payers = {"P": ("BPK01", "BluePeak"), "S": ("59999", "Medigap")}
    visit = billed_visit(practice, number="A1", lines=[("99213", "60")], payers=payers)
    said = "CLP*A1*{}*60*0*60*12*N{}*11*1~SVC*HC:99213*60*0**1~CAS*PR*1*60~REF*6R*A11~"
    for turn, (number, originator) in {1: ("BPK01", "3216549870"), 2: ("59999", "9876543210")}.items():
        text = text_835(
            said.format(turn, turn), paid="0", trace=f"T{turn}", payer_number=number, originator=originator
        )
        assert taken_in(practice, text).status == "posted"
    return visit


REOPENED = "CLP*A1*22*-60*0*-60*12*N1*11*1~SVC*HC:99213*-60*0**1~CAS*PR*1*-60~REF*6R*A11~"


def test_nothing_is_billed_while_the_first_of_two_payers_decides_anew(practice, deductible_of_both):
    taken_in(practice, text_835(REOPENED, paid="0", trace="T3"))

    assert deductible_of_both.owed_by_patient() == Decimal("60.00")
    assert issue(practice) == []


def test_no_reminder_goes_out_while_a_payer_decides_anew(practice, deductible_of_both, drain):
    run_dunning(practice=practice, today=TODAY, now=NOW)
    taken_in(practice, text_835(REOPENED, paid="0", trace="T3"))

    drain()

    assert DunningNotice.objects.get().stopped_reason == "nothing is owed any more"


def test_a_newer_statement_replaces_the_live_one(practice, charge):
    [first] = issue(practice)
    later = EncounterFactory(practice=practice, patient=charge.service_line.encounter.patient)
    ServiceLineFactory(encounter=later, charge=Decimal("40.00"))
    book_charges(encounter=later, now=NOW)
    assert issue(practice, TODAY + dt.timedelta(days=27)) == []

    [second] = issue(practice, TODAY + dt.timedelta(days=28))

    first.refresh_from_db()
    assert first.status == StatementStatus.VOIDED
    assert second.amount == Decimal("250.00")


def test_paying_all_of_it_settles_the_statement(practice, charge):
    [statement] = issue(practice)

    pay(charge, "210.00")

    statement.refresh_from_db()
    assert statement.status == StatementStatus.PAID


@pytest.mark.slow
def test_the_statement_is_mailed_once_with_its_pdf(practice, charge, letterbox, drain):
    run_dunning(practice=practice, today=TODAY, now=NOW)
    drain()
    handlers.mail_notice(notice_id=DunningNotice.objects.get().pk, now=NOW)

    [message] = letterbox.messages
    assert message["Subject"] == "Statement from Lakeside Family Medicine PLLC"
    assert "$210.00" in message.get_payload(0).get_payload()
    assert message.get_payload(1).get_content_type() == "application/pdf"


@pytest.mark.slow
def test_a_crash_after_sending_repeats_under_the_same_message_id(
    practice, charge, letterbox, drain, monkeypatch
):
    run_dunning(practice=practice, today=TODAY, now=NOW)

    def power_cut(point):
        if point == "notice.sent":
            raise ConnectionError

    with monkeypatch.context() as crash:
        crash.setattr("rcm.faults.point", power_cut)
        drain(failures=1)
    drain(now=NOW + dt.timedelta(minutes=5))

    assert len({message["Message-ID"] for message in letterbox.messages}) == 1
    assert DunningNotice.objects.get().sent_at is not None


def test_reminders_follow_the_schedule_each_once(practice, charge):
    taken = [
        day
        for day in range(125)
        if run_dunning(practice=practice, today=TODAY + dt.timedelta(days=day), now=NOW)
    ]

    assert taken == [step.day for step in STEPS]
    assert Statement.objects.get().status == StatementStatus.REVIEW


def test_a_dispute_stops_reminders_until_it_is_resolved(practice, charge, drain):
    run_dunning(practice=practice, today=TODAY, now=NOW)
    statement = Statement.objects.get()
    dispute_statement(statement=statement, reason="I was not there", by=None, now=NOW)
    in_a_month = TODAY + dt.timedelta(days=30)
    assert run_dunning(practice=practice, today=in_a_month, now=NOW) == 0
    drain()
    assert DunningNotice.objects.get().stopped_reason == "the statement is disputed"

    resolve_dispute(statement=statement, by=UserFactory(), now=NOW, why="the visit is documented")

    assert run_dunning(practice=practice, today=in_a_month, now=NOW) == 1


def test_a_dispute_about_a_statement_paid_meanwhile_ends_without_opening_it(practice, charge):
    [statement] = issue(practice)
    dispute_statement(statement=statement, reason="I was not there", by=None, now=NOW)
    pay(charge, "210.00")
    statement.refresh_from_db()

    resolve_dispute(statement=statement, by=UserFactory(), now=NOW, why="it was a mistake")

    statement.refresh_from_db()
    assert statement.status == StatementStatus.PAID
    assert open_holds(guarantor=charge.guarantor) == []


def test_a_dispute_of_a_statement_in_review_is_taken(practice, charge):
    [statement] = issue(practice)
    decide_notice(statement=statement, today=TODAY + dt.timedelta(days=120), now=NOW)
    statement.refresh_from_db()

    dispute_statement(statement=statement, reason="I was not there", by=None, now=NOW)

    assert statement.status == StatementStatus.DISPUTED


def test_writing_all_of_it_off_settles_the_statement(practice, charge, drain):
    [statement] = issue(practice)
    asked = request_write_off(
        charge=charge,
        amount=Decimal("210.00"),
        reason=WriteOffReason.CHARITY,
        by=UserFactory(),
        today=TODAY,
        now=NOW,
    )

    approve_write_off(write_off=asked, by=UserFactory(), today=TODAY, now=NOW)
    drain()

    statement.refresh_from_db()
    assert statement.status == StatementStatus.PAID


def test_a_hold_stops_statements_and_reminders(practice, charge):
    place_hold(guarantor=charge.guarantor, reason=HoldReason.BANKRUPTCY, by=None, now=NOW)
    assert issue(practice) == []

    lift_hold(guarantor=charge.guarantor, reason=HoldReason.BANKRUPTCY, by=UserFactory(), now=NOW)

    assert len(issue(practice)) == 1


def test_a_part_payment_gives_a_pause(practice, charge):
    [statement] = issue(practice)
    decide_notice(statement=statement, today=TODAY, now=NOW)
    pay(charge, "50.00", on=TODAY + dt.timedelta(days=20))

    assert not decide_notice(statement=statement, today=TODAY + dt.timedelta(days=30), now=NOW)
    assert decide_notice(statement=statement, today=TODAY + dt.timedelta(days=50), now=NOW)


def test_nobody_gets_mail_without_consent(practice, charge, drain):
    charge.guarantor.email_consented_at = None
    charge.guarantor.save()

    run_dunning(practice=practice, today=TODAY, now=NOW)
    drain()

    assert DunningNotice.objects.get().stopped_reason == "no consent to e-mail: print and mail it"


ACCOUNT = Account(
    owed=Decimal("50.00"),
    minimum=Decimal("5.00"),
    holds=(),
    has_address=True,
    birth_date=dt.date(1980, 1, 1),
    live_statement_on=None,
    has_new_charges=True,
)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({}, ""),
        ({"holds": ["dispute"]}, "on hold: dispute"),
        ({"owed": Decimal("4.99")}, "below the practice's minimum"),
        ({"has_address": False}, "no address"),
        ({"birth_date": dt.date(2010, 1, 1)}, "the guarantor is a minor"),
    ],
)
def test_why_not_billed(change, why):
    kept = {name: getattr(ACCOUNT, name) for name in Account.__slots__}
    assert why_not_billed(Account(**{**kept, **change}), today=TODAY) == why


def test_missed_steps_are_not_made_up_for():
    step = due_step(issued_on=TODAY, today=TODAY + dt.timedelta(days=61), taken=[0], last_paid_on=None)
    assert step == STEPS[3]
