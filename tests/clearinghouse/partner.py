"""The payer in a box as a trading partner, reached in any of the ways that we know."""

import contextlib
import datetime as dt
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from clearinghouse.actions.outbound import queue_file, take_control_number
from clearinghouse.models import Adapter, Connection, CoreForm, Delivery
from tests.clearinghouse.simulator.claims import ORTEGA, claim, line
from tests.clearinghouse.simulator.submitting import interchange
from tests.factories import ConnectionFactory

ROOT = Path(__file__).parents[2]
QUICK = {"payment_run_seconds": 1, "delays": {"claim_acknowledgement": 0, "adjudication": 0}}
WAYS = ("sftp", "drop", "mime", "soap")


@dataclass
class Partner:
    """A running box, and the practice's connection to it."""

    directory: Path
    connection: Connection

    def misbehave(self, **faults: int) -> None:
        """Faults from now on (clearinghouse.simulator.scenario.Faults)."""
        draft = self.directory / "faults.tmp"
        draft.write_text(json.dumps(faults))
        draft.replace(self.directory / "faults.json")

    def truth(self, event: str) -> list[dict[str, Any]]:
        """What the box wrote down of one kind of event."""
        log = self.directory / "truth.jsonl"
        told = [json.loads(text) for text in log.read_text().splitlines()] if log.exists() else []
        return [each for each in told if each["event"] == event]

    def queue(self, now: dt.datetime) -> Delivery:
        """One file of one claim on its way out."""
        with transaction.atomic():
            number = take_control_number(connection=self.connection)
            sent = claim("BPK01", ORTEGA, line(1, "99213", "150.00", now.date()), number=f"V{number}")
            content = interchange(int(number), sent, at=now).encode()
            file = queue_file(
                connection=self.connection, kind="837P", content=content, control_number=number, now=now
            )
        return file.delivery


@contextlib.contextmanager
def running(directory: Path, way: str) -> Iterator[dict[str, Any]]:
    """The box as a process; what it publishes of where it listens."""
    scenario = directory / "scenario.json"
    scenario.write_text(json.dumps(QUICK))
    arguments = ["--dir", str(directory), "--scenario", str(scenario)]
    if way == "drop":
        arguments += ["--drop", str(directory / "drop")]
    with (directory / "log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "clearinghouse.simulator", *arguments],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"]},
            stderr=log,
        )
    try:
        until((directory / "endpoints.json").exists)
        yield json.loads((directory / "endpoints.json").read_text())
    finally:
        process.terminate()
        process.wait(15)


def connect(practice: Any, way: str, there: dict[str, Any]) -> Connection:
    """The practice's connection to a box, in that way."""
    http = there["http"]
    fields: dict[str, Any] = {
        "realtime_url": http["url"],
        "batch_url": http["batch_url"],
        "realtime_username": http["username"],
        "realtime_password": http["password"],
    }
    if way == "sftp":
        sftp = there["sftp"]
        fields |= {
            "sftp_port": sftp["port"],
            "sftp_username": sftp["username"],
            "sftp_private_key": Path(sftp["key_file"]).read_text(),
            "sftp_host_key": sftp["host_key"],
        }
    elif way == "drop":
        folders = there["drop"]
        fields |= {name: folders[name] for name in ("upload_directory", "download_directory")}
    adapter = {"sftp": Adapter.SFTP, "drop": Adapter.DROP}.get(way, Adapter.CORE)
    form = CoreForm.SOAP if way == "soap" else CoreForm.MIME
    return ConnectionFactory(practice=practice, adapter=adapter, core_form=form, **fields)


def until(holds: Callable[[], Any], seconds: float = 15) -> None:
    """Wait for the other side."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)
