import os
from datetime import UTC, date, datetime, timedelta

import pytest

from rcm import clock
from tests.conftest import NOW


@pytest.fixture
def clock_file(tmp_path, monkeypatch):
    path = tmp_path / "clock.json"
    monkeypatch.setenv("RCM_CLOCK_FILE", str(path))
    return path


def test_now_is_real_time_without_a_clock_file(monkeypatch):
    monkeypatch.delenv("RCM_CLOCK_FILE", raising=False)
    monkeypatch.undo()
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)


def test_now_is_real_time_before_the_clock_file_is_written(clock_file):
    assert clock.now() == NOW


def test_set_to_moves_now_and_time_runs_on_from_there(clock_file, frozen):
    moment = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)
    clock.set_to(moment)
    assert clock.now() == moment
    frozen.advance(timedelta(hours=1))
    assert clock.now() == moment + timedelta(hours=1)


def test_advance_adds_to_what_was_set(clock_file):
    clock.advance(timedelta(days=30))
    clock.advance(timedelta(hours=2))
    assert clock.now() == NOW + timedelta(days=30, hours=2)


def test_now_sees_what_another_process_wrote(clock_file):
    clock.advance(timedelta(days=1))
    clock.now()
    clock_file.write_text('{"offset_seconds": 3600}')
    os.utime(clock_file, ns=(1, 1))
    assert clock.now() == NOW + timedelta(hours=1)


def test_set_to_leaves_no_draft_behind(clock_file):
    clock.set_to(NOW)
    assert list(clock_file.parent.iterdir()) == [clock_file]


def test_clock_cannot_be_set_without_a_clock_file(monkeypatch):
    monkeypatch.delenv("RCM_CLOCK_FILE", raising=False)
    with pytest.raises(clock.ClockNotSettable):
        clock.advance(timedelta(days=1))


def test_today_is_the_day_of_the_zone(monkeypatch):
    monkeypatch.setattr(clock, "_real_now", lambda: datetime(2026, 3, 2, 3, 30, tzinfo=UTC))
    assert clock.today() == date(2026, 3, 2)
    assert clock.today("America/Chicago") == date(2026, 3, 1)
