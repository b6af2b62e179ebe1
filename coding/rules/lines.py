"""What a coded visit must look like before any code set is asked (edits D01, D05, L01, L03, L05, L06)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

MOST_DIAGNOSES = 12
MOST_LINES = 50
MOST_MODIFIERS = 4
MOST_POINTERS = 4
MOST_UNITS = Decimal("9999.99")

_DIAGNOSIS = re.compile(r"[A-Z][0-9][0-9A-Z]([0-9A-Z]{1,4})?")
_PROCEDURE = re.compile(r"[0-9A-Z][0-9]{3}[0-9A-Z]")
_MODIFIER = re.compile(r"[0-9A-Z]{2}")


class ProblemKind(StrEnum):
    """Why a coded visit is not accepted."""

    NO_DIAGNOSIS = "no_diagnosis"
    TOO_MANY_DIAGNOSES = "too_many_diagnoses"
    DIAGNOSIS_MALFORMED = "diagnosis_malformed"
    DIAGNOSIS_REPEATED = "diagnosis_repeated"
    DIAGNOSIS_NOT_VALID = "diagnosis_not_valid"
    DIAGNOSIS_INCOMPLETE = "diagnosis_incomplete"
    NO_LINE = "no_line"
    TOO_MANY_LINES = "too_many_lines"
    PROCEDURE_MALFORMED = "procedure_malformed"
    NO_FEE = "no_fee"
    TOO_MANY_MODIFIERS = "too_many_modifiers"
    MODIFIER_MALFORMED = "modifier_malformed"
    MODIFIER_REPEATED = "modifier_repeated"
    UNITS_NOT_POSITIVE = "units_not_positive"
    UNITS_TOO_MANY = "units_too_many"
    UNITS_TOO_FINE = "units_too_fine"
    POINTER_MISSING = "pointer_missing"
    TOO_MANY_POINTERS = "too_many_pointers"
    POINTER_ABSENT = "pointer_absent"
    POINTER_REPEATED = "pointer_repeated"


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason, worded for the coder. `place` counts diagnoses or lines from 1; 0 is the whole visit."""

    kind: ProblemKind
    place: int
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedLine:
    """One procedure as the coder enters it. `pointers` are diagnosis positions from 1, weightiest first.

    `description` are words of one's own; without any the code set's stand.
    """

    procedure_code: str
    pointers: Sequence[int]
    modifiers: Sequence[str] = ()
    units: Decimal = Decimal(1)
    description: str = ""


def bare(code: str) -> str:
    """A code as it is stored: capitals, without dot and spaces."""
    return code.replace(".", "").replace(" ", "").upper()


def dotted(code: str) -> str:
    """A code as people write it: S61211A as S61.211A."""
    return f"{code[:3]}.{code[3:]}" if len(code) > 3 else code


def looks_like_a_diagnosis(code: str) -> bool:
    """Whether a bare code has the form of an ICD-10-CM code."""
    return _DIAGNOSIS.fullmatch(code) is not None


def problems(*, diagnoses: Sequence[str], lines: Sequence[CodedLine]) -> list[Problem]:
    """Everything wrong with the shape of a coded visit, diagnoses first; empty when all is well.

    Diagnoses are bare ICD-10-CM codes in order of weight.
    """
    found = [*_of_diagnoses(diagnoses)]
    if not lines:
        found.append(Problem(ProblemKind.NO_LINE, 0, "There is no procedure."))
    if len(lines) > MOST_LINES:
        found.append(Problem(ProblemKind.TOO_MANY_LINES, 0, f"A claim holds {MOST_LINES} lines at most."))
    for place, line in enumerate(lines, start=1):
        found += _of_line(place, line, diagnoses=len(diagnoses))
    return found


def _of_diagnoses(diagnoses: Sequence[str]) -> Iterator[Problem]:
    if not diagnoses:
        yield Problem(ProblemKind.NO_DIAGNOSIS, 0, "There is no diagnosis.")
    if len(diagnoses) > MOST_DIAGNOSES:
        words = f"A claim holds {MOST_DIAGNOSES} diagnoses at most."
        yield Problem(ProblemKind.TOO_MANY_DIAGNOSES, 0, words)
    for place, code in enumerate(diagnoses, start=1):
        if not looks_like_a_diagnosis(code):
            words = f"{code} does not look like an ICD-10-CM code."
            yield Problem(ProblemKind.DIAGNOSIS_MALFORMED, place, words)
        if code in diagnoses[: place - 1]:
            yield Problem(ProblemKind.DIAGNOSIS_REPEATED, place, f"{code} is there twice.")


def _of_line(place: int, line: CodedLine, *, diagnoses: int) -> Iterator[Problem]:
    if _PROCEDURE.fullmatch(line.procedure_code) is None:
        words = f"{line.procedure_code} does not look like a procedure code."
        yield Problem(ProblemKind.PROCEDURE_MALFORMED, place, words)
    yield from _of_modifiers(place, line.modifiers)
    yield from _of_units(place, line.units)
    yield from _of_pointers(place, line.pointers, diagnoses)


def _of_modifiers(place: int, modifiers: Sequence[str]) -> Iterator[Problem]:
    if len(modifiers) > MOST_MODIFIERS:
        words = f"A line takes {MOST_MODIFIERS} modifiers at most."
        yield Problem(ProblemKind.TOO_MANY_MODIFIERS, place, words)
    for modifier in modifiers:
        if _MODIFIER.fullmatch(modifier) is None:
            words = f"{modifier} does not look like a modifier."
            yield Problem(ProblemKind.MODIFIER_MALFORMED, place, words)
    if len(set(modifiers)) < len(modifiers):
        yield Problem(ProblemKind.MODIFIER_REPEATED, place, "A modifier is there twice.")


def _of_units(place: int, units: Decimal) -> Iterator[Problem]:
    if not units.is_finite() or units <= 0:
        yield Problem(ProblemKind.UNITS_NOT_POSITIVE, place, "Units must be more than zero.")
    elif units > MOST_UNITS:
        yield Problem(ProblemKind.UNITS_TOO_MANY, place, f"Units are {MOST_UNITS} at most.")
    elif units != units.quantize(Decimal("0.01")):
        yield Problem(ProblemKind.UNITS_TOO_FINE, place, "Units have two decimal places at most.")


def _of_pointers(place: int, pointers: Sequence[int], diagnoses: int) -> Iterator[Problem]:
    if not pointers:
        yield Problem(ProblemKind.POINTER_MISSING, place, "The line points to no diagnosis.")
    if len(pointers) > MOST_POINTERS:
        words = f"A line points to {MOST_POINTERS} diagnoses at most."
        yield Problem(ProblemKind.TOO_MANY_POINTERS, place, words)
    for pointer in pointers:
        if not 1 <= pointer <= diagnoses:
            yield Problem(ProblemKind.POINTER_ABSENT, place, f"There is no diagnosis {pointer}.")
    if len(set(pointers)) < len(pointers):
        yield Problem(ProblemKind.POINTER_REPEATED, place, "The line points to a diagnosis twice.")
