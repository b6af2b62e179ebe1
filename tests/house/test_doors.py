"""Every address of the house: strangers, the wrong role and another practice's people are turned away."""

from functools import cache

import pytest
from django.test import Client

from billing.urls import public
from practice.models import Role
from tests.factories import PracticeFactory
from tests.house import scenes
from tests.house.doors import Door, World, doors

pytestmark = pytest.mark.slow

OPEN = {
    "practice:start": "says what this is, and leads people to their work",
    "healthz": "asked by the machinery beside us",
    "readyz": "asked by the machinery beside us",
}
"""Pages that a stranger may see, and why."""

OPEN_SPACES = {
    "": "sign-in itself (allauth)",
    "api": "programs, who bring a token of their own (tests/api)",
}
"""Parts of the house with a door of their own."""


def is_open(door: Door) -> bool:
    space = door.name.rpartition(":")[0]
    # Patients come with a link that is the key (tests/billing/test_patient_pages.py).
    return door.name in OPEN or space in OPEN_SPACES or door.pattern in public


@cache
def watched() -> tuple[Door, ...]:
    return tuple(door for door in doors() if not is_open(door))


def ask(client: Client, url: str) -> int:
    """The status of a GET, or of a POST where only that is answered."""
    answer = client.get(url)
    return client.post(url).status_code if answer.status_code == 405 else answer.status_code


def test_every_door_is_watched():
    assert [door.name for door in watched() if door.allowed is None] == []


def test_strangers_are_sent_to_sign_in():
    client = Client()
    wrong = {}
    for door in watched():
        answer = client.get(door.url())
        if answer.status_code == 405:
            answer = client.post(door.url())
        if not (answer.status_code == 302 and answer.url.startswith("/sign-in/")):
            wrong[door.name] = answer.status_code
    assert wrong == {}


def test_wrong_role_is_refused(staff):
    clients = {role: staff(role) for role in Role}
    wrong = {}
    for door in watched():
        for role in set(Role) - door.allowed if door.allowed else ():
            status = ask(clients[role], door.url())
            if status != 403:
                wrong[door.name, role.value] = status
    assert wrong == {}


def test_records_of_another_practice_are_not_there(practice, drain, staff):
    """Each record address is tried with rows of every kind until one opens; strangers to the practice get 404."""
    scenes.play(practice, drain)
    world = World()
    other = PracticeFactory(claim_prefix="OT")
    ours, theirs = staff(*Role), staff(*Role, at=[other])
    wrong, opened = {}, set()
    records = [door for door in watched() if door.is_of_a_record]
    for door in records:
        for url in world.urls(door):
            if ours.get(url).status_code not in (403, 404):
                opened.add(door.name)
                status = ask(theirs, url)
                if status != 404 and door.name not in PERSONAL:
                    wrong[door.name] = status
                break
    assert wrong == {}
    assert {door.name for door in records} - opened - set(PERSONAL) == set()


PERSONAL = {
    "practice:forget_filter": "a person's own",
    "practice:work": "a person's own",
    "clearinghouse:resending": "only of a file whose delivery failed (tests/clearinghouse)",
}
"""Addresses at which the scene has nothing to find, and why."""
