"""The pages of payments online that wait for a person: the list, the record, and what is decided."""

import pytest
from django.urls import reverse

from billing.models import PatientPayment
from billing.queries import prove
from billing.states import OnlinePaymentStatus
from practice.models import Role
from tests.billing.patients_page import held_payment, letter
from tests.billing.scenario import D

pytestmark = pytest.mark.slow
LIST = "/accounts/online/"


@pytest.fixture
def biller(staff):
    return staff(Role.BILLER, first_name="Bill", last_name="Ing")


@pytest.fixture
def opened(practice):
    return letter(practice)


@pytest.fixture
def held(opened):
    return held_payment(opened)


@pytest.fixture
def url(held):
    return reverse("billing:online_payment", args=[held.public_id])


def status_of(payment):
    payment.refresh_from_db()
    return payment.status


def test_list_shows_what_was_asked_and_taken_and_the_rail_counts_it(biller, held, opened):
    text = biller.get(LIST).content.decode()
    for words in ("1 payment", "$58.00", "$57.00", opened.statement.number, "Online payments", "instead of"):
        assert words in text
    assert "0 payments" in biller.get(f"{LIST}?least=57.01").content.decode()
    assert held.trouble in biller.get(f"{LIST}?preview={held.public_id}").content.decode()


def test_account_and_statement_lead_to_it(biller, opened, url):
    guarantor = opened.visit.patient.guarantor
    for name, record in (("billing:account", guarantor), ("billing:statement", opened.statement)):
        assert url in biller.get(reverse(name, args=[record.public_id])).content.decode()


def test_accepting_books_what_was_taken_and_says_what_stays_owed(biller, held, opened, url):
    assert "$1.00 of what the patient meant to pay stays owed" in biller.get(url).content.decode()
    answer = biller.post(f"{url}acceptance/", follow=True)
    taken = PatientPayment.objects.get()
    text = answer.content.decode()
    assert "$57.00 booked and applied." in text
    assert taken.receipt_number in text
    assert "Bill Ing" in text
    assert (taken.amount, taken.received_by, status_of(held)) == (D("57.00"), biller.user, "succeeded")
    assert opened.visit.owed_by_patient() == D("1.00")
    assert "0 payments" in biller.get(LIST).content.decode()
    assert all(verdict.holds for verdict in prove())


def test_decided_by_somebody_else_meanwhile_it_stays(biller, held, url):
    biller.post(f"{url}acceptance/")
    assert "Somebody decided it meanwhile." in biller.post(f"{url}acceptance/", follow=True).content.decode()
    answer = biller.post(f"{url}dismissal/", {"why": "given back"})
    assert answer.status_code == 422
    assert "Somebody decided it meanwhile." in answer.content.decode()
    assert PatientPayment.objects.count() == 1


def test_given_back_nothing_is_booked_and_the_reason_is_kept(biller, held, opened, url):
    assert biller.post(f"{url}dismissal/", {"why": ""}).status_code == 422
    answer = biller.post(f"{url}dismissal/", {"why": "refunded 03/11"}, follow=True)
    text = answer.content.decode()
    assert "Nothing of it is in the books." in text
    assert "refunded 03/11" in text
    assert status_of(held) == OnlinePaymentStatus.FAILED
    assert opened.visit.owed_by_patient() == D("58.00")


def test_what_is_not_in_dollars_can_only_be_given_back(biller, opened):
    foreign = held_payment(opened, took=None)
    url = reverse("billing:online_payment", args=[foreign.public_id])
    text = biller.get(url).content.decode()
    assert "It cannot be booked" in text
    assert "acceptance" not in text
    assert "not in dollars: give it back" in biller.post(f"{url}acceptance/", follow=True).content.decode()
    assert status_of(foreign) == OnlinePaymentStatus.HELD


def test_ticked_payments_are_accepted_together(biller, opened, held, drain):
    more = held_payment(opened, asked="10.00", took="1.00")
    sent = {"act": "accept", "selected": [str(held.public_id), str(more.public_id)], "query": ""}
    asked = biller.post(f"{LIST}bulk/", sent)
    assert "$58.00" in asked.content.decode()
    biller.post(f"{LIST}bulk/", sent | {"confirmed": "1"})
    drain()
    assert {status_of(held), status_of(more)} == {OnlinePaymentStatus.SUCCEEDED}


def test_who_may_only_look_sees_no_button(staff, held, url):
    for role in (Role.MANAGER, Role.AUDITOR, Role.FRONT_DESK):
        client = staff(role)
        text = client.get(url).content.decode()
        assert "acceptance" not in text
        assert client.post(f"{url}acceptance/").status_code == 403
        assert client.post(f"{url}dismissal/", {"why": "x"}).status_code == 403
    assert staff(Role.CODER).get(url).status_code == 403
