"""What keeping figures by day saves: the manager's pages with the tallies and without, 20,000 claims in the
books.

Both in the same run, on the same rows; the ratio is of the medians. The last line is what counting every kept
day (two years) takes once.
"""

import statistics
import time
from importlib import import_module

from django.test import Client
from django.urls import reverse

from benchmarks._database import database
from benchmarks._year import live_a_year
from dashboards.actions.tallying import keep_tallies
from dashboards.models import TalliedDay
from practice.models import Role
from rcm import clock
from rcm.db import practice_scope
from tests.factories import PracticeFactory, UserFactory

RUNS = 20
PAGES = (
    "dashboards:overview",
    "dashboards:overview?period=365",
    "dashboards:payers",
    "dashboards:providers",
)


def run() -> None:
    """Print a line for each page."""
    import_module("rcm.wsgi")  # as a server's process starts
    with database():
        practice = PracticeFactory.create()
        with practice_scope([practice.pk]):
            manager = UserFactory.create(member_of=practice, member_of__role=Role.MANAGER)
            live_a_year(practice, by=manager)
            TalliedDay.objects.all().delete()
        client = Client()
        client.force_login(manager, backend="allauth.account.auth_backends.AuthenticationBackend")
        from_rows = {page: _milliseconds(client, page) for page in PAGES}
        with practice_scope([practice.pk]):
            began = time.perf_counter()
            days = keep_tallies(practice=practice, today=clock.today(practice.time_zone))
            took = time.perf_counter() - began
        print("| page | from the rows, ms | from the tallies, ms | ratio |\n|---|---|---|---|")
        for page in PAGES:
            rows, kept = from_rows[page], _milliseconds(client, page)
            print(f"| {page} | {rows:.0f} | {kept:.0f} | {rows / kept:.1f} |")
        print(f"\n{days} days counted in {took * 1000:.0f} ms")


def _milliseconds(client: Client, page: str) -> float:
    """The median of RUNS requests, after one that warms up."""
    name, _, query = page.partition("?")
    url = f"{reverse(name)}?{query}"
    if client.get(url).status_code != 200:
        raise AssertionError(url)
    took = []
    for _ in range(RUNS):
        began = time.perf_counter()
        client.get(url)
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took)
