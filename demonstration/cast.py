"""The people of the demonstration: invented, repeatable from a seed, insured with the payers in the box."""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path

_NAMES = json.loads(Path(__file__).with_name("names.json").read_text(encoding="utf-8"))
_LETTERS = "ACDEFGHJKMNPQRTUVWXY"


class Insurance(StrEnum):
    """How somebody is insured: the payer's id, or several, first one first."""

    MEDICARE = "04412"
    MEDICARE_AND_MEDIGAP = "04412 59999"
    BLUEPEAK = "BPK01"
    NORTHSTAR = "NSH01"
    MEDICAID = "LSM01"
    NONE = ""

    @property
    def payers(self) -> list[str]:
        """Payer ids in order of rank."""
        return self.value.split()


@dataclass(frozen=True, slots=True)
class Person:
    """One invented patient. A child has a parent, who answers for the bills and holds the policy."""

    first_name: str
    last_name: str
    sex: str
    birth_date: date
    street: str
    city: str
    postal_code: str
    phone: str
    email: str
    insurance: Insurance
    member_numbers: tuple[str, ...]
    parent: "Person | None" = None

    def age_on(self, day: date) -> int:
        """Completed years."""
        return (
            day.year
            - self.birth_date.year
            - ((day.month, day.day) < (self.birth_date.month, self.birth_date.day))
        )


Ages = Sequence[tuple[int, int]]
EVERYBODY: Ages = ((8, 14), (30, 26), (50, 28), (72, 32))
CHILDREN: Ages = ((7, 1), (11, 1))
"""Ages about which people are, and how often."""


def invent(count: int, *, chance: random.Random, today: date, ages: Ages = EVERYBODY) -> list[Person]:
    """So many different people, the same ones for the same chance and day."""
    known: set[tuple[str, str, date]] = set()
    people: list[Person] = []
    while len(people) < count:
        person = _invent_one(len(people), chance, today, ages)
        who = (person.first_name, person.last_name, person.birth_date)
        if who not in known:
            known.add(who)
            people.append(person)
    return people


def _invent_one(number: int, chance: random.Random, today: date, ages: Ages) -> Person:
    centers, weights = zip(*ages, strict=True)
    age = chance.choices(centers, weights=weights)[0] + chance.randint(-5, 6)
    if age >= 18:
        return _adult(number, chance, today, age)
    parent = _adult(number, chance, today, age + chance.randint(24, 38))
    insurance = chance.choice((Insurance.BLUEPEAK, Insurance.NORTHSTAR, Insurance.MEDICAID))
    insured = _with_insurance(parent, insurance, number, chance)
    return _someone(number, chance, today, age, insurance, insured)


def _adult(number: int, chance: random.Random, today: date, age: int) -> Person:
    if age >= 65:
        insurance = chance.choices((Insurance.MEDICARE, Insurance.MEDICARE_AND_MEDIGAP), weights=(55, 45))[0]
    else:
        kinds = (Insurance.BLUEPEAK, Insurance.NORTHSTAR, Insurance.MEDICAID, Insurance.NONE)
        insurance = chance.choices(kinds, weights=(42, 36, 15, 7))[0]
    return _someone(number, chance, today, age, insurance, None)


def _someone(
    number: int, chance: random.Random, today: date, age: int, insurance: Insurance, parent: Person | None
) -> Person:
    sex = chance.choice("FM")
    first_name = chance.choice(_NAMES["first_names"][sex])
    last_name = parent.last_name if parent else chance.choice(_NAMES["last_names"])
    city, postal_code = (parent.city, parent.postal_code) if parent else chance.choice(_NAMES["towns"])
    members = tuple(_member_number(payer, number, chance) for payer in insurance.payers)
    return Person(
        first_name=first_name,
        last_name=last_name,
        sex=sex,
        birth_date=today - timedelta(days=age * 365 + chance.randint(30, 330)),
        street=parent.street if parent else f"{chance.randint(100, 9899)} {chance.choice(_NAMES['streets'])}",
        city=city,
        postal_code=postal_code,
        phone=f"512555{number % 10000:04d}",
        email=f"{first_name}.{last_name}.{number}@example.org".lower(),
        insurance=insurance,
        member_numbers=parent.member_numbers if parent and insurance == parent.insurance else members,
        parent=parent,
    )


def _with_insurance(person: Person, insurance: Insurance, number: int, chance: random.Random) -> Person:
    members = tuple(_member_number(payer, number, chance) for payer in insurance.payers)
    kept = {field: getattr(person, field) for field in Person.__slots__}
    return Person(**{**kept, "insurance": insurance, "member_numbers": members})


def _member_number(payer: str, number: int, chance: random.Random) -> str:
    """A number of the payer's shape.

    Its last digit decides how the payer in a box treats it: a final 0 is a terminated policy, so one in forty
    gets one and nobody else does.
    """
    last = "0" if chance.random() < 0.025 else str(chance.randint(1, 9))
    if payer == Insurance.MEDICARE.value:
        return _medicare_number(chance)[:-1] + last
    prefix, digits = {"59999": ("MG", 8)}.get(payer, (payer[:3], 9))
    return f"{prefix}{number + 1:0{digits - 4}d}{chance.randint(10, 99)}{chance.randint(1, 9)}{last}"


def _medicare_number(chance: random.Random) -> str:
    """Digits and letters in the order of a Medicare number (domain.md section 6, C02)."""
    kinds = {"9": "123456789", "0": "0123456789", "A": _LETTERS}
    return "".join(chance.choice(kinds[kind]) for kind in "9A00A00AA90")
