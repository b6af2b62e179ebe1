"""What of the desk is on the rail, and whom the search finds."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils import timezone

from patients.models import Appointment
from patients.queries import find_patients, patients_sounding_like, visits_in_doubt
from patients.states import AppointmentStatus
from practice.models import Role
from rcm import clock
from rcm.ui import words
from rcm.ui.navigation import Hit, area, finder

READERS = (Role.FRONT_DESK, Role.BILLER, Role.CODER, Role.MANAGER, Role.AUDITOR)
SCHEDULERS = (Role.FRONT_DESK, Role.MANAGER, Role.AUDITOR)


def _to_check_in(practices: Sequence[int]) -> int:
    today = clock.today(timezone.get_current_timezone_name())
    coming = Appointment.objects.of(practices).filter(service_date=today, status=AppointmentStatus.BOOKED)
    return coming.count()


def _in_doubt(practices: Sequence[int]) -> int:
    today = clock.today(timezone.get_current_timezone_name())
    return visits_in_doubt(practices=practices, today=today).count()


def _patients(practices: Sequence[int], asked: str) -> list[Hit]:
    found = find_patients(practices=practices, words=asked, limit=8)
    return [
        Hit(
            patient.listed_name,
            f"born {words.day(patient.birth_date)} · {patient.medical_record_number}",
            reverse("patients:patient", args=[patient.public_id]),
        )
        for patient in found or patients_sounding_like(practices=practices, words=asked, limit=8)
    ]


area(
    "Schedule",
    "patients:schedule",
    roles=SCHEDULERS,
    group="Front desk",
    icon="calendar",
    count=_to_check_in,
    first_for=(Role.FRONT_DESK,),
    about="Who comes on a day, whether their coverage holds, and the copay to take. Check people in here.",
)
area(
    "Patients",
    "patients:search",
    roles=READERS,
    group="Front desk",
    icon="person",
    about="Find a person by name, number or date of birth, or register a new one.",
)
area(
    "Eligibility problems",
    "patients:problems",
    roles=SCHEDULERS,
    group="Front desk",
    icon="shield",
    count=_in_doubt,
    urgent=True,
)
finder("Patients", roles=READERS, find=_patients)
