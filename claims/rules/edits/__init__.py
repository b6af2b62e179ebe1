"""The scrubber's edits, by what they look at. Each is a small function from a bill to what is wrong."""

from claims.rules.edits.claim import CLAIM_EDITS
from claims.rules.edits.coordination import COORDINATION_EDITS
from claims.rules.edits.coverage import COVERAGE_EDITS
from claims.rules.edits.diagnosis import DIAGNOSIS_EDITS
from claims.rules.edits.edit import Edit, Problem
from claims.rules.edits.line import LINE_EDITS
from claims.rules.edits.patient import PATIENT_EDITS
from claims.rules.edits.provider import PROVIDER_EDITS

EDITS: tuple[Edit, ...] = (
    *PATIENT_EDITS,
    *COVERAGE_EDITS,
    *COORDINATION_EDITS,
    *PROVIDER_EDITS,
    *DIAGNOSIS_EDITS,
    *LINE_EDITS,
    *CLAIM_EDITS,
)
"""Every edit there is, in the order in which a biller reads them."""

__all__ = ["EDITS", "Edit", "Problem"]
