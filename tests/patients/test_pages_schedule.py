"""The schedule of the day, one visit, and booking, as pages."""

import datetime as dt

import pytest

from patients.models import Appointment
from patients.rules.standing import Standing
from patients.states import AppointmentStatus
from patients.views.schedule import Row
from practice.models import Role
from rcm.db import practice_scope
from tests.factories import (
    AppointmentFactory,
    CoverageFactory,
    LocationFactory,
    PatientFactory,
    PayerFactory,
    PracticeFactory,
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


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "1066-10-14", "2026-02-30", "x"])
def test_schedule_of_a_day_that_nobody_means_is_that_of_today(desk, practice, day):
    page = desk.get(f"/schedule/?day={day}")
    assert "Schedule, Wednesday 03/11/2026 (today)" in page.content.decode()


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("9999-12-31", "it has to be from 1900 to 2199"),
        ("0001-01-01", "it has to be from 1900 to 2199"),
        ("2025-03-12", "more than 90 days ago: check the year"),
        ("2062-03-12", "more than two years away: check the year"),
    ],
)
def test_visit_of_a_mistyped_year_is_neither_booked_nor_moved_there(desk, practice, day, said):
    booked = visit(practice)
    typed = {
        "provider": booked.provider.public_id,
        "location": LocationFactory(practice=practice).public_id,
        "day": day,
        "time": "23:59",
    }
    for url in (f"/schedule/booking/{booked.patient.public_id}/", f"/schedule/{booked.public_id}/time/"):
        answer = desk.post(url, typed)
        assert answer.status_code == 422
        assert said in answer.content.decode()
    assert Appointment.objects.get().service_date == TODAY


def test_schedule_names_no_copay_for_a_visit_nobody_came_to():
    for status, copay in (("booked", "30.00"), ("completed", "30.00"), ("no_show", None), ("canceled", None)):
        row = Row(Appointment(status=status), Standing.ACTIVE, [], "")
        row.visit.check_copay = "30.00"  # type: ignore[attr-defined]
        assert row.copay == copay


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


def test_schedule_goes_by_day_provider_and_state(desk, practice):
    visit(practice)
    other = ProviderFactory(practice=practice, npi="1234567893", last_name="Castellano")
    late = visit(practice, 20, patient=PatientFactory(practice=practice, last_name="Late"))
    Appointment.objects.filter(pk=late.pk).update(provider=other)
    assert "Nobody is booked" in desk.get("/schedule/?day=2026-03-12").content.decode()
    page = desk.get(f"/schedule/?provider={other.public_id}").content.decode()
    assert "Late, Margaret" in page
    assert "Ellison, Margaret" not in page
    assert "No visit of this day fits" in desk.get("/schedule/?state=no_show").content.decode()


def test_schedule_of_an_unreadable_day_is_today(desk, practice):
    assert "(today)" in desk.get("/schedule/?day=nonsense").content.decode()


def test_schedule_of_a_reader_offers_no_acts(signed_in, practice):
    visit(practice)
    page = signed_in(Role.AUDITOR).get("/schedule/").content.decode()
    assert "Ellison, Margaret R" in page
    assert "Check eligibility" not in page
    assert "Book a visit" not in page


def test_visit_page_shows_what_happened(desk, practice):
    booked = visit(practice, reason="Annual physical")
    page = desk.get(f"/schedule/{booked.public_id}/").content.decode()
    for said in ("Annual physical", "BPK900112233", "Check eligibility", "Check in", "Did not come"):
        assert said in page


def test_visit_is_moved(desk, practice):
    booked = visit(practice)
    desk.post(f"/schedule/{booked.public_id}/time/", {"day": "2026-03-12", "time": "09:30"})
    booked.refresh_from_db()
    assert booked.service_date == dt.date(2026, 3, 12)
    assert booked.starts_at == dt.datetime(2026, 3, 12, 14, 30, tzinfo=dt.UTC)


def test_visit_is_canceled_with_a_reason(desk, practice):
    booked = visit(practice)
    url = f"/schedule/{booked.public_id}/cancellation/"
    assert desk.post(url, {"why": ""}).status_code == 422
    desk.post(url, {"why": "Moved away"})
    booked.refresh_from_db()
    assert booked.status == AppointmentStatus.CANCELED
    assert "somebody else changed" in desk.post(url, {"why": "Again"}, follow=True).content.decode().lower()


def test_visit_nobody_came_to_is_noted_and_can_be_opened_again(desk, practice):
    booked = visit(practice)
    desk.post(f"/schedule/{booked.public_id}/absence/")
    booked.refresh_from_db()
    assert booked.status == AppointmentStatus.NO_SHOW
    desk.post(f"/schedule/{booked.public_id}/reopening/", {"why": "Came late"})
    booked.refresh_from_db()
    assert (booked.status, booked.arrived_at) == (AppointmentStatus.BOOKED, None)


def test_booking_finds_the_patient_and_books(desk, practice):
    patient = PatientFactory(practice=practice)
    provider, location = ProviderFactory(practice=practice), LocationFactory(practice=practice)
    found = desk.post("/patients/", {"q": "Ellison", "then": "booking"}).content.decode()
    url = f"/schedule/booking/{patient.public_id}/"
    assert f'href="{url}"' in found
    typed = {
        "provider": str(provider.public_id),
        "location": str(location.public_id),
        "day": "2026-03-16",
        "time": "10:20",
        "reason": "Back pain",
    }
    answer = desk.post(url, typed)
    booked = Appointment.objects.get()
    assert answer.url == f"/schedule/{booked.public_id}/"
    assert booked.starts_at == dt.datetime(2026, 3, 16, 15, 20, tzinfo=dt.UTC)
    twice = desk.post(url, typed)
    assert twice.status_code == 422
    assert "has a visit with this provider at this time" in twice.content.decode()


def test_booking_shows_the_providers_day_and_takes_a_free_time_over(desk, practice):
    taken = visit(practice)
    booking = f"/schedule/booking/{taken.patient.public_id}/"
    free = f"{booking}?provider={taken.provider.public_id}&amp;day=2026-03-11&amp;time=09:30"
    url = f"{booking}times/?provider={taken.provider.public_id}&day=2026-03-11"
    page = " ".join(desk.get(url).content.decode().split())
    assert "11:00 AM Ellison, Margaret R" in page
    assert free in page
    page = desk.get(free.replace("&amp;", "&")).content.decode()
    assert 'value="09:30"' in page
    assert f'value="{taken.provider.public_id}" selected' in page


def test_booking_keeps_the_place_when_a_free_time_is_taken_over(desk, practice):
    taken = visit(practice)
    LocationFactory(practice=practice, name="Annex")
    place = LocationFactory(practice=practice, name="Branch")
    booking = f"/schedule/booking/{taken.patient.public_id}/"
    asked = {"provider": taken.provider.public_id, "location": place.public_id, "day": "2026-03-11"}
    page = desk.get(f"{booking}times/", asked).content.decode()
    assert f"&amp;location={place.public_id}&amp;" in page
    assert f'value="{place.public_id}" selected' in desk.get(booking, asked).content.decode()


@pytest.mark.parametrize("path", ["", "time/", "cancellation/", "reopening/"])
def test_visit_of_another_practice_is_not_there(desk, practice, path):
    other = PracticeFactory(name="Hill Clinic")
    with practice_scope([practice.pk, other.pk]):
        theirs = AppointmentFactory(practice=other)
    assert desk.get(f"/schedule/{theirs.public_id}/{path}").status_code == 404
