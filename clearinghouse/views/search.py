"""Finding files by what people are told on the telephone, and what rings about the exchange."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from clearinghouse.queries.exchange import MOST_FOUND, matching
from clearinghouse.views.exchange import READERS
from clearinghouse.views.words import kind_of, state_of
from practice.access import StaffRequest, allow
from practice.models import Role
from rcm.ui.alarms import WIRE, raised, way_to

LONGEST = 80


@require_POST
@allow(*READERS)
def exchange_search(request: StaffRequest) -> HttpResponse:
    """Files and messages by control number, file name or trace; posted, so no address holds the words."""
    words = request.POST.get("words", "").strip()[:LONGEST]
    practices = [practice.pk for practice in request.practices]
    found = list(matching(practices, words)[: MOST_FOUND + 1]) if words else []
    context = {
        "words": words,
        "found": [(file, kind_of(file.kind), state_of(file)) for file in found[:MOST_FOUND]],
        "is_cut": len(found) > MOST_FOUND,
    }
    return render(request, "clearinghouse/search.html", context)


@require_GET
@allow(*READERS, Role.MANAGER)
def alarms_slot(request: StaffRequest) -> HttpResponse:
    """What rings about the exchange, above the lists of files; nothing when nothing does."""
    rings = raised([practice.pk for practice in request.practices], place=WIRE)
    return render(
        request, "clearinghouse/_alarms.html", {"alarms": [(it, way_to(it, request.roles)) for it in rings]}
    )
