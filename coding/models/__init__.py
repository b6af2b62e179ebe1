"""Visits as coded: encounters, diagnoses, service lines, and the code sets they draw from."""

from coding.models.codeset import Code, CodeSystem
from coding.models.draft import Draft, ProviderQuestion
from coding.models.encounter import Diagnosis, Encounter, RelatedCause
from coding.models.service_line import ServiceLine

__all__ = [
    "Code",
    "CodeSystem",
    "Diagnosis",
    "Draft",
    "Encounter",
    "ProviderQuestion",
    "RelatedCause",
    "ServiceLine",
]
