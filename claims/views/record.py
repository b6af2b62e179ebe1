"""One claim."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from claims.models import Claim
from practice.access import StaffRequest, allow
from practice.models import Role


@require_GET
@allow(Role.BILLER, Role.MANAGER, Role.AUDITOR)
def claim(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """The claim with everything that happened to it."""
    found = get_object_or_404(
        Claim.objects.of(practice.pk for practice in request.practices), public_id=public_id
    )
    return render(request, "claims/claim.html", {"record": found})
