"""The way to one record's trail: by its number, or by whatever else the search box would find it."""

from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from django.apps import apps
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import resolve
from django.views.decorators.http import require_POST

from practice.access import StaffRequest, allow
from practice.queries import payers_of, people_in, practices_of
from practice.views.audit import READERS, trail_url
from practice.views.editing import ids
from practice.views.trail import REFERENCES, kind_of
from rcm.ui.navigation import Hit, finders_for

_SHORTEST, _LONGEST, _MOST = 2, 80, 8
_PAGES = {known.page: label for label, known in REFERENCES.items() if known.page}


@require_POST
@allow(*READERS)
def audit_search(request: StaffRequest) -> HttpResponse:
    """The trail of the record that goes by these words; which one, where there are several.

    Posted, so that no name is in a URL.
    """
    words = request.POST.get("q", "").strip()[:_LONGEST]
    found: dict[str, Hit] = {}
    if len(words) >= _SHORTEST:
        for hit in [*_by_number(ids(request), words), *_by_search(request, words)]:
            found.setdefault(hit.url, hit)
    if len(found) == 1:
        return redirect(next(iter(found)))
    return render(request, "practice/audit_search.html", {"words": words, "hits": list(found.values())})


def _by_number(practices: Sequence[int], words: str) -> Iterator[Hit]:
    """Records whose reference on the trail is exactly this; what the database guards not by row, by hand."""
    shared = {
        "practice.Payer": payers_of(practices),
        "practice.Practice": practices_of(practices),
        "practice.User": people_in(practices),
    }
    for label, known in REFERENCES.items():
        if known.is_number:
            rows = shared.get(label, apps.get_model(label)._base_manager.all())
            for row in rows.filter(**{f"{known.field}__iexact": words}).order_by("-pk")[:_MOST]:
                yield Hit(f"{kind_of(label)} {words}", "", trail_url(label, row.public_id))


def _by_search(request: StaffRequest, words: str) -> Iterator[Hit]:
    """What the search box shows this person, of the kinds that the trail tells apart."""
    for finder in finders_for(request.roles):
        for hit in finder.find(ids(request), words):
            place = resolve(urlsplit(hit.url).path)
            label = _PAGES.get(place.view_name)
            if label:
                yield Hit(hit.label, hit.detail, trail_url(label, place.kwargs["public_id"]))
