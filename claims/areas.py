"""What of claims is on the rail, and what the search finds."""

from collections.abc import Sequence
from datetime import timedelta

from django.urls import reverse

from claims.models import Claim
from claims.queries import (
    held_claims,
    ready_claims,
    rejected_claims,
    silent_claims,
    unacknowledged_batches,
)
from claims.queries.history import claims_matching
from clearinghouse.queries import stuck
from practice.models import Role
from rcm import clock
from rcm.ui.alarms import alarm
from rcm.ui.navigation import Hit, area, finder
from rcm.ui.words import day

READERS = (Role.BILLER, Role.MANAGER, Role.AUDITOR)
MOST_HITS = 8
ACKNOWLEDGED_WITHIN = timedelta(days=1)


def _ready(practices: Sequence[int]) -> int:
    return ready_claims(practices).count()


def _held(practices: Sequence[int]) -> int:
    return held_claims(practices).count()


def _rejected(practices: Sequence[int]) -> int:
    return rejected_claims(practices).count()


def _silent(practices: Sequence[int]) -> int:
    return silent_claims(practices, now=clock.now()).count()


def _stuck(practices: Sequence[int]) -> int:
    return stuck(practices).count()


def _unacknowledged(practices: Sequence[int]) -> int:
    return unacknowledged_batches(practices, sent_before=clock.now() - ACKNOWLEDGED_WITHIN).count()


def _hit(claim: Claim) -> Hit:
    about = (
        claim.encounter.patient.listed_name,
        claim.coverage.payer.name,
        day(claim.encounter.service_date),
        claim.get_status_display(),
    )
    return Hit(claim.control_number, " · ".join(about), reverse("claims:claim", args=[claim.public_id]))


def _claims(practices: Sequence[int], words: str) -> list[Hit]:
    return [_hit(claim) for claim in claims_matching(practices, words)[:MOST_HITS]]


area("Ready to send", "claims:ready", roles=READERS, group="Claims", icon="send", count=_ready)
area("Held", "claims:held", roles=READERS, group="Claims", icon="pause", count=_held)
area(
    "Rejected", "claims:rejected", roles=READERS, group="Claims", icon="return", count=_rejected, urgent=True
)
area("No response", "claims:silent", roles=READERS, group="Claims", icon="clock", count=_silent)
area("All claims", "claims:list", roles=(*READERS, Role.CODER), group="Claims", icon="file")
area(
    "Exchange",
    "clearinghouse:exchange",
    roles=(Role.BILLER, Role.ADMINISTRATOR, Role.AUDITOR),
    group="Claims",
    icon="swap",
    count=_stuck,
)
alarm(
    "unacknowledged_batches",
    "batch without acknowledgment,batches without acknowledgment",
    todo="A clearinghouse acknowledges within a day (999). Ask it for the file by its control number.",
    count=_unacknowledged,
    url_name="claims:batches",
)
finder("Claims", roles=(*READERS, Role.CODER), find=_claims)
