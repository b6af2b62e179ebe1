"""A practice with a connection, and a payer that answers."""

from collections.abc import Callable

import pytest
from django.test import Client

from clearinghouse import gateway
from clearinghouse.models import Connection
from practice.models import Role
from tests.conftest import NOW
from tests.factories import ConnectionFactory, MembershipFactory, UserFactory
from tests.patients.payer import Payer


@pytest.fixture
def connection(practice) -> Connection:
    return ConnectionFactory(practice=practice)


@pytest.fixture
def payer_line(monkeypatch, connection) -> Payer:
    """What is asked in real time reaches this payer."""
    payer = Payer(NOW)
    monkeypatch.setattr(gateway, "ask", payer.ask)
    return payer


@pytest.fixture
def signed_in(client, practice) -> Callable[..., Client]:
    """A browser in which somebody with these roles in the practice has signed in."""

    def sign_in(*roles: Role) -> Client:
        person = UserFactory(first_name="Dana", last_name="Reyes")
        for role in roles:
            MembershipFactory(user=person, practice=practice, role=role)
        client.force_login(person)
        return client

    return sign_in


@pytest.fixture
def desk(signed_in) -> Client:
    return signed_in(Role.FRONT_DESK)
