"""What waits, and who has it."""

from decimal import Decimal

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from dashboards.queries.waiting import Waiting, waiting
from dashboards.views.columns import READERS
from dashboards.views.glass import glass_of
from practice.access import StaffRequest, allow
from rcm import clock
from rcm.ui.doors import opens

_COLORS = (1, 2, 3, 5)


@require_GET
@allow(*READERS)
def work(request: StaffRequest) -> HttpResponse:
    """Every work queue with its count, dollars, ages and owners."""
    glass = glass_of(request)
    found, holders = waiting(glass.lens.practices, now=clock.now(), today=glass.today)
    full = [each for each in found if each.rows]
    context = {
        "glass": glass,
        "queues": [
            (each, _way_to(request, each), each.rows - each.taken, _parts(each.ages)) for each in full
        ],
        "clear": [each.queue.title for each in found if not each.rows],
        "holders": holders,
    }
    return render(request, "dashboards/waiting.html", context)


def _way_to(request: StaffRequest, each: Waiting) -> str:
    url = reverse(each.queue.url_name)
    return url if opens(url, request.roles) else ""


def _parts(ages: tuple[int, ...]) -> list[tuple[Decimal, str]]:
    """The ages as parts of a bar, in the colors of the age of balances."""
    return [(Decimal(rows), f"fill-age-{step}") for rows, step in zip(ages, _COLORS, strict=True)]
