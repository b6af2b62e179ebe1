"""What waits, and who has it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from dashboards.queries.waiting import waiting
from dashboards.views.columns import READERS
from dashboards.views.glass import glass_of
from practice.access import StaffRequest, allow
from rcm import clock


@require_GET
@allow(*READERS)
def work(request: StaffRequest) -> HttpResponse:
    """Every work queue with its count, dollars, ages and owners."""
    glass = glass_of(request)
    found, holders = waiting(glass.lens.practices, now=clock.now(), today=glass.today)
    full = [each for each in found if each.rows]
    context = {
        "glass": glass,
        "queues": [(each, reverse(each.queue.url_name), each.rows - each.taken) for each in full],
        "clear": [each.queue.title for each in found if not each.rows],
        "holders": holders,
    }
    return render(request, "dashboards/waiting.html", context)
