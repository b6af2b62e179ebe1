"""One file or message, and one document in it: facts, delivery, the text made readable, the bytes."""

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clearinghouse.actions.inbound import replay_file
from clearinghouse.actions.outbound import resend_file
from clearinghouse.models import Delivery, Direction, Document, Interchange, Repeat
from clearinghouse.queries import documents_of, exchanged, ta1_of, transaction_of, transactions_in
from clearinghouse.queries.exchange import same_envelope
from clearinghouse.states import DeliveryStatus, DocumentStatus
from clearinghouse.views.exchange import READERS
from clearinghouse.views.judgment import Judgment, judged
from clearinghouse.views.words import kind_of, size_of, state_of, status_of
from practice.access import StaffRequest, allow
from practice.models import Role
from rcm import audit, clock
from rcm.models import AuditEvent
from rcm.state import IllegalMove, LostRace
from rcm.ui.timeline import Moment, Tone, newest_first
from x12.envelope import Transaction
from x12.errors import NotX12
from x12.explain import ExplainedSegment, envelope_of, explain, explain_segment

PER_PAGE = 300
"""So many segments of a document stand on one page."""

RAW_SHOWN = 4000
SHOWN_REPEATS = 20
SENDERS = frozenset({Role.BILLER, Role.ADMINISTRATOR})


def _interchange_or_404(request: StaffRequest, public_id: UUID) -> Interchange:
    practices = [practice.pk for practice in request.practices]
    return get_object_or_404(exchanged(practices), public_id=public_id)


@require_GET
@allow(*READERS)
def interchange(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """What it is, how it was delivered, what is in it and what became of that."""
    found = _interchange_or_404(request, public_id)
    audit.read(found, now=clock.now(), by=request.user)
    delivery: Delivery | None = getattr(found, "delivery", None)
    envelope = _envelope(found)
    is_unknown = delivery is not None and delivery.status == DeliveryStatus.UNKNOWN
    context = {
        "record": found,
        "kind": kind_of(found.kind),
        "status": state_of(found),
        "size": size_of(getattr(found, "size", 0)),
        "delivery": delivery,
        "documents": [(it, kind_of(it.kind), status_of(it)) for it in getattr(found, "contained", ())],
        "transactions": _sent_transactions(found),
        "answered_by": found.answered_by.defer("content").order_by("pk").first(),
        "answers": Interchange.objects.defer("content").filter(pk=found.answers_id or 0).first(),
        "envelope": envelope,
        "raw": "" if envelope else bytes(found.content[:RAW_SHOWN]).decode("utf-8", "replace"),
        "repeats": [(_repeat_words(it), it, _unchanged(it, found)) for it in _repeats(found)],
        "may_replay": found.direction == Direction.IN and not SENDERS.isdisjoint(request.roles),
        "may_resend": is_unknown and not SENDERS.isdisjoint(request.roles),
        "moments": _moments(found, delivery),
    }
    return render(request, "clearinghouse/interchange.html", context)


@require_GET
@allow(*READERS)
def document(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """One document that came in, segment by segment, and what its reader made of it."""
    practices = [practice.pk for practice in request.practices]
    found = get_object_or_404(documents_of(practices), public_id=public_id)
    audit.read(found, now=clock.now(), by=request.user)
    segments, complete, judgment = _read(found)
    context = {
        "judgment": judgment,
        "file": found.interchange,
        "title": kind_of(found.kind),
        "number": found.set_control_number,
        "status": status_of(found),
        "reasons": found.reasons,
        "complete": complete,
        "repeated": Document.objects.filter(pk=found.repeats_id or 0).select_related("interchange").first(),
        "same_envelope": same_envelope(found)[:SHOWN_REPEATS],
    }
    return _explained(request, segments, context)


@require_GET
@allow(*READERS)
def transaction(request: StaffRequest, public_id: UUID, position: int) -> HttpResponse:
    """One transaction that we sent, segment by segment; `position` counts from 1 in its file."""
    file = _interchange_or_404(request, public_id)
    audit.read(file, now=clock.now(), by=request.user)
    inside = transactions_in(file)
    if not 1 <= position <= len(inside):
        raise Http404
    found = inside[position - 1]
    context = {
        "file": file,
        "title": kind_of(found.kind),
        "number": found.control_number,
        "complete": found.complete,
        "judgment": judged(found, on=file.stored_at.date(), per_page=PER_PAGE),
    }
    return _explained(request, explain(found), context)


@require_GET
@allow(*READERS)
def raw(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """The bytes as they were exchanged, as a file. That they were taken away is on the record."""
    found = _interchange_or_404(request, public_id)
    audit.record("downloaded", found, now=clock.now(), by=request.user)
    answer = HttpResponse(bytes(found.content), content_type="application/edi-x12")
    name = f"{found.kind}-{found.get_direction_display().lower()}-{found.control_number or found.pk}.x12"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer


@require_http_methods(["GET", "POST"])
@allow(Role.BILLER, Role.ADMINISTRATOR)
def resending(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Send a file again whose arrival is not known: said first what that means, done once confirmed."""
    found = _interchange_or_404(request, public_id)
    delivery = get_object_or_404(Delivery, interchange=found, status=DeliveryStatus.UNKNOWN)
    if request.method == "GET":
        return render(request, "clearinghouse/resending.html", {"record": found, "delivery": delivery})
    try:
        resend_file(delivery=delivery, by=request.user, now=clock.now())
    except (IllegalMove, LostRace):
        messages.warning(request, "Its delivery has become clear meanwhile. Nothing was sent.")
    else:
        messages.success(request, "It is on its way again, under the same control number.")
    return redirect("clearinghouse:interchange", found.public_id)


@require_POST
@allow(Role.BILLER, Role.ADMINISTRATOR)
def replay(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Run a file that came in through everything once more; what was done is not done again."""
    found = _interchange_or_404(request, public_id)
    if found.direction != Direction.IN:
        raise Http404
    replay_file(interchange=found, by=request.user, now=clock.now())
    messages.success(request, "Its bytes are known, so nothing was stored. Its readers look at it again.")
    return redirect("clearinghouse:interchange", found.public_id)


def _repeats(found: Interchange) -> list[Repeat]:
    latest = found.repeats.select_related("replayed_by").order_by("-came_at", "-pk")
    return list(latest[:SHOWN_REPEATS])


def _repeat_words(repeat: Repeat) -> str:
    if repeat.replayed_by is not None:
        return f"Replayed by {repeat.replayed_by.get_full_name() or repeat.replayed_by.get_username()}"
    return f"Came again as {repeat.file_name}" if repeat.file_name else "Came again"


def _unchanged(repeat: Repeat, found: Interchange) -> bool:
    """Whether every document stands where it stood before; needs `exchanged`."""
    return bool([it.status for it in getattr(found, "contained", ())] == repeat.standing)


def _explained(
    request: StaffRequest, segments: Sequence[ExplainedSegment], context: dict[str, object]
) -> HttpResponse:
    """A page of the segments; long documents go on over several."""
    asked = request.GET.get("page", "1")
    pages = max(1, -(-len(segments) // PER_PAGE))
    page = min(max(int(asked), 1) if asked.isdecimal() and len(asked) < 8 else 1, pages)
    first = (page - 1) * PER_PAGE
    context |= {
        "segments": segments[first : first + PER_PAGE],
        "count": len(segments),
        "page": page,
        "pages": pages,
    }
    return render(request, "clearinghouse/document.html", context)


def _read(found: Document) -> tuple[Sequence[ExplainedSegment], bool, Judgment | None]:
    """A document's segments, whether it is whole, and the judgment; none where it cannot be read."""
    try:
        if found.kind == "TA1":
            return [explain_segment(ta1_of(found))], True, None
        content: Transaction = transaction_of(found)
    except NotX12:
        return [], False, None
    judgment = judged(content, on=found.interchange.stored_at.date(), per_page=PER_PAGE)
    return explain(content), content.complete, judgment


def _sent_transactions(found: Interchange) -> list[tuple[int, Transaction]]:
    if found.direction != Direction.OUT:
        return []
    return list(enumerate(transactions_in(found), 1))


def _envelope(found: Interchange) -> list[ExplainedSegment]:
    try:
        return envelope_of(bytes(found.content))
    except NotX12:
        return []


def _moments(found: Interchange, delivery: Delivery | None) -> list[Moment]:
    """When it was kept, how its delivery went, what the readers made of its documents, who took it away."""
    subjects = [(Interchange._meta.label, found.pk)]
    if delivery is not None:
        subjects.append((Delivery._meta.label, delivery.pk))
    subjects += [(Document._meta.label, it.pk) for it in getattr(found, "contained", ())[:20]]
    told = [
        moment
        for label in dict.fromkeys(label for label, _ in subjects)
        for event in AuditEvent.objects.filter(
            subject_label=label, subject_id__in=[pk for each, pk in subjects if each == label]
        )
        .exclude(verb__endswith=".read")
        .select_related("actor")
        .order_by("happened_at", "pk")
        if (moment := _moment(event)) is not None
    ]
    kept = "Received" if found.direction == Direction.IN else "Written"
    return newest_first(reversed(told), [Moment(found.stored_at, kept)])


def _moment(event: AuditEvent) -> Moment | None:
    who = (event.actor.get_full_name() or event.actor.get_username()) if event.actor else ""
    if event.verb == "interchange.downloaded":
        return Moment(event.happened_at, "Downloaded", who=who)
    if event.verb == "interchange.replayed":
        return Moment(event.happened_at, "Replayed", who=who)
    if event.verb == "delivery.resent":
        return Moment(event.happened_at, "Sent again by a person", who=who)
    if not event.verb.endswith(".status"):
        return None
    of_delivery = event.verb.startswith("delivery")
    status = DeliveryStatus(event.data["to"]) if of_delivery else DocumentStatus(event.data["to"])
    tones: dict[str, Tone] = {"sent": "good", "unknown": "attention", "refused": "bad", "parked": "attention"}
    label = "Delivered" if status == DeliveryStatus.SENT else str(status.label)
    return Moment(event.happened_at, label, event.why, who, tones.get(status, "plain"))
