"""What of the money is on the rail, and what the search finds."""

from collections.abc import Sequence

from django.urls import reverse

from billing.models import Remittance
from billing.queries.remittances import known_remittances
from billing.states import RemittanceStatus
from practice.models import Role
from rcm.ui import words
from rcm.ui.navigation import Hit, area, finder

_READERS = (Role.BILLER, Role.MANAGER, Role.AUDITOR)
_FOUND = 8


def _parked(practices: Sequence[int]) -> int:
    return Remittance.objects.of(practices).filter(status=RemittanceStatus.PARKED).count()


def _checks(practices: Sequence[int], typed: str) -> list[Hit]:
    found = known_remittances(practices=practices).filter(trace_number__istartswith=typed)[:_FOUND]
    return [
        Hit(
            remittance.trace_number,
            f"{remittance.payer_name}, {words.dollars(remittance.amount)}",
            reverse("billing:remittance", args=[remittance.public_id]),
        )
        for remittance in found
    ]


area("Parked", "billing:parked", roles=_READERS, group="Payments", icon="inbox", count=_parked, urgent=True)
area("Remittances", "billing:remittances", roles=_READERS, group="Payments", icon="cash")
finder("Checks and EFTs", roles=_READERS, find=_checks)
