"""The invented people and visits: repeatable, insured as the payers in the box know it. No database."""

import csv
import datetime as dt
import random

import pytest

from clearinghouse.simulator.plans import load_plans
from coding.actions.codeset import PROCEDURES
from demonstration.cast import CHILDREN, Insurance, invent
from demonstration.catalog import procedures, visit_kinds
from demonstration.notes import PARTS, kinds_of_notes, write_note
from demonstration.opening import HOUSES
from demonstration.pace import PROMPT, USUAL, Pace, Work
from demonstration.setting import PAYERS, PROVIDERS
from demonstration.visits import Flow, plan_days, plan_visits
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


def test_every_procedure_has_words_of_ours():
    with PROCEDURES.open() as file:
        worded = {row["code"] for row in csv.DictReader(file) if row["description"]}
    assert procedures().keys() <= worded


def days(count: int, *, of=None, seed: int = 7):
    return plan_days(
        of or people(count=250),
        first_day=MONDAY,
        last_day=MONDAY + dt.timedelta(days=count - 1),
        providers=3,
        flow=Flow(weekday=(7, 12), weekend=(2, 5)),
        seed=seed,
    )


def test_a_plan_can_be_carried_on():
    short = days(20)
    assert days(60)[: len(short)] == short
    assert days(20, seed=8) != short


def test_people_become_patients_by_and_by():
    visits = days(90)
    middle = MONDAY + dt.timedelta(days=45)
    assert len({visit.person for visit in visits if visit.day < middle}) < 250
    assert {visit.person for visit in visits} == set(range(250))
    assert {visit.day for visit in visits} == {MONDAY + dt.timedelta(days=n) for n in range(90)}


def test_nobody_comes_twice_for_what_passes():
    came = [(visit.person, visit.kind.name) for visit in days(60) if not visit.kind.is_chronic]
    assert len(came) == len(set(came))


def test_nobody_is_planned_in_two_places_at_once():
    visits = days(30)
    assert len({(visit.day, visit.minute, visit.provider) for visit in visits}) == len(visits)
    assert len({(visit.day, visit.person) for visit in visits}) == len(visits)


def test_every_kind_of_visit_has_words_for_its_note():
    assert kinds_of_notes() == {kind.name for kind in visit_kinds()}


def test_no_two_notes_of_a_quarter_read_the_same():
    made = people(count=250)
    visits = days(90, of=made)
    notes = [write_note(visit, made[visit.person]) for visit in visits]
    assert len(set(notes)) == len(notes)
    assert all(note.count("\n\n") == len(PARTS) - 1 for note in notes)
    assert not any("{" in note for note in notes)


def test_children_are_called_children():
    made = invent(30, chance=random.Random(7), today=MONDAY, ages=CHILDREN)
    assert all(person.age_on(MONDAY) < 18 for person in made)
    notes = [write_note(visit, made[visit.person]) for visit in days(30, of=made)]
    assert any("-year-old boy" in note or "-year-old girl" in note for note in notes)
    assert not any("-year-old man" in note or "-year-old woman" in note for note in notes)


def test_work_lies_as_long_each_time_it_is_asked():
    usual = Pace(1, USUAL, is_human=True)
    assert usual.rest(Work.DENIAL, 5) == usual.rest(Work.DENIAL, 5)
    assert len({usual.rest(Work.DENIAL, piece) for piece in range(50)}) > 10
    assert Pace(1, PROMPT).rest(Work.DENIAL, 5) == dt.timedelta(0)


def test_by_the_book_nothing_human_happens():
    assert not any(Pace(1, PROMPT).happens("bounced", piece, share=1.0) for piece in range(9))
    assert Pace(1, USUAL, is_human=True).happens("bounced", 1, share=1.0)


def test_both_practices_bill_under_numbers_that_are_valid():
    for house in HOUSES:
        assert is_npi(house.facts.npi)
        assert all(is_npi(row[3]) for row in house.facts.providers)
