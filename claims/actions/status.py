"""Asking payers about claims they are silent on, and hearing their answers (276, 277; domain.md 4.2)."""

from datetime import datetime, timedelta

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
from claims.actions.submission import letterhead
from claims.edi import status_interchange
from claims.models import Claim, StatusInquiry
from claims.queries import bill_of, claims_to_ask_about
from claims.states import OUT, ClaimStatus, InquiryStatus
from clearinghouse.actions.conversation import converse, store_request
from clearinghouse.actions.inbound import settle_document
from clearinghouse.actions.outbound import queue_file
from clearinghouse.gateway import NoAnswer, Refused
from clearinghouse.models import Document, Interchange, Mode
from clearinghouse.queries import NoConnection, Routes, is_file, routes_of, transaction_of, way_of
from clearinghouse.states import DocumentStatus
from practice.actions.numbers import Series, take_number
from practice.models import Practice, User, WireTransaction
from practice.queries import wire_number
from rcm import audit, faults
from rcm.outbox import publish
from rcm.state import move
from x12 import status_276_277 as x12_status

STATUS_KIND = "277"
BATCH_PATIENCE, BATCH_REST = timedelta(days=4), timedelta(hours=1)
"""A batch is answered by the next business day (CORE); so long one waits, and so often one looks."""


class NotWithPayer(Exception):
    """The claim is not out, so there is nothing to ask."""


def ask_about_silent_claims(*, practice: Practice, now: datetime) -> int:
    """Open a question about every claim on which the payer is silent for too long; how many.

    Run again it asks about none of them for a week. A payer without a way to be asked is not asked: in real
    time that takes an address.
    """
    routes = routes_of(practice)
    silent = claims_to_ask_about([practice.pk], now=now).values_list("pk", "coverage__payer_id")
    return sum(_ask_once(key, practice, now=now) for key, payer in list(silent) if _may_ask(routes, payer))


def ask_about_claim(*, claim: Claim, by: User | None, now: datetime) -> StatusInquiry:
    """Ask the payer about one claim now; a question still open is given instead. Raises NotWithPayer."""
    with transaction.atomic():
        locked = Claim.objects.select_for_update(of=("self",), no_key=True).get(pk=claim.pk)
        if locked.status not in OUT:
            raise NotWithPayer
        pending = locked.inquiries.filter(status=InquiryStatus.PENDING).first()
        inquiry = pending or _open(locked, now=now)
        audit.record("asked", inquiry, now=now, by=by)
    return inquiry


def put_question(*, inquiry: StatusInquiry, now: datetime) -> timedelta | None:
    """Ask over the wire; how long to wait before looking again, None when there is nothing to wait for.

    The answer arrives as a document of its own and is read by take_in_277. By a route for files the question
    goes as one, and so does its answer. Asked again after a crash, it is the same question under the same id.
    A payer that does not answer leaves the inquiry unanswered, and the next poll may ask anew. Call it
    outside a transaction.
    """
    if inquiry.status != InquiryStatus.PENDING:
        return None
    try:
        with transaction.atomic():
            _store_request(inquiry, now=now)
    except NoConnection:
        _leave_unanswered(inquiry, why="no trading partner is in use for it", now=now)
        return None
    faults.point("inquiry.request_stored")
    assert inquiry.request is not None
    if is_file(inquiry.request):
        return _await_file(inquiry, now=now)
    try:
        answer = converse(request=inquiry.request, payload_id=str(inquiry.public_id), now=now)
    except (NoAnswer, Refused) as silence:
        _leave_unanswered(inquiry, why=str(silence) or type(silence).__name__, now=now)
        return None
    faults.point("inquiry.answer_stored")
    if answer.kind != STATUS_KIND:
        _leave_unanswered(inquiry, why=f"the answer was a {answer.kind}", now=now)
    return None


def _await_file(inquiry: StatusInquiry, *, now: datetime) -> timedelta | None:
    if now - inquiry.asked_at < BATCH_PATIENCE:
        return BATCH_REST
    _leave_unanswered(inquiry, why="no answer came as a file", now=now)
    return None


def leave_questions(*, request: Interchange, why: str, now: datetime) -> None:
    """A file of questions was turned down for its form: those it asked stay unanswered."""
    for inquiry in StatusInquiry.objects.filter(request=request, status=InquiryStatus.PENDING):
        _leave_unanswered(inquiry, why=why, now=now)


def take_in_277(*, document: Document, now: datetime) -> None:
    """Read a 277, from a conversation or a file: what it says of each claim. Twice is once."""
    with transaction.atomic():
        current = unread(document)
        if current is None:
            return
        response = x12_status.read_response(transaction_of(current))
        reasons = [report.words for report in response.failures]
        for position, found in enumerate(response.claims()):
            reasons += _hear(current, position, found.claim, now=now)
        asked = StatusInquiry.objects.filter(request_id=current.interchange.answers_id or 0)
        for inquiry in asked.filter(status=InquiryStatus.PENDING):
            _leave_unanswered(inquiry, why="; ".join(reasons) or "the answer names no claim", now=now)
        faults.point("inquiry.claims_moved")
        settle_document(document=current, status=DocumentStatus.RECORDED, now=now, reasons=reasons)


def _may_ask(routes: Routes, payer_id: int) -> bool:
    try:
        return routes.way(WireTransaction.STATUS, payer_id).is_open
    except NoConnection:
        return False


def _ask_once(claim_id: int, practice: Practice, *, now: datetime) -> int:
    """Ask unless somebody else asked or an answer came since the list was made."""
    with transaction.atomic():
        locked = Claim.objects.select_for_update(of=("self",), no_key=True).get(pk=claim_id)
        if not claims_to_ask_about([practice.pk], now=now).filter(pk=claim_id).exists():
            return 0
        _open(locked, now=now)
    return 1


def _open(claim: Claim, *, now: datetime) -> StatusInquiry:
    number = take_number(practice=claim.practice, series=Series.TRACE)
    inquiry = StatusInquiry.objects.create(
        practice_id=claim.practice_id,
        claim=claim,
        trace_number=f"{claim.practice.claim_prefix}S{number:07d}",
        asked_at=now,
    )
    publish(
        "claims.inquiry_opened",
        key=str(inquiry.pk),
        practice_id=claim.practice_id,
        now=now,
        inquiry_id=inquiry.pk,
    )
    return inquiry


def _store_request(inquiry: StatusInquiry, *, now: datetime) -> None:
    locked = StatusInquiry.objects.select_for_update(of=("self",)).get(pk=inquiry.pk)
    inquiry.request = locked.request
    if inquiry.request is not None:
        return
    claim, practice = locked.claim, locked.practice
    way = way_of(practice, WireTransaction.STATUS, claim.coverage.payer)
    connection = way.connection
    head = letterhead(practice=practice, connection=connection, reference=locked.trace_number, now=now)
    content = status_interchange(
        bill_of(claim),
        head,
        payer_number=wire_number(
            payer=claim.coverage.payer,
            clearinghouse=connection.clearinghouse,
            transaction=WireTransaction.STATUS,
        ),
        payer_control_number=claim.payer_control_number,
        trace=locked.trace_number,
    )
    keep = queue_file if way.mode == Mode.BATCH else store_request
    inquiry.request = keep(
        connection=connection, kind="276", content=content, control_number=head.control_number, now=now
    )
    inquiry.save(update_fields=["request"])


def _hear(document: Document, position: int, said: x12_status.ClaimStatus, *, now: datetime) -> list[str]:
    """Keep what is said of one claim and move it; the reason when it is none of ours."""
    practice_id = document.practice_id
    inquiry = StatusInquiry.objects.filter(practice_id=practice_id, trace_number=said.trace).first()
    named = Claim.objects.filter(practice_id=practice_id, control_number=said.patient_account)
    found = inquiry.claim if inquiry else named.first()
    if found is None:
        return [f"it answers {said.trace}, which we did not ask"]
    claim = lock_claims([found])[found.pk]
    record_statement(claim=claim, document=document, statement=_statement(position, said), now=now)
    _follow(claim, said, source=f"277 {document.pk}", now=now)
    if inquiry is not None:
        _close(inquiry, said, document, now=now)
    return []


def _statement(position: int, said: x12_status.ClaimStatus) -> Statement:
    code = said.current.code if said.current else None
    return Statement(
        kind=STATUS_KIND,
        position=position,
        message="; ".join(said.words) or "No status given",
        category_code=code.category if code else "",
        status_code=code.status if code else "",
        entity_code=code.entity if code else "",
        payer_control_number=said.payer_control_number,
        effective_on=said.current.effective_on if said.current else None,
        alarm=code is not None and (code.not_found or code.wants_information),
    )


def _follow(claim: Claim, said: x12_status.ClaimStatus, *, source: str, now: datetime) -> None:
    """Pending and accepted move the claim, a rejection holds it; the rest is the remittance's to tell."""
    code = said.current.code if said.current else None
    submission = latest_submission(claim)
    if code is None or submission is None:
        return
    if code.rejected:
        reject(
            claim=claim, submission=submission, kind=STATUS_KIND, reasons=said.words, source=source, now=now
        )
    elif code.pending or code.wants_information:
        advance(claim=claim, to=ClaimStatus.PENDING, source=source, now=now)
    elif code.accepted:
        to = ClaimStatus.ACCEPTED if code.category == "A2" else ClaimStatus.RECEIVED
        advance(claim=claim, to=to, source=source, now=now)


def _close(
    inquiry: StatusInquiry, said: x12_status.ClaimStatus, document: Document, *, now: datetime
) -> None:
    """An answer that only says that the question failed (E0 to E4) leaves the inquiry unanswered."""
    if inquiry.status == InquiryStatus.ANSWERED:
        return
    if said.current is None or said.current.code.inquiry_failed:
        if inquiry.status == InquiryStatus.PENDING:
            _leave_unanswered(inquiry, why="; ".join(said.words), now=now)
        return
    inquiry.answered_at = now
    inquiry.response = document.interchange
    inquiry.save(update_fields=["answered_at", "response"])
    move(inquiry, InquiryStatus.ANSWERED, now=now, by=None, source=f"277 {document.pk}")


def _leave_unanswered(inquiry: StatusInquiry, *, why: str, now: datetime) -> None:
    with transaction.atomic():
        current = StatusInquiry.objects.select_for_update(of=("self",)).get(pk=inquiry.pk)
        if current.status == InquiryStatus.PENDING:
            move(current, InquiryStatus.UNANSWERED, now=now, by=None, why=why[:500])
    inquiry.refresh_from_db(fields=["status"])
