"""The schedule of the day, one visit, and booking, as pages."""

import datetime as dt

from patients.models import Appointment
from tests.factories import (
    AppointmentFactory,
    CoverageFactory,
    PatientFactory,
    PayerFactory,
    ProviderFactory,
)

TODAY = dt.date(2026, 3, 11)


def visit(practice, hour: int = 16, *, day: dt.date = TODAY, covered: bool = True, **more) -> Appointment:
    patient = more.pop("patient", None) or PatientFactory(practice=practice)
    if covered:
        payer = PayerFactory(organization=practice.organization)
        CoverageFactory(practice=practice, patient=patient, payer=payer)
    return AppointmentFactory(
        practice=practice,
        patient=patient,
        provider=ProviderFactory(practice=practice),
        starts_at=dt.datetime.combine(day, dt.time(hour), dt.UTC),
        service_date=day,
        **more,
    )


def test_schedule_shows_who_comes_and_what_to_do(desk, practice):
    visit(practice, reason="Annual physical")
    page = desk.get("/schedule/").content.decode()
    assert "Schedule, Wednesday 03/11/2026 (today)" in page
    for said in ("Ellison, Margaret R", "Annual physical", "11:00 AM", "Not checked", "Check eligibility"):
        assert said in page


def test_schedule_asks_the_database_as_often_for_one_visit_as_for_three(
    desk, practice, django_assert_max_num_queries
):
    visit(practice)
    desk.get("/schedule/")
    with django_assert_max_num_queries(30) as one:
        desk.get("/schedule/")
    visit(practice, 17)
    visit(practice, 18)
    with django_assert_max_num_queries(len(one)):
        desk.get("/schedule/")
