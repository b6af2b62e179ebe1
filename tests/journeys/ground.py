"""Real servers, a real worker and the payer in a box as processes of a test module's own, all breakable."""

import datetime as dt
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import redis
from celery import Celery
from django.conf import settings
from django.db import connections

from clearinghouse.models import Delivery
from clearinghouse.states import DeliveryStatus
from demonstration.box import await_endpoints, connect
from demonstration.setting import Setting, open_setting
from practice.models import Role
from rcm import clock
from rcm.bootstrap import paths
from rcm.db import practice_scope
from rcm.embedded import parts
from rcm.embedded.process import Child
from rcm.embedded.servers import Servers
from rcm.embedded.throwaway import thrown_away
from rcm.environment import database
from rcm.models import OutboxMessage
from tests.conftest import NOW
from tests.journeys.legs import SUBMIT
from tests.journeys.visits import load_codes

# Long enough that no handler is cut off on a busy machine: the shared clock is moved past a dead one's lease.
LEASE_SECONDS = 40
PATIENCE_SECONDS = 60
TICK_SECONDS = 0.25
STILL_SECONDS = 0.6
WORKER_OPTIONS = (
    *("-I", "tests.journeys.legs", "-P", "prefork", "-c", "2"),
    *("--without-gossip", "--without-mingle", "--without-heartbeat"),
)
SETTINGS = ("ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT")
SCENARIO = {
    "payment_run_seconds": 1,
    "adjudication": {
        "NSH01": 90 * 86400
    },  # North Star takes its time: its claims are there to be asked about
    "delays": {"acknowledgement": 0, "claim_acknowledgement": 0, "adjudication": 0},
}


class Ground:
    """The servers, the programs on them, and one practice at work there."""

    def __init__(self, servers: Servers, directory: Path) -> None:
        self.servers = servers
        self.directory = directory
        self.box = directory / "box"
        self.mail = directory / "mail"
        self.fault = directory / "fault"
        self.sender = Celery("the tests' own", broker=servers.environment["REDIS_URL"], set_as_current=False)
        self.broker = redis.Redis.from_url(servers.environment["REDIS_URL"])
        self.is_fetching = True
        self.setting: Setting
        self._ticked = 0.0
        environment = self._environment(parts.Ports.free())
        self.worker = Child(
            "worker",
            [sys.executable, "-m", "celery", "-A", "rcm.celery", "worker", *WORKER_OPTIONS],
            log=directory / "log" / "worker.log",
            environment=os.environ | environment,
            folder=paths.ROOT,
        )
        self.simulator = parts.simulator(environment, logs=directory / "log").child
        self.mail_catcher = parts.mail(environment, logs=directory / "log")

    def _environment(self, ports: parts.Ports) -> dict[str, str]:
        scenario = self.directory / "scenario.json"
        scenario.write_text(json.dumps(SCENARIO))
        return (
            self.servers.environment
            | ports.environment(self.directory)
            | {
                "SECRET_KEY": settings.SECRET_KEY,  # the connection's private key is encrypted under it
                "RCM_ENVIRONMENT": "test",
                "RCM_CLOCK_FILE": os.environ["RCM_CLOCK_FILE"],
                "RCM_FAULT_FILE": str(self.fault),
                "RCM_LEASE_SECONDS": str(LEASE_SECONDS),
                "RCM_OFFER_SECONDS": "2",
                "RCM_SIMULATOR_DIR": str(self.box),
                "RCM_SIMULATOR_SCENARIO": str(scenario),
            }
        )

    def start(self) -> None:
        """The programs first, the practice while they start; all are up when this returns."""
        programs = [self.simulator, self.worker, self.mail_catcher.child]
        try:
            for program in programs:
                program.start()
            self._open_practice()
            self.mail_catcher.child.wait_until(self.mail_catcher.ready, seconds=PATIENCE_SECONDS)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End them all, politely where they listen."""
        programs = [self.worker, self.simulator, self.mail_catcher.child]
        for program in programs:
            program.request_stop()
        for program in programs:
            program.finish(10)
        self.broker.close()
        self.sender.close()

    def _open_practice(self) -> None:
        now = clock.now()
        load_codes(now=now)
        self.setting = open_setting(
            name="Lakeside Family Medicine",
            claim_prefix="LK",
            usernames={Role.FRONT_DESK: "desk", Role.CODER: "coder"},
            password=None,
            now=now,
            today=now.date(),
        )
        endpoints = await_endpoints(self.box, seconds=PATIENCE_SECONDS)
        with practice_scope([self.setting.practice.pk]):
            connect(practice=self.setting.practice, endpoints=endpoints, now=now)

    # --- what happens, and what is awaited -----------------------------------------------------------

    def arm(self, point: str) -> None:
        """The next worker process that comes to this point is killed there."""
        draft = self.fault.with_suffix(".draft")
        draft.write_text(point)
        draft.replace(self.fault)

    def misbehave(self, **faults: int) -> None:
        """Set the simulator's counters of faults; see clearinghouse/simulator/scenario.py."""
        (self.box / "faults.json").write_text(json.dumps(faults))

    def click_send(self) -> None:
        """Somebody sends what is ready."""
        self.sender.send_task(SUBMIT, kwargs={"practice_id": self.setting.practice.pk})

    def tick(self, task: str) -> None:
        """One tick of a schedule, as beat sends it."""
        self.sender.send_task(task, expires=5)

    def wait_for(self, what: Callable[[], object]) -> None:
        """Tick as beat would until it is so, and start a worker that ended, as every supervisor does.

        When all stands still behind a lease, time passes it by.
        """
        deadline = time.monotonic() + PATIENCE_SECONDS
        seen, since = self._waiting(), time.monotonic()
        while not what():
            assert time.monotonic() < deadline, self._why()
            self._tick()
            self._keep_worker_running()
            time.sleep(0.05)
            if (waiting := self._waiting()) != seen:
                seen, since = waiting, time.monotonic()
            elif waiting and time.monotonic() - since > STILL_SECONDS:
                self._pass(min(due for _, due, _ in waiting))
                since = time.monotonic()

    def settle(self) -> None:
        """Wait until every message is delivered."""
        self.wait_for(lambda: not OutboxMessage.objects.undelivered().exists())

    def wait_until_broker_holds(self, count: int) -> None:
        """Watch closely for so many messages waiting to be taken: they do not wait for long."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self.broker.llen("celery") < count:
            assert time.monotonic() < deadline, self._why()

    def _tick(self) -> None:
        if time.monotonic() - self._ticked < TICK_SECONDS:
            return
        self._ticked = time.monotonic()
        self.tick("rcm.relay_outbox")
        if Delivery.objects.filter(status=DeliveryStatus.UNKNOWN).exists():
            self.tick("clearinghouse.reconcile_unknown")
        # Each look into the mailbox is a whole SSH handshake: only where something lies in it.
        if self.is_fetching and any(self.box.glob("mailboxes/*/outbound/*")):
            self.tick("clearinghouse.fetch_inbound")

    def _keep_worker_running(self) -> None:
        """Celery's worker gives up where the broker goes away while it holds a message (kombu 5.7)."""
        if not self.worker.running:
            self.worker.start()

    def _pass(self, moment: dt.datetime) -> None:
        ahead = moment - clock.now()
        if ahead > dt.timedelta():
            clock.advance(ahead)

    def _waiting(self) -> list[tuple[int, dt.datetime, int]]:
        rows = OutboxMessage.objects.undelivered().order_by("pk")
        return list(rows.values_list("pk", "due_at", "attempts"))

    def _why(self) -> str:
        rows = OutboxMessage.objects.undelivered().order_by("pk")
        waiting = [f"{row.subscriber} {row.payload} {row.attempts} {row.last_error}" for row in rows]
        log = self.worker.log.read_text().splitlines()[-40:]
        armed = self.fault.read_text() if self.fault.exists() else "nothing"
        return "\n".join(["It never came to be. Waiting:", *waiting, f"Armed: {armed}", *log])

    # --- what breaks -----------------------------------------------------------------------------------

    def kill_worker(self) -> None:
        """The whole worker dies by SIGKILL, children too, and another one is started."""
        self.worker.signal(signal.SIGKILL)
        self.worker.finish(5)
        self.worker.start()

    def restart_broker(self) -> None:
        """The broker stops and forgets all it held."""
        assert self.servers.valkey is not None
        self.servers.valkey.child.request_stop()
        self.servers.valkey.child.finish(10)
        self.servers.valkey.child.start()
        self.servers.valkey.prepare()

    def crash_database(self) -> None:
        """PostgreSQL is shut down at once, its sessions cut, and recovers from its log at the start."""
        assert self.servers.postgres is not None
        self.servers.postgres.child.signal(signal.SIGQUIT)
        self.servers.postgres.child.finish(10)
        connections["default"].close()
        self.servers.postgres.child.start()
        self.servers.postgres.prepare()

    # --- what the payer says it saw ------------------------------------------------------------------

    def truth(self, event: str) -> list[dict]:
        """The simulator's own log of one kind of event."""
        log = self.box / "truth.jsonl"
        lines = log.read_text().splitlines() if log.exists() else []
        return [line for line in map(json.loads, lines) if line["event"] == event]

    def interchanges_seen(self) -> list[str]:
        """ISA13 of every file that the simulator took in, in no order."""
        return [file.read_bytes()[90:99].decode() for file in self.box.glob("archive/*/*")]

    def mails(self) -> list[str]:
        """Message-ID of every mail that was taken in."""
        lines = (line for file in self.mail.glob("*.eml") for line in file.read_text().splitlines())
        return [line.partition(" ")[2] for line in lines if line.startswith("Message-ID:")]


@contextmanager
def laid(directory: Path) -> Iterator[Ground]:
    """A ground for the block, on which Django's default connection stands meanwhile; time starts at NOW."""
    before = os.environ.get("RCM_CLOCK_FILE")
    os.environ["RCM_CLOCK_FILE"] = str(directory / "clock.json")
    try:
        clock.set_to(NOW)
        with thrown_away({}, migrated=True) as servers, _standing_on(servers):
            _migrate_unless_done(servers)
            ground = Ground(servers, directory)
            ground.start()
            try:
                with practice_scope([ground.setting.practice.pk]):
                    yield ground
            finally:
                ground.stop()
    finally:
        if before is None:
            del os.environ["RCM_CLOCK_FILE"]
        else:
            os.environ["RCM_CLOCK_FILE"] = before


def _migrate_unless_done(servers: Servers) -> None:
    """The servers come migrated, except where the migrations changed while their template was made."""
    if not connections["default"].introspection.table_names():
        environment = os.environ | servers.environment | {"RCM_ENVIRONMENT": "test"}
        command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        subprocess.run(command, cwd=paths.ROOT, env=environment, check=True)


@contextmanager
def _standing_on(servers: Servers) -> Iterator[None]:
    assert servers.postgres is not None
    address = connections.settings["default"]
    before = {name: address[name] for name in SETTINGS}
    connections["default"].close()
    address |= database(servers.postgres.application_url)
    try:
        yield
    finally:
        connections["default"].close()
        address |= before
