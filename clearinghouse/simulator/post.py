"""Files in and out of the mailboxes, each handled once.

In: a complete file is first moved out of the client's sight under a name of its own (`work/`), handled in
one transaction, then archived. After a crash the file lies in `work/` and is either known or not: nothing is
lost, and a file the client sends twice is told apart from one we read twice.

Out: an answer is written in `staging/`, noted as being delivered, renamed into `outbound/`, noted as done.
After a crash an answer being delivered is still in `staging/` or was renamed: it is never put out twice.
"""

import hashlib
import logging
import os
import sqlite3
import uuid
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from clearinghouse.simulator.faults import FaultBox
from clearinghouse.simulator.mailbox import Mailboxes
from clearinghouse.simulator.store import Answer, Store, stamp

log = logging.getLogger(__name__)

Handle = Callable[[str, str, bytes, datetime], None]
"""(mailbox, name, content, now): handle one file that came; inside the transaction that notes it."""


class PostOffice:
    """Moves files between mailboxes and store."""

    def __init__(self, directory: Path, store: Store, boxes: Mailboxes, faults: FaultBox) -> None:
        self._directory = directory
        self._store = store
        self._boxes = boxes
        self._faults = faults

    def collect(self, handle: Handle, now: datetime) -> int:
        """Take every complete file out of the mailboxes and handle it; gives how many there were."""
        count = 0
        for mailbox in self._boxes.names():
            work = self._room("work", mailbox)
            for path in self._boxes.waiting(mailbox):
                path.rename(work / f"{uuid.uuid4().hex}-{path.name}")
            for path in sorted(work.iterdir(), key=lambda path: path.stat().st_mtime_ns):
                self._take(mailbox, path, handle, now)
                count += 1
        return count

    def _take(self, mailbox: str, path: Path, handle: Handle, now: datetime) -> None:
        if not self._store.is_received(path.name):
            content = path.read_bytes()
            name = path.name.partition("-")[2]
            sha256 = hashlib.sha256(content).hexdigest()
            try:
                with self._store.transaction():
                    self._store.add_received(path.name, mailbox, name, sha256, now)
                    handle(mailbox, name, content, now)
            except sqlite3.Error:
                raise
            except Exception:
                # One file that breaks us must not keep the others from being read: it stays in the archive.
                log.exception("a file of %d bytes could not be handled", len(content))
                with self._store.transaction():
                    self._store.add_received(path.name, mailbox, name, sha256, now)
                    self._store.add_truth({"event": "failed", "at": stamp(now), "file": name})
        path.rename(self._room("archive", mailbox) / path.name)

    def deliver(self, now: datetime) -> int:
        """Put out every answer that is due; gives how many there were."""
        for answer in self._store.answers("delivering", now):
            self._publish(answer, now)
        answers = self._store.answers("waiting", now)
        for answer in answers:
            staged = self._staged(answer)
            with staged.open("wb") as file:
                file.write(answer.body.encode("ascii"))
                file.flush()
                os.fsync(file.fileno())
            self._store.set_answer_state(answer.id, "delivering")
            self._publish(answer, now)
        return len(answers)

    def _publish(self, answer: Answer, now: datetime) -> None:
        staged = self._staged(answer)
        outbound = self._boxes.outbound(answer.mailbox)
        if staged.exists():
            if self._faults.strikes("duplicated_answers"):
                copy = outbound / f".{answer.name}.tmp"
                copy.write_bytes(staged.read_bytes())
                copy.rename(outbound / f"again_{answer.name}")
            staged.rename(outbound / answer.name)
        with self._store.transaction():
            self._store.set_answer_state(answer.id, "delivered")
            self._store.add_truth(
                {"event": "sent", "at": stamp(now), "file": answer.name, "kind": answer.kind}
            )
        log.info("put out %s", answer.name)

    def _staged(self, answer: Answer) -> Path:
        return self._room("staging", answer.mailbox) / answer.name

    def _room(self, kind: str, mailbox: str) -> Path:
        room = self._directory / kind / mailbox
        room.mkdir(parents=True, exist_ok=True)
        return room
