"""How far the demonstration is, as every page shows it."""

import datetime as dt

import pytest

from demonstration.models import Filling
from demonstration.queries import SeedingProgress, seeding_progress
from practice.models import Role

NOW = dt.datetime(2026, 6, 8, 15, 0, tzinfo=dt.UTC)
URL = "/demonstration/progress/"
pytestmark = pytest.mark.slow


def filling(**more: object) -> Filling:
    known = {"first_day": NOW.date(), "days": 90, "patients": 250, "clock_at": NOW, "started_at": NOW}
    return Filling.objects.create(**known | more)


def test_nothing_is_shown_where_nothing_is_filled(staff):
    assert seeding_progress() is None
    answer = staff(Role.AUDITOR).get(URL)
    assert (answer.status_code, answer.content.strip()) == (286, b"")


def test_progress_counts_real_rows():
    filling(days_done=37, visits=412, claims_sent=1380)
    words = "day 37 of 90 · 412 visits · 1,380 claims sent"
    assert seeding_progress() == SeedingProgress(words, 37, 90, None, "")


def test_the_part_asks_for_itself_until_the_present_is_reached(staff):
    under_way = filling(days_done=1)
    client = staff(Role.AUDITOR)
    answer = client.get(URL)
    assert answer.status_code == 200
    assert f'hx-get="{URL}?watched=1"' in answer.content.decode()
    Filling.objects.filter(pk=under_way.pk).update(finished_at=NOW)
    assert client.get(URL).content.strip() == b""
    answer = client.get(URL + "?watched=1")
    assert answer.status_code == 286
    assert "hx-get" not in answer.content.decode()
    assert "is filled" in answer.content.decode()


def test_what_stands_in_the_way_is_said(staff):
    filling(failure="WorkerStuck on day 4")
    assert "WorkerStuck on day 4" in staff(Role.AUDITOR).get(URL).content.decode()


def test_strangers_are_sent_to_the_door(client):
    assert client.get(URL).status_code == 302
