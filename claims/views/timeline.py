"""A claim's life in one list: people and files alike, each with its evidence."""

from collections.abc import Iterator
from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.urls import reverse

from claims.models import Claim, StatusEvent, StatusInquiry, Submission
from claims.queries.history import History
from claims.states import ClaimStatus, InquiryStatus
from claims.views.columns import TONES, words_of
from rcm.models import AuditEvent
from rcm.ui.history import name_of
from rcm.ui.timeline import Moment, Tone, newest_first

DOCUMENTS = {
    "TA1": "Interchange acknowledgment (TA1)",
    "999": "File acknowledgment (999)",
    "277CA": "Claim acknowledgment (277CA)",
    "277": "Status answer (277)",
    "835": "Remittance (835)",
}
_ACTS = {
    "claim.corrected": "Corrected",
    "claim.taken": "Taken",
    "claim.let_go": "Let go",
}
_TURNED_DOWN = frozenset({"R", "M", "W", "X", "A3", "A6", "A7", "A8"})


def moments_of(claim: Claim, history: History) -> list[Moment]:
    """The visit, every act and every file about the claim, newest first."""
    became = _became(history)
    return newest_first(
        (_inquired(claim, inquiry) for inquiry in reversed(history.inquiries)),
        (_told(claim, said, became) for said in reversed(history.said)),
        (moment for sent in reversed(history.submissions) for moment in _sent(claim, sent)),
        (moment for event in reversed(history.acts) if (moment := _done(event)) is not None),
        _visit(claim),
    )


def _visit(claim: Claim) -> Iterator[Moment]:
    encounter = claim.encounter
    if encounter.coded_at:
        by = encounter.coded_by
        who = (by.get_full_name() or by.get_username()) if by else ""
        yield Moment(encounter.coded_at, "Visit coded", who=who)
    noon = datetime.combine(encounter.service_date, time(12), ZoneInfo(claim.practice.time_zone))
    seen = encounter.appointment.starts_at if encounter.appointment else noon
    yield Moment(seen, "Visit", f"{encounter.rendering_provider}, {encounter.location}")


def _became(history: History) -> dict[tuple[datetime, str], str]:
    """To which status each file moved the claim, by its moment and the kind of document that did it."""
    found = {}
    for event in history.acts:
        if event.verb == "claim.status" and event.source:
            kind = event.source.partition(" ")[0]
            found[event.happened_at, "835" if kind == "remittance" else kind] = event.data["to"]
    return found


def _done(event: AuditEvent) -> Moment | None:
    """An act or a move that no file tells of by itself."""
    if event.verb != "claim.status":
        title = _ACTS.get(event.verb)
        fields = ", ".join(str(name).replace("_", " ") for name in event.data.get("fields", ()))
        return Moment(event.happened_at, title, fields or event.why, name_of(event)) if title else None
    status = ClaimStatus(event.data["to"])
    if event.source or status == ClaimStatus.QUEUED:
        return None
    tone = TONES.get(status, "plain")
    why = f"Stopped by {event.why}" if status == ClaimStatus.HELD and event.why else event.why
    return Moment(event.happened_at, status.label, why, name_of(event), tone)


def _sent(claim: Claim, sent: Submission) -> Iterator[Moment]:
    batch = sent.batch
    if batch.sent_at:
        yield Moment(batch.sent_at, "Delivered to the clearinghouse", tone="information")
    yield Moment(
        sent.queued_at,
        f"Queued in batch {batch.reference}",
        url=reverse("claims:sent_file", args=[claim.public_id, sent.public_id]),
        link="Show the claim as sent (837P)",
    )


def _told(claim: Claim, said: StatusEvent, became: dict[tuple[datetime, str], str]) -> Moment:
    to = became.get((said.happened_at, said.kind))
    judged = words_of(said)
    message = said.message.partition(" (remittance")[0]
    detail = f"{judged.code} · {message}" if judged.code else message
    if to:
        detail = f"{detail}. The claim is now {ClaimStatus(to).label.lower()}."
    shown = bool(said.document_id)
    return Moment(
        said.happened_at,
        DOCUMENTS.get(said.kind, said.kind),
        detail,
        tone=_tone(said, to),
        url=reverse("claims:answer", args=[claim.public_id, said.public_id]) if shown else "",
        link=f"Show the {said.kind}",
    )


def _tone(said: StatusEvent, to: str | None) -> Tone:
    if said.category_code in _TURNED_DOWN:
        return "bad"
    if said.alarm:
        return "attention"
    return TONES.get(to, "information") if to else "information"


def _inquired(claim: Claim, inquiry: StatusInquiry) -> Moment:
    words = {
        InquiryStatus.PENDING: "No answer yet",
        InquiryStatus.UNANSWERED: "The payer did not answer",
        InquiryStatus.ANSWERED: "Answered",
    }
    status = InquiryStatus(inquiry.status)
    return Moment(
        inquiry.asked_at,
        "Payer asked (276)",
        words[status],
        tone="attention" if status == InquiryStatus.UNANSWERED else "plain",
        url=reverse("claims:question", args=[claim.public_id, inquiry.public_id])
        if inquiry.request_id
        else "",
        link="Show the question (276)",
    )
