"""The two commands on a machine that has nothing of the project yet, and what goes wrong with them."""

import json
import os
import re
import signal
import socket
import time
import urllib.request
from pathlib import Path

import pytest

from tests.setup.conftest import descendants, wait_until_gone

pytestmark = [pytest.mark.slow, pytest.mark.services]


@pytest.fixture
def running(project):
    """`up`, running; killed at the end if the test did not stop it."""
    up = project.up()
    yield up
    up.process.kill()
    up.process.communicate(timeout=30)


def child(up, words: str) -> int | None:
    """The process that `up` itself started and whose command holds the words."""
    for pid in descendants(up.process.pid):
        try:
            parent = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
            command = Path(f"/proc/{pid}/cmdline").read_text()
        except OSError:  # it ended meanwhile
            continue
        if parent == up.process.pid and words in command:
            return pid
    return None


def answers(url: str) -> bool:
    """Whether the address answers with success."""
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except OSError:
        return False


def eventually(holds, *, seconds: float = 30) -> bool:
    """Whether it holds at some moment within the time."""
    deadline = time.monotonic() + seconds
    while not (held := holds()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return held


def test_up_from_nothing_is_ready_and_says_so_in_one_line(project):
    result = project.run("up", "--exit-when-ready", seconds=600)
    assert result.returncode == 0, result.stderr
    (line,) = result.stdout.splitlines()
    said = json.loads(line)
    assert set(said) == {"url", "ready_seconds", "parts"}
    assert set(said["parts"]) == {
        "postgres",
        "valkey",
        "web",
        "worker",
        "beat",
        "simulator",
        "mail",
        "gateway",
        "python",
    }
    assert said["parts"]["postgres"].startswith("18.")


def test_up_does_nothing_twice(project):
    result = project.run("up", "--exit-when-ready")
    assert result.returncode == 0
    assert [word for word in ("installing", "fetching", "preparing") if word in result.stderr] == []


def test_up_takes_a_free_port_when_its_own_is_taken(project):
    with socket.socket() as squatter:
        squatter.bind(("127.0.0.1", 0))
        squatter.listen()
        taken = squatter.getsockname()[1]
        result = project.run("up", "--exit-when-ready", PORT=str(taken))
    assert f"port {taken} is taken; web uses" in result.stderr
    assert str(taken) not in json.loads(result.stdout)["url"]


def test_up_refuses_a_port_that_is_none(project):
    result = project.run("up", PORT="http")
    assert (result.returncode, "PORT is 'http'" in result.stderr) == (1, True)


def test_up_serves_pages_and_names_the_sign_ins(project, running):
    with urllib.request.urlopen(f"{running.url}readyz", timeout=10) as answer:
        assert json.load(answer)["ready"] is True
    sign_ins = json.loads((project.folder / ".local" / "sign_ins.json").read_text())
    printed = running.process.stdout.readline()
    assert sign_ins[0]["username"] in printed
    assert running.stop() == 0


def test_second_up_is_refused_in_words(project, running):
    result = project.run("up")
    assert result.returncode == 1
    assert f"./manage.py up already runs the servers at {running.url}" in result.stderr


def test_other_commands_find_the_running_servers(project, running):
    script = "from django.db import connection as c; c.ensure_connection(); print(c.settings_dict['PORT'])"
    result = project.run("shell", "--command", script)
    (port,) = re.findall(r"port=(\d+)", Path(f"/proc/{child(running, 'postgres')}/cmdline").read_text())
    assert result.stdout.split()[-1] == port


def test_doctor_says_what_runs(project, running):
    result = project.run("doctor")
    assert result.returncode == 0, result.stdout
    for part in ("postgres", "valkey", "mail catcher", "simulator SFTP", "simulator HTTP", "gateway", "web"):
        assert re.search(rf"^ok   {part} ", result.stdout, re.MULTILINE), result.stdout


def test_what_dies_is_started_again(project, running):
    for name in (
        "gunicorn",
        "celery",
        "postgres",
        "valkey-server",
        "clearinghouse.simulator",
        "billing.simulator",
        "embedded.mail",
    ):
        first = child(running, name)
        os.kill(first, signal.SIGKILL)
        running.wait_for("starting it again")
        assert eventually(lambda name=name, first=first: child(running, name) not in (None, first)), name
    assert eventually(lambda: answers(f"{running.url}readyz"))


def test_kill_of_the_supervisor_leaves_nothing(project, running):
    started = descendants(running.process.pid)
    assert len(started) >= 7
    worker = child(running, "rcm.celery\0worker")
    for pid in {worker} | descendants(worker):
        os.kill(pid, signal.SIGSTOP)  # it no longer listens to anything
    running.process.kill()
    assert wait_until_gone(started, seconds=15) == set()
    assert project.run("up", "--exit-when-ready").returncode == 0


def test_down_stops_what_runs(project, running):
    started = descendants(running.process.pid)
    assert project.run("down").returncode == 0
    assert wait_until_gone(started | {running.process.pid}, seconds=1) == set()
    assert "nothing is running" in project.run("down").stderr


def test_interrupt_while_starting_stops_everything(project):
    process = project.start("up")
    time.sleep(1)
    started = descendants(process.pid)
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 128 + signal.SIGTERM, said
    assert wait_until_gone(started, seconds=1) == set()


def test_commands_start_servers_for_their_own_duration(project):
    result = project.run("showmigrations", "sessions")
    assert result.returncode == 0, result.stderr
    assert "[X] 0001_initial" in result.stdout
    assert "nothing is running" in project.run("down").stderr


def test_failure_names_the_log(project):
    broken = project.folder / "rcm" / "wsgi.py"
    whole = broken.read_text()
    broken.write_text("raise RuntimeError('on purpose')\n")
    try:
        result = project.run("up")
    finally:
        broken.write_text(whole)
    assert result.returncode == 1
    assert re.search(r"web ended with \d+ while starting; read \.local/log/web\.log", result.stderr), (
        result.stderr
    )
    assert "on purpose" in project.log("web")


def test_wipe_begins_anew(project):
    sign_ins = project.folder / ".local" / "sign_ins.json"
    assert sign_ins.exists()
    assert project.run("down", "--wipe").returncode == 0
    assert not sign_ins.exists()
    result = project.run("showmigrations", "sessions")
    assert "[ ] 0001_initial" in result.stdout
