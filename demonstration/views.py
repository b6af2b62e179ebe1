"""What the demonstration shows of itself on every page."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from demonstration.queries import seeding_progress
from demonstration.tours import Step, role_of, steps_for
from practice.access import StaffRequest, allow
from rcm import clock
from rcm.ui.queue import QUEUES

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


@require_GET
@allow()
def tour(request: StaffRequest) -> HttpResponse:
    """The two-minute tour of this person's roles, as a list; it works without a script."""
    return render(request, "demonstration/tour.html", {"steps": list(steps_for(request.roles))})


@require_GET
@allow()
def stop(request: StaffRequest, number: int) -> HttpResponse:
    """Go to the page of a step, which then shows the step's card."""
    step = _step(request, number)
    first = _first_of(request, step) if step.opens_first else ""
    return redirect(f"{first or step.url}?tour={number}")


@require_GET
@allow()
def card(request: StaffRequest, number: int) -> HttpResponse:
    """What a step says about the page it is on: a part."""
    steps = list(steps_for(request.roles))
    context = {"step": _step(request, number), "number": number, "count": len(steps)}
    context |= {"before": number - 1, "after": number + 1 if number < len(steps) else 0}
    return render(request, "demonstration/_card.html", context)


def _step(request: StaffRequest, number: int) -> Step:
    steps = list(steps_for(request.roles))
    if not 1 <= number <= len(steps):
        raise Http404
    return steps[number - 1]


def _first_of(request: StaffRequest, step: Step) -> str:
    """The record that is first in the queue of a step; empty while nothing waits there."""
    queue = QUEUES[step.url_name]
    held = request.standing.with_role(role_of(step))
    row = queue.rows([each.pk for each in held if each in request.practices], clock.now()).first()
    return queue.record_url(row) if row is not None else ""
