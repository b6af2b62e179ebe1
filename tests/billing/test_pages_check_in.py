"""Check-in with a copay, and its receipt, as pages."""

import datetime as dt
from decimal import Decimal
from io import BytesIO
from uuid import uuid4

import pytest
from pypdf import PdfReader

from billing.models import PatientPayment
from patients.actions.visit import cancel_appointment
from patients.models import Appointment, EligibilityCheck
from patients.states import AppointmentStatus, EligibilityStatus
from practice.models import Role
from rcm import clock
from rcm.models import AuditEvent
from tests.conftest import NOW
from tests.factories import (
    AppointmentFactory,
    CoverageFactory,
    MembershipFactory,
    PatientFactory,
    UserFactory,
)

TODAY = dt.date(2026, 3, 11)


@pytest.fixture
def desk(client, practice):
    person = UserFactory(first_name="Dana", last_name="Reyes")
    MembershipFactory(user=person, practice=practice, role=Role.FRONT_DESK)
    client.force_login(person)
    return client


@pytest.fixture
def visit(practice) -> Appointment:
    patient = PatientFactory(practice=practice)
    coverage = CoverageFactory(practice=practice, patient=patient)
    EligibilityCheck.objects.create(
        practice=practice,
        coverage=coverage,
        service_date=TODAY,
        service_types=["30", "98"],
        trace_number=str(uuid4()),
        requested_at=NOW,
        answered_at=NOW,
        status=EligibilityStatus.ACTIVE,
        copay=Decimal("30.00"),
    )
    starts_at = dt.datetime(2026, 3, 11, 16, tzinfo=dt.UTC)
    return AppointmentFactory(practice=practice, patient=patient, service_date=TODAY, starts_at=starts_at)


def url(visit: Appointment) -> str:
    return f"/schedule/{visit.public_id}/check-in/"


def copay(**changed: str) -> dict[str, str]:
    return {"amount": "30.00", "method": "card", "reference": "4242", "request_key": str(uuid4())} | changed


def test_check_in_page_shows_who_is_here_and_what_is_due(desk, visit):
    page = desk.get(url(visit)).content.decode()
    for said in ("Check in Margaret R Ellison", "BPK900112233", "22 Oak Lane", "$30.00", 'value="30.00"'):
        assert said in page


def test_check_in_takes_the_copay_and_gives_a_receipt(desk, visit):
    answer = desk.post(url(visit), copay(amount="$30.00"))
    payment = PatientPayment.objects.get()
    assert (payment.amount, payment.method, payment.reference) == (Decimal("30.00"), "card", "4242")
    assert answer.url == f"/accounts/receipts/{payment.public_id}/"
    visit.refresh_from_db()
    assert visit.status == AppointmentStatus.ARRIVED
    page = desk.get(answer.url).content.decode()
    assert f"Receipt {payment.receipt_number}" in page
    assert "$30.00" in page


def test_check_in_sent_twice_is_one_payment(desk, visit):
    once = copay()
    desk.post(url(visit), once)
    desk.post(url(visit), once)
    assert PatientPayment.objects.count() == 1


def test_copay_taken_at_another_desk_meanwhile_is_said_before_a_second_one(desk, visit):
    desk.post(url(visit), copay(received="0.00"))
    answer = desk.post(url(visit), copay(received="0.00"))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Meanwhile $30.00 was received for this visit." in page
    assert 'name="received" value="30.00"' in page
    assert PatientPayment.objects.count() == 1
    desk.post(url(visit), copay(received="30.00", amount="5"))
    assert PatientPayment.objects.count() == 2


def test_nobody_is_checked_in_before_the_day_of_the_visit(desk, visit):
    ahead = clock.today(visit.practice.time_zone) + dt.timedelta(days=2)
    Appointment.objects.filter(pk=visit.pk).update(
        service_date=ahead, starts_at=dt.datetime.combine(ahead, dt.time(16), dt.UTC)
    )
    page = desk.get(url(visit)).content.decode()
    assert "move the visit to today" in page
    assert 'name="amount"' not in page
    assert desk.post(url(visit), copay()).status_code == 302
    assert not PatientPayment.objects.exists()
    visit.refresh_from_db()
    assert visit.status == AppointmentStatus.BOOKED


@pytest.mark.parametrize("amount", ["abc", "-5", "30.005", "99999999999"])
def test_amount_that_is_none_is_refused_in_plain_words(desk, visit, amount):
    answer = desk.post(url(visit), copay(amount=amount))
    assert answer.status_code == 422
    assert "Enter an amount in dollars and cents, like 25.00." in answer.content.decode()


def test_check_in_without_the_copay_asks_why(desk, visit):
    answer = desk.post(url(visit), copay(amount=""))
    assert answer.status_code == 422
    assert "A copay of $30.00 is due" in answer.content.decode()
    visit.refresh_from_db()
    assert visit.status == AppointmentStatus.BOOKED


def test_check_in_without_the_copay_keeps_the_reason(desk, visit):
    desk.post(url(visit), copay(amount="", why_none="Forgot the wallet"))
    visit.refresh_from_db()
    assert visit.status == AppointmentStatus.ARRIVED
    assert AuditEvent.objects.get(verb="appointment.status").why == "Forgot the wallet"
    assert not PatientPayment.objects.exists()


def test_check_by_which_a_copay_is_paid_has_a_number(desk, visit):
    answer = desk.post(url(visit), copay(method="check", reference=""))
    assert answer.status_code == 422
    assert "Enter the number of the check." in answer.content.decode()


def test_check_in_keeps_no_card_number(desk, visit):
    answer = desk.post(url(visit), copay(reference="4242 4242-4242 4242"))
    assert answer.status_code == 422
    assert "Enter the last four digits only" in answer.content.decode()
    assert not PatientPayment.objects.exists()


def test_check_in_of_a_canceled_visit_is_not_offered(desk, visit):
    cancel_appointment(appointment=visit, by=None, now=NOW, why="moved away")
    assert "nobody can be checked in" in " ".join(desk.get(url(visit)).content.decode().split())
    assert desk.post(url(visit), copay()).url == f"/schedule/{visit.public_id}/"
    assert not PatientPayment.objects.exists()


def test_receipt_on_paper_says_what_the_page_says(desk, visit):
    desk.post(url(visit), copay())
    payment = PatientPayment.objects.get()
    answer = desk.get(f"/accounts/receipts/{payment.public_id}/receipt.pdf")
    text = PdfReader(BytesIO(answer.content)).pages[0].extract_text()
    for said in (payment.receipt_number, "$30.00 received", "Margaret R Ellison", "Card, 4242", "Dana Reyes"):
        assert said in text


def test_visit_page_shows_what_was_taken(desk, visit):
    desk.post(url(visit), copay())
    page = desk.get(f"/schedule/{visit.public_id}/payments/").content.decode()
    assert "$30.00 by card" in page


def test_check_in_is_for_the_desk(client, visit, practice):
    client.force_login(UserFactory(member_of=practice, member_of__role=Role.BILLER))
    assert client.get(url(visit)).status_code == 403
