"""Giving a Django command, or the tests, servers to talk to."""

import os
import secrets
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from rcm.bootstrap import paths
from rcm.bootstrap.console import Refusal
from rcm.bootstrap.locks import Held, Lock, read_note, waiting
from rcm.bootstrap.stopping import SERVERS_LOCK
from rcm.embedded import servers as embedded
from rcm.embedded.process import family, run_attached
from rcm.embedded.throwaway import thrown_away

# Held, shared, by commands that use servers another command started; that one waits for them before it stops.
_GUESTS_LOCK = paths.LOCAL / "guests.lock"
_PATIENCE_SECONDS = 60


def run_tests(arguments: Sequence[str]) -> int:
    """Run pytest on servers of its own, thrown away afterwards; returns its exit code.

    Without arguments all tests run, one process per core and each file within one of them; the files begin in
    the order of tests/conftest.py, the longest first.
    """
    arguments = arguments or ["--numprocesses", "auto", "--dist", "loadfile", "--no-loadscope-reorder"]
    with thrown_away(migrated=True) as servers:
        environment = os.environ | servers.environment | {"RCM_ENVIRONMENT": "test"}
        environment.pop("RCM_CLOCK_FILE", None)
        return run_attached(
            [sys.executable, "-m", "pytest", *arguments], folder=paths.ROOT, environment=environment
        )


def running() -> dict[str, Any] | None:
    """The note of the command that runs the kept servers, once they answer; None when nobody runs them."""
    note = read_note(SERVERS_LOCK)
    return note if note is not None and "environment" in note else None


@contextmanager
def servers_at_hand(command: str) -> Iterator[dict[str, str]]:
    """The environment of the running servers; they are started for the block when none run.

    Servers started here wait for other commands that found them before they stop. Raises Refusal.
    """
    lock = Lock(SERVERS_LOCK)
    with waiting(_GUESTS_LOCK, shared=True, why="waiting for another command to stop its servers"):
        if (found := _found_or_taken(lock, command)) is not None:
            yield found
            return
    try:
        with no_predecessors(), _started() as servers:
            environment = servers.environment | demonstration()
            lock.write(_note(command) | {"environment": environment})
            try:
                yield environment
            finally:
                with waiting(_GUESTS_LOCK, why="waiting for another command that uses the servers"):
                    lock.write(_note(command))
    finally:
        lock.release()


def no_predecessors() -> AbstractContextManager[None]:
    """Wait until nothing of an earlier run lives, and hold that against later ones."""
    return family(paths.LOCAL / "family.lock", patience=_PATIENCE_SECONDS)


@contextmanager
def _started() -> Iterator[embedded.Servers]:
    servers = embedded.kept()
    servers.start()
    try:
        yield servers
    finally:
        servers.stop()


def demonstration() -> dict[str, str]:
    """The variables of the demonstration, where nothing else is set from outside."""
    ours = {
        "RCM_ENVIRONMENT": "demonstration",
        "RCM_CLOCK_FILE": str(paths.LOCAL / "clock.json"),
        "RCM_SIMULATOR_DIR": str(paths.LOCAL / "simulator"),
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
    }
    return ours | {name: os.environ[name] for name in ours if name in os.environ}


def without_servers() -> dict[str, str]:
    """Variables complete enough for a command that reads the settings and talks to no server."""
    nowhere = "127.0.0.1:9"  # the discard port: nothing listens there
    ours = {
        "SECRET_KEY": secrets.token_hex(32),
        "DATABASE_URL": f"postgresql://nobody@{nowhere}/nothing",
        "REDIS_URL": f"redis://{nowhere}/0",
    }
    return demonstration() | ours | {name: os.environ[name] for name in ours if name in os.environ}


def refusal(note: dict[str, Any]) -> Refusal:
    """Why the servers cannot be had now, in words for a person."""
    where = f" at {note['url']}" if "url" in note else ""
    return Refusal(
        f"./manage.py {note.get('command', '')} already runs the servers{where} (process {note.get('pid')}). "
        "Stop it with ./manage.py down."
    )


def _found_or_taken(lock: Lock, command: str) -> dict[str, str] | None:
    """The environment of running servers, or None once the lock is ours; waits while another sets up."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        if (note := running()) is not None:
            environment: dict[str, str] = note["environment"]
            return environment
        try:
            lock.acquire(_note(command))
        except Held as held:
            if time.monotonic() > deadline:
                raise refusal(held.note) from None
            time.sleep(0.1)
        else:
            return None


def _note(command: str) -> dict[str, Any]:
    return {"pid": os.getpid(), "command": command}
