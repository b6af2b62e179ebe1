"""One claim: what it says, what stops it, what to do next, and all that happened to it."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from claims.models import Claim
from claims.queries import silent_claims
from claims.queries.history import beside_the_visit, history_of, versions_of
from claims.views.beside import explained, lines_and_diagnoses, step_for
from claims.views.columns import status_of
from claims.views.timeline import moments_of
from practice.access import StaffRequest, allow
from practice.models import Role
from rcm import audit, clock
from rcm.ui.assignment import holder_of
from rcm.ui.presence import arrive

READERS = (Role.BILLER, Role.CODER, Role.MANAGER, Role.AUDITOR)


def claim_or_404(request: StaffRequest, public_id: UUID) -> Claim:
    """The claim with what its page shows, if it is one of the practices in play."""
    known = Claim.objects.of(practice.pk for practice in request.practices).select_related(
        "practice",
        "replaces",
        "coverage__payer",
        "coverage__patient",
        "encounter__patient",
        "encounter__rendering_provider",
        "encounter__location",
        "encounter__appointment",
        "encounter__coded_by",
    )
    return get_object_or_404(known, public_id=public_id)


@require_GET
@allow(*READERS)
def claim(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """The claim with everything that happened to it."""
    found, now = claim_or_404(request, public_id), clock.now()
    audit.read(found, now=now, by=request.user)
    history = history_of(found)
    findings = list(found.findings.filter(cleared_at=None).order_by("pk"))
    is_silent = silent_claims([found.practice_id], now=now).filter(pk=found.pk).exists()
    lines, diagnoses = lines_and_diagnoses(found)
    step = step_for(found, findings=findings, said=history.said, silent=is_silent)
    context = {
        "record": found,
        "status": status_of(found),
        "step": step,
        "may_act": Role.BILLER in request.roles,
        "reasons": explained(findings, history.said),
        "lines": lines,
        "diagnoses": diagnoses,
        "versions": versions_of(found),
        "beside": [(each, status_of(each)) for each in beside_the_visit(found)],
        "history": history,
        "decided": next((said for said in reversed(history.said) if said.kind == "835"), None),
        "moments": moments_of(found, history),
        "holder": holder_of(found),
        "others": arrive(found, by=request.user, now=now),
    }
    return render(request, "claims/claim.html", context)
