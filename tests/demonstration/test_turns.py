"""One command at a time moves the demonstration's clock."""

import threading

import pytest
from django.db import connection

from demonstration import turns
from demonstration.turns import turn_of_the_clock

pytestmark = pytest.mark.slow


def never() -> None:
    raise AssertionError("the clock was free")


def test_another_command_waits_for_the_clock(monkeypatch):
    monkeypatch.setattr(turns, "_LOOK_EVERY_SECONDS", 0.01)
    is_waiting, has_clock = threading.Event(), threading.Event()

    def another() -> None:
        with turn_of_the_clock(wait=is_waiting.set):
            has_clock.set()
        connection.close()

    with turn_of_the_clock(wait=never):
        thread = threading.Thread(target=another)
        thread.start()
        assert is_waiting.wait(10)
        assert not has_clock.is_set()
    assert has_clock.wait(10)
    thread.join()


def test_the_clock_is_free_after_a_failure():
    with pytest.raises(ZeroDivisionError), turn_of_the_clock(wait=never):
        raise ZeroDivisionError
    with turn_of_the_clock(wait=never):
        pass
