"""Connections to clearinghouses: made, changed, paused, tested."""

from datetime import datetime
from typing import Any

from django.db import transaction

from clearinghouse.gateway import Probe, probe
from clearinghouse.models import Connection
from practice.models import Practice, User
from rcm import audit

SECRETS = ("sftp_private_key", "sftp_password", "realtime_password")
"""Never shown and never in the audit trail; named there when they change."""


class ConnectionKnown(Exception):
    """The practice has a connection to this clearinghouse already."""


def add_connection(
    *, practice: Practice, by: User, now: datetime, clearinghouse: str, **fields: Any
) -> Connection:
    """A practice's mailbox and real-time address at one more clearinghouse, in use from now on.

    `fields` are fields of Connection. Raises ConnectionKnown.
    """
    with transaction.atomic():
        connection, made = Connection.objects.get_or_create(
            practice=practice, clearinghouse=clearinghouse, defaults=fields
        )
        if not made:
            raise ConnectionKnown
        audit.record("added", connection, now=now, by=by)
    return connection


def change_connection(*, connection: Connection, by: User, now: datetime, **fields: Any) -> Connection:
    """A connection's settings as they should read; what is not named stays, the secrets above all.

    Another host or user is another mailbox: what was fetched from the old one stays fetched.
    """
    with transaction.atomic():
        changed = [name for name, value in fields.items() if getattr(connection, name) != value]
        for name in changed:
            setattr(connection, name, fields[name])
        connection.save(update_fields=changed)
        if changed:
            audit.record("changed", connection, now=now, by=by, data={"fields": changed})
    return connection


def pause_connection(*, connection: Connection, by: User, now: datetime) -> None:
    """Fetch nothing and send nothing by this connection until it is resumed. Paused already is no change."""
    with transaction.atomic():
        if Connection.objects.filter(pk=connection.pk, paused_at=None).update(paused_at=now):
            audit.record("paused", connection, now=now, by=by)


def resume_connection(*, connection: Connection, by: User, now: datetime) -> None:
    """Go on with a paused connection. One in use is no change."""
    with transaction.atomic():
        if Connection.objects.filter(pk=connection.pk).exclude(paused_at=None).update(paused_at=None):
            audit.record("resumed", connection, now=now, by=by)


def try_connection(*, connection: Connection, by: User, now: datetime) -> Probe:
    """Try the connection for real (clearinghouse.gateway.probe) and write down that it was tried.

    No transaction is open while the other side is waited for.
    """
    found = probe(connection)
    failed = [finding.about for finding in found.findings if not finding.holds]
    with transaction.atomic():
        audit.record("tested", connection, now=now, by=by, data={"failed": failed})
    return found


def note_fetch(*, connection: Connection, trouble: str, now: datetime, offered_key: str = "") -> None:
    """Write down whether the mailbox could be emptied just now; `trouble` in words, empty when it could.

    `offered_key` is the key line of a server that did not show the pinned one; that it changed goes on record
    once.
    """
    seen: dict[str, Any] = {"fetch_trouble": trouble[:200], "looked_at": now}
    if not trouble:
        seen |= {"fetched_at": now, "sftp_offered_key": ""}
    elif offered_key:
        seen["sftp_offered_key"] = offered_key
    with transaction.atomic():
        Connection.objects.filter(pk=connection.pk).update(**seen)
        if offered_key and offered_key != connection.sftp_offered_key:
            audit.record("host_key_changed", connection, now=now, by=None)


def pin_key(*, connection: Connection, line: str, by: User, now: datetime) -> bool:
    """Pin the key line that a person compared. False, and nothing changed, where it is not the line that the
    server was seen to show: the first one at a test, or the other one instead of the pinned."""
    if connection.sftp_host_key and line != connection.sftp_offered_key:
        return False
    changed = {"sftp_host_key": line, "sftp_offered_key": "", "fetch_trouble": ""}
    change_connection(connection=connection, by=by, now=now, **changed)
    return True
