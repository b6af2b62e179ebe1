"""Whether the diagnoses suit the patient and each other (edits D03, D07, D08, D09)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from coding.rules.advice.finding import Finding, Part, Severity, Visit
from coding.rules.lines import dotted

_EXTERNAL = "VWXY"
_MCE = "Medicare Code Editor: age and sex conflicts"
_SIDE = re.compile(
    r"\bunspecified (side|eye|ear|shoulder|elbow|wrist|hand|hip|knee|ankle|foot|limb|leg|arm|breast|kidney)\b"
)


@dataclass(frozen=True, slots=True)
class Band:
    """Codes from one to another (by their first characters) that fit one sex or some ages only."""

    first: str
    last: str
    sex: str = ""
    youngest: int = 0
    oldest: int = 200
    said: str = ""


_BANDS = (
    Band("O00", "O9A", "F", 9, 64, "pregnancy and childbirth"),
    Band("N70", "N98", "F", 0, 200, "female organs"),
    Band("C51", "C58", "F", 0, 200, "female organs"),
    Band("C60", "C63", "M", 0, 200, "male organs"),
    Band("N40", "N53", "M", 0, 200, "male organs"),
    Band("P00", "P96", "", 0, 0, "the newborn"),
    Band("Z38", "Z38", "", 0, 0, "the newborn"),
    Band("Z0011", "Z0011", "", 0, 0, "newborns under 29 days"),
    Band("Z0012", "Z0012", "", 0, 17, "children"),
    Band("Z0000", "Z0001", "", 15, 200, "adults"),
    Band("Z34", "Z34", "F", 9, 64, "pregnancy"),
)


def external_cause_first(visit: Visit) -> Iterator[Finding]:
    """D03: how it happened is never the first diagnosis."""
    if visit.diagnoses and visit.diagnoses[0][:1] in _EXTERNAL:
        words = (
            f"{dotted(visit.diagnoses[0])} tells how it happened and cannot come first. Put the injury first."
        )
        source = "ICD-10-CM Official Guidelines I.C.20.a.6"
        yield Finding("D03", Severity.ERROR, Part.DIAGNOSIS, 1, words, source)


def suits_the_patient(visit: Visit) -> Iterator[Finding]:
    """D07: sex and age."""
    for place, code in enumerate(visit.diagnoses, start=1):
        for band in _BANDS:
            if not band.first <= code[: len(band.last)] <= band.last:
                continue
            if band.sex and visit.sex in "FM" and visit.sex != band.sex:
                sex = {"F": "female", "M": "male"}[visit.sex]
                words = f"{dotted(code)} is about {band.said}; the patient is {sex}."
                yield Finding("D07", Severity.WARNING, Part.DIAGNOSIS, place, words, _MCE)
            if not band.youngest <= visit.age <= band.oldest:
                words = f"{dotted(code)} is about {band.said}; the patient was {visit.age} years old."
                yield Finding("D07", Severity.WARNING, Part.DIAGNOSIS, place, words, _MCE)


def injury_explained(visit: Visit) -> Iterator[Finding]:
    """D08: an injury says whether an accident caused it."""
    injured = [place for place, code in enumerate(visit.diagnoses, start=1) if code[:1] in "ST"]
    explained = visit.related_cause or any(code[:1] in _EXTERNAL for code in visit.diagnoses)
    if injured and not explained:
        words = "An injury without a cause: payers ask whether an accident or another insurer is involved."
        source = "X12 005010X222A1, CLM11 and DTP*439"
        yield Finding("D08", Severity.INFORMATION, Part.DIAGNOSIS, injured[0], words, source)


def side_said(visit: Visit) -> Iterator[Finding]:
    """D09: a code says which side where the note can tell."""
    for place, code in enumerate(visit.diagnoses, start=1):
        known = visit.known.get(code)
        if known and _SIDE.search(known.description.lower()):
            words = f"{dotted(code)} leaves the side open. Take the side from the note, or ask the provider."
            source = "ICD-10-CM Official Guidelines I.B.13: laterality"
            yield Finding("D09", Severity.WARNING, Part.DIAGNOSIS, place, words, source)


def pointed_at(visit: Visit) -> Iterator[Finding]:
    """L06, the other way round: a diagnosis that no line points at."""
    used = {place for line in visit.lines for place in line.coded.pointers}
    for place, code in enumerate(visit.diagnoses, start=1):
        if visit.lines and place not in used:
            words = f"No line points at {dotted(code)}. It still goes on the claim."
            source = "X12 005010X222A1, SV107"
            yield Finding("L06", Severity.INFORMATION, Part.DIAGNOSIS, place, words, source)
