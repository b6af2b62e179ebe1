"""Each check: what it says, and when it is silent."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from coding.rules.advice import Consent, KnownCode, PricedLine, Severity, Visit, findings_on
from coding.rules.lines import CodedLine

DAY = dt.date(2026, 3, 10)
KNOWN = {
    code: KnownCode(description=words, billable=True)
    for code, words in {
        "I10": "Essential (primary) hypertension",
        "O2441": "Gestational diabetes mellitus in pregnancy",
        "N400": "Benign prostatic hyperplasia",
        "Z00129": "Encounter for routine child health examination",
        "S61211A": "Laceration of left index finger",
        "W260XXA": "Contact with knife",
        "M1711": "Unilateral primary osteoarthritis, right knee",
        "M25569": "Pain in unspecified knee",
    }.items()
} | {"E11": KnownCode(description="Type 2 diabetes mellitus", billable=False)}


def line(code="99213", modifiers=(), units="1", pointers=(1,), charge="100.00", **more) -> PricedLine:
    coded = CodedLine(
        procedure_code=code, modifiers=tuple(modifiers), units=Decimal(units), pointers=tuple(pointers)
    )
    told = {"charge": Decimal(charge) if charge else None, "words": "A visit", "listed": True} | more
    return PricedLine(coded=coded, **told)


PLAIN = Visit(
    service_date=DAY,
    today=DAY,
    birth_date=dt.date(1950, 5, 14),
    sex="F",
    diagnoses=("I10",),
    known=KNOWN,
    lines=(line(),),
)
CONSENT = Consent(procedure_codes=frozenset({"64483"}), effective_on=DAY, ended_on=DAY)


def said(**changed) -> list[tuple[str, Severity]]:
    return [(each.edit, each.severity) for each in findings_on(replace(PLAIN, **changed))]


def test_plain_visit_has_nothing_to_mend():
    assert findings_on(PLAIN) == []


@pytest.mark.parametrize(
    ("edit", "severity", "changed"),
    [
        ("D01", Severity.ERROR, {"diagnoses": ()}),
        ("L01", Severity.ERROR, {"lines": ()}),
        ("D02", Severity.ERROR, {"diagnoses": ("E119",)}),
        ("D02", Severity.ERROR, {"diagnoses": ("E11",)}),
        ("D02", Severity.ERROR, {"diagnoses": ("?",)}),
        ("D05", Severity.ERROR, {"diagnoses": ("I10", "I10")}),
        ("D03", Severity.ERROR, {"diagnoses": ("W260XXA",)}),
        ("D07", Severity.WARNING, {"diagnoses": ("O2441",)}),
        ("D07", Severity.WARNING, {"diagnoses": ("N400",)}),
        ("D07", Severity.WARNING, {"diagnoses": ("Z00129",)}),
        ("D08", Severity.INFORMATION, {"diagnoses": ("S61211A",)}),
        ("D09", Severity.WARNING, {"diagnoses": ("M25569",)}),
        ("L06", Severity.INFORMATION, {"diagnoses": ("I10", "M1711")}),
        ("L02", Severity.WARNING, {"lines": (line(listed=False),)}),
        ("L03", Severity.WARNING, {"lines": (line(modifiers=["ZZ"]),)}),
        ("L03", Severity.ERROR, {"lines": (line(modifiers=["2"]),)}),
        ("L05", Severity.ERROR, {"lines": (line(units="0"),)}),
        ("L05", Severity.WARNING, {"lines": (line(units="2"),)}),
        ("L06", Severity.ERROR, {"lines": (line(pointers=[1, 2]),)}),
        ("L07", Severity.ERROR, {"lines": (line(charge=""),)}),
        ("L07", Severity.ERROR, {"lines": (line(charge="0.00"),)}),
        ("L10", Severity.WARNING, {"lines": (line(), line("20610"))}),
        ("L11", Severity.WARNING, {"lines": (line("99203"),), "seen_before": dt.date(2025, 1, 5)}),
        ("L12", Severity.WARNING, {"lines": (line("80053"), line("80053"))}),
        ("L14", Severity.WARNING, {"place_of_service_code": "23"}),
        ("L15", Severity.WARNING, {"place_of_service_code": "10"}),
        ("L15", Severity.WARNING, {"lines": (line(modifiers=["95"]),)}),
        ("L20", Severity.WARNING, {"lines": (line("20610", modifiers=["50", "LT"]),)}),
        ("L20", Severity.WARNING, {"diagnoses": ("M1711",), "lines": (line("20610", modifiers=["LT"]),)}),
        ("L22", Severity.ERROR, {"lines": (line("99199", words=""),)}),
        ("L25", Severity.WARNING, {"lines": (line("99392"),)}),
        ("A01", Severity.WARNING, {"lines": (line("64483"),), "consent_needed": frozenset({"64483"})}),
        ("A02", Severity.WARNING, {"consent": replace(CONSENT, ended_on=DAY - dt.timedelta(days=1))}),
        (
            "A02",
            Severity.WARNING,
            {"lines": (line("70551"),), "consent_needed": frozenset({"70551"}), "consent": CONSENT},
        ),
        ("T07", Severity.ERROR, {"related_cause": "AA", "accident_date": DAY}),
        ("T07", Severity.WARNING, {"related_cause": "OA"}),
        ("T07", Severity.ERROR, {"accident_date": DAY + dt.timedelta(days=1)}),
        ("T08", Severity.ERROR, {"place_of_service_code": "61"}),
        ("T08", Severity.ERROR, {"admission_date": DAY + dt.timedelta(days=1)}),
    ],
)
def test_check_says(edit, severity, changed):
    assert said(**changed).count((edit, severity)) == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"diagnoses": ("S61211A", "W260XXA"), "lines": (line(pointers=[1, 2]),)},
        {"lines": (line(modifiers=["25"]), line("20610"))},
        {"lines": (line(), line("36415"))},
        {"lines": (line("80053"), line("80053", modifiers=["91"]))},
        {"lines": (line("99203"),)},
        {"lines": (line(modifiers=["95"]),), "place_of_service_code": "10"},
        {"diagnoses": ("M1711",), "lines": (line("20610", modifiers=["RT"]),)},
        {"lines": (line("99397"),)},
        {"lines": (line("64483"),), "consent_needed": frozenset({"64483"}), "consent": CONSENT},
        {"related_cause": "AA", "accident_date": DAY, "accident_state": "TX"},
    ],
)
def test_check_is_silent(changed):
    assert said(**changed) == []


def test_every_finding_names_its_rule_and_place():
    found = findings_on(replace(PLAIN, diagnoses=("E11",), lines=(line(), line(pointers=[3]))))
    assert all(each.source and each.words for each in found)
    assert {(each.edit, each.part, each.place) for each in found if each.severity == Severity.ERROR} == {
        ("D02", "diagnosis", 1),
        ("L06", "line", 2),
    }
