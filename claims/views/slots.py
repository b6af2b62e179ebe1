"""Parts of other apps' pages: a patient's claims, a visit's claims."""

from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from claims.models import Claim
from claims.queries import every_claim
from claims.queries.changed import said_in
from claims.queries.decided import decisions_on
from claims.queries.sending import batches
from claims.views.batches import standing_of
from claims.views.columns import status_of
from claims.views.record import claim_or_404
from clearinghouse.models import Interchange
from coding.models import Encounter
from patients.models import Patient
from practice.access import StaffRequest, allow
from practice.models import Role

MOST_SHOWN = 20
MOST_SAID = 200
READERS = (Role.FRONT_DESK, Role.CODER, Role.BILLER, Role.MANAGER, Role.AUDITOR)
OPENERS = frozenset({Role.BILLER, Role.CODER, Role.MANAGER, Role.AUDITOR})
"""Who may open a claim; the others see that there is one, and where it stands."""

BATCH_OPENERS = frozenset({Role.BILLER, Role.MANAGER, Role.AUDITOR})


@require_GET
@allow(*READERS)
def of_patient(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """The patient's claims, the latest visit first."""
    practices = [practice.pk for practice in request.practices]
    patient = get_object_or_404(Patient.objects.of(practices), public_id=public_id)
    return _part(request, every_claim(practices).filter(encounter__patient=patient))


@require_GET
@allow(*READERS)
def of_visit(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """The claims of a visit, whose turn is first coming first."""
    practices = [practice.pk for practice in request.practices]
    encounter = get_object_or_404(Encounter.objects.of(practices), public_id=public_id)
    claims = every_claim(practices).filter(encounter=encounter)
    return _part(request, claims.order_by("coverage__rank", "pk"))


@require_GET
@allow(*OPENERS)
def decision(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """What the payer decided on a claim in its last remittance, line by line, read from the 835 itself."""
    found = claim_or_404(request, public_id)
    told = found.status_events.filter(kind="835").exclude(document=None)
    said = told.select_related("document__interchange").order_by("-happened_at", "-pk").first()
    if said is None or said.document is None:
        return HttpResponse("")
    context = {"record": found, "said": said, "decided": decisions_on(found, said.document)}
    return render(request, "claims/_decision.html", context)


@require_GET
@allow(Role.BILLER, Role.MANAGER, Role.ADMINISTRATOR, Role.AUDITOR)
def of_interchange(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """What a file of the exchange holds of claims, or said of them and changed; nothing without either."""
    practices = [practice.pk for practice in request.practices]
    file = get_object_or_404(Interchange.objects.of(practices), public_id=public_id)
    found = batches(practices).filter(interchange=file).first()
    said = said_in(file)
    if found is None and not said:
        return HttpResponse("")
    may_open = not BATCH_OPENERS.isdisjoint(request.roles)
    context = {
        "batch": found,
        "status": standing_of(found) if found else None,
        "said": [(it, status_of(it.event.claim)) for it in said[:MOST_SAID]],
        "left_out": max(0, len(said) - MOST_SAID),
        "may_open": may_open,
    }
    return render(request, "claims/_batch_slot.html", context)


def _part(request: StaffRequest, claims: QuerySet[Claim]) -> HttpResponse:
    shown = [(claim, status_of(claim)) for claim in claims[:MOST_SHOWN]]
    context = {"claims": shown, "may_open": not OPENERS.isdisjoint(request.roles)}
    return render(request, "claims/_slot.html", context)
