"""A write happens once: under its key, whatever the network and the power do."""

import json
import threading

import pytest
from django.db import connection

from patients.models import Patient
from practice.models import KeptAnswer
from rcm import faults
from rcm.api import writing
from rcm.models import AuditEvent
from tests.api.program import ROOT, Program
from tests.conftest import NOW
from tests.factories import PatientFactory

PERSON = {"first_name": "Ada", "last_name": "Quist", "birth_date": "1980-02-03"}
KEY = "desk-0001-registration"


class PowerCut(Exception):
    """The process ended here."""


@pytest.fixture
def desk(practice) -> Program:
    return Program(practice)


@pytest.fixture
def cut_power_at(monkeypatch):
    """Once, at the named point: whatever runs ends there."""

    def arm(name: str) -> None:
        def point(reached: str) -> None:
            if reached == name:
                monkeypatch.setattr(faults, "point", lambda _name: None)
                raise PowerCut

        monkeypatch.setattr(faults, "point", point)

    return arm


def test_the_same_key_and_request_is_the_same_answer_and_one_write(desk):
    first = desk.post("patients", PERSON, key=KEY)
    again = desk.post("patients", dict(reversed(PERSON.items())), key=KEY)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert again["Location"] == first["Location"]
    assert "Idempotent-Replayed" not in first.headers
    assert again["Idempotent-Replayed"] == "true"
    assert Patient.objects.count() == 1


@pytest.mark.parametrize("change", [{"first_name": "Eda"}, {"sex": "F"}])
def test_the_same_key_for_another_body_is_refused(desk, change):
    desk.post("patients", PERSON, key=KEY)
    answer = desk.post("patients", PERSON | change, key=KEY)
    assert answer.status_code == 422
    assert answer.json()["code"] == "idempotency_key_reused"
    assert Patient.objects.count() == 1


def test_the_same_key_for_another_address_is_refused(desk):
    desk.post("patients", PERSON, key=KEY)
    answer = desk.post("guarantors", PERSON, key=KEY)
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")


def test_the_key_of_one_program_is_free_for_another(practice, desk):
    desk.post("patients", PERSON, key=KEY)
    other = Program(practice).post("patients", {**PERSON, "last_name": "Ortega"}, key=KEY)
    assert other.status_code == 201


@pytest.mark.parametrize("key", ["", "short", "with space in it", "x" * 256])
def test_a_write_without_a_fit_key_is_told_so_in_words(desk, key):
    headers = {"Idempotency-Key": key} if key else {}
    answer = desk.client.post(
        ROOT + "patients", json.dumps(PERSON), content_type="application/json", headers=headers
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_missing")
    assert "Idempotency-Key" in answer.json()["detail"]
    assert Patient.objects.count() == 0


def test_a_refusal_is_kept_as_an_answer(desk):
    PatientFactory(practice=desk.token.practice, first_name="Ada", last_name="Quist", birth_date="1980-02-03")
    refused = desk.post("patients", PERSON, key=KEY)
    Patient.objects.update(last_name="Somebody", birth_date="1950-01-01")
    again = desk.post("patients", PERSON, key=KEY)
    assert (refused.status_code, again.status_code) == (409, 409)
    assert again.content == refused.content
    assert desk.post("patients", PERSON).status_code == 201


def test_a_request_that_is_not_well_formed_uses_up_no_key(desk):
    assert desk.post("patients", {**PERSON, "birth_date": "yesterday"}, key=KEY).status_code == 400
    assert desk.post("patients", PERSON, key=KEY).status_code == 201


def test_a_cut_before_the_commit_leaves_neither_the_write_nor_the_answer(desk, cut_power_at):
    cut_power_at("api.written")
    assert desk.post("patients", PERSON, key=KEY).status_code == 500
    assert (Patient.objects.count(), KeptAnswer.objects.count()) == (0, 0)
    assert AuditEvent.objects.filter(verb="patient.registered").count() == 0
    again = desk.post("patients", PERSON, key=KEY)
    assert again.status_code == 201
    assert "Idempotent-Replayed" not in again.headers


def test_a_cut_after_the_commit_leaves_both_and_a_repeat_hears_the_answer(desk, cut_power_at):
    cut_power_at("api.committed")
    assert desk.post("patients", PERSON, key=KEY).status_code == 500
    again = desk.post("patients", PERSON, key=KEY)
    assert again.status_code == 201
    assert again["Idempotent-Replayed"] == "true"
    assert Patient.objects.count() == 1


def test_answers_are_forgotten_after_a_month_and_with_their_token(desk, frozen):
    desk.post("patients", PERSON, key=KEY)
    KeptAnswer.objects.update(answered_at=NOW.replace(year=2025))
    desk.post("guarantors", {"first_name": "Bo", "last_name": "Quist"})
    assert KeptAnswer.objects.filter(key=KEY).count() == 0


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_requests_with_one_key_at_once_are_one_write(practice, monkeypatch):
    """The second comes while the first is being carried out: it is told to wait, and then hears the answer."""
    desk = Program(practice)
    inside, go_on = threading.Event(), threading.Event()
    answers = []
    carry_out = writing._carry_out

    def slowly(*asked):
        inside.set()
        assert go_on.wait(timeout=20)
        return carry_out(*asked)

    monkeypatch.setattr(writing, "_carry_out", slowly)

    def ask_first() -> None:
        answers.append(desk.post("patients", PERSON, key=KEY))
        connection.close()

    first = threading.Thread(target=ask_first)
    first.start()
    assert inside.wait(timeout=20)
    second = desk.post("patients", PERSON, key=KEY)
    go_on.set()
    first.join(timeout=20)
    assert (second.status_code, second.json()["code"]) == (409, "request_in_progress")
    assert answers[0].status_code == 201
    again = desk.post("patients", PERSON, key=KEY)
    assert again.content == answers[0].content
    assert Patient.objects.count() == 1
