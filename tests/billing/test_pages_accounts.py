"""The pages of patient accounts: the balance line by line, payments, statements, holds, questions, write-offs."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from billing.actions.statement import issue_statement
from billing.models import AccountHold, HoldReason, PatientPayment, PatientQuestion, Statement, WriteOff
from billing.queries import prove
from billing.queries.balances import guarantor_owes
from practice.models import Role
from rcm.models import AuditEvent
from tests.billing.scenario import D, billed_visit, taken_in, text_835
from tests.conftest import NOW

pytestmark = pytest.mark.slow
TODAY = NOW.date()


@pytest.fixture
def biller(staff):
    return staff(Role.BILLER, first_name="Bill", last_name="Ing")


@pytest.fixture
def visit(practice, drain):
    """150.00 charged: 90.00 paid by the plan, 40.00 by contract, 20.00 left to the patient."""
    made = billed_visit(practice, number="A1")
    body = (
        "CLP*A1*1*150*90*20*12*ICN1*11*1~NM1*QC*1*ELLISON*MARGARET~"
        "SVC*HC:99213*150*90**1~DTM*472*20260310~CAS*CO*45*40~CAS*PR*1*20~REF*6R*A11~"
    )
    taken_in(practice, text_835(body, paid="90", trace="EFT1"))
    drain()
    return made


@pytest.fixture
def guarantor(visit):
    return visit.patient.guarantor


@pytest.fixture
def url(guarantor):
    return reverse("billing:account", args=[guarantor.public_id])


@pytest.fixture
def statement(guarantor):
    return issue_statement(guarantor=guarantor, today=TODAY, now=NOW)


@pytest.fixture
def question(practice, statement):
    return PatientQuestion.objects.create(
        practice=practice,
        statement=statement,
        request_key=str(uuid4()),
        text="Why do I owe this?",
        asked_at=NOW,
    )


def holds(guarantor):
    return list(
        AccountHold.objects.filter(guarantor=guarantor, lifted_at=None).values_list("reason", flat=True)
    )


def paying(amount="20.00", **more):
    return {
        "request_key": str(uuid4()),
        "amount": amount,
        "method": "card",
        "reference": "4242",
        "received_on": str(TODAY),
    } | more


def test_list_shows_who_owes_how_much(biller, guarantor, statement):
    text = biller.get("/accounts/").content.decode()
    for words in ("1 account", "$20.00", guarantor.listed_name, "Open"):
        assert words in text
    assert "0 accounts" in biller.get("/accounts/?least=20.01").content.decode()


def test_account_shows_every_move_of_every_line(biller, url, statement):
    text = biller.get(url).content.decode()
    for words in (
        "PR-1",
        "Discount by contract",
        "Paid by the plan",
        "Moved to the patient",
        statement.number,
        "Statement issued",
    ):
        assert words in text


def test_account_asks_as_often_for_many_lines_as_for_one(biller, practice, drain, guarantor, url):
    def asked():
        biller.get(url)
        with CaptureQueriesContext(connection) as queries:
            biller.get(f"{url}?all=1")
        return len(queries)

    one = asked()
    lines = [("99213", "150"), ("93000", "50"), ("85025", "20")]
    more = billed_visit(practice, number="B1", lines=lines)
    type(more.charges[0]).objects.filter(pk__in=[charge.pk for charge in more.charges]).update(
        guarantor=guarantor
    )
    assert asked() == one


def test_payment_is_applied_with_a_receipt(biller, guarantor, url):
    answer = biller.post(f"{url}payments/", paying())
    taken = PatientPayment.objects.get()
    assert answer.url == reverse("billing:receipt", args=[taken.public_id])
    assert guarantor_owes(guarantor=guarantor) == D("0.00")
    assert all(verdict.holds for verdict in prove())


def test_payment_of_more_than_is_owed_says_how_much_waits(biller, url):
    exact = biller.post(f"{url}payments/", paying("20.00"), follow=True).content.decode()
    assert "$20.00 taken and applied." in exact
    more = biller.post(f"{url}payments/", paying("50.00"), follow=True).content.decode()
    assert "$50.00 taken. $50.00 is more than is owed: it waits for the next balance." in more


def test_form_sent_twice_is_one_payment(biller, url):
    sent = paying()
    biller.post(f"{url}payments/", sent)
    biller.post(f"{url}payments/", sent)
    assert PatientPayment.objects.count() == 1


def test_statement_that_a_person_issues_bears_their_name(biller, url):
    biller.post(f"{url}statements/")
    assert AuditEvent.objects.get(verb="statement.issued").actor == biller.user


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": "0"},
        {"amount": "abc"},
        {"received_on": "2027-01-01"},
        {"received_on": "1990-01-01"},
        {"method": "check", "reference": ""},
    ],
)
def test_payment_that_cannot_be_is_refused_beside_its_field(biller, url, wrong):
    assert biller.post(f"{url}payments/", paying(**wrong)).status_code == 422
    assert not PatientPayment.objects.exists()


def test_payment_taken_back_is_owed_again(biller, guarantor, url):
    biller.post(f"{url}payments/", paying())
    taken = PatientPayment.objects.get()
    back = reverse("billing:voiding", args=[taken.public_id])
    assert biller.post(back, {"why": ""}).status_code == 422
    assert biller.post(back, {"why": "The check bounced"}).url == url
    assert guarantor_owes(guarantor=guarantor) == D("20.00")
    assert biller.post(back, {"why": "Again"}).status_code == 422


def test_timeline_says_which_statement_and_how_much(biller, url, statement):
    biller.post(f"{url}payments/", paying("20.00"))
    timeline = biller.get(url).content.decode().partition("What happened</h2>")[2]
    assert f"<p>{statement.number}" in timeline
    assert "<p>$20.00</p>" in timeline


def test_hold_is_placed_and_lifted(biller, guarantor, url):
    biller.post(f"{url}holds/", {"reason": HoldReason.BANKRUPTCY})
    assert holds(guarantor) == [HoldReason.BANKRUPTCY]
    assert "On hold" in biller.get("/accounts/?hold=bankruptcy").content.decode()
    biller.post(f"{url}holds/", {"reason": HoldReason.BANKRUPTCY, "lift": "1"})
    assert holds(guarantor) == []


def test_statement_is_issued_once(biller, url):
    answer = biller.post(f"{url}statements/")
    assert answer.url == reverse("billing:statement", args=[Statement.objects.get().public_id])
    assert "No statement is due" in biller.post(f"{url}statements/", follow=True).content.decode()


def test_statements_are_issued_in_bulk_and_what_is_not_due_is_named(biller, guarantor):
    chosen = {"act": "issue", "selected": [guarantor.public_id], "confirmed": "1"}
    assert "Statement " in biller.post("/accounts/bulk/", chosen, follow=True).content.decode()
    assert "No statement is due" in biller.post("/accounts/bulk/", chosen, follow=True).content.decode()


def test_statement_shows_the_bill_and_its_letters(biller, statement, drain):
    drain()
    text = biller.get(reverse("billing:statement", args=[statement.public_id])).content.decode()
    for words in ("Your plan paid", "Second notice", "to come", "You owe"):
        assert words in text
    paper = biller.get(reverse("billing:statement_paper", args=[statement.public_id]))
    assert paper.content == bytes(statement.pdf)


@pytest.mark.parametrize(
    "typed", [lambda it: it.number, lambda it: it.number.lower(), lambda it: it.number[-3:]]
)
def test_search_finds_a_statement_by_the_number_on_the_letter(biller, staff, statement, typed):
    page = reverse("billing:statement", args=[statement.public_id])
    assert page in biller.post("/search/", {"q": typed(statement)}).content.decode()
    assert page not in biller.post("/search/", {"q": statement.number[-2:]}).content.decode()
    assert page not in staff(Role.CODER).post("/search/", {"q": typed(statement)}).content.decode()


def test_dispute_stops_reminders_until_it_is_resolved(biller, guarantor, statement):
    url = reverse("billing:dispute", args=[statement.public_id])
    biller.post(url, {"why": "Not my visit"})
    assert holds(guarantor) == [HoldReason.DISPUTE]
    biller.post(url, {"why": "Explained on the phone"})
    statement.refresh_from_db()
    assert (holds(guarantor), statement.status) == ([], "open")


def test_link_is_told_once_and_closed(biller, statement):
    url = reverse("billing:links", args=[statement.public_id])
    before = statement.links.count()
    assert "/pay/" in biller.post(url).content.decode()
    assert statement.links.count() == before + 1
    biller.post(url, {"revoke": "1"})
    assert not statement.links.filter(revoked_at=None).exists()


def test_question_is_read_beside_its_statement_and_answered_once(staff, question):
    desk = staff(Role.FRONT_DESK)
    assert "Why do I owe this?" in desk.get("/invoices/questions/").content.decode()
    url = reverse("billing:question", args=[question.public_id])
    assert desk.post(url, {"answer": ""}).status_code == 422
    assert desk.post(url, {"answer": "It went to your deductible."}).status_code == 302
    question.refresh_from_db()
    assert question.answered_by == desk.user
    assert desk.post(url, {"answer": "Again"}).status_code == 422


def test_auditor_reads_a_question_and_cannot_answer(staff, question):
    auditor = staff(Role.AUDITOR)
    auditor.post(reverse("billing:question", args=[question.public_id]), {"answer": "x"})
    question.refresh_from_db()
    assert question.answered_at is None


def test_write_off_within_the_limit_is_done_and_above_waits_for_another_person(
    biller, staff, practice, visit, url
):
    practice.write_off_limit = D("5.00")
    practice.save()
    charge = visit.charges[0]
    ask = reverse("billing:forgiveness", args=[charge.public_id])
    assert biller.post(ask, {"amount": "99", "reason": "charity", "note": "x"}).status_code == 422
    biller.post(ask, {"amount": "20.00", "reason": "charity", "note": "Hardship shown"})
    asked = WriteOff.objects.get()
    assert asked.status == "requested"
    manager = staff(Role.MANAGER)
    assert "Hardship shown" in manager.get("/write-offs/").content.decode()
    manager.post("/write-offs/bulk/", {"act": "approve", "selected": [asked.public_id], "confirmed": "1"})
    asked.refresh_from_db()
    assert asked.status == "approved"
    assert all(verdict.holds for verdict in prove())


def test_nobody_approves_their_own_write_off(staff, practice, visit):
    both = staff(Role.BILLER, Role.MANAGER)
    practice.write_off_limit = D("5.00")
    practice.save()
    ask = reverse("billing:forgiveness", args=[visit.charges[0].public_id])
    both.post(ask, {"amount": "20.00", "reason": "charity", "note": "x"})
    asked = WriteOff.objects.get()
    chosen = {"act": "approve", "selected": [asked.public_id], "confirmed": "1"}
    assert "does not decide it" in both.post("/write-offs/bulk/", chosen, follow=True).content.decode()
    refused = {**chosen, "act": "refuse"}
    staff(Role.MANAGER).post("/write-offs/bulk/", refused)
    asked.refresh_from_db()
    assert asked.status == "refused"


def test_money_that_waits_is_applied(biller, practice, guarantor, url):
    biller.post(f"{url}payments/", paying("50.00"))
    assert "$30.00" in biller.get(url).content.decode()
    assert "$0.00 applied" in biller.post(f"{url}application/", follow=True).content.decode()


def test_slots_for_patient_and_claim(biller, staff, visit):
    balance = biller.get(reverse("billing:patient_slot", args=[visit.patient.public_id])).content.decode()
    assert "$20.00" in balance
    money = biller.get(reverse("billing:claim_slot", args=[visit.claim.public_id])).content.decode()
    assert "EFT1" in money
    assert "Paid by the plan" in money
    coder = staff(Role.CODER).get(reverse("billing:patient_slot", args=[visit.patient.public_id]))
    assert "Open the account" not in coder.content.decode()
