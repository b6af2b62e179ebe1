"""The payer's answer in plain words, asking again, and the queue of problems, as pages."""

import datetime as dt

import pytest

from clearinghouse import gateway
from patients.actions.eligibility import request_eligibility
from patients.models import Appointment, Coverage, EligibilityCheck
from patients.states import EligibilityStatus
from practice.models import Role
from rcm.models import AuditEvent, BulkWork
from tests.conftest import NOW
from tests.factories import (
    AppointmentFactory,
    ConnectionFactory,
    CoverageFactory,
    LocationFactory,
    PatientFactory,
    PayerFactory,
    ProviderFactory,
)
from tests.patients.payer import rejecting

TODAY = dt.date(2026, 3, 11)


@pytest.fixture
def coverage(practice, payer_line) -> Coverage:
    payer = PayerFactory(organization=practice.organization, payer_number="BPK01")
    return CoverageFactory(practice=practice, patient=PatientFactory(practice=practice), payer=payer)


def asked(coverage: Coverage) -> EligibilityCheck:
    return request_eligibility(
        coverage=coverage, service_date=TODAY, service_types=("30", "98"), by=None, now=NOW
    )


def visit(coverage: Coverage, day: dt.date = TODAY) -> Appointment:
    practice = coverage.practice
    return AppointmentFactory(
        practice=practice,
        patient=coverage.patient,
        provider=ProviderFactory(practice=practice),
        location=LocationFactory(practice=practice),
        service_date=day,
        starts_at=dt.datetime.combine(day, dt.time(16), dt.UTC),
    )


def test_answer_is_told_in_plain_words_with_its_evidence(desk, coverage, drain):
    check = asked(coverage)
    drain()
    page = " ".join(desk.get(f"/eligibility/{check.public_id}/").content.decode().split())
    for said in (
        "Active from",
        "for an office visit",
        "left this calendar year",
        "EB*B*IND*98",
        "Copay",
        "answer (271)",
    ):
        assert said in page
    assert AuditEvent.objects.get(verb="patient.read").subject_id == coverage.patient_id


def test_answer_page_asks_the_database_a_fixed_number_of_times(
    desk, coverage, drain, django_assert_max_num_queries
):
    check = asked(coverage)
    drain()
    desk.get(f"/eligibility/{check.public_id}/")
    with django_assert_max_num_queries(20):
        desk.get(f"/eligibility/{check.public_id}/")


def test_question_that_waits_is_looked_for_again_until_it_is_answered(desk, coverage, drain):
    check = asked(coverage)
    page = desk.get(f"/eligibility/{check.public_id}/").content.decode()
    assert "The payer is being asked" in page
    assert 'hx-trigger="every 2s"' in page
    drain()
    part = desk.get(f"/eligibility/{check.public_id}/", headers={"HX-Request": "true"}).content.decode()
    assert "hx-trigger" not in part
    assert "Active" in part
    assert "<html" not in part


def test_refusal_says_why_and_what_to_do(desk, coverage, payer_line, drain):
    payer_line.replies = [rejecting("72", "C")]
    check = asked(coverage)
    drain()
    page = " ".join(desk.get(f"/eligibility/{check.public_id}/").content.decode().split())
    assert "Subscriber id is missing or invalid" in page
    assert "Type the member id again from the card" in page
    assert "AAA*N**72*C" in page


def test_silent_payer_is_no_patient_without_coverage(desk, coverage, payer_line, drain):
    payer_line.replies = [gateway.NoAnswer("down")] * 20
    check = asked(coverage)
    EligibilityCheck.objects.filter(pk=check.pk).update(requested_at=NOW - dt.timedelta(hours=5))
    drain()
    page = desk.get(f"/eligibility/{check.public_id}/").content.decode()
    assert "Payer silent" in page
    assert "Inactive" not in page


def test_asking_again_is_another_question(desk, coverage, drain):
    check = asked(coverage)
    drain()
    answer = desk.post(f"/eligibility/{check.public_id}/repetition/")
    again = EligibilityCheck.objects.exclude(pk=check.pk).get()
    assert answer.url == f"/eligibility/{again.public_id}/"
    assert (again.service_date, again.service_types) == (check.service_date, check.service_types)


def test_answer_may_be_read_but_not_asked_for_by_readers(signed_in, coverage, drain):
    check = asked(coverage)
    drain()
    auditor = signed_in(Role.AUDITOR)
    assert "Ask again now" not in auditor.get(f"/eligibility/{check.public_id}/").content.decode()
    assert auditor.post(f"/eligibility/{check.public_id}/repetition/").status_code == 403


def test_schedule_row_asks_and_looks_again(desk, coverage, drain):
    booked = visit(coverage)
    url = f"/schedule/{booked.public_id}/eligibility/"
    row = desk.post(url, headers={"HX-Request": "true"}).content.decode()
    assert "Asking" in row
    assert "every 2s" in row
    drain()
    row = desk.get(f"/schedule/{booked.public_id}/row/").content.decode()
    assert "Active" in row
    assert "every 2s" not in row


def test_problems_are_the_visits_nobody_can_be_sure_to_be_paid_for(desk, practice, coverage, drain):
    fine = visit(coverage)
    asked(coverage)
    drain()
    naked = PatientFactory(practice=practice, first_name="Otto", last_name="Naked")
    AppointmentFactory(
        practice=practice,
        patient=naked,
        provider=fine.provider,
        service_date=TODAY,
        starts_at=dt.datetime(2026, 3, 11, 17, tzinfo=dt.UTC),
    )
    page = desk.get("/eligibility/").content.decode()
    assert "Naked, Otto" in page
    assert "No coverage" in page
    assert "Ellison" not in page


def test_problems_are_filtered_by_payer(desk, practice, coverage):
    booked = AppointmentFactory(practice=practice, patient=coverage.patient, service_date=TODAY)
    other = PayerFactory(organization=practice.organization, payer_number="OTHER")
    CoverageFactory(practice=practice, patient=PatientFactory(practice=practice), payer=other)
    for payer, count in ((coverage.payer, "1 visit"), (other, "0 visits")):
        assert count in desk.get(f"/eligibility/?payer={payer.public_id}").content.decode()
    assert booked.patient.listed_name in desk.get("/eligibility/").content.decode()


def test_problems_ask_the_database_as_often_for_one_as_for_three(
    desk, practice, django_assert_max_num_queries
):
    def one_more(hour: int) -> None:
        AppointmentFactory(
            practice=practice,
            patient=PatientFactory(practice=practice),
            provider=ProviderFactory(practice=practice),
            service_date=TODAY,
            starts_at=dt.datetime(2026, 3, 11, hour, tzinfo=dt.UTC),
        )

    one_more(16)
    desk.get("/eligibility/")
    with django_assert_max_num_queries(30) as one:
        desk.get("/eligibility/")
    one_more(17)
    one_more(18)
    with django_assert_max_num_queries(len(one)):
        desk.get("/eligibility/")


def test_problems_are_asked_about_together(desk, practice, coverage):
    covered = visit(coverage)
    ticked = {"act": "ask", "selected": [str(covered.public_id)], "confirmed": "1"}
    answer = desk.post("/eligibility/bulk/", ticked)
    work = BulkWork.objects.get()
    assert answer.url == f"/work/{work.public_id}/"
    assert work.outcomes == [[covered.pk, True, "The payer is being asked."]]
    assert EligibilityCheck.objects.get().status == EligibilityStatus.PENDING


def test_problem_without_coverage_cannot_be_asked_about(desk, practice):
    ConnectionFactory(practice=practice)
    naked = AppointmentFactory(
        practice=practice,
        patient=PatientFactory(practice=practice),
        provider=ProviderFactory(practice=practice),
        service_date=TODAY,
        starts_at=dt.datetime(2026, 3, 11, 16, tzinfo=dt.UTC),
    )
    desk.post("/eligibility/bulk/", {"act": "ask", "selected": [str(naked.public_id)], "confirmed": "1"})
    assert BulkWork.objects.get().outcomes[0][1:] == [
        False,
        "The patient has no coverage on this day: there is nobody to ask.",
    ]


def test_problem_is_previewed_beside_the_list(desk, coverage):
    booked = visit(coverage)
    page = desk.get(f"/eligibility/?preview={booked.public_id}").content.decode()
    assert "Ask again" in page
    assert "BPK900112233" in page
