"""Correcting a claim and taking one back: shown first, with what will happen, done once confirmed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from claims.actions.correction import (
    AlreadyReplaced,
    Changes,
    ClaimIsOut,
    IsVoid,
    LineChange,
    NoPayerControlNumber,
    PayerTakesNoReplacements,
    correct_claim,
    void_claim,
)
from claims.forms import CorrectionForm, VoidForm
from claims.models import Claim, Frequency
from claims.queries import lines_of
from claims.rules.numbering import next_version
from claims.states import OUT, REPLACED, UNSENT, ClaimStatus
from claims.views.acts import stay
from claims.views.beside import dotted, lines_and_diagnoses, reasons_of
from claims.views.columns import claim_url, status_of
from claims.views.record import claim_or_404
from claims.views.refusals import REFUSALS, words_for
from practice.access import StaffRequest, allow
from practice.models import Role
from rcm import clock
from rcm.ui.place import on_to


@dataclass(frozen=True, slots=True)
class Change:
    """One field as it is, and as it will be."""

    label: str
    was: str
    becomes: str


@require_http_methods(["GET", "POST"])
@allow(Role.BILLER)
def correction(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Change what belongs to the claim: in place while it is ours, as a replacement once it was decided."""
    found = claim_or_404(request, public_id)
    if refusal := _refusal(found):
        messages.error(request, f"{found.control_number}: {words_for(refusal)}")
        return redirect(claim_url(found))
    is_ours = found.status in UNSENT
    form = _form(found, request.POST if request.method == "POST" else None, asks_why=not is_ours)
    lines, diagnoses = lines_and_diagnoses(found)
    context: dict[str, object] = {
        "record": found,
        "status": status_of(found),
        "form": form,
        "is_ours": is_ours,
        "new_number": found.control_number if is_ours else next_version(found.control_number),
        "reasons": reasons_of(found),
        "lines": list(zip(form.lines, lines, strict=True)),
        "diagnoses": diagnoses,
    }
    if request.method == "GET":
        return render(request, "claims/correction.html", context)
    if not form.is_valid():
        return render(request, "claims/correction.html", context, status=422)
    changes, shown = _changes(found, form)
    if not shown:
        form.add_error(None, "Nothing was changed. Change what was billed wrongly, or go back.")
        return render(request, "claims/correction.html", context, status=422)
    if not is_ours and "confirmed" not in request.POST:
        return render(request, "claims/correction_preview.html", context | {"changes": shown})
    return _corrected(request, found, changes, why=form.cleaned_data.get("why", ""), now=clock.now())


@require_http_methods(["GET", "POST"])
@allow(Role.BILLER)
def voiding(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Take the claim back: never send it, or tell the payer by a void that it should not have been sent."""
    found = claim_or_404(request, public_id)
    if refusal := _refusal(found):
        messages.error(request, f"{found.control_number}: {words_for(refusal)}")
        return redirect(claim_url(found))
    form = VoidForm(request.POST if request.method == "POST" else None)
    context: dict[str, object] = {
        "record": found,
        "status": status_of(found),
        "form": form,
        "is_ours": found.status in UNSENT,
        "new_number": next_version(found.control_number),
    }
    if request.method == "GET" or not form.is_valid():
        status = 200 if request.method == "GET" else 422
        return render(request, "claims/voiding.html", context, status=status)
    try:
        version = void_claim(claim=found, by=request.user, now=clock.now(), why=form.cleaned_data["why"])
    except REFUSALS as refused:
        messages.error(request, f"{found.control_number}: {words_for(refused)}")
        return stay(request, found)
    if version.pk == found.pk:
        messages.success(request, f"{found.control_number} is voided and will not be sent.")
    else:
        messages.success(
            request, f"{version.control_number} takes {found.control_number} back. Send it next."
        )
    return on_to(request, done=str(found.public_id), otherwise=claim_url(version))


def _corrected(
    request: StaffRequest, claim: Claim, changes: Changes, *, why: str, now: datetime
) -> HttpResponse:
    try:
        version = correct_claim(claim=claim, changes=changes, by=request.user, now=now, why=why)
    except REFUSALS as refused:
        messages.error(request, f"{claim.control_number}: {words_for(refused)}")
        return stay(request, claim)
    if version.status == ClaimStatus.HELD:
        messages.warning(
            request, f"{version.control_number} is changed, and still held: read what each edit says."
        )
        return stay(request, version)
    messages.success(
        request, f"{version.control_number} is corrected, passed every edit and is ready to send."
    )
    return on_to(request, done=str(claim.public_id), otherwise=claim_url(version))


def _refusal(claim: Claim) -> Exception | None:
    """Why the claim can be neither corrected nor voided now; None when it can."""
    if claim.status in OUT or claim.status == ClaimStatus.CROSSED_OVER:
        return ClaimIsOut()
    if claim.status in REPLACED:
        return AlreadyReplaced()
    if claim.frequency == Frequency.VOID:
        return IsVoid()
    if claim.status in UNSENT:
        return None
    if not claim.coverage.payer.takes_replacements:
        return PayerTakesNoReplacements()
    return None if claim.payer_control_number else NoPayerControlNumber()


def _form(claim: Claim, data: Any, *, asks_why: bool) -> CorrectionForm:
    lines = lines_of(claim)
    initial = {
        "authorization_number": claim.authorization_number,
        "note": claim.note,
        "diagnosis_codes": " ".join(dotted(code) for code in claim.diagnosis_codes),
    }
    for line in lines:
        initial[f"modifiers_{line.position}"] = " ".join(line.modifiers)
        initial[f"pointers_{line.position}"] = _pointed(claim.diagnosis_codes, line.pointers)
    labels = [(line.position, f"line {line.position}, {line.procedure_code}") for line in lines]
    return CorrectionForm(data, initial=initial, positions=labels, asks_why=asks_why)


def _changes(claim: Claim, form: CorrectionForm) -> tuple[Changes, list[Change]]:
    """What differs from the claim as it is: for the action, and for the person."""
    told, shown = form.cleaned_data, []
    for name in ("authorization_number", "note"):
        if told[name] != getattr(claim, name):
            shown.append(Change(str(form.fields[name].label), getattr(claim, name), told[name]))
    codes = told["diagnosis_codes"]
    if list(codes) != claim.diagnosis_codes:
        before, after = (" ".join(dotted(code) for code in each) for each in (claim.diagnosis_codes, codes))
        shown.append(Change("Diagnoses", before, after))
    lines: dict[int, LineChange] = {}
    for line in lines_of(claim):
        modifiers, pointers = told[f"modifiers_{line.position}"], told[f"pointers_{line.position}"]
        if list(modifiers) != line.modifiers:
            label = str(form.fields[f"modifiers_{line.position}"].label)
            shown.append(Change(label, " ".join(line.modifiers), " ".join(modifiers)))
        was, becomes = _pointed(claim.diagnosis_codes, line.pointers), _pointed(codes, pointers)
        if was != becomes:
            shown.append(Change(str(form.fields[f"pointers_{line.position}"].label), was, becomes))
        if list(modifiers) != line.modifiers or list(pointers) != line.pointers:
            lines[line.position] = LineChange(modifiers=modifiers, pointers=pointers)
    changes = Changes(
        authorization_number=_if_other(told["authorization_number"], claim.authorization_number),
        note=_if_other(told["note"], claim.note),
        diagnosis_codes=codes if list(codes) != claim.diagnosis_codes else None,
        lines=lines,
    )
    return changes, shown


def _pointed(codes: Sequence[str], pointers: Sequence[int]) -> str:
    """The diagnoses that a line points at, as codes."""
    return " ".join(dotted(codes[place - 1]) for place in pointers if 1 <= place <= len(codes))


def _if_other(told: str, known: str) -> str | None:
    return told if told != known else None
