"""Who may open the pages of the desk, and what is behind an id in an address."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.shortcuts import get_object_or_404
from django.urls import reverse

from patients.models import Appointment, Coverage, EligibilityCheck, Patient
from practice.access import StaffRequest
from practice.models import Role
from rcm.ui import words

READERS = (Role.FRONT_DESK, Role.BILLER, Role.CODER, Role.MANAGER, Role.AUDITOR)
DESK = (Role.FRONT_DESK,)
KEEPERS = (Role.FRONT_DESK, Role.BILLER)
"""Who puts a record right: billers too, since a claim is held for a wrong member id."""


def practice_ids(request: StaffRequest) -> list[int]:
    """The practices in play for this view."""
    return [practice.pk for practice in request.practices]


def may_keep(request: StaffRequest) -> bool:
    """Whether the person may change records."""
    return not request.roles.isdisjoint(KEEPERS)


def works_at_desk(request: StaffRequest) -> bool:
    """Whether the person books and receives patients."""
    return not request.roles.isdisjoint(DESK)


def patient_of(request: StaffRequest, public_id: UUID) -> Patient:
    """The patient, or 404. For acts on a record; reading one goes through patients.actions.record."""
    everybody = Patient.objects.of(practice_ids(request)).select_related("guarantor", "practice")
    return get_object_or_404(everybody, public_id=public_id)


def coverage_of(request: StaffRequest, patient_id: UUID, public_id: UUID) -> Coverage:
    """A coverage of this patient, or 404."""
    known = Coverage.objects.of(practice_ids(request)).select_related("patient", "payer", "practice")
    return get_object_or_404(known, public_id=public_id, patient__public_id=patient_id)


def visit_of(request: StaffRequest, public_id: UUID) -> Appointment:
    """A visit on the schedule, or 404."""
    known = Appointment.objects.of(practice_ids(request))
    known = known.select_related("patient__guarantor", "provider", "location", "practice")
    return get_object_or_404(known, public_id=public_id)


def check_of(request: StaffRequest, public_id: UUID) -> EligibilityCheck:
    """A question to a payer, or 404."""
    known = EligibilityCheck.objects.of(practice_ids(request))
    known = known.select_related("coverage__patient", "coverage__payer", "practice", "request", "response")
    return get_object_or_404(known, public_id=public_id)


@dataclass(frozen=True, slots=True)
class Way:
    """Where a form leads when it is done or left."""

    url: str
    title: str


def visit_named(request: StaffRequest, patient: Patient) -> Appointment | None:
    """The visit of this patient that the address names, for who is checking somebody in or prepares it."""
    try:
        asked = UUID(request.GET.get("visit", ""))
    except ValueError:
        return None
    return Appointment.objects.filter(public_id=asked, patient=patient).first()


def way_back(request: StaffRequest, patient: Patient) -> Way:
    """To the visit that the address names, else to the record."""
    visit = visit_named(request, patient)
    if visit is None:
        return Way(reverse("patients:patient", args=[patient.public_id]), patient.full_name)
    return Way(reverse("patients:visit", args=[visit.public_id]), f"Visit on {words.day(visit.service_date)}")


def say_refusal(
    form: forms.Form, error: Exception, told: Mapping[type[Exception], tuple[str | None, str]]
) -> None:
    """Put an action's refusal beside the field that can mend it."""
    field, said = told[type(error)]
    form.add_error(field if field in form.fields else None, said)
