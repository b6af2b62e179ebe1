"""Parts of other apps' pages: the questions about coverage that a file or message asks or answers."""

from uuid import UUID

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from clearinghouse.models import Interchange
from patients.models import EligibilityCheck
from patients.views.doors import READERS, practice_ids
from practice.access import StaffRequest, allow
from practice.models import Role

MOST_SHOWN = 100


@require_GET
@allow(Role.BILLER, Role.ADMINISTRATOR, Role.AUDITOR)
def of_interchange(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """The eligibility checks that a 270 asks or a 271 answered; nothing without one."""
    practices = practice_ids(request)
    file = get_object_or_404(Interchange.objects.of(practices), public_id=public_id)
    about = EligibilityCheck.objects.of(practices).filter(Q(request=file) | Q(response=file))
    checks = list(about.select_related("coverage__payer").order_by("-requested_at", "-pk")[:MOST_SHOWN])
    if not checks:
        return HttpResponse("")
    context = {"checks": checks, "may_open": not request.roles.isdisjoint(READERS)}
    return render(request, "patients/_of_interchange.html", context)
