"""The workbench: the note on one side, the codes on the other, every check while typing."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from coding.actions.bench import DraftChanged, NotSignable, ReasonNeeded, save_draft, sign_bench
from coding.actions.encounter import CodingNotAccepted, NotOpen
from coding.forms import Sheet
from coding.models import Encounter
from coding.rules.bench import bench_from, played
from coding.views.benches import (
    bench_page,
    checked_context,
    draft_of,
    found,
    hits_for,
    named_diagnoses,
    today_in,
)
from practice.access import StaffRequest, allow
from practice.models import Role
from rcm import clock
from rcm.state import IllegalMove, LostRace
from rcm.ui.place import on_to, place_of

GONE = "This visit is not open any more: somebody signed or voided it. Your entries were not saved."


@require_POST
@allow(Role.CODER)
def bench(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Make a move on the bench, or only check it. Nothing is saved."""
    encounter = found(request, public_id)
    move = request.POST.get("do", "")
    typed = Sheet(encounter=encounter, data=request.POST)
    if request.htmx and not move:  # type: ignore[attr-defined]
        kept = {"reason": request.POST.get("reason", ""), "draft": draft_of(encounter)}
        return render(request, "coding/_checks.html", checked_context(encounter, typed) | kept)
    sheet = Sheet(encounter=encounter, bench=played(typed.bench, move))
    template = "coding/_swap.html" if request.htmx else "coding/workbench.html"  # type: ignore[attr-defined]
    return bench_page(
        request,
        encounter,
        sheet,
        template=template,
        focus=_focus(move, sheet),
        draft_version=_seen_version(request),
        words="" if move.startswith("add:") else request.POST.get("q", ""),
    )


@require_POST
@allow(Role.CODER)
def hits(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Diagnoses for what is typed, for the bench's search box."""
    encounter = found(request, public_id)
    words = request.POST.get("q", "").strip()
    context = {"hits": hits_for(encounter, words), "words": words, "record": encounter}
    return render(request, "coding/_hits.html", context)


@require_POST
@allow(Role.CODER)
def draft(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Put the bench aside as a draft."""
    encounter = found(request, public_id)
    sheet = Sheet(encounter=encounter, data=request.POST)
    try:
        kept = save_draft(
            encounter=encounter,
            bench=sheet.bench,
            seen_version=_seen_version(request),
            by=request.user,
            now=clock.now(),
            today=today_in(encounter),
        )
    except DraftChanged as changed:
        return _changed(request, encounter, sheet, changed)
    except NotOpen:
        return _gone(request, encounter)
    messages.success(
        request, "Draft saved. Nothing is billed before you sign." if kept else "The draft is gone."
    )
    way = place_of(request).query
    return redirect(f"{reverse('coding:encounter', args=[public_id])}{'?' if way else ''}{way}")


@require_POST
@allow(Role.CODER)
def signature(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Sign the codes; on to the next visit."""
    encounter = found(request, public_id)
    sheet = Sheet(encounter=encounter, data=request.POST)
    if not sheet.circumstances.is_valid():
        return bench_page(request, encounter, sheet, status=422, refused="circumstances")
    try:
        sign_bench(
            encounter=encounter,
            bench=sheet.bench,
            circumstances=sheet.circumstances.cleaned_data,
            seen_version=_seen_version(request),
            reason=request.POST.get("reason", ""),
            by=request.user,
            now=clock.now(),
            today=today_in(encounter),
        )
    except (NotSignable, CodingNotAccepted):
        return bench_page(request, encounter, sheet, status=422, refused="errors")
    except ReasonNeeded:
        return bench_page(request, encounter, sheet, status=422, refused="reason")
    except DraftChanged as changed:
        return _changed(request, encounter, sheet, changed)
    except (NotOpen, IllegalMove, LostRace):
        return _gone(request, encounter)
    messages.success(
        request, f"Signed: the visit of {encounter.service_date:%m/%d/%Y}. Its claim is being made."
    )
    return on_to(request, str(public_id), reverse("coding:encounter", args=[public_id]))


def _changed(
    request: StaffRequest, encounter: Encounter, sheet: Sheet, changed: DraftChanged
) -> HttpResponse:
    """Refused once: both versions on one page. Sent again, this one stands."""
    theirs = bench_from(changed.draft.content) if changed.draft else None
    return bench_page(
        request,
        encounter,
        sheet,
        status=422,
        refused="changed",
        theirs=theirs,
        their_diagnoses=named_diagnoses(theirs.diagnoses, encounter) if theirs else [],
        their_draft=changed.draft,
        draft_version=changed.draft.version if changed.draft else 0,
    )


def _gone(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    messages.error(request, GONE)
    return redirect("coding:encounter", encounter.public_id)


def _seen_version(request: StaffRequest) -> int:
    text = request.POST.get("draft_version", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 0


def _focus(move: str, sheet: Sheet) -> str:
    """The id of what a person goes on with after a move."""
    name, _, rest = move.partition(":")
    last = len(sheet.bench.lines) - 1
    after = {
        "add": "dx-search",
        "remove": "dx-search",
        "line": f"id_line-{last}-procedure_code",
        "drop": "add-line",
        "point": f"point-{rest.replace(':', '-')}",
    }
    if name in ("up", "down") and rest.isdecimal():
        return f"{name}-{int(rest) + (1 if name == 'down' else -1)}"
    return after.get(name, "")
