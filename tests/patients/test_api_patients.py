"""Patients, coverage, eligibility and the schedule through the API: the same actions as the pages."""

import datetime as dt
from uuid import uuid4

import pytest

from patients.models import Appointment, Coverage, EligibilityCheck, Guarantor, Patient
from patients.states import AppointmentStatus
from practice.models import Enrollment, EnrollmentStatus, Role, WireTransaction
from rcm.models import AuditEvent, OutboxMessage
from tests.api.program import Program
from tests.factories import (
    AppointmentFactory,
    ConnectionFactory,
    CoverageFactory,
    EnrollmentFactory,
    GuarantorFactory,
    LocationFactory,
    PatientFactory,
    PayerFactory,
    ProviderFactory,
)

PERSON = {"first_name": "Ada", "last_name": "Quist", "birth_date": "1980-02-03", "sex": "F"}


@pytest.fixture
def desk(practice) -> Program:
    return Program(practice, Role.FRONT_DESK)


def refusal(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_patient_is_registered_and_answers_alone(desk):
    answer = desk.post("patients", PERSON)
    assert answer.status_code == 201
    patient = Patient.objects.get()
    assert answer["Location"] == f"/api/v1/patients/{patient.public_id}"
    assert answer.json()["id"] == str(patient.public_id)
    assert answer.json()["guarantor"] == str(patient.guarantor.public_id)
    assert answer.json()["birth_date"] == "1980-02-03"
    assert AuditEvent.objects.get(verb="patient.registered").actor_id == desk.user.pk


def test_patient_who_may_be_known_is_registered_only_at_a_word(practice, desk):
    known = PatientFactory(practice=practice, first_name="Ada", last_name="Quist", birth_date="1980-02-03")
    answer = desk.post("patients", PERSON)
    assert refusal(answer) == (409, "looks_like_known_patient")
    assert answer.json()["matches"] == [str(known.public_id)]
    assert desk.post("patients", {**PERSON, "is_new_person": True}).status_code == 201


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"birth_date": "2026-03-12"}, (422, "born_in_future")),
        ({"birth_date": "2019-03-12"}, (422, "minor_needs_guarantor")),
        ({"death_date": "1980-02-02"}, (422, "death_before_birth")),
        ({"birth_date": "0001-01-01"}, (400, "invalid")),
        ({"first_name": 7}, (400, "invalid")),
        ({"first_nmae": "Ada"}, (400, "invalid")),
        ({"postal_code": "1234"}, (400, "invalid")),
        ({"guarantor": str(uuid4())}, (400, "invalid")),
    ],
)
def test_patient_registration_is_refused(desk, change, expected):
    assert refusal(desk.post("patients", {**PERSON, **change})) == expected
    assert Patient.objects.count() == 0


def test_patient_of_a_minor_age_has_a_parent_answer(practice, desk):
    parent = GuarantorFactory(practice=practice)
    answer = desk.post("patients", {**PERSON, "birth_date": "2019-03-12", "guarantor": str(parent.public_id)})
    assert (answer.status_code, answer.json()["guarantor"]) == (201, str(parent.public_id))


def test_patient_under_an_id_of_another_system_is_registered_once(desk):
    assert desk.post("patients", {**PERSON, "external_id": "E1"}).status_code == 201
    other = {**PERSON, "last_name": "Ortega", "birth_date": "1961-07-30", "external_id": "E1"}
    answer = desk.post("patients", other)
    assert refusal(answer) == (409, "external_id_taken")
    assert desk.get("patients", external_id="E1").json()["results"][0]["last_name"] == "Quist"


def test_patient_read_is_on_the_audit_trail(practice, desk):
    patient = PatientFactory(practice=practice)
    answer = desk.get(f"patients/{patient.public_id}")
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    event = AuditEvent.objects.get(verb="patient.read")
    assert (event.actor_id, event.subject_id) == (desk.user.pk, patient.pk)


def test_patient_lists_and_searches_are_on_the_audit_trail_row_by_row(practice, desk):
    for _ in range(2):
        PatientFactory(practice=practice)
    desk.get("patients")
    desk.post("patients/search", {"last_name": "ellis"})
    assert AuditEvent.objects.filter(verb="patient.read").count() == 4


def test_patient_correction_changes_what_is_told(practice, desk):
    patient = PatientFactory(practice=practice)
    answer = desk.patch(f"patients/{patient.public_id}", {"phone": "5125550111"})
    assert (answer.status_code, answer.json()["phone"]) == (200, "5125550111")
    patient.refresh_from_db()
    assert (patient.phone, patient.first_name) == ("5125550111", "Margaret")


def test_patient_search_keeps_names_out_of_addresses(practice, desk):
    found = PatientFactory(practice=practice, first_name="Ada", last_name="Quist")
    PatientFactory(practice=practice)
    answer = desk.post("patients/search", {"last_name": "qui", "first_name": "a"})
    assert [row["id"] for row in answer.json()["results"]] == [str(found.public_id)]
    assert answer.json()["more"] is False
    assert refusal(desk.post("patients/search", {})) == (400, "invalid")
    assert refusal(desk.get("patients", last_name="Quist")) == (400, "invalid")


@pytest.mark.slow
def test_patient_list_goes_on_behind_the_last_one_seen(practice, desk):
    made = [PatientFactory(practice=practice) for _ in range(5)]
    first = desk.get("patients", limit=2).json()
    assert [row["id"] for row in first["results"]] == [str(made[4].public_id), str(made[3].public_id)]
    PatientFactory(practice=practice)
    second = desk.client.get(first["next"]).json()
    assert [row["id"] for row in second["results"]] == [str(made[2].public_id), str(made[1].public_id)]
    third = desk.client.get(second["next"]).json()
    assert [row["id"] for row in third["results"]] == [str(made[0].public_id)]
    assert third["next"] is None


def test_guarantor_is_registered_and_corrected(desk):
    answer = desk.post("guarantors", {"first_name": "Bo", "last_name": "Quist"})
    assert answer.status_code == 201
    path = f"guarantors/{answer.json()['id']}"
    assert desk.patch(path, {"city": "Austin"}).json()["city"] == "Austin"
    assert Guarantor.objects.get().city == "Austin"


@pytest.fixture
def policy(practice) -> dict[str, str]:
    """A coverage as it is told."""
    patient = PatientFactory(practice=practice)
    payer = PayerFactory(organization=practice.organization, member_number_pattern="BPK[0-9]+")
    return {
        "patient": str(patient.public_id),
        "payer": str(payer.public_id),
        "member_number": "BPK900112233",
        "effective_on": "2026-01-01",
    }


def test_coverage_is_added_corrected_and_ended(desk, policy):
    answer = desk.post("coverages", policy)
    assert (answer.status_code, answer.json()["rank"]) == (201, "P")
    path = f"coverages/{answer.json()['id']}"
    assert desk.patch(path, {"group_number": "G7"}).json()["group_number"] == "G7"
    assert desk.post(f"{path}/ending", {"ended_on": "2026-06-30"}).json()["ended_on"] == "2026-06-30"
    assert refusal(desk.post(f"{path}/ending", {"ended_on": "2025-06-30"})) == (422, "span_backward")
    assert Coverage.objects.get().ended_on == dt.date(2026, 6, 30)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"member_number": "X1"}, (422, "member_number_not_valid")),
        ({"relation": "19"}, (422, "subscriber_missing")),
        ({"ended_on": "2025-12-31"}, (422, "span_backward")),
        (
            {"subscriber": {"first_name": "Bo", "last_name": "Quist", "birth_date": "1970-01-01"}},
            (422, "subscriber_not_wanted"),
        ),
        ({"rank": "X"}, (400, "invalid")),
    ],
)
def test_coverage_is_refused(desk, policy, change, expected):
    assert refusal(desk.post("coverages", {**policy, **change})) == expected


def test_coverage_of_the_same_rank_and_days_is_refused(desk, policy):
    desk.post("coverages", policy)
    assert refusal(desk.post("coverages", policy)) == (409, "coverage_overlaps")


def test_coverage_of_a_dependent_names_the_subscriber(desk, policy):
    subscriber = {"first_name": "Bo", "last_name": "Quist", "birth_date": "1970-01-01"}
    answer = desk.post("coverages", {**policy, "relation": "19", "subscriber": subscriber})
    assert (answer.status_code, answer.json()["subscriber_last_name"]) == (201, "Quist")


def test_authorization_is_written_down_once(practice, desk):
    coverage = CoverageFactory(practice=practice)
    told = {
        "coverage": str(coverage.public_id), "number": "A1", "effective_on": "2026-01-01",
        "ended_on": "2026-06-30", "procedure_codes": ["64483"],
    }  # fmt: skip
    assert desk.post("authorizations", told).json()["procedure_codes"] == ["64483"]
    assert refusal(desk.post("authorizations", told)) == (409, "authorization_known")
    backward = {**told, "number": "A2", "ended_on": "2025-06-30"}
    assert refusal(desk.post("authorizations", backward)) == (422, "span_backward")


def test_eligibility_is_asked_in_the_background_and_polled(practice, desk):
    coverage = CoverageFactory(practice=practice)
    told = {"coverage": str(coverage.public_id), "service_date": "2026-03-12"}
    assert refusal(desk.post("eligibility-checks", told)) == (409, "no_connection")
    ConnectionFactory(practice=practice)
    enrollment = EnrollmentFactory(
        practice=practice,
        payer=coverage.payer,
        transaction=WireTransaction.ELIGIBILITY,
        status=EnrollmentStatus.PENDING,
    )
    assert refusal(desk.post("eligibility-checks", told)) == (409, "not_enrolled")
    Enrollment.objects.filter(pk=enrollment.pk).update(status=EnrollmentStatus.APPROVED)
    answer = desk.post("eligibility-checks", told)
    check = EligibilityCheck.objects.get()
    assert (answer.status_code, answer.json()["status"]) == (202, "pending")
    assert answer["Location"] == f"/api/v1/eligibility-checks/{check.public_id}"
    assert OutboxMessage.objects.filter(topic="patients.eligibility_requested").count() == 1
    polled = desk.client.get(answer["Location"]).json()
    assert (polled["status"], polled["benefits"]) == ("pending", [])


@pytest.fixture
def visit(practice) -> dict[str, str]:
    """A visit as it is told."""
    return {
        "patient": str(PatientFactory(practice=practice).public_id),
        "provider": str(ProviderFactory(practice=practice).public_id),
        "location": str(LocationFactory(practice=practice).public_id),
        "starts_at": "2026-03-12T15:00:00Z",
    }


def test_appointment_is_booked_once_and_put_to_another_time(desk, visit):
    answer = desk.post("appointments", visit)
    assert (answer.status_code, answer.json()["service_date"]) == (201, "2026-03-12")
    assert refusal(desk.post("appointments", visit)) == (409, "already_booked")
    path = f"appointments/{answer.json()['id']}/time"
    moved = desk.post(path, {"starts_at": "2026-03-13T02:00:00Z"})
    assert (moved.status_code, moved.json()["service_date"]) == (200, "2026-03-12")


@pytest.mark.parametrize(
    ("noun", "body", "status"),
    [
        ("arrival", {}, AppointmentStatus.ARRIVED),
        ("cancellation", {"why": "Called"}, AppointmentStatus.CANCELED),
        ("absence", {}, AppointmentStatus.NO_SHOW),
    ],
)
def test_appointment_ends_in_one_of_its_states(practice, desk, noun, body, status):
    appointment = AppointmentFactory(practice=practice)
    path = f"appointments/{appointment.public_id}"
    assert desk.post(f"{path}/{noun}", body).json()["status"] == status
    assert refusal(desk.post(f"{path}/time", {"starts_at": "2026-03-13T15:00:00Z"})) == (
        409,
        "visit_not_booked",
    )
    assert Appointment.objects.get().status == status


def test_appointment_that_is_over_cannot_be_canceled(practice, desk):
    appointment = AppointmentFactory(practice=practice, status=AppointmentStatus.COMPLETED)
    answer = desk.post(f"appointments/{appointment.public_id}/cancellation", {"why": "Called"})
    assert refusal(answer) == (409, "illegal_move")


def test_schedule_is_filtered_by_day(practice, desk):
    AppointmentFactory(practice=practice)
    assert len(desk.get("appointments", service_date="2026-03-10").json()["results"]) == 1
    assert desk.get("appointments", service_date_from="2026-03-11").json()["results"] == []
