"""The invented people and visits: repeatable, insured as the payers in the box know it. No database."""

import datetime as dt
import random

import pytest

from clearinghouse.simulator.plans import load_plans
from demonstration.cast import Insurance, invent
from demonstration.catalog import procedures, visit_kinds
from demonstration.setting import PAYERS, PROVIDERS
from demonstration.visits import plan_visits
from practice.rules.identifiers import is_npi

MONDAY = dt.date(2026, 3, 2)


def people(seed: int = 7, count: int = 300):
    return invent(count, chance=random.Random(seed), today=MONDAY)


def test_the_same_seed_invents_the_same_people():
    assert people() == people()
    assert people() != people(seed=8)


def test_everybody_is_somebody_else():
    assert len({(p.first_name, p.last_name, p.birth_date) for p in people()}) == 300


def test_every_member_number_is_one_its_payer_knows():
    plans = load_plans()
    for person in people():
        for payer, number in zip(person.insurance.payers, person.member_numbers, strict=True):
            assert plans.find(payer).knows(number)


def test_every_kind_of_insurance_occurs_and_children_have_parents():
    made = people()
    assert {person.insurance for person in made} == set(Insurance)
    assert all(person.parent for person in made if person.age_on(MONDAY) < 18)


def test_the_practice_knows_the_payers_of_the_box():
    plans = {plan.payer_id: plan for plan in load_plans().plans}
    assert {facts.number for facts in PAYERS} == set(plans)
    assert all(plans[facts.number].payment.originator == facts.originator for facts in PAYERS)
    assert all(is_npi(row[3]) for row in PROVIDERS)


def test_visits_fall_on_weekdays_and_suit_the_age():
    made = people()
    visits = plan_visits(made, first_day=MONDAY, days=30, providers=3, chance=random.Random(7))
    assert len(visits) == 400
    assert all(visit.day.weekday() < 5 for visit in visits)
    for visit in visits:
        youngest, oldest = visit.kind.ages
        assert youngest <= made[visit.person].age_on(visit.day) <= oldest


def test_nobody_is_seen_in_two_places_at_once():
    visits = plan_visits(people(), first_day=MONDAY, days=5, providers=3, chance=random.Random(7))
    places = [(visit.day, visit.minute, visit.provider) for visit in visits]
    assert len(places) == len(set(places))


@pytest.mark.parametrize("kind", visit_kinds(), ids=lambda kind: kind.name)
def test_every_kind_of_visit_is_priced_and_points_at_its_diagnoses(kind):
    for line in kind.lines:
        assert line.procedure in procedures()
        assert all(1 <= pointer <= len(kind.diagnoses) for pointer in line.pointers)
