"""What TA1, 999 and 277CA say about claims (domain.md 4.3, 4.4): every statement a row, rejections findings.

A document is read in one transaction with its settlement, so twice is once and a crash leaves it unread.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from claims.actions.answer import (
    Statement,
    advance,
    latest_submission,
    lock_claims,
    record_statement,
    reject,
    unread,
)
from claims.actions.status import leave_questions
from claims.edi import set_words, ta1_words
from claims.models import Batch, Claim, Submission
from claims.queries import claims_of_interchange
from claims.states import OUT, ClaimStatus
from clearinghouse.actions.inbound import settle_document
from clearinghouse.actions.outbound import confirm_receipt
from clearinghouse.models import Direction, Document, Interchange
from clearinghouse.queries import ta1_of, transaction_of
from clearinghouse.states import DocumentStatus
from patients.actions.eligibility import refuse_questions
from rcm import faults
from x12.ack_999 import Ack999, read_ta1
from x12.ack_999 import read as read_999
from x12.claim_ack_277ca import AcknowledgedClaim, AcknowledgedReceiver
from x12.claim_ack_277ca import read as read_277ca

SHOWN_REASONS = 5
SENT_BEFORE = "025"
"""TA105: this control number was used. Ours are never used twice, so an earlier copy of the file arrived."""

UNANSWERED = frozenset({ClaimStatus.QUEUED, ClaimStatus.UNKNOWN, ClaimStatus.SENT})
"""Nobody has said yet that the claim arrived."""

Reader = Callable[[Document, datetime], list[str]]


def take_in_ta1(*, document: Document, now: datetime) -> None:
    """Read a TA1: a rejected interchange holds every claim in it, unless an earlier copy of it arrived."""
    _take_in(document, _read_ta1, now)


def take_in_999(*, document: Document, now: datetime) -> None:
    """Read a 999: claims of an accepted ST (A or E) are received, those of a rejected one are held."""
    _take_in(document, _read_999, now)


def take_in_277ca(*, document: Document, now: datetime) -> None:
    """Read a 277CA: each claim it names is accepted, received on the way to the payer, or held."""
    _take_in(document, _read_277ca, now)


def _take_in(document: Document, read: Reader, now: datetime) -> None:
    faults.point("acknowledgment.before_reading")
    with transaction.atomic():
        current = unread(document)
        if current is None:
            return
        reasons = read(current, now)
        faults.point("acknowledgment.claims_moved")
        settle_document(document=current, status=DocumentStatus.RECORDED, now=now, reasons=reasons)
        faults.point("acknowledgment.settled")
    faults.point("acknowledgment.committed")


def _read_ta1(document: Document, now: datetime) -> list[str]:
    ta1 = read_ta1(ta1_of(document))
    interchange = _ours(document, ta1.control_number)
    if interchange is None:
        return [f"it answers interchange {ta1.control_number}, which we did not send"]
    confirm_receipt(interchange=interchange, now=now)
    placed = claims_of_interchange(interchange)
    rejected = ta1.rejected and ta1.note != SENT_BEFORE
    words = ta1_words(ta1) if rejected else ta1.words
    statement = Statement(kind="TA1", position=0, message=words, category_code=ta1.acceptance)
    claims = lock_claims(submission.claim for submission in placed)
    if rejected and placed:
        _mark_acknowledged(placed[0].batch, now)
    elif rejected:
        _turn_down_questions(interchange, words, now)
    for submission in placed:
        _answer_file(claims[submission.claim_id], submission, statement, document, now, rejected=rejected)
    return []


def _read_999(document: Document, now: datetime) -> list[str]:
    acknowledgment = read_999(transaction_of(document))
    interchange = _ours(document, acknowledgment.group_control_number)
    if interchange is None:
        return [f"it answers group {acknowledgment.group_control_number}, which we did not send"]
    confirm_receipt(interchange=interchange, now=now)
    placed = claims_of_interchange(interchange)
    if not placed:
        if acknowledgment.rejected:
            _turn_down_questions(interchange, acknowledgment.words, now)
        return [f"it answers a {interchange.kind}, which holds no claims: {acknowledgment.words}"]
    _mark_acknowledged(placed[0].batch, now)
    claims = lock_claims(submission.claim for submission in placed)
    for submission in placed:
        _answer_by_999(claims[submission.claim_id], submission, acknowledgment, document, now)
    known = {submission.set_control_number for submission in placed}
    unknown = [one.control_number for one in acknowledgment.transactions if one.control_number not in known]
    return [f"it answers transaction {number}, which we did not send" for number in unknown]


def _turn_down_questions(request: Interchange, why: str, now: datetime) -> None:
    """A file of questions (270, 276) that nobody will answer now."""
    refuse_questions(request=request, why=why, now=now)
    leave_questions(request=request, why=why, now=now)


def _answer_by_999(
    claim: Claim, submission: Submission, acknowledgment: Ack999, document: Document, now: datetime
) -> None:
    """A group judged as a whole may leave out its transactions: then the group's verdict is each one's."""
    response = acknowledgment.response_to(submission.set_control_number)
    if response is None:
        verdict, rejected, words = acknowledgment.acceptance, acknowledgment.rejected, acknowledgment.words
    else:
        verdict, rejected, words = response.acceptance, response.rejected, response.words
        if rejected:
            words = set_words(response, claim_number=claim.control_number)
    statement = Statement(kind="999", position=0, message=words, category_code=verdict)
    _answer_file(claim, submission, statement, document, now, rejected=rejected)
    if not rejected and latest_submission(claim) == submission:
        advance(claim=claim, to=ClaimStatus.RECEIVED, source=_named(document), now=now)


def _answer_file(
    claim: Claim,
    submission: Submission,
    statement: Statement,
    document: Document,
    now: datetime,
    *,
    rejected: bool,
) -> None:
    """What is said of a claim's file or transaction.

    A rejection after somebody took the claim in is about a second copy: kept for a person to see, it holds
    nothing, since sending the claim again would bill it twice.
    """
    contradicts = rejected and claim.status in OUT - UNANSWERED
    record_statement(claim=claim, document=document, statement=replace(statement, alarm=contradicts), now=now)
    if rejected and not contradicts:
        _turn_down(claim, submission, statement.kind, [statement.message], document, now)


def _read_277ca(document: Document, now: datetime) -> list[str]:
    acknowledgment = read_277ca(transaction_of(document))
    receivers = [receiver for source in acknowledgment.sources for receiver in source.receivers]
    reasons: list[str] = []
    position = 0
    for receiver in receivers:
        batch = _batch_of(document, receiver)
        if batch is not None:
            confirm_receipt(interchange=batch.interchange, now=now)
            _mark_acknowledged(batch, now)
        reasons += _answer_by_277ca(receiver, batch, position, document, now)
        position += len(receiver.claims)
        if not receiver.totals_agree:
            reasons.append(f"its totals for batch {receiver.batch_number} are not those of its claims")
    return reasons or ([] if receivers else ["it names no batch and no claim"])


def _answer_by_277ca(
    receiver: AcknowledgedReceiver, batch: Batch | None, first: int, document: Document, now: datetime
) -> list[str]:
    numbers = [said.control_number for said in receiver.claims]
    found = Claim.objects.filter(practice_id=document.practice_id, control_number__in=numbers)
    claims = {claim.control_number: claim for claim in lock_claims(found).values()}
    for position, said in enumerate(receiver.claims, first):
        if claim := claims.get(said.control_number):
            _hear(claim, said, batch, position, document, now)
    if batch is not None and _rejected_whole(receiver):
        _reject_the_rest(receiver, batch, set(numbers), document, now)
    return [f"it names claim {number}, which we do not have" for number in numbers if number not in claims]


def _hear(
    claim: Claim,
    said: AcknowledgedClaim,
    batch: Batch | None,
    position: int,
    document: Document,
    now: datetime,
) -> None:
    """What a 277CA says of one claim. About an earlier batch than the claim's latest it is kept, no more."""
    report = next(iter(said.statuses), None)
    statement = Statement(
        kind="277CA",
        position=position,
        message="; ".join(said.reasons) or "No status given",
        category_code=report.code.category if report else "",
        status_code=report.code.status if report else "",
        entity_code=report.code.entity if report else "",
        payer_control_number=said.payer_control_number,
        effective_on=report.effective_on if report else None,
    )
    record_statement(claim=claim, document=document, statement=statement, now=now)
    submission = latest_submission(claim)
    if submission is None or (batch is not None and submission.batch_id != batch.pk):
        return
    if said.rejected:
        _turn_down(claim, submission, "277CA", said.reasons, document, now)
    elif said.accepted:
        _let_on(claim, submission, in_adjudication=said.in_adjudication, document=document, now=now)


def _let_on(
    claim: Claim, submission: Submission, *, in_adjudication: bool, document: Document, now: datetime
) -> None:
    """Only the payer's own A2 is acceptance; a clearinghouse that forwards (A0, A1) has received."""
    if not in_adjudication:
        advance(claim=claim, to=ClaimStatus.RECEIVED, source=_named(document), now=now)
        return
    submission.accepted_at = submission.accepted_at or now
    submission.save(update_fields=["accepted_at"])
    advance(claim=claim, to=ClaimStatus.ACCEPTED, source=_named(document), now=now)


def _rejected_whole(receiver: AcknowledgedReceiver) -> bool:
    """A batch, or everything of its one billing provider, may be rejected without naming a claim."""
    return receiver.rejected or any(provider.rejected for provider in receiver.providers)


def _reject_the_rest(
    receiver: AcknowledgedReceiver, batch: Batch, mentioned: set[str], document: Document, now: datetime
) -> None:
    reports = [*receiver.statuses, *(s for provider in receiver.providers for s in provider.statuses)]
    reasons = [report.words for report in reports if report.rejected]
    rest = batch.submissions.exclude(claim__control_number__in=mentioned).select_related("claim")
    claims = lock_claims(submission.claim for submission in rest)
    for submission in rest:
        claim = claims[submission.claim_id]
        statement = Statement(kind="277CA", position=0, message="; ".join(reasons))
        record_statement(claim=claim, document=document, statement=statement, now=now)
        _turn_down(claim, submission, "277CA", reasons, document, now)


def _turn_down(
    claim: Claim,
    submission: Submission,
    kind: str,
    reasons: Sequence[str],
    document: Document,
    now: datetime,
) -> None:
    reject(
        claim=claim,
        submission=submission,
        kind=kind,
        reasons=list(reasons)[:SHOWN_REASONS],
        source=_named(document),
        now=now,
    )


def _mark_acknowledged(batch: Batch, now: datetime) -> None:
    Batch.objects.filter(pk=batch.pk, acknowledged_at=None).update(acknowledged_at=now)


def _batch_of(document: Document, receiver: AcknowledgedReceiver) -> Batch | None:
    """The batch whose BHT03 came back."""
    named = Batch.objects.filter(practice_id=document.practice_id, reference=receiver.batch_number)
    return named.select_related("interchange").first()


def _ours(document: Document, control_number: str) -> Interchange | None:
    """The interchange of ours under this number. GS06 is ISA13 without its leading zeros."""
    return Interchange.objects.filter(
        connection_id=document.interchange.connection_id,
        direction=Direction.OUT,
        control_number=control_number.strip().zfill(9),
    ).first()


def _named(document: Document) -> str:
    return f"{document.kind} {document.pk}"
