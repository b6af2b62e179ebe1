"""Visits and their codes through the API."""

import pytest

from billing.actions.charge import book_charges
from coding.models import CodeSystem, Encounter
from coding.states import EncounterStatus
from patients.models import Appointment
from patients.states import AppointmentStatus
from practice.models import Role
from rcm.models import AuditEvent, OutboxMessage
from tests.api.program import Program
from tests.conftest import NOW
from tests.factories import (
    AppointmentFactory,
    CodeFactory,
    EncounterFactory,
    FeeFactory,
    LocationFactory,
    PatientFactory,
    ProviderFactory,
    ServiceLineFactory,
)

CODES = {"diagnoses": ["I10"], "lines": [{"procedure_code": "99214", "pointers": [1], "units": "2.00"}]}


@pytest.fixture
def coder(practice) -> Program:
    return Program(practice, Role.CODER)


@pytest.fixture
def codes(practice) -> None:
    """What a coder may choose from, with prices."""
    CodeFactory(code="I10")
    CodeFactory(code="99214", system=CodeSystem.PROCEDURE)
    FeeFactory(practice=practice, fee_schedule__practice=practice)


@pytest.fixture
def visit(practice) -> dict[str, str]:
    """A visit as it is told."""
    return {
        "patient": str(PatientFactory(practice=practice).public_id),
        "rendering_provider": str(ProviderFactory(practice=practice).public_id),
        "location": str(LocationFactory(practice=practice).public_id),
        "service_date": "2026-03-10",
        "note": "Follow-up for blood pressure.\nStable.",
    }


def refusal(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_encounter_is_opened_and_corrected(coder, visit):
    answer = coder.post("encounters", visit)
    assert (answer.status_code, answer.json()["status"]) == (201, "open")
    assert answer.json()["note"] == visit["note"]
    path = f"encounters/{answer.json()['id']}"
    assert coder.patch(path, {"place_of_service_code": "22"}).json()["place_of_service_code"] == "22"
    assert "note" not in coder.get("encounters").json()["results"][0]
    assert AuditEvent.objects.filter(verb="encounter.opened", actor_id=coder.user.pk).count() == 1


def test_encounter_completes_its_appointment(practice, coder, visit):
    appointment = AppointmentFactory(practice=practice, status=AppointmentStatus.ARRIVED)
    visit |= {"appointment": str(appointment.public_id), "patient": str(appointment.patient.public_id)}
    assert coder.post("encounters", visit).status_code == 201
    assert Appointment.objects.get().status == AppointmentStatus.COMPLETED


def test_encounter_is_refused(practice, coder, visit):
    booked = AppointmentFactory(practice=practice)
    theirs = {**visit, "appointment": str(booked.public_id)}
    mine = {**theirs, "patient": str(booked.patient.public_id)}
    assert refusal(coder.post("encounters", {**visit, "service_date": "2026-03-12"})) == (
        422,
        "visit_in_future",
    )
    assert refusal(coder.post("encounters", theirs)) == (422, "of_another_patient")
    assert refusal(coder.post("encounters", mine)) == (409, "illegal_move")
    assert Encounter.objects.count() == 0


def test_encounter_is_coded_signed_and_reopened(practice, coder, codes):
    encounter = EncounterFactory(practice=practice)
    path = f"encounters/{encounter.public_id}"
    answer = coder.post(f"{path}/coding", CODES)
    assert (answer.status_code, answer.json()["status"]) == (200, "coded")
    assert answer.json()["diagnoses"] == ["I10"]
    assert [line["charge"] for line in answer.json()["lines"]] == ["420.00"]
    assert OutboxMessage.objects.filter(topic="coding.encounter_coded").exists()
    assert Encounter.objects.get().coded_by_id == coder.user.pk
    assert refusal(coder.post(f"{path}/coding", CODES)) == (409, "illegal_move")
    assert refusal(coder.patch(path, {"note": "Other"})) == (409, "not_open")
    assert coder.post(f"{path}/reopening", {"why": "Wrong code"}).json()["status"] == "open"


def test_codes_that_cannot_stand_are_told_one_by_one(practice, coder, codes):
    encounter = EncounterFactory(practice=practice)
    told = {"diagnoses": ["I10", "Z99"], "lines": [{"procedure_code": "99999", "pointers": [3]}]}
    answer = coder.post(f"encounters/{encounter.public_id}/coding", told)
    assert refusal(answer) == (422, "coding_not_accepted")
    assert [(each["field"], each["code"]) for each in answer.json()["errors"]] == [
        ("1", "pointer_absent"),
        ("2", "diagnosis_not_valid"),
        ("1", "no_fee"),
    ]


def test_encounter_that_is_billed_is_not_reopened(practice, coder):
    encounter = EncounterFactory(practice=practice, status=EncounterStatus.CODED)
    ServiceLineFactory(encounter=encounter)
    book_charges(encounter=encounter, now=NOW)
    answer = coder.post(f"encounters/{encounter.public_id}/reopening", {"why": "Wrong code"})
    assert refusal(answer) == (409, "already_billed")


def test_encounter_is_voided_while_it_is_open(practice, coder):
    encounter = EncounterFactory(practice=practice)
    path = f"encounters/{encounter.public_id}/voiding"
    assert coder.post(path, {"why": "Twice"}).json()["status"] == "voided"
    assert refusal(coder.post(path, {"why": "Twice"})) == (409, "illegal_move")
