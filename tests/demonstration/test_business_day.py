"""A practice's days through the real worker, SFTP, HTTP and SMTP, its books against the payers' own log."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from rcm.bootstrap import paths
from rcm.embedded import parts
from rcm.embedded.throwaway import thrown_away

pytestmark = [pytest.mark.slow, pytest.mark.services]
BOOKS = {
    "accounts",
    "charges",
    "deposits",
    "entries",
    "fingerprints",
    "patient credits",
    "policy balances",
    "positions",
    "receivable moves",
    "reversals",
}


@pytest.fixture(scope="module")
def environment(tmp_path_factory) -> Iterator[dict[str, str]]:
    """Servers of this module's own, with a worker and a mail catcher on them."""
    folder = tmp_path_factory.mktemp("business_day")
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
        programs = [parts.worker(made, logs=folder / "log"), parts.mail(made, logs=folder / "log")]
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


def run(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=paths.ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def month(environment) -> dict:
    """What came of ten patients' two weeks and a day."""
    done = run(environment, "business_day", "--patients", "10", "--days", "15", "--seed", "7", "--json")
    assert done.returncode == 0, done.stderr[-2000:] + done.stdout[-2000:]
    return json.loads(done.stdout)


def test_the_books_agree_with_the_payers_log_to_the_cent(month):
    assert month["payers_log"]["differences"] == []
    assert month["books"] == dict.fromkeys(BOOKS, True)
    assert float(month["payers_log"]["paid"]) > 0
    assert month["payers_log"]["paid"] == month["charges_by_account"]["unapplied_payer"]


def test_everything_went_over_the_wire_and_nothing_is_left_undone(month):
    assert month["undelivered_messages"] == 0
    assert set(month["deliveries"]) == {"sent"}
    assert month["eligibility"].get("pending", 0) == 0
    assert month["documents"]["999 recorded"] == month["deliveries"]["sent"]
    assert month["notices_sent"] > 0


def test_verify_ledger_proves_the_same_books(environment, month):
    proven = run(environment, "verify_ledger", "--json")
    assert proven.returncode == 0
    assert json.loads(proven.stdout)["holds"]


@pytest.mark.parametrize("arguments", [["--patients", "0"], ["--days", "0"]])
def test_nothing_to_do_is_said_in_words(environment, arguments):
    refused = run(environment, "business_day", *arguments)
    assert refused.returncode == 1
    assert "at least one patient and one day" in refused.stderr
