"""One remittance: its balance proof, every line's match, and what to do when it is parked."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from billing.actions.remittance import NotParked, dismiss_parked, post_parked
from billing.forms import ByHandForm, DismissalForm
from billing.models import Adjustment, ProviderAdjustment, Remittance, RemittanceClaim, RemittanceLine
from billing.queries.remittances import (
    decisions_of,
    known_remittances,
    likely_claims,
    proof_of,
    unmatched_decisions,
)
from billing.rules.posting import TREATMENTS
from billing.states import RemittanceStatus
from billing.views.remittance_queues import READERS
from billing.views.remittance_words import TITLES, is_denied, method_words, reason_words, status_of
from coding.models import Code, CodeSystem
from coding.queries import valid_codes
from practice.access import StaffRequest, allow
from practice.models import Role
from rcm import clock
from rcm.ui import words
from rcm.ui.cells import Coded
from rcm.ui.history import history
from rcm.ui.place import on_to
from x12.codes import meaning

PER_PAGE = 25
BY_HAND_AT_ONCE = 20


@require_GET
@allow(*READERS)
def remittance(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """The payment, what it is made of, and where each line of it went."""
    found = _remittance_of(request, public_id)
    only_open = "open" in request.GET
    decided = unmatched_decisions(found) if only_open else decisions_of(found)
    page = Paginator(decided, PER_PAGE).get_page(request.GET.get("page"))
    services = _services(found, page)
    context = _shown(request, found) | {
        "page": page,
        "only_open": only_open,
        "decisions": [(each, _words(each, services)) for each in page],
        "beside": [
            (item, meaning("provider_adjustment", item.reason_code))
            for item in found.provider_adjustments.order_by("position")
        ],
        "proof": proof_of(found),
        "by_hand": _waits_for_a_hand(found),
        "moments": history([found], TITLES),
    }
    return render(request, "billing/remittances/remittance.html", context)


@require_POST
@allow(Role.BILLER)
def posting(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Try a parked remittance again."""
    found = _remittance_of(request, public_id)
    try:
        tried = post_parked(remittance=found, now=clock.now(), by=request.user)
    except NotParked:
        messages.error(request, "It is not parked any more.")
        return redirect(_url(found))
    return _told(request, tried)


@require_http_methods(["GET", "POST"])
@allow(Role.BILLER)
def by_hand(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Say which of our claims and lines are meant, and where money beside the claims belongs; then post."""
    found = _remittance_of(request, public_id)
    if found.status != RemittanceStatus.PARKED:
        messages.error(request, "It is not parked any more.")
        return redirect(_url(found))
    strange = list(unmatched_decisions(found)[:BY_HAND_AT_ONCE])
    services, beside = _services(found, strange), _unplaced(found)
    form = ByHandForm(request.POST if request.method == "POST" else None, strange=strange, beside=beside)
    if request.method == "POST" and form.is_valid():
        tried = post_parked(
            remittance=found,
            now=clock.now(),
            by=request.user,
            treatments=form.treatments(),
            by_hand=form.by_hand(),
        )
        if tried.status == RemittanceStatus.POSTED:
            return _told(request, tried)
        for reason in tried.reasons:
            form.add_error(None, reason)
    context = _shown(request, found) | {
        "form": form,
        "strange": [
            (each, _words(each, services), likely_claims(each), form.fields_of(each)) for each in strange
        ],
        "beside": [(item, form[form.beside_name(item)]) for item in beside],
        "proof": proof_of(found),
    }
    return render(request, "billing/remittances/by_hand.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@allow(Role.BILLER)
def dismissal(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Set a parked remittance aside for good, with the reason."""
    found = _remittance_of(request, public_id)
    form = DismissalForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            dismiss_parked(remittance=found, why=form.cleaned_data["why"], by=request.user, now=clock.now())
        except NotParked:
            form.add_error(None, "It is not parked any more.")
        else:
            messages.success(request, "Set aside. Nothing of it went into the books.")
            return on_to(request, str(found.public_id), _url(found))
    context = _shown(request, found) | {"form": form}
    return render(request, "billing/remittances/dismissal.html", context, status=422 if form.errors else 200)


def _unplaced(found: Remittance) -> list[ProviderAdjustment]:
    """Money beside the claims that only a person can place."""
    beside = found.provider_adjustments.order_by("position")
    return [item for item in beside if item.reason_code not in TREATMENTS]


def _waits_for_a_hand(found: Remittance) -> bool:
    """Whether a person has something to match or to place; else only the file or the books can change."""
    return unmatched_decisions(found).exists() or bool(_unplaced(found))


def _told(request: StaffRequest, tried: Remittance) -> HttpResponse:
    if tried.status == RemittanceStatus.POSTED:
        messages.success(
            request, f"{tried.trace_number} is posted: {words.dollars(tried.amount)} is in the books."
        )
        return on_to(request, str(tried.public_id), _url(tried))
    messages.warning(request, f"It stays parked. {tried.reasons[0]}")
    return redirect(f"{_url(tried)}?{request.GET.urlencode()}".rstrip("?"))


def _shown(request: StaffRequest, found: Remittance) -> dict[str, object]:
    return {
        "record": found,
        "state": status_of(found),
        "method": method_words(found),
        "is_parked": found.status == RemittanceStatus.PARKED,
        "may_act": Role.BILLER in request.roles,
    }


def _services(found: Remittance, decisions: Iterable[RemittanceClaim]) -> dict[str, Code]:
    """Every procedure decided on, in the words of the payment's day, in one query."""
    codes = {line.procedure_code for decision in decisions for line in decision.lines.all()}
    day = found.effective_on or timezone.localtime(found.created_at).date()
    return valid_codes(system=CodeSystem.PROCEDURE, codes=codes, day=day)


def _service(line: RemittanceLine, services: Mapping[str, Code]) -> Coded:
    known = services.get(line.procedure_code)
    return Coded("-".join([line.procedure_code, *line.modifiers]), known.description if known else "")


def _words(decision: RemittanceClaim, services: Mapping[str, Code]) -> dict[str, object]:
    """What the template needs beside a decided claim: its state and the reasons, in words."""
    on_claim: list[Adjustment] = decision.claim_level  # type: ignore[attr-defined]  # prefetched under it
    return {
        "status": meaning("claim_payment_status", decision.status_code),
        "lines": [
            (line, _service(line, services), _reasons(line.adjustments.all()))
            for line in decision.lines.all()
        ],
        "claim_level": _reasons(on_claim),
    }


def _reasons(adjustments: Iterable[Adjustment]) -> list[tuple[Adjustment, Coded, bool]]:
    return [(item, reason_words(item), is_denied(item)) for item in adjustments]


def _remittance_of(request: StaffRequest, public_id: UUID) -> Remittance:
    practices = [practice.pk for practice in request.practices]
    return get_object_or_404(known_remittances(practices=practices), public_id=public_id)


def _url(found: Remittance) -> str:
    return reverse("billing:remittance", args=[found.public_id])
