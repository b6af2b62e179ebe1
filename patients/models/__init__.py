"""Patients, who answers and pays for them, their visits, and what payers said of their coverage."""

from patients.models.appointment import Appointment
from patients.models.coverage import Authorization, Coverage, Rank, Relation
from patients.models.eligibility import Benefit, EligibilityCheck
from patients.models.patient import Guarantor, Patient, Sex, listed

__all__ = [
    "Appointment",
    "Authorization",
    "Benefit",
    "Coverage",
    "EligibilityCheck",
    "Guarantor",
    "Patient",
    "Rank",
    "Relation",
    "Sex",
    "listed",
]
