"""Patients through the API: the same actions as the pages, for programs."""

from uuid import uuid4

import pytest

from patients.models import Coverage, EligibilityCheck, Guarantor, Patient
from practice.models import EnrollmentStatus, Role, WireTransaction
from rcm.db import practice_scope
from rcm.models import AuditEvent
from tests.api.conftest import *  # noqa: F403
from tests.factories import (
    AppointmentFactory,
    ConnectionFactory,
    CoverageFactory,
    EnrollmentFactory,
    LocationFactory,
    PatientFactory,
    PayerFactory,
    PracticeFactory,
    ProviderFactory,
)

PERSON = {"first_name": "Ada", "last_name": "Quist", "birth_date": "1980-02-03", "sex": "F"}


def test_patient_is_registered_and_answers_alone(practice, front_desk):
    answer = front_desk.post("patients", PERSON)
    assert answer.status_code == 201
    patient = Patient.objects.get()
    assert answer["Location"] == f"/api/v1/patients/{patient.public_id}"
    assert answer.json()["id"] == str(patient.public_id)
    assert answer.json()["guarantor"] == str(patient.guarantor.public_id)
    assert answer.json()["birth_date"] == "1980-02-03"
    assert AuditEvent.objects.get(verb="patient.registered").actor_id == front_desk.user.pk


def test_patient_read_is_on_the_audit_trail(practice, front_desk):
    patient = PatientFactory(practice=practice)
    answer = front_desk.get(f"patients/{patient.public_id}")
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    event = AuditEvent.objects.get(verb="patient.read")
    assert (event.actor_id, event.subject_id) == (front_desk.user.pk, patient.pk)
