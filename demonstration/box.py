"""Where the payer in a box listens, and a practice's connection to it."""

import json
import os
import shutil
import sys
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

import httpx
from django.conf import settings

from clearinghouse.models import Connection
from demonstration.setting import CLEARINGHOUSE
from practice.models import Practice
from rcm import audit
from rcm.embedded.process import Child


class BoxNotRunning(Exception):
    """The payer in a box has not said where it listens."""


@dataclass(frozen=True, slots=True)
class Endpoints:
    """What `endpoints.json` in the simulator's directory says."""

    sftp_host: str
    sftp_port: int
    sftp_username: str
    sftp_private_key: str
    sftp_host_key: str
    realtime_url: str
    realtime_username: str
    realtime_password: str
    appeals_url: str


CONNECTION_FIELDS = tuple(name for name in Endpoints.__slots__ if name != "appeals_url")


def read_endpoints(directory: Path) -> Endpoints:
    """Where the simulator of that directory listens now. Raises BoxNotRunning."""
    try:
        said = json.loads((directory / "endpoints.json").read_text(encoding="utf-8"))
        sftp, http = said["sftp"], said["http"]
        return Endpoints(
            sftp_host=sftp["host"],
            sftp_port=sftp["port"],
            sftp_username=sftp["username"],
            sftp_private_key=Path(sftp["key_file"]).read_text(encoding="utf-8"),
            sftp_host_key=sftp["host_key"],
            realtime_url=http["url"],
            realtime_username=http["username"],
            realtime_password=http["password"],
            appeals_url=http["appeals_url"],
        )
    except (OSError, ValueError, KeyError) as error:
        raise BoxNotRunning(f"nothing to be read in {directory.name}/endpoints.json") from error


def await_endpoints(directory: Path, *, seconds: float) -> Endpoints:
    """The same, waiting until the simulator is up. Raises BoxNotRunning after so many seconds."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return read_endpoints(directory)
        except BoxNotRunning:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def connect(*, practice: Practice, endpoints: Endpoints, now: datetime, mailbox: str = "") -> Connection:
    """Point the practice's connection at the simulator; `mailbox` is its own there, else the first one.

    Nothing is written when it points there already.
    """
    known = Connection.objects.filter(practice=practice, clearinghouse=CLEARINGHOUSE).first()
    wanted = {name: getattr(endpoints, name) for name in CONNECTION_FIELDS}
    wanted["sftp_username"] = mailbox or endpoints.sftp_username
    if known is not None and all(getattr(known, name) == value for name, value in wanted.items()):
        return known
    connection, _ = Connection.objects.update_or_create(
        practice=practice,
        clearinghouse=CLEARINGHOUSE,
        defaults=wanted | {"sender_number": f"{practice.claim_prefix}01", "receiver_number": "PAYERBOX"},
    )
    audit.record("connected", connection, now=now, by=None)
    return connection


class Wire:
    """A payer in a box that runs, as it is reached and watched."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.endpoints: Endpoints

    def __enter__(self) -> Self:
        self.endpoints = await_endpoints(self.directory, seconds=30)
        self._http = httpx.Client(timeout=30, trust_env=False)
        return self

    def __exit__(self, *_error: object) -> None:
        self._http.close()

    @property
    def truth(self) -> Path:
        """Its log of what came, what was decided and what was sent."""
        return self.directory / "truth.jsonl"

    def catch_up(self) -> None:
        """Wait until it has taken all that lies in its mailboxes and put out all that is due."""
        seen = self._rounds()
        while self._rounds() < seen + 2:
            time.sleep(0.02)

    def has_mail(self, mailbox: str) -> bool:
        """Whether an answer waits in a mailbox: to look costs nothing, to fetch costs a handshake."""
        return any((self.directory / "mailboxes" / mailbox / "outbound").glob("*.x12"))

    def play(self, scenario: str) -> None:
        """Have it behave by another of its scenarios from now on; what is under way keeps its day."""
        scenarios = Path(settings.BASE_DIR) / "clearinghouse" / "simulator" / "scenarios"
        draft = self.directory / "scenario.tmp"
        draft.write_text((scenarios / f"{scenario}.json").read_text(encoding="utf-8"), encoding="utf-8")
        draft.replace(self.directory / "scenario.json")

    def _rounds(self) -> int:
        health = self.endpoints.realtime_url.rsplit("/", 1)[0] + "/health"
        return int(self._http.get(health).json()["rounds"])


class Box(Wire):
    """A payer in a box of its own: one process in one directory, stopped at the end of the block."""

    def __init__(self, directory: Path, *, scenario: str, seed: int) -> None:
        super().__init__(directory)
        shutil.rmtree(directory, ignore_errors=True)  # of a practice that was wiped
        directory.mkdir(parents=True)
        arguments = ["--dir", str(directory), "--scenario", scenario, "--seed", str(seed)]
        arguments += ["--sftp-port", "0", "--http-port", "0"]
        self._child = Child(
            "business_day simulator",
            [sys.executable, "-m", "clearinghouse.simulator", *arguments],
            log=directory / "simulator.log",
            environment=os.environ,
            folder=Path(settings.BASE_DIR),
        )

    def __enter__(self) -> Self:
        self._child.start()
        try:
            return super().__enter__()
        except BoxNotRunning:
            self._child.finish(10)
            raise

    def __exit__(self, *_error: object) -> None:
        super().__exit__()
        self._child.request_stop()
        self._child.finish(10)
