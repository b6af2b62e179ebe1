"""What the demonstration shows of itself on every page."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from demonstration.queries import seeding_progress
from practice.access import StaffRequest, allow

STOP_POLLING = 286
"""The status by which htmx asks no more."""


@require_GET
@allow()
def progress(request: StaffRequest) -> HttpResponse:
    """How far the practices have been filled: a part that asks for itself again until nothing is left to do.

    A page that watched it end is told so; later pages get nothing.
    """
    found = seeding_progress()
    is_over = found is None or found.finished_at is not None
    context = {"progress": found, "is_over": is_over, "was_watched": "watched" in request.GET}
    return render(request, "demonstration/_progress.html", context, status=STOP_POLLING if is_over else 200)
