"""Every address of the house: strangers, the wrong role and another practice's people are turned away."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import pytest
from django.apps import apps
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from billing.urls import public
from practice.models import Role
from tests.factories import PracticeFactory
from tests.house import scenes

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


@dataclass(frozen=True)
class Door:
    """One named address with what its URL holds."""

    name: str
    pattern: URLPattern
    kinds: dict[str, str]

    def url(self, public_id: object = None) -> str:
        """An address with this id wherever it wants a UUID; numbers and words are made up."""
        return reverse(
            self.name, kwargs={name: self._value(kind, public_id) for name, kind in self.kinds.items()}
        )

    @property
    def allowed(self) -> frozenset[str] | None:
        """The roles it opens for: none named means any role. None where nobody watches the door."""
        return getattr(self.pattern.callback, "allowed", None)

    @staticmethod
    def _value(kind: str, public_id: object) -> object:
        made_up = {"UUIDConverter": public_id or uuid.UUID(int=7), "IntConverter": 7}
        return made_up.get(kind, "seven")


def doors(resolver: URLResolver | None = None, space: str = "") -> Iterator[Door]:
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from doors(pattern, ":".join(filter(None, [space, pattern.namespace])))
        elif pattern.name:
            kinds = {name: type(converter).__name__ for name, converter in pattern.pattern.converters.items()}
            yield Door(":".join(filter(None, [space, pattern.name])), pattern, kinds)


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


def test_records_of_another_practice_are_not_there(world, staff):
    """Each record address is tried with rows of every kind until one opens; strangers to the practice get 404.

    The rows of the address's own app come first: most often one of them it is.
    """
    other = PracticeFactory(claim_prefix="OT")
    ours, theirs = staff(*Role), staff(*Role, at=[other])
    wrong, opened = {}, set()
    for door in watched():
        if list(door.kinds.values()) != ["UUIDConverter"]:
            continue
        app = door.name.partition(":")[0]
        for _, public_id in sorted(world, key=lambda found: found[0] != app):
            if ours.get(door.url(public_id)).status_code not in (403, 404):
                opened.add(door.name)
                status = ask(theirs, door.url(public_id))
                if status != 404 and door.name not in PERSONAL:
                    wrong[door.name] = status
                break
    assert wrong == {}
    assert {door.name for door in watched() if list(door.kinds.values()) == ["UUIDConverter"]} - opened - set(
        PERSONAL
    ) == set()


PERSONAL = {
    "practice:forget_filter": "a person's own",
    "practice:work": "a person's own",
    "clearinghouse:resending": "only of a file whose delivery failed (tests/clearinghouse)",
}
"""Addresses at which the scene has nothing to find, and why."""


@pytest.fixture
def world(practice, drain) -> list[tuple[str, object]]:
    """The app and public id of some rows of every kind that the scenario below leaves in the practice."""
    scenes.play(practice, drain)
    models = [model for model in apps.get_models() if hasattr(model, "public_id")]
    rows = (row for model in models for row in model._default_manager.order_by("-pk")[:3])
    return [(row._meta.app_label, row.public_id) for row in rows]
