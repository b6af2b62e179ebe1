"""What stands around every page: counts on the rail, search, saved views, bulk work, help."""

from collections.abc import Callable, Sequence

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.middleware import HtmxDetails

from practice.access import StaffRequest, allow, standing_of
from practice.models import Role
from rcm import clock
from rcm.db import practice_scope
from rcm.models import BulkWork, SavedFilter
from rcm.ui import page_or_part
from rcm.ui.frame import frame_of, take_counts
from rcm.ui.navigation import Hit, areas_for, finders_for, first_area, grouped
from rcm.ui.queue import QUEUES
from rcm.ui.specimens import specimens
from rcm.ui.work import act_of

_SHORTEST_SEARCH = 2


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """The first page of a person's roles; to strangers, what this is and the way in."""
    if not request.user.is_authenticated:
        return render(request, "start.html")
    first = first_area(standing_of(request).roles)
    return redirect(first.url if first else "practice:account")


@require_safe
@allow()
def rail(request: StaffRequest) -> HttpResponse:
    """The rail's areas with fresh counts."""
    take_counts(request, _practices_with(request))
    around = frame_of(request, here=request.GET.get("here", ""))
    return render(request, "components/rail_areas.html", {"around": around})


@require_POST
@allow()
def search(request: StaffRequest) -> HttpResponse:
    """What matches the words: patients, claims, checks, codes, pages. Posted, so that no name is in a URL."""
    words = request.POST.get("q", "").strip()[:80]
    groups: list[tuple[str, list[Hit]]] = []
    if len(words) >= _SHORTEST_SEARCH:
        practices_with = _practices_with(request)
        for finder in finders_for(request.roles):
            practices = practices_with(finder.roles)
            with practice_scope(practices):
                groups.append((finder.label, finder.find(practices, words)))
        groups.append(("Pages", _pages(request, words)))
    found = [(label, hits) for label, hits in groups if hits]
    return page_or_part(request, "practice/search.html", "hits", {"groups": found, "words": words})


@require_POST
@allow()
def save_filter(request: StaffRequest) -> HttpResponse:
    """Keep the filters and the order of a queue under a name; a name used before is overwritten."""
    queue = QUEUES.get(request.POST.get("queue", ""))
    name = request.POST.get("name", "").strip()[:60]
    if queue is None or not name:
        raise Http404
    query = request.POST.get("query", "")[:500]
    SavedFilter.objects.update_or_create(
        owner=request.user, queue=queue.name, name=name, defaults={"query": query}
    )
    messages.success(request, f"The view {name} is saved.")
    return redirect(f"{reverse(queue.url_name)}?{query}")


@require_POST
@allow()
def forget_filter(request: StaffRequest, public_id: str) -> HttpResponse:
    """Remove one of the person's own views."""
    view = get_object_or_404(SavedFilter, owner=request.user, public_id=public_id)
    queue = next((each for each in QUEUES.values() if each.name == view.queue), None)
    view.delete()
    return redirect(reverse(queue.url_name) if queue else "/")


@require_safe
@allow()
def work(request: StaffRequest, public_id: str) -> HttpResponse:
    """How far a bulk act of this person is, and what became of each row."""
    asked = get_object_or_404(BulkWork, asked_by=request.user, public_id=public_id)
    queue, act = act_of(asked)
    with practice_scope(asked.practice_ids):
        labels = _labels(asked)
        succeeded = [(labels.get(pk, ""), said) for pk, done, said in asked.outcomes if done]
        failed = [(labels.get(pk, ""), said) for pk, done, said in asked.outcomes if not done]
        context = {"work": asked, "queue": queue, "act": act, "done": len(succeeded)}
        context |= {"succeeded": succeeded, "failed": failed}
        return page_or_part(request, "components/queue/work.html", "state", context)


@require_safe
@allow()
def help_page(request: StaffRequest) -> HttpResponse:
    """What the pages of this person's roles are for."""
    return render(request, "practice/help.html", {"groups": grouped(areas_for(request.roles))})


@require_http_methods(["GET", "HEAD", "POST"])
@allow()
def components(request: StaffRequest) -> HttpResponse:
    """Every component once, for developers. Its forms lead back to it and change nothing."""
    if HtmxDetails(request):  # a filter of its queue was touched
        return HttpResponse(status=204)
    return render(request, "components/all.html", specimens(now=clock.now()))


def _labels(asked: BulkWork) -> dict[int, str]:
    queue, _ = act_of(asked)
    model = queue.rows(asked.practice_ids, clock.now()).model
    found = model._default_manager.filter(pk__in=asked.subject_ids)
    return {row.pk: queue.label(row) for row in found}


def _practices_with(request: StaffRequest) -> Callable[[frozenset[str]], Sequence[int]]:
    """The ids of the practices in play in which the person holds one of the roles."""
    chosen = request.standing.in_play

    def practices(roles: frozenset[str]) -> Sequence[int]:
        held = request.standing.with_role(*(Role(role) for role in roles))
        return [practice.pk for practice in held if practice in chosen]

    return practices


def _pages(request: StaffRequest, words: str) -> list[Hit]:
    found = (area for area in areas_for(request.roles) if words.lower() in area.label.lower())
    return [Hit(area.label, area.group, area.url) for area in found]
