"""What a file that came in said of claims, and what became of them by it."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Q

from claims.models import Claim, StatusEvent
from claims.states import ClaimStatus
from clearinghouse.models import Interchange
from rcm.models import AuditEvent

REMITTANCE = "835"


@dataclass(frozen=True, slots=True)
class Said:
    """One statement about a claim, and the moves of the claim that it caused, in words."""

    event: StatusEvent
    moves: str


def said_in(file: Interchange) -> list[Said]:
    """Every statement of the file's documents, in their order, each with the moves that it caused."""
    events = list(
        StatusEvent.objects.filter(document__interchange=file)
        .select_related("claim", "document")
        .order_by("document__position", "position", "pk")
    )
    sources = {source for event in events if (source := _source(event))}
    decided = {event.happened_at for event in events if event.kind == REMITTANCE}
    moved = AuditEvent.objects.filter(
        Q(source__in=sources) | Q(source__startswith="remittance ", happened_at__in=decided),
        subject_label=Claim._meta.label,
        subject_id__in={event.claim_id for event in events},
        verb="claim.status",
    )
    moves: dict[tuple[int, str], list[str]] = defaultdict(list)
    for move in moved.order_by("happened_at", "pk"):
        moves[move.subject_id, move.source.partition("remittance")[0]].append(_words(move))
    return [Said(event, ", ".join(moves[event.claim_id, _source(event)])) for event in events]


def _source(event: StatusEvent) -> str:
    """What the moves that a document caused name as their source; of a remittance, nothing known here."""
    if event.document is None or event.kind == REMITTANCE:
        return ""
    return f"{event.document.kind} {event.document.pk}"


def _words(move: AuditEvent) -> str:
    return f"{ClaimStatus(move.data['from']).label} to {ClaimStatus(move.data['to']).label}"
