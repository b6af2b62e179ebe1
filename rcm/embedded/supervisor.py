"""`./manage.py up`: everything running, watched and restarted, until it is told to stop."""

import json
import os
import platform
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rcm.bootstrap import paths
from rcm.bootstrap.console import Refusal, Stopped, elapsed, say
from rcm.bootstrap.locks import Held, Lock
from rcm.bootstrap.stopping import SERVERS_LOCK
from rcm.embedded import parts as programs
from rcm.embedded import preparing
from rcm.embedded import servers as embedded
from rcm.embedded.process import Child
from rcm.embedded.sessions import demonstration, no_predecessors, refusal, running

SIGN_INS = paths.LOCAL / "sign_ins.json"
_LOOK_EVERY_SECONDS = 0.2
_LONGEST_PAUSE_SECONDS = 30.0
_STEADY_AFTER_SECONDS = 60.0


class Supervisor:
    """Restarts whatever ends by itself, waiting longer each time it ends soon again.

    An errand is done when it ends with 0; until then it is restarted like the others.
    """

    def __init__(self, children: list[Child], *, errands: Sequence[Child] = ()) -> None:
        self._watched = [_Watched(child) for child in children]
        self._watched += [_Watched(child, is_errand=True) for child in errands]

    def look(self, now: float) -> None:
        """One look at every child; `now` is a monotonic time in seconds."""
        for each in self._watched:
            each.look(now)

    def watch(self) -> None:
        """Look until a signal ends it by raising Stopped."""
        while True:
            self.look(time.monotonic())
            time.sleep(_LOOK_EVERY_SECONDS)


@dataclass(slots=True)
class _Watched:
    child: Child
    is_errand: bool = False
    pause: float = 0.5
    due: float | None = None
    started: float = field(default_factory=time.monotonic)

    def look(self, now: float) -> None:
        if self.child.running or (self.is_errand and self.child.exit_code == 0):
            return
        if self.due is None:
            self.pause = 0.5 if now - self.started > _STEADY_AFTER_SECONDS else self.pause
            self.due = now + self.pause
            log = paths.relative(self.child.log)
            ended = f"{self.child.name} ended with {self.child.exit_code}"
            say(f"{ended}; starting it again in {self.pause:.1f} s; its log is {log}")
            self.pause = min(self.pause * 2, _LONGEST_PAUSE_SECONDS)
        elif now >= self.due:
            self.due, self.started = None, now
            self.child.start()


class Stack:
    """The servers and the parts of the demonstration, started in the order in which they need each other."""

    def __init__(self, servers: embedded.Servers, ports: programs.Ports, *, folder: Path, logs: Path) -> None:
        self.servers = servers
        self.url = f"http://127.0.0.1:{ports.web}/"
        self.environment = servers.environment | demonstration() | ports.environment(folder)
        self._apart = [
            programs.simulator(self.environment, logs=logs),
            programs.mail(self.environment, logs=logs),
            programs.gateway(self.environment, logs=logs),
        ]
        self._on_data = [
            programs.web(self.environment, port=ports.web, logs=logs),
            programs.worker(self.environment, logs=logs),
            programs.beat(self.environment, logs=logs, schedule=folder / "beat-schedule"),
        ]
        self.errands = [programs.filling(self.environment, logs=logs).child]

    @property
    def children(self) -> list[Child]:
        """Every process, the servers first."""
        return self.servers.children + [part.child for part in self._apart + self._on_data]

    @property
    def versions(self) -> dict[str, str]:
        """What runs, by name."""
        ours = {part.child.name: part.version for part in self._on_data + self._apart}
        return self.servers.versions | ours | {"python": platform.python_version()}

    def start(self, *, seed: bool) -> None:
        """Start and prepare everything; returns when all of it is ready. `stop` is called in any case."""
        for part in self._apart:
            part.child.start()
        self.servers.start()
        if preparing.is_needed(self.environment, seed=seed):
            for part in self._apart:  # the first seed talks to the payer in a box
                part.child.wait_until(part.ready, seconds=90)
            preparing.prepare(self.environment, seed=seed)
        for part in self._on_data:
            part.child.start()
        for part in self._apart + self._on_data:
            part.child.wait_until(part.ready, seconds=90)

    def stop(self) -> None:
        """Stop the errands and the parts, then the servers; nothing of it runs afterwards."""
        ours = self.errands + [part.child for part in self._apart + self._on_data]
        for child in ours:
            child.request_stop()
        for child in ours:
            child.finish(10)
        self.servers.stop()


def up(*, exit_when_ready: bool, seed: bool) -> int:
    """Run the demonstration until a signal; with `exit_when_ready` print one JSON line and stop.

    A database that is not ours is seeded only when `seed` asks for it. Raises Refusal.
    """
    if os.environ.get("RCM_ENVIRONMENT") == "production":
        raise Refusal("up runs the demonstration; production runs with docker-compose.yml (docs/running.md).")
    with _everything("up", seed=seed) as stack:
        _announce(stack, as_json=exit_when_ready)
        if not exit_when_ready:
            with suppress(Stopped):
                for errand in stack.errands:
                    errand.start()
                Supervisor(stack.children, errands=stack.errands).watch()
            say("stopping; the data stays")
    return 0


@contextmanager
def everything_at_hand(command: str) -> Iterator[dict[str, str]]:
    """The environment of a running `up`; everything is started for the block when it does not run."""
    if (note := running()) is not None and "url" in note:
        yield note["environment"]
        return
    with _everything(command, seed=False) as stack:
        yield stack.environment


@contextmanager
def _everything(command: str, *, seed: bool) -> Iterator[Stack]:
    note: dict[str, Any] = {"pid": os.getpid(), "command": command}
    lock = Lock(SERVERS_LOCK)
    try:
        lock.acquire(note)
    except Held as held:
        raise refusal(held.note) from None
    try:
        with no_predecessors():
            servers = embedded.kept()
            stack = Stack(servers, programs.Ports.usual(), folder=paths.LOCAL, logs=paths.LOGS)
            try:
                stack.start(seed=seed or servers.postgres is not None)
                lock.write(note | {"environment": stack.environment, "url": stack.url})
                yield stack
            finally:
                began = time.monotonic()
                stack.stop()
                say(f"stopped in {time.monotonic() - began:.1f} s")
    finally:
        lock.release()


def _announce(stack: Stack, *, as_json: bool) -> None:
    seconds = elapsed()
    if as_json:
        result = {"url": stack.url, "ready_seconds": round(seconds, 1), "parts": stack.versions}
        sys.stdout.write(json.dumps(result) + "\n")
        sys.stdout.flush()
        return
    say(f"ready after {seconds:.1f} s; Ctrl-C stops everything, the data stays; logs are in .local/log/")
    sys.stdout.write(f"\n  {stack.url}\n")
    try:
        sign_ins = json.loads(SIGN_INS.read_text())
    except FileNotFoundError:
        sign_ins = []
    for each in sign_ins:
        sys.stdout.write(f"    {each['username']:<16} {each['password']:<20} {', '.join(each['roles'])}\n")
    sys.stdout.write("\n")
    sys.stdout.flush()
