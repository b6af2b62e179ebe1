"""The rows are the queue, Celery is only the legs: a real worker and a real broker, both of which are broken."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest
import redis
from django.db import connection, transaction

from rcm import clock
from rcm.models import AuditEvent, OutboxMessage
from rcm.outbox import publish
from tests.conftest import TESTS
from tests.rcm.legs import TOPIC

pytestmark = [
    pytest.mark.services,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("REDIS_URL" not in os.environ, reason="needs a broker: run ./manage.py test"),
]
COUNT = 20
PATIENCE_SECONDS = 40


@pytest.fixture
def broker() -> Iterator[redis.Redis]:
    made = redis.Redis.from_url(os.environ["REDIS_URL"])
    made.flushdb()
    yield made
    made.flushdb()
    made.close()


@pytest.fixture
def worker(tmp_path, broker):
    """Start a worker with beat inside, on the test database; all of them are stopped after the test."""
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        environment = os.environ | {
            "DATABASE_URL": _at_test_database(os.environ["DATABASE_URL"]),
            "RCM_FAULT_FILE": str(tmp_path / "fault"),
            "RCM_LEASE_SECONDS": "3",
            "RCM_OFFER_SECONDS": "1",
        }
        command = [sys.executable, "-m", "celery", "-A", "rcm.celery", "worker", "-B", "-P", "solo"]
        command += [
            "-I",
            "tests.rcm.legs",
            "-s",
            str(tmp_path / "beat"),
            "--without-gossip",
            "--without-mingle",
        ]
        with (tmp_path / "worker.log").open("ab") as log:
            process = subprocess.Popen(
                command, cwd=TESTS.parent, env=environment, stdout=log, stderr=log, start_new_session=True
            )
        started.append(process)
        return process

    yield start
    for process in started:
        with suppress(ProcessLookupError):  # a killed worker leaves its beat behind
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def say_it(count: int) -> None:
    for number in range(count):
        with transaction.atomic():
            publish(TOPIC, key=str(number), practice_id=None, now=clock.now(), row_id=number)


def all_delivered() -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while OutboxMessage.objects.undelivered().exists():
        assert time.monotonic() < deadline, list(OutboxMessage.objects.undelivered().values())
        time.sleep(0.1)


def test_an_emptied_broker_loses_nothing(broker, worker):
    say_it(COUNT)
    assert broker.dbsize() > 0  # the rings
    broker.flushdb()
    worker()
    all_delivered()
    assert AuditEvent.objects.filter(verb="outboxmessage.traced").count() == COUNT


@pytest.mark.parametrize(
    ("where", "visits"),
    [("outbox.leased", COUNT), ("legs.traced", COUNT + 1), ("outbox.handled", COUNT + 1)],
)
def test_a_killed_worker_loses_nothing(worker, tmp_path, where, visits):
    (tmp_path / "fault").write_text(where)
    dying = worker()
    say_it(COUNT)
    assert dying.wait(PATIENCE_SECONDS) == -signal.SIGKILL
    assert OutboxMessage.objects.undelivered().exists()
    worker()
    all_delivered()
    assert AuditEvent.objects.filter(verb="outboxmessage.traced").count() == visits


def _at_test_database(url: str) -> str:
    return url.rpartition("/")[0] + "/" + connection.settings_dict["NAME"]
