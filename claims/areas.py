"""What of claims is on the rail, and what the search finds."""

from collections.abc import Sequence

from django.urls import reverse

from claims.models import Claim
from claims.states import ClaimStatus
from practice.models import Role
from rcm.ui.navigation import Hit, area, finder

READERS = (Role.BILLER, Role.MANAGER, Role.AUDITOR)


def _held(practices: Sequence[int]) -> int:
    return Claim.objects.of(practices).filter(status=ClaimStatus.HELD).count()


def _claims(practices: Sequence[int], words: str) -> list[Hit]:
    numbered = Claim.objects.of(practices).filter(control_number__istartswith=words)
    return [
        Hit(claim.control_number, claim.get_status_display(), reverse("claims:claim", args=[claim.public_id]))
        for claim in numbered.order_by("control_number")[:8]
    ]


area("Held", "claims:held", roles=READERS, group="Claims", icon="pause", count=_held)
finder("Claims", roles=READERS, find=_claims)
