"""What of claims is on the rail, and what the search finds."""

from collections.abc import Sequence

from django.urls import reverse

from claims.models import Claim
from claims.queries import (
    held_claims,
    ready_claims,
    rejected_claims,
    silent_claims,
)
from claims.queries.history import claims_matching
from claims.queries.watch import Missing, missing_answers, overdue_batches
from clearinghouse.queries import stuck
from practice.models import Role
from rcm import clock
from rcm.ui.alarms import WIRE, alarm
from rcm.ui.navigation import Hit, area, finder
from rcm.ui.words import day

READERS = (Role.BILLER, Role.MANAGER, Role.AUDITOR)
MOST_HITS = 8


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


def _overdue(practices: Sequence[int]) -> int:
    return overdue_batches(practices, now=clock.now()).count()


def _missing(practices: Sequence[int]) -> dict[str, int]:
    return missing_answers(practices, now=clock.now())


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


area(
    "Ready to send",
    "claims:ready",
    roles=READERS,
    group="Claims",
    icon="send",
    count=_ready,
    first_for=(Role.BILLER,),
)
area("Held", "claims:held", roles=READERS, group="Claims", icon="pause", count=_held)
area(
    "Rejected", "claims:rejected", roles=READERS, group="Claims", icon="return", count=_rejected, urgent=True
)
area("No response", "claims:silent", roles=READERS, group="Claims", icon="clock", count=_silent)
area(
    "All claims",
    "claims:list",
    roles=(*READERS, Role.CODER),
    group="Claims",
    icon="file",
    about="Every claim, whatever became of it.",
)
area(
    "Exchange",
    "clearinghouse:exchange",
    roles=(*READERS, Role.ADMINISTRATOR),
    group="Claims",
    icon="swap",
    count=_stuck,
)
area(
    "Sent files",
    "claims:batches",
    roles=READERS,
    group="Claims",
    icon="inbox",
    count=_overdue,
    urgent=True,
)
alarm(
    "unacknowledged_batches",
    "file of claims without acknowledgment,files of claims without acknowledgment",
    todo=(
        "A clearinghouse acknowledges within a business day (999). Ask it for the file by its control number;"
        " send nothing again before it says that it never came."
    ),
    count=_missing,
    kind=Missing.ACKNOWLEDGMENT,
    url_name="claims:batches",
    query=f"?missing={Missing.ACKNOWLEDGMENT}",
    place=WIRE,
)
alarm(
    "unanswered_batches",
    "file whose claims nobody answered,files whose claims nobody answered",
    todo=(
        "The file was taken, and no 277CA says what became of its claims. Ask the clearinghouse for the 277CA"
        " by the batch number."
    ),
    count=_missing,
    kind=Missing.CLAIM_ANSWERS,
    url_name="claims:batches",
    query=f"?missing={Missing.CLAIM_ANSWERS}",
    place=WIRE,
)
alarm(
    "unbalanced_batches",
    "file with claims unaccounted for,files with claims unaccounted for",
    todo=(
        "Claims sent are more than accepted and rejected together. Open the file: the claims that nobody"
        " answered still stand as sent or received. Ask for them by number."
    ),
    count=_missing,
    kind=Missing.SOME_CLAIMS,
    url_name="claims:batches",
    query=f"?missing={Missing.SOME_CLAIMS}",
    place=WIRE,
)
finder("Claims", roles=(*READERS, Role.CODER), find=_claims)
