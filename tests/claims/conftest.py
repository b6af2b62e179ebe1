"""A practice with a connection, a clearinghouse that takes every file, and power cuts."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from clearinghouse.actions import outbound
from clearinghouse.gateway import Unreachable, Whereabouts
from clearinghouse.models import Connection
from rcm import faults
from tests.factories import ConnectionFactory


class PowerCut(Exception):
    """The process ended here."""


class Clearinghouse:
    """Takes files and keeps them by name. Told to break, it does so before it gives a file its name."""

    def __init__(self) -> None:
        self.taken: dict[str, bytes] = {}
        self.breaks = False
        self._temporary: dict[str, bytes] = {}

    def put(self, name: str, content: bytes) -> None:
        self._temporary[name] = content

    def release(self, temporary: str, name: str) -> None:
        if self.breaks:
            self._temporary.clear()
            raise Unreachable
        assert name not in self.taken
        self.taken[name] = self._temporary.pop(temporary)

    def whereabouts(self, temporary: str, name: str) -> Whereabouts:
        return Whereabouts(temporary=temporary in self._temporary, released=name in self.taken)


@pytest.fixture
def connection(practice) -> Connection:
    return ConnectionFactory(practice=practice)


@pytest.fixture
def clearinghouse(connection, monkeypatch) -> Clearinghouse:
    """Where files of this test arrive."""
    made = Clearinghouse()

    @contextmanager
    def opened(_connection: Connection) -> Iterator[Clearinghouse]:
        yield made

    monkeypatch.setattr(outbound, "open_mailbox", opened)
    return made


@pytest.fixture
def cut_power_at(monkeypatch) -> Callable[[str], None]:
    """Once, at the named point: whatever runs ends there."""

    def arm(name: str) -> None:
        def point(reached: str) -> None:
            if reached == name:
                monkeypatch.setattr(faults, "point", lambda _name: None)
                raise PowerCut

        monkeypatch.setattr(faults, "point", point)

    return arm
