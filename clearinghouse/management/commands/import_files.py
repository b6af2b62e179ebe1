"""`./manage.py import_files PATH... [--practice PREFIX] [--json]`: take X12 files in as the inbox would."""

import json
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Max

from clearinghouse.actions.inbound import receive_file
from clearinghouse.models import Connection, Document
from clearinghouse.queries import connection_of
from clearinghouse.states import DocumentStatus
from practice.models import Practice
from practice.queries import all_practice_ids
from rcm import clock, outbox
from rcm.db import practice_scope
from rcm.models import OutboxMessage, OutboxQuerySet

PATIENCE_SECONDS = 60
# The outcome of a file is the weightiest of its documents'.
BY_WEIGHT = (
    DocumentStatus.PARKED,
    DocumentStatus.POSTED,
    DocumentStatus.REFUSED,
    DocumentStatus.RECORDED,
    DocumentStatus.DUPLICATE,
)


class Command(BaseCommand):
    """Store each file once, have its documents read, and print what became of it."""

    help = "Take inbound X12 files in as the clearinghouse's inbox would, and print what became of each."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Files or folders; the practice they are for."""
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
        parser.add_argument(
            "--practice", help="claim prefix of the practice; needed only where there are several"
        )
        parser.add_argument("--json", action="store_true", help="one JSON object per file and line")

    def handle(self, *, paths: list[Path], practice: str | None, json: bool, **_options: Any) -> None:
        """Go through the files; none of them can stop the others."""
        chosen = _practice(practice)
        with practice_scope([chosen.pk]):
            connection = connection_of(chosen)
            for path in _files(paths):
                self._print(_take_in(path, connection), as_json=json)

    def _print(self, result: dict[str, Any], *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(result))
            return
        self.stdout.write(f"{result['outcome']:<10} {result['file']}")
        for reason in result["reasons"]:
            self.stdout.write(f"           {reason}")


def _practice(prefix: str | None) -> Practice:
    """The one that is named; unnamed, the only one that exchanges files."""
    practices = Practice.objects.filter(claim_prefix=prefix) if prefix else Practice.objects.all()
    with practice_scope(all_practice_ids()):
        exchanging = Connection.objects.filter(paused_at=None).values_list("practice_id", flat=True)
        found = list(practices.filter(pk__in=list(exchanging)).order_by("pk")[:2])
    if not found:
        raise CommandError("There is no such practice with a clearinghouse connection in use.")
    if len(found) > 1:
        raise CommandError("There are several practices: name one with --practice.")
    return found[0]


def _files(paths: list[Path]) -> Iterator[Path]:
    for path in paths:
        yield from sorted(child for child in path.rglob("*") if child.is_file()) if path.is_dir() else [path]


def _take_in(path: Path, connection: Connection) -> dict[str, Any]:
    if path.exists() and not path.is_file():
        return _result(path, DocumentStatus.REFUSED, ["is not a file"], [])
    try:
        content = path.read_bytes()
    except OSError as error:
        return _result(path, DocumentStatus.REFUSED, [f"cannot be read: {error.strerror}"], [])
    before = OutboxMessage.objects.aggregate(last=Max("pk"))["last"] or 0
    received = receive_file(connection=connection, name=path.name, content=content, now=clock.now())
    documents = Document.objects.filter(interchange=received.interchange).order_by("position")
    if not received.is_new:
        first = f"the same bytes were taken in before, as {received.interchange.file_name}"
        return _result(path, DocumentStatus.DUPLICATE, [first], list(documents))
    caused = OutboxMessage.objects.filter(pk__gt=before, scope_practice_id=connection.practice_id)
    _deliver(caused)
    read = list(documents.all())
    reached = {document.status for document in read}
    outcome = next((status for status in BY_WEIGHT if status in reached), DocumentStatus.PARKED)
    reasons = [reason for document in read for reason in document.reasons]
    if DocumentStatus.RECEIVED in reached:
        outcome = DocumentStatus.PARKED
        reasons.append("its reader failed and will try again; see the operations page")
    return _result(path, outcome, reasons, read)


def _deliver(caused: OutboxQuerySet) -> None:
    """Run what the file set off and what follows from it, unless a worker is quicker; each message once."""
    tried: set[int] = set()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        now = clock.now()
        due = list(caused.due(now=now).exclude(pk__in=tried).order_by("pk").values_list("pk", flat=True))
        for pk in due:
            outbox.deliver(pk, now=now)
        tried.update(due)
        leased_elsewhere = caused.undelivered().filter(due_at__gt=now, last_error="").exclude(pk__in=tried)
        if not due and not leased_elsewhere.exists():
            return
        if not due:
            time.sleep(0.1)


def _result(path: Path, outcome: str, reasons: list[str], documents: list[Document]) -> dict[str, Any]:
    return {
        "file": str(path),
        "outcome": str(outcome),
        "reasons": list(dict.fromkeys(reasons)),
        "documents": [
            {"kind": document.kind, "control": document.set_control_number, "status": document.status}
            for document in documents
        ],
    }
