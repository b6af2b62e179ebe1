"""Whether the lines suit the visit and each other (edits L02 to L25)."""

import re
from collections.abc import Collection, Iterator

from coding.rules.advice.finding import Finding, Part, PricedLine, Severity, Visit
from coding.rules.lists import modifiers

_NEW = re.compile(r"9920[2-5]|9938[1-7]")
_OFFICE = re.compile(r"9920[2-5]|9921[1-5]")
_VISITS = re.compile(r"9920[2-5]|9921[1-5]|9938[1-7]|9939[1-7]|G043[89]")
_WHOLE = re.compile(r"99[0-9]{3}")
_UNLISTED = re.compile(r"[0-9]{3}99")
_BLOOD_DRAW = re.compile(r"364[01][0-9]")
_BESIDE_VISITS = re.compile(r"[1-6][0-9]{4}|9637[24]|9047[1-4]")
_AGES = {"1": (0, 0), "2": (1, 4), "3": (5, 11), "4": (12, 17), "5": (18, 39), "6": (40, 64), "7": (65, 200)}
_TELEHEALTH = frozenset({"93", "95", "GT", "GQ"})
_TELEHEALTH_PLACES = frozenset({"02", "10"})
_HOSPITAL_PLACES = frozenset({"21", "23", "51", "61"})
_NCCI = "CMS National Correct Coding Initiative Policy Manual, chapter 1"


def known_procedures(visit: Visit) -> Iterator[Finding]:
    """L02: the number is on the practice's list on the day of service."""
    for place, line in _numbered(visit):
        if not line.listed and line.charge is not None:
            words = f"{line.coded.procedure_code} is priced, but not on the list of procedures of that day."
            yield _found("L02", Severity.WARNING, place, words, "The practice's list of procedures")


def known_modifiers(visit: Visit) -> Iterator[Finding]:
    """L03: modifiers that exist."""
    for place, line in _numbered(visit):
        for modifier in line.coded.modifiers:
            if re.fullmatch(r"[0-9A-Z]{2}", modifier) and modifier not in modifiers():
                words = f"{modifier} is not among the modifiers known here. Check it before you sign."
                yield _found("L03", Severity.WARNING, place, words, "CPT appendix A and HCPCS level II")


def whole_visits(visit: Visit) -> Iterator[Finding]:
    """L05: a visit is one unit."""
    for place, line in _numbered(visit):
        if _WHOLE.fullmatch(line.coded.procedure_code) and line.coded.units > 1:
            words = "A visit is billed as one unit a day."
            yield _found("L05", Severity.WARNING, place, words, "CMS Medically Unlikely Edits")


def separate_visit(visit: Visit) -> Iterator[Finding]:
    """L10: a visit on the day of a procedure needs 25, if it was a separate one."""
    beside = [line.coded.procedure_code for line in visit.lines if _is_beside_visits(line)]
    for place, line in _numbered(visit):
        if beside and _VISITS.fullmatch(line.coded.procedure_code) and "25" not in line.coded.modifiers:
            words = (
                f"With {', '.join(beside)} on one day the visit needs 25, if the note shows it was separate."
            )
            yield _found("L10", Severity.WARNING, place, words, _NCCI)


def new_patient(visit: Visit) -> Iterator[Finding]:
    """L11: a new patient was not seen within three years."""
    for place, line in _numbered(visit):
        if visit.seen_before and _NEW.fullmatch(line.coded.procedure_code):
            words = (
                f"A new patient's visit, but the practice saw the patient on {visit.seen_before:%m/%d/%Y}."
            )
            source = "CPT evaluation and management: new means not seen for three years"
            yield _found("L11", Severity.WARNING, place, words, source)


def once(visit: Visit) -> Iterator[Finding]:
    """L12: the same procedure twice says why."""
    seen: set[tuple[str, frozenset[str]]] = set()
    for place, line in _numbered(visit):
        key = (line.coded.procedure_code, frozenset(line.coded.modifiers))
        if line.coded.procedure_code and key in seen:
            words = (
                f"{line.coded.procedure_code} is there twice. Raise the units, or say with 59, 76 or 77 why."
            )
            yield _found(
                "L12", Severity.WARNING, place, words, f"{_NCCI}; payers deny exact duplicates (CO-18)"
            )
        seen.add(key)


def place_of_service(visit: Visit) -> Iterator[Finding]:
    """L14 and L15: office visits happen in offices, telehealth says so twice."""
    remote = visit.place_of_service_code in _TELEHEALTH_PLACES
    for place, line in _numbered(visit):
        if _OFFICE.fullmatch(line.coded.procedure_code) and visit.place_of_service_code in _HOSPITAL_PLACES:
            words = f"An office visit does not fit place of service {visit.place_of_service_code}."
            yield _found("L14", Severity.WARNING, place, words, "CMS place of service codes")
        says_remote = _has(line, _TELEHEALTH)
        if remote != says_remote and (says_remote or _VISITS.fullmatch(line.coded.procedure_code)):
            words = "Telehealth takes place of service 02 or 10 and modifier 93 or 95: one is missing."
            yield _found("L15", Severity.WARNING, place, words, "CMS telehealth billing")


def sides(visit: Visit) -> Iterator[Finding]:
    """L20: sides agree with each other and with the diagnosis pointed at."""
    for place, line in _numbered(visit):
        if "50" in line.coded.modifiers and _has(line, {"LT", "RT"}):
            words = "50 means both sides; LT and RT do not go with it."
            yield _found("L20", Severity.WARNING, place, words, "CPT appendix A")
        for side, other in (("LT", "right"), ("RT", "left")):
            if side in line.coded.modifiers and _all_point_at(visit, line, other):
                words = f"{side} contradicts the diagnosis, which is on the {other}."
                yield _found("L20", Severity.WARNING, place, words, "CPT appendix A; ICD-10-CM laterality")


def described(visit: Visit) -> Iterator[Finding]:
    """L22: a number that stands for no particular service needs words."""
    for place, line in _numbered(visit):
        if _UNLISTED.fullmatch(line.coded.procedure_code) and not line.words.strip():
            words = f"{line.coded.procedure_code} is unlisted. Describe what was done."
            yield _found("L22", Severity.ERROR, place, words, "X12 005010X222A1, SV101-7")


def preventive_age(visit: Visit) -> Iterator[Finding]:
    """L25: the yearly visit for the patient's age."""
    for place, line in _numbered(visit):
        code = line.coded.procedure_code
        if not re.fullmatch(r"993[89][1-7]", code):
            continue
        youngest, oldest = _AGES[code[-1]]
        if not youngest <= visit.age <= oldest:
            ages = f"from {youngest} on" if oldest >= 200 else f"of {youngest} to {oldest}"
            words = f"{code} is for patients {ages}; this one was {visit.age}."
            yield _found("L25", Severity.WARNING, place, words, "CPT preventive medicine, by age")


def _numbered(visit: Visit) -> Iterator[tuple[int, PricedLine]]:
    return enumerate(visit.lines, start=1)


def _found(edit: str, severity: Severity, place: int, words: str, source: str) -> Finding:
    return Finding(edit, severity, Part.LINE, place, words, source)


def _has(line: PricedLine, wanted: Collection[str]) -> bool:
    return not set(wanted).isdisjoint(line.coded.modifiers)


def _is_beside_visits(line: PricedLine) -> bool:
    code = line.coded.procedure_code
    return bool(_BESIDE_VISITS.fullmatch(code)) and not _BLOOD_DRAW.fullmatch(code)


def _all_point_at(visit: Visit, line: PricedLine, side: str) -> bool:
    pointed = [
        visit.diagnoses[place - 1] for place in line.coded.pointers if 0 < place <= len(visit.diagnoses)
    ]
    words = [known.description.lower() for code in pointed if (known := visit.known.get(code))]
    return bool(words) and all(re.search(rf"\b{side}\b", each) for each in words)
