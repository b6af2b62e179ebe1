"""Finding, registering, reading and correcting patients, as pages."""

import datetime as dt

import pytest

from patients.models import Guarantor, Patient
from patients.queries import look_alikes
from patients.rules.duplicates import Person
from practice.models import Role
from rcm.db import practice_scope
from rcm.models import AuditEvent
from tests.conftest import NOW
from tests.factories import AppointmentFactory, CoverageFactory, PatientFactory, PracticeFactory

TYPED = {
    "first_name": "Rosa",
    "last_name": "Delgado",
    "birth_date": "1980-03-10",
    "sex": "F",
    "phone": "(512) 555-0142",
    "street": "9 Elm Street",
    "city": "Austin",
    "state": "tx",
    "postal_code": "78704-1234",
    "answers": "patient",
}


@pytest.fixture
def rosa(practice) -> Patient:
    return PatientFactory(
        practice=practice,
        medical_record_number="0000007",
        first_name="Rosa",
        middle_name="",
        last_name="Delgado",
        birth_date=dt.date(1980, 3, 10),
        phone="5125550142",
    )


@pytest.mark.parametrize(
    "words",
    ["delg", "Delgado, Rosa", "rosa 03/10/1980", "7", "0000007", "0142", "(512) 555-0142", "Delgato"],
)
def test_search_finds_by_name_birth_date_number_and_phone(desk, practice, rosa, words):
    PatientFactory(practice=practice, first_name="Ann", last_name="Whitfield", phone="5125550100")
    page = desk.post("/patients/", {"q": words}).content.decode()
    assert "Delgado, Rosa" in page
    assert "Whitfield" not in page


@pytest.fixture
def elena(practice) -> Patient:
    return PatientFactory(
        practice=practice,
        medical_record_number="0000009",
        first_name="María Elena",
        middle_name="Zoë",
        last_name="De La Cruz-Muñoz",
        suffix="III",
        birth_date=dt.date(1956, 4, 7),
        phone="5125557777",
    )


@pytest.mark.parametrize(
    "words",
    [
        "cruz",
        "de la cruz",
        "munoz",
        "MUÑOZ",
        "cruz-munoz",
        "maria elena",
        "Cruz - Muñoz, María",
        "zoe",
        "Cruz III",
        "4/7/56",
        "4-7-56",
        "cruz 4/7/56",
        "555-7777",
        "+1 512-555-7777",
        "1-512-555-7777",
        "5557777",
    ],
)
def test_search_finds_any_part_of_a_name_without_accents_and_numbers_as_people_say_them(
    desk, practice, rosa, elena, words
):
    page = desk.post("/patients/", {"q": words}).content.decode()
    assert "1 patient found" in page
    assert "De La Cruz-Muñoz III, María Elena" in page


@pytest.mark.parametrize("words", ["obrien", "O'Brien", "o\N{RIGHT SINGLE QUOTATION MARK}brien"])
def test_search_does_not_mind_an_apostrophe(desk, practice, words):
    PatientFactory(practice=practice, first_name="Ann", last_name="O'Brien")
    assert "1 patient found" in desk.post("/patients/", {"q": words}).content.decode()


def test_search_says_when_those_shown_only_sound_like_it(desk, practice, rosa):
    page = desk.post("/patients/", {"q": "pedro delgato"}).content.decode()
    assert "Nobody fits exactly" in page
    assert "Delgado, Rosa" in page
    assert "patient found" not in page


def test_registration_of_a_look_alike_is_held_up_without_its_accents_and_with_a_slip(practice):
    known = PatientFactory(
        practice=practice, first_name="José", last_name="Peña", birth_date=dt.date(1980, 2, 28)
    )
    person = Person(first_name="Jose", last_name="Pena", birth_date=dt.date(1980, 2, 18))
    assert look_alikes(practice=practice, person=person) == [known]


def test_search_answers_htmx_with_the_list_alone(desk, rosa):
    page = desk.post("/patients/", {"q": "delgado"}, headers={"HX-Request": "true"}).content.decode()
    assert "1 patient found" in page
    assert "<html" not in page


def test_search_of_nobody_offers_registration(desk, practice):
    assert "Register a patient" in desk.post("/patients/", {"q": "Zyx"}).content.decode()


def test_search_page_remembers_whom_the_person_opened(desk, rosa):
    desk.get(f"/patients/{rosa.public_id}/")
    page = desk.get("/patients/").content.decode()
    assert "Opened by you lately" in page
    assert "Delgado, Rosa" in page


def test_search_asks_the_database_as_often_for_one_patient_as_for_three(
    desk, practice, rosa, django_assert_max_num_queries
):
    desk.post("/patients/", {"q": "delgado"})
    with django_assert_max_num_queries(30) as one:
        desk.post("/patients/", {"q": "delgado"})
    PatientFactory.create_batch(2, practice=practice, last_name="Delgado")
    with django_assert_max_num_queries(len(one)):
        desk.post("/patients/", {"q": "delgado"})


def test_global_search_finds_patients(desk, rosa):
    assert "Delgado, Rosa" in desk.post("/search/", {"q": "delga"}).content.decode()


def test_registration_makes_a_record_with_the_patient_as_guarantor(desk, practice):
    answer = desk.post("/patients/registration/", TYPED)
    patient = Patient.objects.get()
    assert answer.url == f"/patients/{patient.public_id}/"
    assert (patient.phone, patient.state, patient.postal_code) == ("5125550142", "TX", "787041234")
    assert patient.guarantor.full_name == "Rosa Delgado"


def test_registration_says_what_is_missing(desk, practice):
    answer = desk.post("/patients/registration/", TYPED | {"phone": "123", "last_name": ""})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Enter ten digits, area code first." in page
    assert 'href="#id_last_name"' in page
    assert not Patient.objects.exists()


def test_registration_of_a_minor_asks_for_a_parent_and_takes_one(desk, practice):
    child = TYPED | {"first_name": "Leo", "birth_date": "2018-05-02"}
    assert "Name a parent or guardian" in desk.post("/patients/registration/", child).content.decode()
    assert not Guarantor.objects.exists()
    parent = {"answers": "other", "guarantor_first_name": "Rosa", "guarantor_last_name": "Delgado"}
    desk.post("/patients/registration/", child | parent | {"guarantor_birth_date": "1980-03-10"})
    leo = Patient.objects.get()
    assert (leo.guarantor.full_name, leo.guarantor.street) == ("Rosa Delgado", "9 Elm Street")


def test_registration_of_a_look_alike_shows_both_and_makes_no_second_record(desk, rosa):
    answer = desk.post("/patients/registration/", TYPED | {"first_name": "Rosita"})
    page = answer.content.decode()
    assert answer.status_code == 422
    for said in ("Is it one of these?", "Rosita Delgado", "Rosa Delgado", "Record 0000007", "Use this one"):
        assert said in page
    assert Patient.objects.count() == 1
    assert Guarantor.objects.count() == 1


def test_registration_anyway_keeps_the_reason(desk, rosa):
    desk.post("/patients/registration/", TYPED | {"why_new": "Cousin of the same name, ID shown"})
    patient = Patient.objects.exclude(pk=rosa.pk).get()
    event = AuditEvent.objects.get(verb="patient.registered", subject_id=patient.pk)
    assert (event.why, event.data) == ("Cousin of the same name, ID shown", {"told_new": True})


def test_registration_of_a_relative_shares_address_and_guarantor(desk, rosa):
    page = desk.get(f"/patients/{rosa.public_id}/family/").content.decode()
    assert 'value="Delgado"' in page
    desk.post(
        f"/patients/{rosa.public_id}/family/",
        TYPED | {"first_name": "Leo", "birth_date": "2018-05-02", "answers": "family"},
    )
    assert Patient.objects.exclude(pk=rosa.pk).get().guarantor == rosa.guarantor


def test_record_shows_the_patient_and_leaves_a_trace(desk, practice, rosa):
    CoverageFactory(practice=practice, patient=rosa)
    AppointmentFactory(practice=practice, patient=rosa, reason="Back pain")
    page = desk.get(f"/patients/{rosa.public_id}/").content.decode()
    for said in ("Rosa Delgado", "03/10/1980", "BluePeak Health Plan", "BPK900112233", "Back pain"):
        assert said in page
    event = AuditEvent.objects.get(verb="patient.read")
    assert (event.subject_id, event.happened_at) == (rosa.pk, NOW)


def test_record_asks_the_database_as_often_for_one_visit_as_for_three(
    desk, practice, rosa, django_assert_max_num_queries
):
    def one_more(day: int) -> None:
        AppointmentFactory(practice=practice, patient=rosa, service_date=dt.date(2026, 3, day))
        CoverageFactory(
            practice=practice,
            patient=rosa,
            effective_on=dt.date(2020 + day, 1, 1),
            ended_on=dt.date(2020 + day, 6, 1),
        )

    one_more(1)
    desk.get(f"/patients/{rosa.public_id}/")
    with django_assert_max_num_queries(40) as one:
        desk.get(f"/patients/{rosa.public_id}/")
    one_more(2)
    one_more(3)
    with django_assert_max_num_queries(len(one)):
        desk.get(f"/patients/{rosa.public_id}/")


def test_record_of_another_practice_is_not_there(desk, practice):
    other = PracticeFactory(name="Hill Clinic")
    with practice_scope([practice.pk, other.pk]):
        theirs = PatientFactory(practice=other)
    assert desk.get(f"/patients/{theirs.public_id}/").status_code == 404


@pytest.mark.parametrize("role", [Role.CODER, Role.MANAGER, Role.AUDITOR])
def test_readers_read_and_change_nothing(signed_in, rosa, role):
    reader = signed_in(role)
    page = reader.get(f"/patients/{rosa.public_id}/").content.decode()
    assert "Correct details" not in page
    assert reader.get(f"/patients/{rosa.public_id}/details/").status_code == 403
    assert reader.get("/patients/registration/").status_code == 403


def typed_details(patient: Patient, **changed: str) -> dict[str, str]:
    names = ("first_name", "last_name", "sex", "phone", "street", "city", "state", "postal_code")
    known = {name: getattr(patient, name) for name in names}
    return known | {"birth_date": patient.birth_date.isoformat()} | changed


def test_details_are_corrected(desk, rosa):
    answer = desk.post(f"/patients/{rosa.public_id}/details/", typed_details(rosa, phone="512 555 0177"))
    assert answer.url == f"/patients/{rosa.public_id}/"
    rosa.refresh_from_db()
    assert rosa.phone == "5125550177"
    assert AuditEvent.objects.get(verb="patient.corrected").data == {"fields": ["phone"]}


def test_details_changed_meanwhile_are_not_overwritten_unseen(desk, rosa):
    page = desk.get(f"/patients/{rosa.public_id}/details/")
    seen = page.context["form"]["seen"].value()
    Patient.objects.filter(pk=rosa.pk).update(street="1 New Road")
    answer = desk.post(f"/patients/{rosa.public_id}/details/", typed_details(rosa) | {"seen": seen})
    assert answer.status_code == 422
    assert "1 New Road" in answer.content.decode()
    rosa.refresh_from_db()
    assert rosa.street == "1 New Road"


def test_guarantor_is_corrected_and_consent_has_its_moment(desk, rosa):
    Guarantor.objects.filter(pk=rosa.guarantor_id).update(email_consented_at=None)
    typed = {"first_name": "Rosa", "last_name": "Delgado", "email": "rosa@example.org", "email_agreed": "on"}
    desk.post(f"/patients/{rosa.public_id}/guarantor/", typed)
    rosa.guarantor.refresh_from_db()
    assert (rosa.guarantor.email, rosa.guarantor.email_consented_at) == ("rosa@example.org", NOW)


@pytest.mark.parametrize("day", ["1026-10-29", "0198-01-01"])
def test_registration_of_a_mistyped_year_of_birth_is_refused(desk, practice, day):
    answer = desk.post("/patients/registration/", TYPED | {"birth_date": day})
    assert answer.status_code == 422
    assert "Check the year" in answer.content.decode()
    assert not Patient.objects.exists()


def test_registration_with_a_guarantor_named_for_nothing_asks_who_answers(desk, practice):
    answer = desk.post("/patients/registration/", TYPED | {"guarantor_first_name": "Ana"})
    assert answer.status_code == 422
    assert "Somebody else is named here" in answer.content.decode()
    assert not Patient.objects.exists()


def test_look_alikes_lead_back_to_what_was_typed(desk, practice, rosa):
    typed = TYPED | {"then": "change", "street": "77 Elm Street"}
    answer = desk.post("/patients/registration/", typed)
    assert answer.status_code == 200
    assert "77 Elm Street" in answer.content.decode()
    assert Patient.objects.count() == 1
    assert "Back to what was typed" in desk.post("/patients/registration/", TYPED).content.decode()


@pytest.mark.parametrize("name", ["李", "Мария", "12", "..."])
def test_registration_wants_a_name_that_a_payer_can_read(desk, practice, name):
    answer = desk.post("/patients/registration/", TYPED | {"last_name": name})
    assert answer.status_code == 422
    assert "Write the name in Latin letters, as on the insurance card." in answer.content.decode()
    assert not Patient.objects.exists()


@pytest.mark.parametrize("name", ["Ø", "Nguyễn", "O'Brien", "D", "Łę"])
def test_registration_keeps_a_name_with_accents_as_typed(desk, practice, name):
    desk.post("/patients/registration/", TYPED | {"last_name": name})
    assert Patient.objects.get().last_name == name


def test_record_counts_a_visit_that_is_over_among_the_past_on_its_day(desk, practice, rosa):
    for hour, status in ((14, "completed"), (16, "booked")):
        AppointmentFactory(
            practice=practice,
            patient=rosa,
            status=status,
            service_date=dt.date(2026, 3, 11),
            starts_at=dt.datetime(2026, 3, 11, hour, tzinfo=dt.UTC),
        )
    context = desk.get(f"/patients/{rosa.public_id}/").context
    assert [row.visit.status for row in context["coming"]] == ["booked"]
    assert [row.visit.status for row in context["past"]] == ["completed"]
