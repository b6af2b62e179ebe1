"""Emptying mailboxes: what is whole is taken in, what is still being written is left alone."""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction

from clearinghouse.actions.inbound import Received, receive_file
from clearinghouse.actions.outbound import take_control_number
from clearinghouse.edi import acknowledgment, is_acknowledged
from clearinghouse.gateway import Mailbox, Waiting, open_mailbox
from clearinghouse.models import Connection, Direction, Interchange, WaitingFile
from clearinghouse.queries.documents import mail_of
from clearinghouse.rules.wholeness import growing, looks_like_x12, unfinished
from practice.models import User
from rcm import audit, faults
from x12.errors import NotX12

ACKNOWLEDGMENT = "999"


def is_due(connection: Connection, *, now: datetime) -> bool:
    """Whether it is time to look into a mailbox again."""
    if not connection.has_mailbox:
        return False
    if connection.looked_at is None or connection.looked_at > now:
        return True
    return now - connection.looked_at >= timedelta(minutes=connection.poll_minutes)


def fetch_files(*, connection: Connection, now: datetime) -> int:
    """Fetch every waiting file of a mailbox that is whole; the number of new ones. Raises Unreachable.

    A file is taken off the server only after its bytes are committed here; fetched twice, it is stored once.
    One that another fetch took away since the listing is left to that. One that is not whole stays where it
    is, with a note (WaitingFile), until it is, or until a person wants it as it is.
    """
    noted = {it.name: it for it in WaitingFile.objects.filter(connection=connection)}
    new, seen = 0, set()
    with open_mailbox(connection) as mailbox:
        for file in mailbox.waiting():
            seen.add(file.name)
            new += _fetch(mailbox, connection, file, noted, now=now)
    if gone := [it.pk for it in noted.values() if it.name not in seen]:
        WaitingFile.objects.filter(pk__in=gone).delete()
    return new


def take_as_it_is(*, file: WaitingFile, by: User, now: datetime) -> None:
    """Take a file in at the next look although it is not whole, at a person's word. Once is enough."""
    with transaction.atomic():
        if WaitingFile.objects.filter(pk=file.pk, taken_at=None, wanted_at=None).update(wanted_at=now):
            audit.record("wanted_as_it_is", file, now=now, by=by)


def _fetch(
    mailbox: Mailbox,
    connection: Connection,
    file: Waiting,
    noted: Mapping[str, WaitingFile],
    *,
    now: datetime,
) -> bool:
    note = noted.get(file.name)
    if note is not None and note.taken_at is not None and note.size == file.size:
        return False
    try:
        content = mailbox.get(file.name)
    except FileNotFoundError:
        return False
    if trouble := _not_whole(file, content, note):
        _leave(connection, file, len(content), note, trouble, now=now)
        return False
    received = receive_file(connection=connection, name=file.name, content=content, now=now)
    faults.point("inbound.stored")
    if file.wants_confirmation:
        mailbox.confirm(file.name, _acknowledgment(connection, received, now=now))
    elif connection.delete_after_fetch:
        mailbox.remove(file.name, len(content))
        if note is not None:
            note.delete()
    else:
        _leave(connection, file, len(content), note, "", now=now)
    return received.is_new


def _not_whole(file: Waiting, content: bytes, note: WaitingFile | None) -> str:
    """Why a file is left alone; empty to take it.

    What is no X12 does not say where it ends: it is taken when a second look finds it unchanged.
    """
    if file.is_whole or (note is not None and note.wanted_at is not None):
        return ""
    if trouble := growing(content, listed=file.size):
        return trouble
    if looks_like_x12(content):
        try:
            return unfinished(mail_of(content))
        except NotX12:
            return ""
    if note is not None and note.size == len(content):
        return ""
    return "it is no X12, so only a second look tells whether it is whole"


def _leave(
    connection: Connection,
    file: Waiting,
    size: int,
    note: WaitingFile | None,
    trouble: str,
    *,
    now: datetime,
) -> None:
    """Note why a file stays; without trouble, that it was taken in and is not to be removed."""
    WaitingFile.objects.update_or_create(
        connection=connection,
        name=file.name[:255],
        defaults={
            "practice_id": connection.practice_id,
            "size": size,
            "trouble": trouble[:200],
            "taken_at": None if trouble else now,
            "first_seen_at": note.first_seen_at if note else now,
        },
    )


def _acknowledgment(connection: Connection, received: Received, *, now: datetime) -> bytes:
    """Our 999 of a file, written once and kept; empty for what is never acknowledged."""
    file = received.interchange
    kept = Interchange.objects.filter(answers=file, direction=Direction.OUT, kind=ACKNOWLEDGMENT).first()
    if kept is not None:
        return bytes(kept.content)
    try:
        mail = mail_of(bytes(file.content))
    except NotX12:
        return b""
    if not is_acknowledged(mail):
        return b""
    with transaction.atomic():
        number = take_control_number(connection=connection)
        content = acknowledgment(mail, connection=connection, control_number=number, now=now)
        Interchange.objects.create(
            practice_id=connection.practice_id,
            connection=connection,
            direction=Direction.OUT,
            kind=ACKNOWLEDGMENT,
            control_number=number,
            content=content,
            sha256=hashlib.sha256(content).hexdigest(),
            stored_at=now,
            answers=file,
        )
    return content
