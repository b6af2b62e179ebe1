"""Who comes when, and why: the schedule of a practice's days, repeatable from a seed. Pure."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from demonstration.cast import Person
from demonstration.catalog import VisitKind, visit_kinds

SATURDAY = 5
OPENS_AT_MINUTE = 8 * 60
SLOT_MINUTES = 20
SLOTS_A_DAY = 24


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
    return [
        _visit(number, places[place], person, people[person], chance)
        for number, (place, person) in enumerate(zip(taken, comers, strict=False))
    ]


def _visit(
    number: int, place: tuple[date, int, int], index: int, person: Person, chance: random.Random
) -> PlannedVisit:
    day, slot, provider = place
    age = person.age_on(day)
    suitable = [kind for kind in visit_kinds() if kind.ages[0] <= age <= kind.ages[1]]
    return PlannedVisit(
        number=number,
        day=day,
        minute=OPENS_AT_MINUTE + slot * SLOT_MINUTES,
        person=index,
        provider=provider,
        kind=chance.choices(suitable, weights=[kind.weight for kind in suitable])[0],
        is_missed=chance.random() < 0.05,
        pays_copay=chance.random() < 0.8,
        has_authorization=chance.random() < 0.7,
    )
