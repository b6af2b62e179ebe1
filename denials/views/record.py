"""One denial: what was refused, what to do, and what was done."""

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from claims.actions.correction import Changes
from denials.actions.denial import ask_correction, ask_write_off, put_back, take_up
from denials.forms import CorrectionForm, WriteOffForm
from denials.models import Appeal, Denial
from denials.queries import known_denials, refused_amounts, score_of, write_offs_of
from denials.rules.advice import advice_for
from denials.rules.category import NextStep, may_appeal
from denials.states import UNWORKED, AppealStatus, DenialStatus
from denials.views.refusals import in_words
from denials.views.wording import (
    TITLES,
    category_words,
    deadline_tone,
    group_words,
    reason_of,
    service_of,
    status_of,
)
from practice.access import StaffRequest, allow
from practice.models import Role
from rcm import clock
from rcm.ui import words
from rcm.ui.history import history
from rcm.ui.place import on_to
from rcm.ui.refusals import Refused
from x12.codes import meaning

READERS = (Role.BILLER, Role.MANAGER, Role.AUDITOR)
_APPEALING = (NextStep.APPEAL, NextStep.SEND_RECORDS)


def denial_of(request: StaffRequest, public_id: UUID) -> Denial:
    """The denial, if it is in one of the practices in play; Http404 otherwise."""
    practices = [practice.pk for practice in request.practices]
    return get_object_or_404(known_denials(practices=practices), public_id=public_id)


@require_GET
@allow(*READERS)
def denial(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """The denial, its reason in words, its deadline, and what to do first."""
    return render(request, "denials/denial.html", _shown(request, denial_of(request, public_id)))


@require_POST
@allow(Role.BILLER)
def owner(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Take the denial, or put it back."""
    found = denial_of(request, public_id)
    act = put_back if request.POST.get("put_back") else take_up
    try:
        with in_words():
            act(denial=found, by=request.user, now=clock.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    return _back(request, found)


@require_http_methods(["GET", "POST"])
@allow(Role.BILLER)
def correction(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Correct the claim in answer to the denial."""
    found = denial_of(request, public_id)
    form = CorrectionForm(
        request.POST if request.method == "POST" else None, initial={"note": found.claim.note}
    )
    if request.method == "POST" and form.is_valid():
        entered = form.cleaned_data
        changes = Changes(
            authorization_number=entered["authorization_number"] or None, note=entered["note"] or None
        )
        try:
            with in_words():
                made = ask_correction(denial=found, changes=changes, by=request.user, now=clock.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"Claim {made.control_number} answers it: {made.get_status_display()}.")
            return on_to(request, str(found.public_id), _url(found))
    context = _shown(request, found) | {"form": form}
    return render(request, "denials/correction.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@allow(Role.BILLER)
def write_off(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Ask to give up what the payer still owes of the line."""
    found = denial_of(request, public_id)
    form = WriteOffForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        now = clock.now()
        today = timezone.localtime(now).date()
        note = form.cleaned_data["note"]
        try:
            with in_words():
                asked = ask_write_off(denial=found, by=request.user, today=today, now=now, note=note)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            done = "is written off, within your limit" if asked.decided_at else "waits for approval"
            messages.success(request, f"{words.dollars(asked.amount)} {done}.")
            return on_to(request, str(found.public_id), _url(found))
    context = _shown(request, found) | {"form": form, "limit": found.claim.practice.write_off_limit}
    return render(request, "denials/write_off.html", context, status=422 if form.errors else 200)


def _letter_label(found: Denial, appeals: Sequence[Appeal]) -> str:
    """What the button that opens the letter says."""
    if any(appeal.status == AppealStatus.DRAFT for appeal in appeals):
        return "Go on with the letter"
    return "Write the letter" if found.next_step == NextStep.SEND_RECORDS else "Write the appeal"


def _shown(request: StaffRequest, found: Denial) -> dict[str, object]:
    today = timezone.localtime(clock.now()).date()
    appeals = list(found.appeals.order_by("level"))
    write_offs = write_offs_of(found)
    return {
        "record": found,
        "reason": reason_of(found),
        "service": service_of(found),
        "group": group_words(found),
        "category": category_words(found),
        "state": status_of(found),
        "advice": advice_for(found.next_step),
        "score": score_of(found, today=today),
        "deadline_tone": deadline_tone(found.deadline_on, today=today),
        "amounts": refused_amounts(found),
        "remarks": [(code, meaning("remark", code)) for code in found.remark_codes],
        "appeals": appeals,
        "letter_label": _letter_label(found, appeals),
        "write_offs": write_offs,
        "moments": history([found, *appeals, *write_offs], TITLES),
        "may_act": Role.BILLER in request.roles,
        "waits": found.status in UNWORKED,
        "is_mine": found.assigned_to_id == request.user.pk,
        "may_appeal": may_appeal(found.remark_codes),
        "appeals_first": found.next_step in _APPEALING,
        "writes_off_first": found.next_step == NextStep.WRITE_OFF,
        "is_lost": found.status == DenialStatus.LOST,
    }


def _back(request: HttpRequest, found: Denial) -> HttpResponse:
    query = request.GET.urlencode()
    return redirect(f"{_url(found)}?{query}" if query else _url(found))


def _url(found: Denial) -> str:
    return reverse("denials:denial", args=[found.public_id])
