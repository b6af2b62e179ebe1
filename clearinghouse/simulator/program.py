"""The program: reads its settings, opens both doors, and works until it is told to stop.

Settings come from the environment and may be overridden on the command line:

* `RCM_SIMULATOR_DIR` / `--dir`: its directory (required). Files to put there before the start, if wanted:
  `members.json` (see `members`) and `plans.json` (see `plans`); at any time `scenario.json` (see `scenario`)
  and `faults.json` (see `faults`).
* `RCM_SIMULATOR_SFTP_PORT` / `--sftp-port`, `RCM_SIMULATOR_HTTP_PORT` / `--http-port`: default 0, any free.
* `RCM_SIMULATOR_SEED` / `--seed`: any text; the same seed draws the same lots. Default "1".
* `RCM_SIMULATOR_SCENARIO` / `--scenario`: a name or a JSON file (see `scenario`). Default "quick".
* `RCM_SIMULATOR_HOST` / `--host`: the address to listen on, 127.0.0.1 unless told.
* `RCM_SIMULATOR_KNOWN_AS` / `--known-as`: the host that clients are told to use, where it is another.
* `RCM_SIMULATOR_DROP` / `--drop`: a directory for the mailboxes, to be used as plain folders. No SFTP then.
* `RCM_CLOCK_FILE`: the shared demonstration clock (see `rcm.clock`).

Once both servers accept, `endpoints.json` appears in the directory, in one step:
`{"sftp": {host, port, host_key, username, key_file, password}, "http": {url, batch_url, appeals_url,
username, password}}`; with `--drop`, `"drop": {directory, upload_directory, download_directory}` stands in
the place of `"sftp"`, the two folders as seen from the directory.
SIGTERM or SIGINT stops it cleanly and removes the file. Logs go to standard error and hold no patient data.
"""

import argparse
import asyncio
import json
import logging
import os
import signal
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from clearinghouse.simulator import core, mailbox
from clearinghouse.simulator.box import Box
from clearinghouse.simulator.members import load_register
from clearinghouse.simulator.plans import load_plans
from clearinghouse.simulator.scenario import load_scenario
from rcm import clock

ROUND_SECONDS = 0.1
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Settings:
    """What the program was told."""

    directory: Path
    host: str
    known_as: str
    sftp_port: int
    http_port: int
    seed: str
    scenario: str
    drop: Path | None = None


def read_settings(arguments: Sequence[str], environment: Mapping[str, str]) -> Settings:
    """The settings from command line and environment; exits with a message when they do not make sense."""
    parser = argparse.ArgumentParser(
        prog="python -m clearinghouse.simulator", description="A payer in a box."
    )

    def option(name: str, default: str | None, words: str) -> None:
        variable = f"RCM_SIMULATOR_{name.upper().replace('-', '_')}"
        value = environment.get(variable) or default
        parser.add_argument(f"--{name}", default=value, required=value is None, help=f"{words} ({variable})")

    option("dir", None, "the directory it keeps everything in")
    option("host", "127.0.0.1", "the address to listen on")
    option("known-as", "", "the host that clients are told to use, where it is another")
    option("sftp-port", "0", "port of the SFTP server; 0 for a free one")
    option("http-port", "0", "port of the CORE server; 0 for a free one")
    option("seed", "1", "what its chance depends on")
    option("scenario", "quick", "name or file of a scenario")
    option("drop", "", "a directory for the mailboxes, as plain folders instead of SFTP")
    told = parser.parse_args(arguments)
    try:
        ports = int(told.sftp_port), int(told.http_port)
        load_scenario(told.scenario)
    except ValueError as error:
        parser.error(str(error))
    return Settings(
        directory=Path(told.dir).resolve(),
        host=told.host,
        known_as=told.known_as or told.host,
        sftp_port=ports[0],
        http_port=ports[1],
        seed=told.seed,
        scenario=told.scenario,
        drop=Path(told.drop).resolve() if told.drop else None,
    )


def build_box(settings: Settings) -> Box:
    """The box as its directory and scenario describe it."""
    directory = settings.directory
    directory.mkdir(parents=True, exist_ok=True)
    own_plans = directory / "plans.json"
    return Box(
        directory=directory,
        plans=load_plans(own_plans if own_plans.exists() else None),
        register=load_register(directory / "members.json"),
        scenario=load_scenario(settings.scenario),
        seed=settings.seed,
        drop=settings.drop,
    )


async def serve(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    published = settings.directory / "endpoints.json"
    published.unlink(missing_ok=True)  # of a predecessor that was killed
    box = build_box(settings)
    keys = mailbox.Keys(settings.directory / "keys")
    sftp = None
    if settings.drop is None:
        sftp = await mailbox.open_mailboxes(box.boxes, keys, box.faults, settings.host, settings.sftp_port)
    http = core.Counter(
        (settings.host, settings.http_port),
        answer=box.answer,
        answer_batch=box.answer_batch,
        appeal=box.appeal,
        faults=box.faults,
        now=clock.now,
        secret=keys.password,
    )
    thread = threading.Thread(target=http.serve_forever, name="core", daemon=True)
    thread.start()
    files = sftp_endpoint(settings.known_as, mailbox.port_of(sftp), keys) if sftp else drop_endpoint(settings)
    publish_endpoints(published, files | http_endpoint(settings.known_as, http.server_port, keys))
    log.info("ready: %s, http on port %d", next(iter(files)), http.server_port)
    try:
        await _work(box, http, stop)
    finally:
        published.unlink(missing_ok=True)
        if sftp is not None:
            sftp.close()
        http.stopping.set()
        http.shutdown()
        http.server_close()
        thread.join()
        box.close()
        log.info("stopped")


async def _work(box: Box, http: core.Counter, stop: asyncio.Event) -> None:
    while not stop.is_set():
        try:
            await asyncio.to_thread(box.work, clock.now())
            http.rounds += 1
        except Exception:
            log.exception("this round failed; the next one tries again")
        try:
            await asyncio.wait_for(stop.wait(), ROUND_SECONDS)
        except TimeoutError:
            continue


def sftp_endpoint(host: str, port: int, keys: mailbox.Keys) -> dict[str, dict[str, object]]:
    """Where and how to reach the mailboxes."""
    return {
        "sftp": {
            "host": host,
            "port": port,
            "host_key": keys.host_line,
            "username": mailbox.USERNAME,
            "key_file": str(keys.client_file),
            "password": keys.password,
        }
    }


def drop_endpoint(settings: Settings) -> dict[str, dict[str, object]]:
    """The mailbox as a pair of folders under the directory of mailboxes."""
    return {
        "drop": {
            "directory": str(settings.drop),
            "upload_directory": f"{mailbox.USERNAME}/{mailbox.INBOUND}",
            "download_directory": f"{mailbox.USERNAME}/{mailbox.OUTBOUND}",
        }
    }


def http_endpoint(host: str, port: int, keys: mailbox.Keys) -> dict[str, dict[str, object]]:
    """Where and how to reach the CORE server."""
    return {
        "http": {
            "url": f"http://{host}:{port}{core.PATH}",
            "batch_url": f"http://{host}:{port}{core.BATCH_PATH}",
            "appeals_url": f"http://{host}:{port}{core.APPEALS}",
            "username": mailbox.USERNAME,
            "password": keys.password,
        }
    }


def publish_endpoints(path: Path, endpoints: Mapping[str, Mapping[str, object]]) -> None:
    """Write where and how to reach the servers, in one step, readable by their owner only."""
    draft = path.with_name(path.name + ".tmp")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(endpoints, file, indent=2)
    draft.replace(path)


def main() -> None:
    """Entry point of `python -m clearinghouse.simulator`."""
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("asyncssh").setLevel(logging.WARNING)
    asyncio.run(serve(read_settings(sys.argv[1:], os.environ)))
