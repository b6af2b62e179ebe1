"""The refusals of `coding.rules.lines` as findings, each under the edit it belongs to."""

from collections.abc import Iterator

from coding.rules.advice.finding import Finding, Part, Severity, Visit
from coding.rules.lines import ProblemKind, dotted, looks_like_a_diagnosis, problems

_GUIDE = "X12 005010X222A1"
_SPECIFIC = "ICD-10-CM Official Guidelines I.B.2: code to the highest level of detail"
_EDITS = {
    ProblemKind.NO_DIAGNOSIS: ("D01", f"{_GUIDE}, HI: one to twelve diagnoses"),
    ProblemKind.TOO_MANY_DIAGNOSES: ("D01", f"{_GUIDE}, HI: one to twelve diagnoses"),
    ProblemKind.DIAGNOSIS_MALFORMED: ("D02", "ICD-10-CM: three to seven characters"),
    ProblemKind.DIAGNOSIS_REPEATED: ("D05", "ICD-10-CM Official Guidelines I.B.12: each code once"),
    ProblemKind.NO_LINE: ("L01", f"{_GUIDE}, LX: one to fifty lines"),
    ProblemKind.TOO_MANY_LINES: ("L01", f"{_GUIDE}, LX: one to fifty lines"),
    ProblemKind.PROCEDURE_MALFORMED: ("L02", "CPT and HCPCS: five characters"),
    ProblemKind.TOO_MANY_MODIFIERS: ("L03", f"{_GUIDE}, SV101: four modifiers at most"),
    ProblemKind.MODIFIER_MALFORMED: ("L03", "CPT and HCPCS: two characters"),
    ProblemKind.MODIFIER_REPEATED: ("L03", f"{_GUIDE}, SV101: each modifier once"),
    ProblemKind.UNITS_NOT_POSITIVE: ("L05", f"{_GUIDE}, SV104: more than zero"),
    ProblemKind.UNITS_TOO_MANY: ("L05", f"{_GUIDE}, SV104"),
    ProblemKind.UNITS_TOO_FINE: ("L05", f"{_GUIDE}, SV104"),
    ProblemKind.POINTER_MISSING: ("L06", f"{_GUIDE}, SV107: one to four pointers"),
    ProblemKind.TOO_MANY_POINTERS: ("L06", f"{_GUIDE}, SV107: one to four pointers"),
    ProblemKind.POINTER_ABSENT: ("L06", f"{_GUIDE}, SV107: to a diagnosis of the claim"),
    ProblemKind.POINTER_REPEATED: ("L06", f"{_GUIDE}, SV107: each diagnosis once"),
}
_OF_DIAGNOSES = (ProblemKind.DIAGNOSIS_MALFORMED, ProblemKind.DIAGNOSIS_REPEATED)


def shape(visit: Visit) -> Iterator[Finding]:
    """Everything that `code_encounter` refuses by shape."""
    for problem in problems(diagnoses=visit.diagnoses, lines=[line.coded for line in visit.lines]):
        edit, source = _EDITS[problem.kind]
        part = Part.LINE if problem.place else Part.VISIT
        part = Part.DIAGNOSIS if problem.kind in _OF_DIAGNOSES else part
        yield Finding(edit, Severity.ERROR, part, problem.place, problem.words, source)


def validity(visit: Visit) -> Iterator[Finding]:
    """D02: every diagnosis is valid and complete on the day of service."""
    for place, code in enumerate(visit.diagnoses, start=1):
        known = visit.known.get(code)
        if not looks_like_a_diagnosis(code):
            continue
        if known is None:
            words = f"{dotted(code)} is not valid on {visit.service_date:%m/%d/%Y}. Choose another."
            source = "ICD-10-CM release in force on the day of service"
            yield Finding("D02", Severity.ERROR, Part.DIAGNOSIS, place, words, source)
        elif not known.billable:
            words = f"{dotted(code)} is a heading; a more specific code is needed."
            yield Finding("D02", Severity.ERROR, Part.DIAGNOSIS, place, words, _SPECIFIC)


def prices(visit: Visit) -> Iterator[Finding]:
    """L07: every line has a fee above nothing on the day of service."""
    for place, line in enumerate(visit.lines, start=1):
        code = line.coded.procedure_code
        if line.charge is None:
            words = f"{code} has no fee on {visit.service_date:%m/%d/%Y}."
            source = "The practice's fee schedule in force on the day of service"
            yield Finding("L07", Severity.ERROR, Part.LINE, place, words, source)
        elif line.charge <= 0 < line.coded.units:
            words = f"{code} is priced at nothing; a claim takes no line without a charge."
            yield Finding("L07", Severity.ERROR, Part.LINE, place, words, f"{_GUIDE}, SV102")
