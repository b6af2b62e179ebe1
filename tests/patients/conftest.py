"""A practice with a connection, and a payer that answers."""

import pytest

from clearinghouse import gateway
from clearinghouse.models import Connection
from tests.conftest import NOW
from tests.factories import ConnectionFactory
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
