"""Locks between commands: held by an open file, so a killed holder can leave none behind."""

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from rcm.bootstrap.console import say


class Held(Exception):
    """Somebody else holds the lock. `note` is what the holder wrote into it."""

    def __init__(self, note: dict[str, Any]) -> None:
        super().__init__(str(note))
        self.note = note


def read_note(path: Path) -> dict[str, Any] | None:
    """The note of the process that holds the lock now; None when nobody holds it.

    Asking takes the lock for an instant in shared mode, so two who ask do not see each other.
    """
    try:
        file = path.open()
    except FileNotFoundError:
        return None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return _parse(file)
    return None


class Lock:
    """An exclusive lock on a file, with a note for those who are refused."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: IO[str] | None = None

    def acquire(self, note: dict[str, Any]) -> None:
        """Take the lock and write the note; raises Held with the other's note."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.touch(mode=0o600)
        file = self.path.open("r+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            with file:
                raise Held(_parse(file)) from None
        self._file = file
        self.write(note)

    def write(self, note: dict[str, Any]) -> None:
        """Replace the note. Only the holder may."""
        assert self._file is not None
        self._file.seek(0)
        self._file.truncate()
        json.dump(note, self._file)
        self._file.flush()

    def release(self) -> None:
        """Give the lock up; harmless when it is not held."""
        if self._file is not None:
            self._file.truncate(0)
            self._file.close()
            self._file = None


@contextmanager
def waiting(path: Path, *, shared: bool = False, why: str) -> Iterator[None]:
    """Hold the lock for a block, waiting for it and saying `why` when that takes a while."""
    path.parent.mkdir(parents=True, exist_ok=True)
    mode = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
    with path.open("a") as file:
        try:
            fcntl.flock(file, mode | fcntl.LOCK_NB)
        except BlockingIOError:
            say(why)
            fcntl.flock(file, mode)
        yield


def _parse(file: IO[str]) -> dict[str, Any]:
    try:
        note = json.load(file)
    except ValueError:  # the holder is writing it at this moment
        return {}
    return note if isinstance(note, dict) else {}
