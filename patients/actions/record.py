"""Opening a patient's record: no reading without a trace."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from patients.models import Patient
from practice.models import User
from rcm import audit


def open_record(*, public_id: UUID, by: User, now: datetime) -> Patient:
    """The patient under this id, if the person may see one there, with the read on the audit trail.

    Raises Patient.DoesNotExist for an id that is not visible to this person, and leaves no trace then.
    """
    with transaction.atomic():
        patient = Patient.objects.visible_to(by).select_related("guarantor").get(public_id=public_id)
        audit.read(patient, now=now, by=by)
    return patient


def note_read(*, patient: Patient, by: User, now: datetime) -> None:
    """Write down that a person looked at what is known of a patient on a page other than the record."""
    with transaction.atomic():
        audit.read(patient, now=now, by=by)
