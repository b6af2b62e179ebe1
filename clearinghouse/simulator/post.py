"""Files in and out of the mailboxes, each handled once.

In: a complete file is first moved out of the client's sight under a name of its own (`work/`), handled in
one transaction, then archived. After a crash the file lies in `work/` and is either known or not: nothing is
lost, and a file the client sends twice is told apart from one we read twice.

Out: an answer is written in `staging/`, noted as being delivered, renamed into `outbound/`, noted as done.
After a crash an answer being delivered is still in `staging/` or was renamed: it is never put out twice.
An answer to somebody who submits by CORE is not put out: it is made ready to be retrieved (see `batch`).
"""

import hashlib
import logging
import os
import sqlite3
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from clearinghouse.simulator.duplicates import AGAIN
from clearinghouse.simulator.faults import FaultBox
from clearinghouse.simulator.mailbox import Mailboxes
from clearinghouse.simulator.store import Answer, Store, stamp

# The states of an answer. READY ones are retrieved by CORE, HALF ones lie half written in a mailbox.
WAITING, DELIVERING, HALF, READY, DELIVERED, MISSING = (
    "waiting",
    "delivering",
    "half",
    "ready",
    "delivered",
    "missing",
)
AGAIN_PREFIX: Final = "again_"
RETRIEVED: Final = "core-"
"""How the mailbox of a sender begins that submits and retrieves by CORE: no directory, no SFTP."""
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
            self._handle(path.name, mailbox, path.name.partition("-")[2], path.read_bytes(), handle, now)
        path.rename(self._room("archive", mailbox) / path.name)

    def accept(self, key: str, mailbox: str, content: bytes, handle: Handle, now: datetime) -> bool:
        """Take a batch that came by another way than a mailbox, once per key; False for one known already."""
        if self._store.is_received(key):
            return False
        self._handle(key, mailbox, key, content, handle, now)
        (self._room("archive", mailbox) / key).write_bytes(content)
        return True

    def _handle(
        self, key: str, mailbox: str, name: str, content: bytes, handle: Handle, now: datetime
    ) -> None:
        sha256 = hashlib.sha256(content).hexdigest()
        try:
            with self._store.transaction():
                self._store.add_received(key, mailbox, name, sha256, now)
                handle(mailbox, name, content, now)
        except sqlite3.Error:
            raise
        except Exception:
            # One file that breaks us must not keep the others from being read: it stays in the archive.
            log.exception("a file of %d bytes could not be handled", len(content))
            with self._store.transaction():
                self._store.add_received(key, mailbox, name, sha256, now)
                self._store.add_truth({"event": "failed", "at": stamp(now), "file": name})

    def deliver(self, now: datetime) -> int:
        """Put out every answer that is due, or make it ready to be retrieved; gives how many there were.

        What the scenario lets go wrong with an answer is asked once, when it is due for the first time.
        """
        for answer in self._store.answers(HALF, now):
            self._complete(answer, now)
        for answer in self._store.answers(DELIVERING, now):
            self._publish(answer, now)
        answers = [
            answer for answer in self._store.answers(WAITING, now) if not self._goes_wrong(answer, now)
        ]
        for answer in answers:
            if answer.mailbox.startswith(RETRIEVED):
                self._store.set_answer_state(answer.id, READY)
                continue
            staged = self._staged(answer)
            with staged.open("wb") as file:
                file.write(answer.body.encode("ascii"))
                file.flush()
                os.fsync(file.fileno())
            self._store.set_answer_state(answer.id, DELIVERING)
            self._publish(answer, now)
        return len(answers)

    def _goes_wrong(self, answer: Answer, now: datetime) -> bool:
        """Whether an answer is not to be put out now. One that comes again is, and its double as well."""
        if answer.name.startswith(AGAIN_PREFIX):
            return False
        if self._faults.strikes(f"missing_{answer.kind.lower()}"):
            with self._store.transaction():
                self._store.set_answer_state(answer.id, MISSING)
                self._tell("missing", answer, now)
            return True
        if self._faults.strikes("reordered_answers"):
            later = now + timedelta(seconds=self._faults.setting("reordered_seconds"))
            self._store.postpone_answer(answer.id, WAITING, later)
            return True
        for fault, written in AGAIN.items():
            if self._faults.strikes(fault):
                name = f"{AGAIN_PREFIX}{fault.partition('_')[0]}_{answer.name}"
                self._store.add_answer(answer.mailbox, answer.kind, name, written(answer.body), now)
        return False

    def _publish(self, answer: Answer, now: datetime) -> None:
        staged = self._staged(answer)
        place = self._boxes.outbound(answer.mailbox) / answer.name
        if staged.exists():
            if self._faults.strikes("partial_answers"):
                content = staged.read_bytes()
                place.write_bytes(content[: len(content) // 2])
                later = now + timedelta(seconds=self._faults.setting("partial_seconds"))
                self._store.postpone_answer(answer.id, HALF, later)
                return
            staged.rename(place)
        self._close(answer, "sent", now)

    def _complete(self, answer: Answer, now: datetime) -> None:
        """Write the second half; where the client took the first away, it will never see this."""
        place = self._boxes.outbound(answer.mailbox) / answer.name
        whole = answer.body.encode("ascii")
        seen = place.stat().st_size if place.exists() else -1
        if seen >= 0:
            with place.open("ab") as file:
                file.write(whole[seen:])
        self._staged(answer).unlink(missing_ok=True)
        self._close(answer, "sent" if seen >= 0 else "torn", now)

    def _close(self, answer: Answer, event: str, now: datetime) -> None:
        with self._store.transaction():
            self._store.set_answer_state(answer.id, DELIVERED)
            self._tell(event, answer, now)
        log.info("put out %s", answer.name)

    def _tell(self, event: str, answer: Answer, now: datetime) -> None:
        told = {"event": event, "at": stamp(now), "file": answer.name, "kind": answer.kind}
        self._store.add_truth(told)

    def _staged(self, answer: Answer) -> Path:
        return self._room("staging", answer.mailbox) / answer.name

    def _room(self, kind: str, mailbox: str) -> Path:
        room = self._directory / kind / mailbox
        room.mkdir(parents=True, exist_ok=True)
        return room
