"""Reads of what was exchanged."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from django.db.models import QuerySet

from clearinghouse.models import Connection, Delivery, Document, Interchange
from clearinghouse.states import DeliveryStatus, DocumentStatus
from x12.envelope import Mail, Transaction, read
from x12.segments import Segment

NUL, SUBSTITUTE = b"\x00", b"\x1a"
ACKNOWLEDGMENTS = ("TA1", "999", "277CA")
Envelope = tuple[str, str, str, str, str, str]


def transaction_of(document: Document) -> Transaction:
    """The transaction a document stands for, read from the stored bytes of its interchange."""
    found = _content(document)
    if not isinstance(found, Transaction):
        raise TypeError("the document is an interchange acknowledgment")
    return found


def ta1_of(document: Document) -> Segment:
    """The TA1 segment a document stands for."""
    found = _content(document)
    if not isinstance(found, Segment):
        raise TypeError("the document is a transaction")
    return found


# The documents of a file are read one after the other, each by a handler of its own: a worker keeps the file
# it read last, and no more than that.
@lru_cache(maxsize=1)
def contents(data: bytes) -> tuple[tuple[Segment | Transaction, str], ...]:
    """Everything in a file that is a document of its own, in order, each with the ISA13 it came under.

    The acknowledgments (TA1) of an interchange stand before its transactions. NULs around the file are
    padding; one within reads as SUB, since no column can hold it. Raises x12.errors.NotX12.
    """
    found: list[tuple[Segment | Transaction, str]] = []
    for interchange in mail_of(data).interchanges:
        found += [(segment, interchange.control_number) for segment in interchange.acknowledgments]
        found += [(transaction, interchange.control_number) for transaction in interchange.transactions]
    return tuple(found)


@lru_cache(maxsize=1)
def mail_of(data: bytes) -> Mail:
    """A file as it is read here, envelopes and all; see `contents`. Raises x12.errors.NotX12."""
    return read(data.strip(NUL).replace(NUL, SUBSTITUTE))


def _content(document: Document) -> Segment | Transaction:
    content, _ = contents(bytes(document.interchange.content))[document.position]
    return content


def unsettled_deliveries(*, practice_id: int, before: datetime) -> list[Delivery]:
    """Files whose arrival is not known and whose last step was before that moment, oldest first.

    Those of a paused partner are left alone.
    """
    waiting = Delivery.objects.filter(
        practice_id=practice_id,
        status=DeliveryStatus.UNKNOWN,
        uploaded_at__lt=before,
        interchange__connection__paused_at=None,
    ).select_related("interchange", "interchange__connection")
    return list(waiting.order_by("pk"))


def is_file(interchange: Interchange) -> bool:
    """Whether something of ours goes as a file, rather than as a question in real time."""
    return Delivery.objects.filter(interchange=interchange).exists()


def unread_acknowledgments(connection: Connection, *, since: datetime) -> QuerySet[Document]:
    """TA1, 999 and 277CA of this partner that came since then and that nobody has read yet."""
    return Document.objects.filter(
        practice_id=connection.practice_id,
        interchange__connection=connection,
        interchange__stored_at__gte=since,
        kind__in=ACKNOWLEDGMENTS,
        status=DocumentStatus.RECEIVED,
    )


def copies_of(practice_id: int, documents: Iterable[Document]) -> dict[Envelope, Document]:
    """What came before under the same envelopes (ISA06 and ISA13, GS06, ST02), by envelope and fingerprint.

    A document that was refused is no copy to go by.
    """
    asked = {(it.sender_number, it.interchange_control_number) for it in documents if it.sender_number}
    if not asked:
        return {}
    known = Document.objects.filter(
        practice_id=practice_id,
        sender_number__in={sender for sender, _ in asked},
        interchange_control_number__in={number for _, number in asked},
    ).exclude(status=DocumentStatus.REFUSED)
    return {envelope_of(it): it for it in known.select_related("interchange").order_by("-pk")}


def payments_told_before(practice_id: int, documents: Iterable[Document]) -> dict[tuple[str, str], Document]:
    """The first 835 with each of these traces (TRN02 and TRN03), by trace."""
    traces = {it.trace_number for it in documents if it.trace_number}
    if not traces:
        return {}
    known = Document.objects.filter(practice_id=practice_id, trace_number__in=traces)
    return {(it.trace_number, it.originator_number): it for it in known.order_by("-pk")}


def envelope_of(document: Document) -> Envelope:
    """What names a document: sender, ISA13, GS06, kind, ST02, and its fingerprint."""
    return (
        document.sender_number,
        document.interchange_control_number,
        document.group_control_number,
        document.kind,
        document.set_control_number,
        document.fingerprint,
    )
