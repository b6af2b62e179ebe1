"""Reads of code sets and of visits to code."""

from coding.queries.check import (
    Checked,
    CheckedDiagnosis,
    CheckedLine,
    authorizations_for,
    check,
    coverage_on,
)
from coding.queries.codes import (
    code_on,
    codes_for_phrases,
    codes_on,
    codes_under,
    search_codes,
    usual_diagnoses,
    valid_codes,
)
from coding.queries.encounters import coded_encounters, encounters_to_code, expected_charge, seen_before
from coding.queries.support import ReadNote, Supported, read_encounter, read_note

__all__ = [
    "Checked",
    "CheckedDiagnosis",
    "CheckedLine",
    "ReadNote",
    "Supported",
    "authorizations_for",
    "check",
    "code_on",
    "coded_encounters",
    "codes_for_phrases",
    "codes_on",
    "codes_under",
    "coverage_on",
    "encounters_to_code",
    "expected_charge",
    "read_encounter",
    "read_note",
    "search_codes",
    "seen_before",
    "usual_diagnoses",
    "valid_codes",
]
