"""What the money has to say on pages of apps below: a patient's balance, a claim's dollars."""

from uuid import UUID

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from billing.models import Remittance, RemittanceClaim
from billing.queries.accounts import charges_of_claim, histories_of, waiting_money
from billing.queries.balances import guarantor_owes
from billing.views.account_queues import READERS
from billing.views.account_words import happened_words, reason_words
from billing.views.remittance_queues import READERS as REMITTANCE_READERS
from billing.views.remittance_words import status_of
from claims.models import Claim
from clearinghouse.models import Interchange
from patients.models import Patient
from practice.access import StaffRequest, allow
from practice.models import Role


@require_GET
@allow(*READERS, Role.CODER)
def of_patient(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """What the patient's guarantor owes, and the latest statement."""
    patients = Patient.objects.of(each.pk for each in request.practices).select_related("guarantor")
    patient = get_object_or_404(patients, public_id=public_id)
    guarantor = patient.guarantor
    context = {
        "guarantor": guarantor,
        "owes": guarantor_owes(guarantor=guarantor),
        "waiting": waiting_money(guarantor),
        "statement": guarantor.statements.defer("pdf").order_by("-issued_on", "-pk").first(),
        "may_open": not request.roles.isdisjoint(READERS),
    }
    return render(request, "billing/accounts/_of_patient.html", context)


@require_GET
@allow(Role.BILLER, Role.MANAGER, Role.AUDITOR, Role.CODER)
def of_claim(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Who owns the dollars of a claim's lines, how they moved, and the remittances about it."""
    claims = Claim.objects.of(each.pk for each in request.practices)
    claim = get_object_or_404(claims, public_id=public_id)
    decided = RemittanceClaim.objects.filter(claim=claim).select_related("remittance")
    context = {
        "histories": [
            (
                each,
                [(move, happened_words(move), reason_words(move)) for move in each.happened],
            )
            for each in histories_of(charges_of_claim(claim))
        ],
        "decisions": list(decided.order_by("pk")),
    }
    return render(request, "billing/accounts/_of_claim.html", context)


@require_GET
@allow(Role.BILLER, Role.ADMINISTRATOR, Role.AUDITOR)
def of_interchange(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """The remittances that a file of the exchange brought, and what became of them; nothing without one."""
    practices = [practice.pk for practice in request.practices]
    file = get_object_or_404(Interchange.objects.of(practices), public_id=public_id)
    brought = Remittance.objects.of(practices).filter(document__interchange=file)
    counted = brought.annotate(about=Count("claims")).select_related("payer")
    remittances = [(it, status_of(it)) for it in counted.order_by("document__position")]
    if not remittances:
        return HttpResponse("")
    may_open = not request.roles.isdisjoint(REMITTANCE_READERS)
    context = {"remittances": remittances, "may_open": may_open}
    return render(request, "billing/remittances/_of_interchange.html", context)
