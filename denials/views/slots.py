"""What denials have to say on pages of apps below: what a payer refused of a claim."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from claims.models import Claim
from denials.queries import known_denials
from denials.views.record import READERS
from denials.views.wording import deadline_tone, reason_of, status_of, step_words
from practice.access import StaffRequest, allow
from practice.models import Role
from rcm import clock


@require_GET
@allow(*READERS, Role.CODER)
def of_claim(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Every denial of the claim with its reason, deadline and first step; nothing where there is none."""
    practices = [practice.pk for practice in request.practices]
    claim = get_object_or_404(Claim.objects.of(practices), public_id=public_id)
    today = timezone.localtime(clock.now()).date()
    denials = [
        {
            "record": each,
            "reason": reason_of(each),
            "step": step_words(each),
            "state": status_of(each),
            "is_open": each.closed_at is None,
            "tone": deadline_tone(each.deadline_on, today=today),
        }
        for each in known_denials(practices=practices).filter(claim=claim)
    ]
    if not denials:
        return HttpResponse("")
    context = {"denials": denials, "may_open": not request.roles.isdisjoint(READERS)}
    return render(request, "denials/_of_claim.html", context)
