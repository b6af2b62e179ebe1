"""What every answer from outside does to a claim, whichever document brings it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from claims.actions.scrub import hold
from claims.models import Claim, Severity, StatusEvent, Submission
from claims.rules.scrub import Verdict
from claims.states import OUT, ClaimStatus
from clearinghouse.models import Document
from clearinghouse.states import DocumentStatus
from rcm.db import require_transaction
from rcm.state import move


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One sentence of a document about one claim. `position` is its place there, so that twice is once."""

    kind: str
    position: int
    message: str
    category_code: str = ""
    status_code: str = ""
    entity_code: str = ""
    payer_control_number: str = ""
    effective_on: date | None = None
    alarm: bool = False


def unread(document: Document) -> Document | None:
    """The document, locked in the caller's transaction; None when it was read before."""
    require_transaction()
    current = (
        Document.objects.select_for_update(of=("self",)).select_related("interchange").get(pk=document.pk)
    )
    return current if current.status == DocumentStatus.RECEIVED else None


def lock_claims(claims: Iterable[Claim]) -> dict[int, Claim]:
    """These claims, locked in one order for all readers, by primary key.

    As everywhere, without their keys: rows that refer to a claim (a remittance's, in its own order) may be
    written meanwhile, or the two would wait for each other.
    """
    require_transaction()
    keys = {claim.pk for claim in claims}
    locked = Claim.objects.filter(pk__in=keys).select_for_update(of=("self",), no_key=True).order_by("pk")
    return {claim.pk: claim for claim in locked}


def record_statement(*, claim: Claim, document: Document, statement: Statement, now: datetime) -> None:
    """Keep the sentence, and the payer's number when it is the first to tell one."""
    StatusEvent.objects.get_or_create(
        document=document,
        claim=claim,
        position=statement.position,
        defaults={
            "practice_id": claim.practice_id,
            "kind": statement.kind,
            "category_code": statement.category_code[:4],
            "status_code": statement.status_code[:4],
            "entity_code": statement.entity_code[:3],
            "message": statement.message[:300],
            "payer_control_number": statement.payer_control_number[:50],
            "effective_on": statement.effective_on,
            "alarm": statement.alarm,
            "happened_at": now,
        },
    )
    if statement.payer_control_number and claim.status in OUT:
        claim.payer_control_number = statement.payer_control_number[:50]
        claim.save(update_fields=["payer_control_number"])


def advance(*, claim: Claim, to: ClaimStatus, source: str, now: datetime) -> None:
    """Move a claim that is out as far as an answer says; one that is already further stays there."""
    if claim.status in OUT and to in Claim.MOVES[ClaimStatus(claim.status)]:
        move(claim, to, now=now, by=None, source=source)


def reject(
    *, claim: Claim, submission: Submission, kind: str, reasons: Sequence[str], source: str, now: datetime
) -> None:
    """A rejection before adjudication: the claim is held with the reasons, to be fixed and sent as new.

    Only the claim's latest submission counts, and only once; a payer's decision that came first stands.
    """
    if submission.rejected_at is None:
        submission.rejected_at = now
        submission.save(update_fields=["rejected_at"])
    if claim.status not in OUT or latest_submission(claim) != submission:
        return
    move(claim, ClaimStatus.REJECTED, now=now, by=None, why=kind, source=source)
    verdicts = [Verdict(kind, 1, Severity.STOP, "", reason) for reason in dict.fromkeys(reasons)]
    hold(claim=claim, verdicts=verdicts, now=now, by=None)


def latest_submission(claim: Claim) -> Submission | None:
    """The claim's place in the last batch it went out in; None when it never did."""
    return claim.submissions.select_related("batch").order_by("-pk").first()
