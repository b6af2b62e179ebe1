"""The demonstration's past, lived through the real worker, SFTP, HTTP and SMTP, and cut short in the middle."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from rcm.bootstrap import paths
from rcm.embedded import parts
from rcm.embedded.throwaway import thrown_away

pytestmark = [pytest.mark.slow, pytest.mark.services]
DAYS, PATIENTS = 9, 120  # whatever the day of the week, claims go out

OPEN = f"""
from demonstration.opening import open_demonstration
from rcm import clock
filling = open_demonstration(password=None, patients={PATIENTS}, days={DAYS}, now=clock.real_now())
clock.set_to(filling.clock_at)
"""
TELL = """
import json, os
from collections import Counter
from pathlib import Path
from django.db.models import Count
from claims.models import Claim, Submission
from coding.models import Encounter
from demonstration.filling import planned
from demonstration.models import Filling
from demonstration.queries import seeding_progress
from patients.models import Appointment, EligibilityCheck, Patient
from practice.queries import all_practice_ids
from rcm import clock
from rcm.db import practice_scope
from rcm.models import OutboxMessage
progress = seeding_progress()
with practice_scope(all_practice_ids()):
    truth = Path(os.environ["RCM_SIMULATOR_DIR"], "truth.jsonl")
    log = truth.read_text().splitlines() if truth.exists() else []
    arrived = Counter(e["claim"] for e in map(json.loads, log) if e["event"] == "received")
    sent = Counter(Submission.objects.values_list("claim__control_number", flat=True))
    booked = Counter(Appointment.objects.values_list("practice__claim_prefix", "external_id"))
    due = {(prefix, f"demo-{v.number}") for prefix, visits in planned(Filling.objects.get()).items() for v in visits}
    print("TOLD " + json.dumps({
        "done": progress.done, "total": progress.total, "finished": progress.finished_at is not None,
        "days_off": abs((clock.now() - clock.real_now()).total_seconds()) // 86400,
        "sent_is_arrived": sent == arrived, "sent": sum(sent.values()),
        "booked_once": max(booked.values()), "missing": len(due - set(booked)), "extra": len(set(booked) - due),
        "twice_built": Claim.objects.values("encounter").annotate(n=Count("pk")).filter(n__gt=2).count(),
        "patients": Patient.objects.count(), "open": Encounter.objects.filter(status="open").count(),
        "answered": EligibilityCheck.objects.exclude(status="pending").count(),
        "undelivered": OutboxMessage.objects.undelivered().count(),
    }))
"""


@pytest.fixture(scope="module")
def environment(tmp_path_factory) -> Iterator[dict[str, str]]:
    """Servers of this module's own with everything that `up` runs, but for the web and beat."""
    folder = tmp_path_factory.mktemp("filling")
    outside = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    with thrown_away({}, migrated=True) as servers:
        made = {
            **outside,
            **servers.environment,
            **parts.Ports.free().environment(folder),
            "RCM_ENVIRONMENT": "demonstration",
            "RCM_CLOCK_FILE": str(folder / "clock.json"),
            "ALLOWED_HOSTS": "127.0.0.1",
        }
        logs = folder / "log"
        programs = [
            parts.simulator(made, logs=logs),
            parts.worker(made, logs=logs),
            parts.mail(made, logs=logs),
        ]
        for program in programs:
            program.child.start()
        try:
            for program in programs:
                program.child.wait_until(program.ready, seconds=60)
            yield made
        finally:
            for program in programs:
                program.child.request_stop()
            for program in programs:
                program.child.finish(10)


def command(environment: dict[str, str], *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-u", "manage.py", *arguments],
        cwd=paths.ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(environment: dict[str, str], *arguments: str) -> str:
    process = command(environment, *arguments)
    said, error = process.communicate()
    assert process.returncode == 0, error[-3000:]
    return said


def tell(environment: dict[str, str]) -> dict:
    said = run(environment, "shell", "--no-imports", "--command", TELL)
    return json.loads(said.rpartition("TOLD ")[2])


@pytest.fixture(scope="module")
def filled(environment) -> dict:
    """What stands after a run that was killed in the middle of its third day, and the one that went on."""
    run(environment, "load_codes", "--verbosity", "0")
    run(environment, "shell", "--no-imports", "--command", OPEN)
    with command(environment, "fill_demonstration") as first:
        assert first.stdout is not None
        assert first.stderr is not None
        told = [first.stdout.readline().partition(" · ")[0] for _ in range(2)]
        time.sleep(0.7)
        first.kill()
        assert told == [f"day 1 of {DAYS}", f"day 2 of {DAYS}"], first.stderr.read()[-3000:]
    cut_short = tell(environment)
    assert (cut_short["done"], cut_short["finished"]) == (2, False)
    said = run(environment, "fill_demonstration")
    assert said.startswith(f"day 3 of {DAYS}")
    return tell(environment)


def test_filling_reaches_the_present_and_gives_the_clock_back(filled):
    assert (filled["done"], filled["total"], filled["finished"]) == (DAYS, DAYS, True)
    assert filled["days_off"] == 0


def test_what_was_cut_short_is_done_exactly_once(filled):
    assert (filled["booked_once"], filled["missing"], filled["extra"]) == (1, 0, 0)
    assert filled["sent_is_arrived"]
    assert filled["sent"] > 0
    assert filled["twice_built"] == 0


def test_work_is_left_and_nothing_is_stuck(filled):
    assert filled["open"] > 0
    assert filled["answered"] > 0
    assert filled["undelivered"] == 0


def test_a_filled_demonstration_is_left_alone(environment, filled):
    assert run(environment, "fill_demonstration") == ""
    assert tell(environment) == filled


def test_the_books_hold(environment, filled):
    assert json.loads(run(environment, "verify_ledger", "--json"))["holds"]


def test_payers_answer_in_seconds_afterwards(environment, filled):
    script = Path(environment["RCM_SIMULATOR_DIR"], "scenario.json").read_text()
    assert json.loads(script)["payment_run_seconds"] == 10
