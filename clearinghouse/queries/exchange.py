"""What went out and came in, for people: lists without the bytes, and what became of each."""

from collections.abc import Collection, Sequence

from django.db.models import (
    Case,
    CharField,
    Exists,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    TextChoices,
    Value,
    When,
)
from django.db.models.functions import Length

from clearinghouse.models import Direction, Document, Interchange
from clearinghouse.queries.documents import contents
from clearinghouse.states import SET_ASIDE, DeliveryStatus, DocumentStatus
from x12.envelope import Transaction
from x12.errors import NotX12

MOST_FOUND = 100
"""So many files a search shows."""


class State(TextChoices):
    """What became of an interchange, as one word: the worst of its documents, or how far it got."""

    REFUSED = "refused", "Refused"
    PARKED = "parked", "Parked"
    UNREAD = "unread", "Being read"
    DUPLICATE = "duplicate", "Known already"
    SET_ASIDE = "set_aside", "Set aside"
    TAKEN_IN = "taken_in", "Taken in"
    UNKNOWN = "unknown", "Delivery unknown"
    DELIVERED = "delivered", "Delivered"
    ON_ITS_WAY = "on_its_way", "On its way"
    ANSWERED = "answered", "Answered"
    ASKED = "asked", "No answer"


def without_content(practices: Collection[int]) -> QuerySet[Interchange]:
    """The interchanges of these practices without their bytes, each with its `size` in bytes."""
    return Interchange.objects.of(practices).defer("content").annotate(size=Length("content"))


def exchanged(practices: Collection[int]) -> QuerySet[Interchange]:
    """Every interchange in and out, the latest first, with `size`, `state` and its documents."""
    documents = Prefetch("documents", Document.objects.order_by("position"), "contained")
    listed = without_content(practices).annotate(state=_state())
    shown = listed.select_related("connection", "practice", "delivery").prefetch_related(documents)
    return shown.order_by("-stored_at", "-pk")


def matching(practices: Collection[int], words: str) -> QuerySet[Interchange]:
    """Files and messages by the end of a control number, a part of the name, or a payment's whole trace.

    The control numbers inside (group, transaction) count too, as a clearinghouse names them.
    """
    inside = Document.objects.filter(interchange=OuterRef("pk"))
    number = words.lstrip("0") or words
    named = Q(file_name__icontains=words) | Q(Exists(inside.filter(trace_number=words)))
    if words.isdecimal():
        numbers = Q(group_control_number=words) | Q(set_control_number=words)
        numbers |= Q(interchange_control_number__endswith=number)
        named |= Q(control_number__endswith=number) | Q(Exists(inside.filter(numbers)))
    return exchanged(practices).filter(named)


def same_envelope(document: Document) -> QuerySet[Document]:
    """Other documents that came under the same sender's interchange number; none for a nameless sender."""
    if not document.sender_number:
        return Document.objects.none()
    others = Document.objects.filter(
        practice_id=document.practice_id,
        sender_number=document.sender_number,
        interchange_control_number=document.interchange_control_number,
    ).exclude(interchange_id=document.interchange_id)
    return others.select_related("interchange").order_by("pk")


def stuck(practices: Collection[int]) -> QuerySet[Interchange]:
    """The interchanges that want a person: refused by their reader, or with unknown delivery."""
    return exchanged(practices).filter(Q(state__in=(State.REFUSED, State.UNKNOWN)))


def kinds_exchanged(practices: Collection[int]) -> list[str]:
    """The kinds of interchange that these practices have had, in order."""
    kinds = Interchange.objects.of(practices).order_by("kind").values_list("kind", flat=True)
    return list(kinds.distinct())


def documents_of(practices: Collection[int]) -> QuerySet[Document]:
    """The documents of these practices, each with the interchange that brought it."""
    return Document.objects.of(practices).select_related("interchange__connection", "practice")


def transactions_in(interchange: Interchange) -> Sequence[Transaction]:
    """The transactions in an interchange, in order; none where its bytes cannot be read."""
    try:
        found = contents(bytes(interchange.content))
    except NotX12:
        return ()
    return [content for content, _ in found if isinstance(content, Transaction)]


def _state() -> Case:
    inside = Document.objects.filter(interchange=OuterRef("pk"))
    refused = inside.filter(status=DocumentStatus.REFUSED)
    answers = Interchange.objects.filter(answers=OuterRef("pk"))

    def when(state: State, **condition: object) -> When:
        return When(**condition, then=Value(state))

    return Case(
        When(Exists(refused.exclude(reasons__0__startswith=SET_ASIDE)), then=Value(State.REFUSED)),
        When(Exists(inside.filter(status=DocumentStatus.PARKED)), then=Value(State.PARKED)),
        When(Exists(inside.filter(status=DocumentStatus.RECEIVED)), then=Value(State.UNREAD)),
        When(Exists(refused), then=Value(State.SET_ASIDE)),
        When(
            Exists(inside) & ~Exists(inside.exclude(status=DocumentStatus.DUPLICATE)),
            then=Value(State.DUPLICATE),
        ),
        when(State.TAKEN_IN, direction=Direction.IN),
        when(State.DELIVERED, delivery__status=DeliveryStatus.SENT),
        when(State.UNKNOWN, delivery__status=DeliveryStatus.UNKNOWN),
        when(State.ON_ITS_WAY, delivery__isnull=False),
        when(State.DELIVERED, answers__isnull=False),
        When(Exists(answers), then=Value(State.ANSWERED)),
        default=Value(State.ASKED),
        output_field=CharField(),
    )
