"""Looking codes up: by number or by words, as of a day."""

from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from coding.models import Code, CodeSystem
from coding.queries import codes_under, search_codes
from coding.views.queues import READERS
from practice.access import StaffRequest, allow
from practice.models import Role
from rcm import clock
from rcm.ui import page_or_part

_MOST = 40
LOOKERS = (*READERS, Role.FRONT_DESK)


@require_http_methods(["GET", "HEAD", "POST"])
@allow(*LOOKERS)
def lookup(request: StaffRequest) -> HttpResponse:
    """Both code sets, searched as typed. The words are posted, as everywhere."""
    told = request.POST if request.method == "POST" else request.GET
    day = _day(told.get("day", ""))
    words = request.POST.get("q", "").strip()[:80]
    context: dict[str, object] = {
        "words": words,
        "day": day,
        "found": [(system.label, _search(system, words, day)) for system in CodeSystem] if words else [],
    }
    return page_or_part(request, "coding/codes.html", "found", context)


@require_safe
@allow(*LOOKERS)
def code(request: StaffRequest, system: str, code: str) -> HttpResponse:
    """One code: its words, when it is valid, what is above and under it."""
    spans = list(Code.objects.filter(system=system, code=code.upper()).order_by("-effective_on"))
    if not spans:
        raise Http404
    row = spans[0]
    above = Code.objects.filter(system=system, code__in=[row.code[:size] for size in range(3, len(row.code))])
    context: dict[str, object] = {
        "row": row,
        "spans": spans,
        "above": above.filter(ended_on=None).order_by("code") if system == CodeSystem.ICD10CM else [],
        "under": codes_under(row)[:200] if not row.billable else [],
        "today": _day(""),
    }
    return render(request, "coding/code.html", context)


def _search(system: CodeSystem, words: str, day: date) -> list[dict[str, Any]]:
    rows = search_codes(system=system, words=words, day=day, billable_only=False, limit=_MOST)
    return [{"row": row, "url": reverse("coding:code", args=[row.system, row.code])} for row in rows]


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return clock.today(timezone.get_current_timezone_name())
