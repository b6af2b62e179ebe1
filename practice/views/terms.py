"""What a practice has with a payer: permission to exchange (enrollment), and an agreement (contract)."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from practice.access import StaffRequest, allow
from practice.actions.payer import agree_contract, enroll
from practice.forms import ContractForm, ContractTermsForm, EnrollmentForm
from practice.models import Contract, Payer, Practice, Role
from practice.views.editing import chosen_practice, form_page, ids
from practice.views.payers import payer_editing, payer_of
from rcm import clock
from rcm.state import IllegalMove, LostRace

WRITE = ["GET", "HEAD", "POST"]


@require_http_methods(WRITE)
@allow(Role.ADMINISTRATOR)
def enrollment(request: StaffRequest, public_id: str) -> HttpResponse:
    """How far a practice's enrollment with a payer has come (`practice` says whose, of several)."""
    payer, practice = _whose(request, public_id)
    asked = {name: request.GET.get(name, "") for name in ("transaction", "status")}
    form = EnrollmentForm(request.POST or None, initial=asked)
    if form.is_valid():
        try:
            enroll(
                practice=practice,
                payer=payer,
                transaction_kind=form.cleaned_data["transaction"],
                status=form.cleaned_data["status"],
                approved_on=form.cleaned_data["approved_on"],
                by=request.user,
                now=clock.now(),
            )
        except (IllegalMove, LostRace):
            form.add_error("status", "It cannot go there from where it is now.")
        else:
            messages.success(request, "Written down.")
            return redirect("practice:payer", payer.public_id)
    intro = f"Of {practice.name}. Claims and questions go to the payer only where it is approved."
    return form_page(request, form, payer_editing(payer, f"Enrollment with {payer}", intro))


@require_http_methods(WRITE)
@allow(Role.ADMINISTRATOR)
def contract_new(request: StaffRequest, public_id: str) -> HttpResponse:
    """A new agreement between a practice and a payer."""
    payer, practice = _whose(request, public_id)
    form = ContractForm(request.POST or None)
    if form.is_valid():
        _agree(request, payer, practice, form.told)
        return redirect("practice:payer", payer.public_id)
    intro = f"Of {practice.name}. These days are the clocks of its claims, corrections and appeals."
    return form_page(request, form, payer_editing(payer, f"Contract with {payer}", intro))


@require_http_methods(WRITE)
@allow(Role.ADMINISTRATOR)
def contract(request: StaffRequest, public_id: str) -> HttpResponse:
    """Put an agreement right; its first day stands, since claims were judged by it."""
    found = get_object_or_404(
        Contract.objects.of(ids(request)).select_related("payer", "practice"), public_id=public_id
    )
    form = ContractTermsForm(request.POST or None, contract=found)
    if form.is_valid():
        _agree(request, found.payer, found.practice, form.told | {"effective_on": found.effective_on})
        return redirect("practice:payer", found.payer.public_id)
    title = f"Contract with {found.payer} from {found.effective_on:%m/%d/%Y}"
    return form_page(request, form, payer_editing(found.payer, title, f"Of {found.practice.name}."))


def _agree(request: StaffRequest, payer: Payer, practice: Practice, told: dict[str, Any]) -> None:
    agree_contract(practice=practice, payer=payer, **told, by=request.user, now=clock.now())
    messages.success(request, "Written down.")


def _whose(request: StaffRequest, public_id: str) -> tuple[Payer, Practice]:
    """The payer, and the practice in play that the page is about; both of one organization."""
    payer, practice = payer_of(request, public_id), chosen_practice(request)
    if practice.organization_id != payer.organization_id:
        raise Http404
    return payer, practice
