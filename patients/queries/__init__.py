"""Reads of patients, their coverage and their visits."""

from patients.queries.coverage import (
    TURN,
    coverages_on,
    covers,
    latest_check,
    other_holder,
    primary_coverage,
)
from patients.queries.people import (
    find_patients,
    look_alikes,
    patients_sounding_like,
    person_of,
    recently_opened,
)
from patients.queries.visits import (
    TROUBLE,
    VisitToVerify,
    appointments_on,
    day_sheet,
    visits_in_doubt,
    visits_to_verify,
    with_coverage,
)

__all__ = [
    "TROUBLE",
    "TURN",
    "VisitToVerify",
    "appointments_on",
    "coverages_on",
    "covers",
    "day_sheet",
    "find_patients",
    "latest_check",
    "look_alikes",
    "other_holder",
    "patients_sounding_like",
    "person_of",
    "primary_coverage",
    "recently_opened",
    "visits_in_doubt",
    "visits_to_verify",
    "with_coverage",
]
