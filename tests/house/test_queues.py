"""Every queue of the house: three times the rows, as many statements."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from claims.states import ClaimStatus
from practice.models import Role
from rcm.ui.queue import QUEUES
from tests.billing.scenario import billed_visit
from tests.house import scenes
from tests.multiply import multiply

pytestmark = pytest.mark.slow


def test_queue_costs_as_many_statements_for_three_rows_as_for_one(practice, drain, staff):
    scenes.play(practice, drain)
    billed_visit(practice, number="R1", status=ClaimStatus.READY)
    billed_visit(practice, number="H1", status=ClaimStatus.HELD)
    client = staff(*Role)
    urls = _urls()
    few = {url: _asked(client, url) for url in urls}
    multiply(practice.pk, 2)
    many = {url: _asked(client, url) for url in urls}
    grown = {url for url in urls if many[url][0] > few[url][0] > 0}
    assert len(grown) > len(urls) / 2, sorted(set(urls) - grown)
    assert {url: many[url][1] for url in grown} == {url: few[url][1] for url in grown}


def _urls() -> list[str]:
    """Every queue but those of a practice's own terms and people, which have tests of their own."""
    reverse("practice:start")  # queues are known once their pages are
    return [reverse(name) for name in QUEUES if ":" in name and not name.startswith("practice:")]


def _asked(client, url: str) -> tuple[int, int]:
    """How many rows the queue has, and how many statements its page and its file take together."""
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        page = client.get(url)
        client.get(f"{url}?export=csv")
    return page.context["listing"].total.count, len(captured)
