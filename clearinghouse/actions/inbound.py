"""Files coming in: kept once, byte for byte, and announced document by document."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from clearinghouse.gateway import open_mailbox
from clearinghouse.models import Connection, Direction, Document, Interchange
from clearinghouse.queries import contents
from clearinghouse.states import DocumentStatus
from rcm import faults, outbox
from rcm.outbox import publish
from rcm.state import move
from x12.envelope import Transaction
from x12.errors import NotX12
from x12.segments import Segment

UNREADABLE = "unreadable"
Found = tuple[Segment | Transaction, str]
"""A document of a file, and the ISA13 it came under."""


@dataclass(frozen=True)
class Received:
    """A file in the store, and whether it came for the first time."""

    interchange: Interchange
    is_new: bool


def receive_file(
    *,
    connection: Connection,
    name: str,
    content: bytes,
    now: datetime,
    answers: Interchange | None = None,
) -> Received:
    """Keep a file that arrived and announce each of its documents to whoever reads its kind.

    The same bytes a second time, under whatever name, change nothing. What cannot be read is kept too, as one
    refused document with the reason; a transaction cut short is refused, the others go through.
    """
    digest = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        found, reason = _read(content)
        interchange, is_new = Interchange.objects.get_or_create(
            connection=connection,
            direction=Direction.IN,
            sha256=digest,
            defaults={
                "practice_id": connection.practice_id,
                "kind": _kind(found[0][0]) if found else UNREADABLE,
                "control_number": _plain(found[0][1], 9) if found else "",
                "file_name": _plain(name[-200:], 200),
                "content": content,
                "stored_at": now,
                "answers": answers,
            },
        )
        if is_new:
            _announce(interchange, found, reason, now=now)
    return Received(interchange, is_new)


def fetch_files(*, connection: Connection, now: datetime) -> int:
    """Fetch every waiting file of a mailbox; the number of new ones. Raises Unreachable.

    A file is taken off the server only after its bytes are committed here; fetched twice, it is stored once.
    One that another fetch took away since the listing is left to that.
    """
    new = 0
    with open_mailbox(connection) as mailbox:
        for name in mailbox.waiting():
            try:
                content = mailbox.get(name)
            except FileNotFoundError:
                continue
            received = receive_file(connection=connection, name=name, content=content, now=now)
            new += received.is_new
            faults.point("inbound.stored")
            if connection.delete_after_fetch:
                mailbox.remove(name)
    return new


def settle_document(
    *, document: Document, status: DocumentStatus, now: datetime, reasons: Sequence[str] = ()
) -> None:
    """Write down what a reader made of a document. The same outcome a second time changes nothing."""
    with transaction.atomic():
        current = Document.objects.select_for_update().get(pk=document.pk)
        current.reasons = list(reasons)
        current.save(update_fields=["reasons"])
        if current.status != status:
            move(current, status, now=now, by=None)
    document.refresh_from_db()


def _read(content: bytes) -> tuple[Sequence[Found], str]:
    try:
        found = contents(content)
    except NotX12 as error:
        return (), str(error)
    return found, "" if found else "the file holds no transaction"


def _announce(interchange: Interchange, found: Sequence[Found], reason: str, *, now: datetime) -> None:
    if not found:
        document = Document.objects.create(
            practice_id=interchange.practice_id, interchange=interchange, position=0, kind=UNREADABLE
        )
        settle_document(document=document, status=DocumentStatus.REFUSED, now=now, reasons=[reason])
        return
    documents = Document.objects.bulk_create(
        _document(interchange, position, content, control_number)
        for position, (content, control_number) in enumerate(found)
    )
    for document, (content, _) in zip(documents, found, strict=True):
        _hand_on(document, content, now=now)


def _document(
    interchange: Interchange, position: int, content: Segment | Transaction, control_number: str
) -> Document:
    document = Document(
        practice_id=interchange.practice_id,
        interchange=interchange,
        position=position,
        kind=_kind(content),
        interchange_control_number=_plain(control_number, 9),
    )
    if isinstance(content, Transaction):
        document.version = _plain(content.version, 12)
        document.group_control_number = _plain(content.group_control_number, 9)
        document.set_control_number = _plain(content.control_number, 9)
    return document


def _hand_on(document: Document, content: Segment | Transaction, *, now: datetime) -> None:
    topic = f"clearinghouse.received_{document.kind.lower()}"
    if isinstance(content, Transaction) and not content.complete:
        reasons = [f"the transaction is cut short: {finding.message}" for finding in content.findings]
        settle_document(document=document, status=DocumentStatus.REFUSED, now=now, reasons=reasons)
    elif topic in outbox.subscriptions():
        publish(
            topic, key=str(document.pk), practice_id=document.practice_id, now=now, document_id=document.pk
        )
    else:
        reasons = [f"kept; nobody here reads a {document.kind}"]
        settle_document(document=document, status=DocumentStatus.RECORDED, now=now, reasons=reasons)


def _kind(content: Segment | Transaction) -> str:
    return "TA1" if isinstance(content, Segment) else _plain(content.kind, 12)


def _plain(text: str, length: int) -> str:
    """A stranger's words, fit for a column: nothing unprintable (Postgres takes no NUL), nothing too long."""
    return "".join(character for character in text if character.isprintable())[:length]
