"""The checks shown while a visit is coded: what stops signing, what asks for a reason, what helps."""

from coding.rules.advice import diagnoses, lines, shape, visit
from coding.rules.advice.finding import (
    Consent,
    Finding,
    KnownCode,
    Part,
    PricedLine,
    Severity,
    Visit,
)

CHECKS = (
    shape.shape,
    shape.validity,
    shape.prices,
    diagnoses.external_cause_first,
    diagnoses.suits_the_patient,
    diagnoses.injury_explained,
    diagnoses.side_said,
    diagnoses.pointed_at,
    lines.known_procedures,
    lines.known_modifiers,
    lines.whole_visits,
    lines.separate_visit,
    lines.new_patient,
    lines.once,
    lines.place_of_service,
    lines.sides,
    lines.described,
    lines.preventive_age,
    visit.consent,
    visit.accident,
    visit.admission,
)
"""Every check there is."""

__all__ = [
    "CHECKS",
    "Consent",
    "Finding",
    "KnownCode",
    "Part",
    "PricedLine",
    "Severity",
    "Visit",
    "findings_on",
]


def findings_on(visit: Visit) -> list[Finding]:
    """All that the checks say of a visit."""
    return [finding for check in CHECKS for finding in check(visit)]
