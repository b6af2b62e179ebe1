"""The appeal workbench: the case on the left, the letter on the right."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from denials.actions.appeal import draft_appeal, file_appeal, letter_of, revise_appeal
from denials.forms import AppealForm
from denials.models import Appeal, Denial
from denials.queries import open_letter, refused_amounts
from denials.rules.advice import opening_evidence, opening_request
from denials.views.record import READERS, denial_of
from denials.views.refusals import in_words
from denials.views.wording import group_words, reason_of, service_of, status_of
from practice.access import StaffRequest, allow
from practice.models import Role
from rcm import audit, clock
from rcm.ui.place import on_to
from rcm.ui.refusals import Refused
from x12.codes import meaning


@require_http_methods(["GET", "POST"])
@allow(Role.BILLER)
def workbench(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Write the letter. Nothing is kept before it is saved, nothing goes out before it is filed."""
    denial = denial_of(request, public_id)
    letter = open_letter(denial)
    form = AppealForm(request.POST if request.method == "POST" else None, initial=_opening(denial, letter))
    if request.method == "POST" and form.is_valid():
        try:
            with in_words():
                letter = _save(request, denial, letter, form)
                if "file" in request.POST:
                    return _file(request, denial, letter)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The letter is saved as a draft.")
            return redirect(f"{request.path}?{request.GET.urlencode()}".rstrip("?"))
    context = {
        "record": denial,
        "form": form,
        "letter": letter,
        "reason": reason_of(denial),
        "service": service_of(denial),
        "group": group_words(denial),
        "state": status_of(denial),
        "amounts": refused_amounts(denial),
        "remarks": [(code, meaning("remark", code)) for code in denial.remark_codes],
        "note": denial.claim.encounter.note,
    }
    return render(request, "denials/appeal.html", context, status=422 if form.errors else 200)


@require_GET
@allow(*READERS)
def letter(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """The letter as PDF: as it would go out today, or as it did. Its reading is written down."""
    practices = [practice.pk for practice in request.practices]
    appeal = get_object_or_404(Appeal.objects.of(practices), public_id=public_id)
    now = clock.now()
    audit.read(appeal.denial.claim.encounter.patient, now=now, by=request.user)
    content = letter_of(appeal, by=request.user, today=timezone.localtime(now).date())
    name = f"appeal-{appeal.denial.claim.control_number}-{appeal.level}.pdf"
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{name}"'
    return answer


def _save(request: StaffRequest, denial: Denial, letter: Appeal | None, form: AppealForm) -> Appeal:
    entered = form.cleaned_data
    said = {name: entered[name] for name in ("request", "facts", "rule")}
    evidence, now = form.enclosures(), clock.now()
    if letter is None:
        return draft_appeal(denial=denial, evidence=evidence, by=request.user, now=now, **said)
    return revise_appeal(appeal=letter, evidence=evidence, by=request.user, now=now, **said)


def _file(request: StaffRequest, denial: Denial, letter: Appeal) -> HttpResponse:
    now = clock.now()
    file_appeal(appeal=letter, by=request.user, today=timezone.localtime(now).date(), now=now)
    messages.success(request, "The appeal is filed. The letter is kept as it went out: print it or send it.")
    return on_to(request, str(denial.public_id), reverse("denials:denial", args=[denial.public_id]))


def _opening(denial: Denial, letter: Appeal | None) -> dict[str, str]:
    if letter is None:
        lines = opening_evidence(denial.category)
        return {"request": opening_request(denial.category), "evidence": "\n".join(lines)}
    return {
        "request": letter.request,
        "facts": letter.facts,
        "rule": letter.rule,
        "evidence": "\n".join(letter.evidence),
    }
