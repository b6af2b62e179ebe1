"""Reads of what was exchanged."""

from datetime import datetime
from functools import lru_cache

from clearinghouse.models import Connection, Delivery, Document
from clearinghouse.states import DeliveryStatus
from practice.models import Practice
from x12.envelope import Transaction, read
from x12.segments import Segment

NUL, SUBSTITUTE = b"\x00", b"\x1a"


class NoConnection(Exception):
    """The practice has no clearinghouse connection in use."""


def connection_of(practice: Practice) -> Connection:
    """The connection a practice exchanges by. Raises NoConnection."""
    connection = Connection.objects.filter(practice=practice, paused_at=None).order_by("pk").first()
    if connection is None:
        raise NoConnection
    return connection


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
    for interchange in read(data.strip(NUL).replace(NUL, SUBSTITUTE)).interchanges:
        found += [(segment, interchange.control_number) for segment in interchange.acknowledgments]
        found += [(transaction, interchange.control_number) for transaction in interchange.transactions]
    return tuple(found)


def _content(document: Document) -> Segment | Transaction:
    content, _ = contents(bytes(document.interchange.content))[document.position]
    return content


def unsettled_deliveries(*, practice_id: int, before: datetime) -> list[Delivery]:
    """Files whose arrival is not known and whose last step was before that moment, oldest first."""
    waiting = Delivery.objects.filter(
        practice_id=practice_id, status=DeliveryStatus.UNKNOWN, uploaded_at__lt=before
    ).select_related("interchange", "interchange__connection")
    return list(waiting.order_by("pk"))
