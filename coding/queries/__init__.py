"""Reads of code sets and of visits to code."""

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

__all__ = [
    "code_on",
    "coded_encounters",
    "codes_for_phrases",
    "codes_on",
    "codes_under",
    "encounters_to_code",
    "expected_charge",
    "search_codes",
    "seen_before",
    "usual_diagnoses",
    "valid_codes",
]
