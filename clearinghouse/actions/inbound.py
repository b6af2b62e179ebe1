"""Files that came in: kept once, byte for byte, and announced document by document."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from clearinghouse.edi import fingerprint, trace_of
from clearinghouse.models import Connection, Direction, Document, Interchange, Repeat, Usage
from clearinghouse.queries import contents
from clearinghouse.queries.documents import copies_of, envelope_of, payments_told_before
from clearinghouse.states import DocumentStatus
from practice.models import User
from rcm import audit, outbox
from rcm.outbox import publish
from rcm.state import move
from x12.envelope import Transaction
from x12.errors import NotX12
from x12.segments import Segment

UNREADABLE = "unreadable"
UNREPLAYED = frozenset({DocumentStatus.REFUSED, DocumentStatus.DUPLICATE})
"""What no reader was ever given, or will not look at again."""

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

    The same bytes a second time, under whatever name, change nothing; that they came is kept (Repeat). A
    transaction that says what another one under the same envelope said (ISA06 and ISA13, GS06, ST02) is a
    duplicate and reaches no reader. What cannot be read is kept too, as one refused document with the reason;
    a transaction cut short is refused, the others go through.
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
        else:
            _note_repeat(interchange, name=name, now=now)
    return Received(interchange, is_new)


def replay_file(*, interchange: Interchange, by: User, now: datetime) -> Repeat:
    """Run a file that came in through everything once more, at a person's word: it changes nothing.

    Its bytes are known, so no document is made. Each document goes to its reader again, who knows it by its
    row; one that was never read because its reader failed is read now.
    """
    with transaction.atomic():
        repeat = _note_repeat(interchange, name=interchange.file_name, now=now, by=by)
        audit.record("replayed", interchange, now=now, by=by)
        for document in interchange.documents.order_by("position"):
            topic = f"clearinghouse.received_{document.kind.lower()}"
            if topic in outbox.subscriptions() and document.status not in UNREPLAYED:
                publish(
                    topic,
                    key=f"{document.pk}:replay:{repeat.pk}",
                    practice_id=document.practice_id,
                    now=now,
                    document_id=document.pk,
                )
    return repeat


def settle_document(
    *, document: Document, status: DocumentStatus, now: datetime, reasons: Sequence[str] = ()
) -> None:
    """Write down what a reader made of a document. The same outcome a second time changes nothing."""
    with transaction.atomic():
        current = Document.objects.select_for_update(no_key=True).get(pk=document.pk)
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
    unsaved = [
        _document(interchange, position, content, control_number)
        for position, (content, control_number) in enumerate(found)
    ]
    copies = copies_of(interchange.practice_id, unsaved)
    payments = payments_told_before(interchange.practice_id, unsaved)
    for document in unsaved:
        trace = (document.trace_number, document.originator_number)
        document.repeats = copies.get(envelope_of(document)) or payments.get(trace)
    is_production = interchange.connection.usage == Usage.PRODUCTION
    documents = Document.objects.bulk_create(unsaved)
    for document, (content, _) in zip(documents, found, strict=True):
        if copy := copies.get(envelope_of(document)):
            _settle_copy(document, copy, now=now)
        elif is_production and isinstance(content, Transaction) and content.usage == Usage.TEST:
            words = "it is test traffic (ISA15 is T) and came by an address for production"
            settle_document(document=document, status=DocumentStatus.REFUSED, now=now, reasons=[words])
        else:
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
        trace, originator = trace_of(content)
        document.version = _plain(content.version, 12)
        document.group_control_number = _plain(content.group_control_number, 9)
        document.set_control_number = _plain(content.control_number, 9)
        document.sender_number = _plain(content.sender_id, 15)
        document.fingerprint = fingerprint(content)
        document.trace_number = _plain(trace, 50)
        document.originator_number = _plain(originator, 10)
    return document


def _settle_copy(document: Document, copy: Document, *, now: datetime) -> None:
    earlier = copy.interchange.file_name or f"file {copy.interchange_id}"
    words = (
        f"interchange {document.interchange_control_number} of {document.sender_number} came before,"
        f" as {earlier}, and this transaction said the same there"
    )
    settle_document(document=document, status=DocumentStatus.DUPLICATE, now=now, reasons=[words])


def _note_repeat(interchange: Interchange, *, name: str, now: datetime, by: User | None = None) -> Repeat:
    standing = interchange.documents.order_by("position").values_list("status", flat=True)
    return Repeat.objects.create(
        practice_id=interchange.practice_id,
        interchange=interchange,
        file_name=_plain(name[-200:], 200),
        came_at=now,
        replayed_by=by,
        standing=list(standing),
    )


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
