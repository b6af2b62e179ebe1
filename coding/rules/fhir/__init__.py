"""FHIR R4 bundles as plain facts: who, covered by whom, seen when, and why. Pure; bears anything missing."""

from coding.rules.fhir.bundle import Bundle, NotABundle
from coding.rules.fhir.chart import Chart, read_chart
from coding.rules.fhir.facts import (
    CoverageFacts,
    PatientFacts,
    PersonFacts,
    PlaceFacts,
    ProviderFacts,
    VisitFacts,
    VisitKind,
)

__all__ = [
    "Bundle",
    "Chart",
    "CoverageFacts",
    "NotABundle",
    "PatientFacts",
    "PersonFacts",
    "PlaceFacts",
    "ProviderFacts",
    "VisitFacts",
    "VisitKind",
    "read_chart",
]
