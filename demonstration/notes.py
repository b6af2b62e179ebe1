"""Notes of visits, as a clinician would write them: subjective, objective, assessment, plan.

`notes.json` holds, for every kind of visit, a few ways to say each part, and the words that fill their slots.
All of it supports the diagnoses and procedures of that kind (a test compares the two files). Pure: the same
visit of the same person gets the same note.
"""

import json
import random
from functools import cache
from pathlib import Path
from typing import Any

from demonstration.cast import Person
from demonstration.visits import PlannedVisit

PARTS = ("subjective", "objective", "assessment", "plan")
ADULT_YEARS = 18
SMALL_YEARS = 3


def write_note(visit: PlannedVisit, person: Person) -> str:
    """The note of one visit, in four paragraphs, with age, sex and vital signs of the person."""
    chance = random.Random(f"{visit.number} {visit.day} {person.first_name} {person.last_name}")
    age = person.age_on(visit.day)
    words = _words(chance, age, person.sex)
    said = _notes()["kinds"][visit.kind.name]
    paragraphs = {part: chance.choice(said[part]).format_map(words) for part in PARTS}
    paragraphs["objective"] = f"{_vital_signs(chance, age, words)} {paragraphs['objective']}"
    return "\n\n".join(f"{part[0].upper()}: {text}" for part, text in paragraphs.items())


def kinds_of_notes() -> frozenset[str]:
    """The kinds of visit there are words for."""
    return frozenset(_notes()["kinds"])


def _words(chance: random.Random, age: int, sex: str) -> dict[str, str]:
    """What fills the slots; a slot with a capital is the same at the start of a sentence."""
    words = {name: chance.choice(choices) for name, choices in _notes()["slots"].items()}
    words |= {"they": "she", "them": "her"} if sex == "F" else {"they": "he", "them": "him"}
    words["who"] = f"{age}-year-old {_called(age, sex)}"
    return words | {name.capitalize(): text[:1].upper() + text[1:] for name, text in words.items()}


def _called(age: int, sex: str) -> str:
    if age < ADULT_YEARS:
        return "girl" if sex == "F" else "boy"
    return "woman" if sex == "F" else "man"


def _vital_signs(chance: random.Random, age: int, words: dict[str, str]) -> str:
    """One line; a small child's pressure is not taken."""
    pressure = "" if age <= SMALL_YEARS else f"BP {words['bp'] if age >= ADULT_YEARS else '104/66'}, "
    pulse = int(words["pulse"]) + max(0, 12 - age) * 3
    weight = chance.randint(128, 236) if age >= ADULT_YEARS else 22 + age * 7 + chance.randint(-3, 6)
    signs = f"{pressure}pulse {pulse}, temp {words['temp']} F, SpO2 {words['spo2']}%, weight {weight} lb."
    return signs[0].upper() + signs[1:]


@cache
def _notes() -> dict[str, Any]:
    notes: dict[str, Any] = json.loads(Path(__file__).with_name("notes.json").read_text(encoding="utf-8"))
    return notes
