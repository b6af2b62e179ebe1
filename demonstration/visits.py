"""Who comes when, and why: the schedule of a practice's days, repeatable from a seed. Pure."""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from demonstration.cast import Person
from demonstration.catalog import VisitKind, visit_kinds

SATURDAY = 5
OPENS_AT_MINUTE = 8 * 60
SLOT_MINUTES = 20
SLOTS_A_DAY = 24
FULL = 250
PATIENTS_BEFORE, GROWN_AFTER = 0.5, 85
"""The share of the people who are patients on the first day, and the day by which all are."""


@dataclass(frozen=True, slots=True)
class PlannedVisit:
    """One visit to be booked. `minute` counts from midnight in the practice's own time zone.

    The rest is luck drawn beforehand, so that what happens does not depend on the order of the work.
    """

    number: int
    day: date
    minute: int
    person: int
    provider: int
    kind: VisitKind
    is_missed: bool
    pays_copay: bool
    has_authorization: bool
    is_canceled: bool = False
    is_miscoded: bool = False


@dataclass(frozen=True, slots=True)
class Flow:
    """How many come on a day of the week and on a day of the weekend, at least and at most."""

    weekday: tuple[int, int]
    weekend: tuple[int, int]

    def on(self, day: date, chance: random.Random) -> int:
        """How many come on that day."""
        return chance.randint(*(self.weekday if day.weekday() < SATURDAY else self.weekend))

    def scaled(self, patients: int) -> "Flow":
        """The flow of a practice of so many patients, given that of one with 250."""
        (a, b), (c, d) = self.weekday, self.weekend
        return Flow(
            weekday=(a * patients // FULL, max(1, b * patients // FULL)),
            weekend=(c * patients // FULL, max(1, d * patients // FULL)),
        )


def plan_days(
    people: Sequence[Person], *, first_day: date, last_day: date, providers: int, flow: Flow, seed: int
) -> list[PlannedVisit]:
    """The visits of a practice that is open every day, in order.

    What is planned for a day does not depend on how many days follow, so a plan can be carried on. Everybody
    has come once before most come a second time; who has a chronic condition comes again for that one, and
    nobody twice for anything else.
    """
    rota, visits = _Rota(people, seed), list[PlannedVisit]()
    for number in range((last_day - first_day).days + 1):
        day = first_day + timedelta(days=number)
        chance = random.Random(f"{seed} {day}")
        comers = rota.take(flow.on(day, chance), chance, day=number)
        places = [(day, slot, provider) for slot in range(SLOTS_A_DAY) for provider in range(providers)]
        for place, index in zip(sorted(chance.sample(places, len(comers))), comers, strict=True):
            kind = rota.kind(index, people[index].age_on(day), chance)
            visit = _visit(len(visits), place, index, kind, chance)
            visits.append(
                replace(visit, is_canceled=chance.random() < 0.03, is_miscoded=chance.random() < 0.6)
            )
    return visits


class _Rota:
    """Whose turn it is, and what for."""

    def __init__(self, people: Sequence[Person], seed: int) -> None:
        self._people = people
        self._chance = random.Random(f"{seed} rota")
        self._waiting: list[int] = []
        self._seen = 0
        self._known: dict[int, set[str]] = {}

    def take(self, count: int, chance: random.Random, *, day: int) -> list[int]:
        """So many different people, most of them those who were not here for the longest time.

        On the first day, number 0, some are patients already; the others become patients by and by.
        """
        known = self._known_by(day)
        taken: list[int] = []
        while len(taken) < min(count, known):
            index = chance.randrange(known) if chance.random() < 0.25 else self._next(known)
            if index not in taken:
                taken.append(index)
        return taken

    def _known_by(self, day: int) -> int:
        share = PATIENTS_BEFORE + (1 - PATIENTS_BEFORE) * day / GROWN_AFTER
        return math.ceil(len(self._people) * min(share, 1))

    def _next(self, known: int) -> int:
        """Whoever is new comes before those who were here already."""
        while self._seen < known:
            self._waiting.append(self._seen)
            self._seen += 1
        if not self._waiting:
            self._waiting = self._chance.sample(range(known), known)
        return self._waiting.pop()

    def kind(self, index: int, age: int, chance: random.Random) -> VisitKind:
        """Why somebody of that age comes this time."""
        known = self._known.setdefault(index, set())
        has_condition = any(kind.is_chronic and kind.name in known for kind in visit_kinds())
        fresh = [
            kind
            for kind in _suitable(age)
            if (kind.name in known if kind.is_chronic and has_condition else kind.name not in known)
        ]
        kinds = fresh or _suitable(age)
        weights = [kind.weight * (4 if kind.name in known else 1) for kind in kinds]
        chosen = chance.choices(kinds, weights=weights)[0]
        known.add(chosen.name)
        return chosen


def plan_visits(
    people: Sequence[Person], *, first_day: date, days: int, providers: int, chance: random.Random
) -> list[PlannedVisit]:
    """Everybody comes at least once where the days allow, a third of them twice; in the order of the days."""
    open_days = [
        day for day in (first_day + timedelta(days=n) for n in range(days)) if day.weekday() < SATURDAY
    ]
    if not open_days:
        return []
    comers = [*range(len(people)), *chance.sample(range(len(people)), len(people) // 3)]
    chance.shuffle(comers)
    places = [
        (day, slot, provider)
        for day in open_days
        for slot in range(SLOTS_A_DAY)
        for provider in range(providers)
    ]
    taken = sorted(chance.sample(range(len(places)), min(len(comers), len(places))))
    visits = []
    for number, (place, index) in enumerate(zip(taken, comers, strict=False)):
        suitable = _suitable(people[index].age_on(places[place][0]))
        kind = chance.choices(suitable, weights=[kind.weight for kind in suitable])[0]
        visits.append(_visit(number, places[place], index, kind, chance))
    return visits


def _suitable(age: int) -> list[VisitKind]:
    return [kind for kind in visit_kinds() if kind.ages[0] <= age <= kind.ages[1]]


def _visit(
    number: int, place: tuple[date, int, int], index: int, kind: VisitKind, chance: random.Random
) -> PlannedVisit:
    day, slot, provider = place
    return PlannedVisit(
        number=number,
        day=day,
        minute=OPENS_AT_MINUTE + slot * SLOT_MINUTES,
        person=index,
        provider=provider,
        kind=kind,
        is_missed=chance.random() < 0.05,
        pays_copay=chance.random() < 0.8,
        has_authorization=chance.random() < 0.7,
    )
