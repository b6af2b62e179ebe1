"""The files about one claim, readable: only what they say of this claim, segment by segment."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from claims.models import Claim, StatusInquiry, Submission
from claims.views.record import READERS, claim_or_404
from claims.views.timeline import DOCUMENTS
from clearinghouse.models import Document, Interchange
from clearinghouse.queries import contents, ta1_of, transaction_of
from practice.access import StaffRequest, allow
from practice.models import Role
from rcm import audit, clock
from x12.envelope import Transaction
from x12.explain import ExplainedSegment, explain, explain_segment

PAGE = "claims/evidence.html"
BROWSERS = frozenset({Role.BILLER, Role.ADMINISTRATOR, Role.AUDITOR})
"""Who may read whole files, as the exchange browser says."""


@require_GET
@allow(*READERS)
def sent_file(request: StaffRequest, public_id: UUID, submission_id: UUID) -> HttpResponse:
    """The claim as it went out: its own segments of the 837P, with the levels it stands in."""
    found = claim_or_404(request, public_id)
    audit.read(found, now=clock.now(), by=request.user)
    sent = get_object_or_404(found.submissions.select_related("batch__interchange"), public_id=submission_id)
    file = sent.batch.interchange
    context = {
        "record": found,
        "may_see_whole": not BROWSERS.isdisjoint(request.roles),
        "title": f"As sent in batch {sent.batch.reference}",
        "at": sent.queued_at,
        "segments": _of_file(file, sent, found),
        "whole": reverse("clearinghouse:interchange", args=[file.public_id]),
    }
    return render(request, PAGE, context)


@require_GET
@allow(*READERS)
def answer(request: StaffRequest, public_id: UUID, event_id: UUID) -> HttpResponse:
    """What a 999, 277CA, 277 or 835 says of this claim."""
    found = claim_or_404(request, public_id)
    audit.read(found, now=clock.now(), by=request.user)
    told = found.status_events.select_related("document__interchange").exclude(document=None)
    said = get_object_or_404(told, public_id=event_id)
    document = said.document
    assert document is not None
    context = {
        "record": found,
        "may_see_whole": not BROWSERS.isdisjoint(request.roles),
        "title": DOCUMENTS.get(said.kind, said.kind),
        "at": said.happened_at,
        "said": said,
        "segments": _of_document(document, found),
        "whole": reverse("clearinghouse:document", args=[document.public_id]),
    }
    return render(request, PAGE, context)


@require_GET
@allow(*READERS)
def question(request: StaffRequest, public_id: UUID, inquiry_id: UUID) -> HttpResponse:
    """What the payer was asked about this claim (276)."""
    found = claim_or_404(request, public_id)
    audit.read(found, now=clock.now(), by=request.user)
    asked = found.inquiries.select_related("request").exclude(request=None)
    inquiry: StatusInquiry = get_object_or_404(asked, public_id=inquiry_id)
    file = inquiry.request
    assert file is not None
    context = {
        "record": found,
        "may_see_whole": not BROWSERS.isdisjoint(request.roles),
        "title": "Question to the payer (276)",
        "at": inquiry.asked_at,
        "segments": [line for transaction in _transactions(file) for line in explain(transaction)],
        "whole": reverse("clearinghouse:interchange", args=[file.public_id]),
    }
    return render(request, PAGE, context)


def _of_file(file: Interchange, sent: Submission, claim: Claim) -> list[ExplainedSegment]:
    sets = [it for it in _transactions(file) if it.control_number == sent.set_control_number]
    return [line for it in sets for line in explain(it, about=frozenset({claim.control_number}))]


def _of_document(document: Document, claim: Claim) -> list[ExplainedSegment]:
    if document.kind == "TA1":
        return [explain_segment(ta1_of(document))]
    transaction = transaction_of(document)
    return explain(transaction, about=_names(claim, document))


def _names(claim: Claim, document: Document) -> frozenset[str]:
    """By what the documents of this kind call the claim: its number, its transaction's, a question's."""
    if document.kind == "999":
        return frozenset(claim.submissions.values_list("set_control_number", flat=True))
    if document.kind == "277":
        return frozenset([claim.control_number, *claim.inquiries.values_list("trace_number", flat=True)])
    return frozenset([claim.control_number])


def _transactions(file: Interchange) -> list[Transaction]:
    return [found for found, _ in contents(bytes(file.content)) if isinstance(found, Transaction)]
