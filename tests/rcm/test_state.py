from enum import StrEnum

import pytest
from django.db import transaction

from coding.models import Encounter
from coding.states import ENCOUNTER_MOVES, EncounterStatus
from rcm.db import NoTransaction
from rcm.models import AuditEvent
from rcm.state import IllegalMove, LostRace, diagram, move, move_all
from tests.conftest import NOW
from tests.factories import EncounterFactory, UserFactory


class Light(StrEnum):
    RED = "red"
    GREEN = "green"
    BROKEN = "broken"


LIGHTS = {
    Light.RED: frozenset({Light.BROKEN, Light.GREEN}),
    Light.GREEN: frozenset({Light.RED}),
    Light.BROKEN: frozenset(),
}


@pytest.fixture
def encounter(practice):
    return EncounterFactory(practice=practice)


def target(encounter):
    return sorted(ENCOUNTER_MOVES[encounter.status])[0]


def test_move_sets_the_status_and_puts_it_on_record(encounter):
    person, was, to = UserFactory(), encounter.status, target(encounter)
    with transaction.atomic():
        move(encounter, to, now=NOW, by=person, why="looks right", source="a test")
    assert encounter.status == to
    assert Encounter.objects.get().status == to
    event = AuditEvent.objects.get(verb="encounter.status")
    assert (event.subject_label, event.subject_id, event.practice_id) == (
        "coding.Encounter",
        encounter.pk,
        encounter.practice_id,
    )
    assert (event.actor, event.happened_at, event.why, event.source) == (person, NOW, "looks right", "a test")
    assert event.data == {"from": was, "to": to}


def test_move_needs_a_transaction(encounter):
    with pytest.raises(NoTransaction):
        move(encounter, target(encounter), now=NOW, by=None)


def test_move_refuses_a_way_that_is_not_in_the_table(encounter):
    wrong = next(state for state in EncounterStatus if state not in ENCOUNTER_MOVES[encounter.status])
    was = encounter.status
    with pytest.raises(IllegalMove), transaction.atomic():
        move(encounter, wrong, now=NOW, by=None)
    assert (encounter.status, Encounter.objects.get().status) == (was, was)


def test_move_loses_a_race_by_name(encounter):
    mine, theirs, was = Encounter.objects.get(), Encounter.objects.get(), encounter.status
    with transaction.atomic():
        move(theirs, target(encounter), now=NOW, by=None)
    with pytest.raises(LostRace), transaction.atomic():
        move(mine, target(encounter), now=NOW, by=None)
    assert mine.status == was
    assert AuditEvent.objects.filter(verb="encounter.status").count() == 1


def test_diagram_draws_the_table():
    assert diagram(LIGHTS) == (
        "stateDiagram-v2\n"
        "    [*] --> red\n"
        "    red --> green\n"
        "    red --> broken\n"
        "    green --> red\n"
        "    broken --> [*]"
    )


@pytest.fixture
def visits(practice):
    return [EncounterFactory(practice=practice) for _ in range(3)]


def test_move_all_moves_and_records_every_row(visits):
    to = target(visits[0])
    with transaction.atomic():
        move_all(visits, to, now=NOW, by=None, source="a test")
    assert {visit.status for visit in visits} == {to}
    assert set(Encounter.objects.values_list("status", flat=True)) == {to}
    events = AuditEvent.objects.filter(verb="encounter.status", source="a test")
    assert sorted(event.subject_id for event in events) == [visit.pk for visit in visits]
    assert all(event.data == {"from": "open", "to": to} for event in events)


def test_move_all_of_nothing_does_nothing(practice):
    with transaction.atomic():
        move_all([], "coded", now=NOW, by=None)
    assert not AuditEvent.objects.filter(verb="encounter.status").exists()


def test_move_all_moves_none_when_one_may_not(visits):
    with transaction.atomic():
        move(visits[2], EncounterStatus.VOIDED, now=NOW, by=None)
        with pytest.raises(IllegalMove):
            move_all(visits, EncounterStatus.CODED, now=NOW, by=None)
    assert not Encounter.objects.filter(status=EncounterStatus.CODED).exists()


def test_move_all_moves_none_when_one_was_moved_meanwhile(visits):
    Encounter.objects.filter(pk=visits[1].pk).update(status=EncounterStatus.VOIDED)
    with transaction.atomic(), pytest.raises(LostRace):
        move_all(visits, EncounterStatus.CODED, now=NOW, by=None)
    assert not Encounter.objects.filter(status=EncounterStatus.CODED).exists()
    assert {visit.status for visit in visits} == {EncounterStatus.OPEN}


def test_move_all_needs_a_transaction(visits):
    with pytest.raises(NoTransaction):
        move_all(visits, EncounterStatus.CODED, now=NOW, by=None)
