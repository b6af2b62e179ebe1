import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from rcm.bootstrap import paths
from rcm.bootstrap.console import Refusal
from rcm.embedded.process import Child, accepts, family, free_port, port_or_free
from tests.setup.conftest import wait_until_gone


def python(tmp_path, script: str) -> Child:
    return Child(
        "part",
        [sys.executable, "-c", script],
        log=tmp_path / "part.log",
        environment=os.environ,
        folder=tmp_path,
    )


def test_port_or_free_keeps_a_port_that_is_free():
    port = free_port()
    assert port_or_free(port) == port


def test_port_or_free_takes_another_for_one_that_is_taken():
    with socket.socket() as squatter:
        squatter.bind(("127.0.0.1", 0))
        squatter.listen()
        taken = squatter.getsockname()[1]
        assert port_or_free(taken) != taken
        assert accepts(taken)
    assert not accepts(taken)


@pytest.mark.slow
def test_child_that_ends_while_starting_is_refused_with_its_log(tmp_path):
    child = python(tmp_path, "print('the reason'); raise SystemExit(3)")
    child.start()
    with pytest.raises(Refusal) as refused:
        child.wait_until(lambda: False, seconds=10)
    assert str(refused.value) == f"part ended with 3 while starting; read {tmp_path / 'part.log'}."
    assert (tmp_path / "part.log").read_text() == "the reason\n"


@pytest.mark.slow
def test_child_that_is_never_ready_is_refused(tmp_path):
    child = python(tmp_path, "import time; time.sleep(60)")
    child.start()
    with pytest.raises(Refusal, match=r"not ready within 0 s"):
        child.wait_until(lambda: False, seconds=0.1)
    child.finish(0)


@pytest.mark.slow
def test_child_that_will_not_stop_is_killed_with_all_it_started(tmp_path):
    script = (
        "import os, signal, subprocess, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "print(subprocess.Popen(['sleep', '60']).pid, flush=True)\n"
        "time.sleep(60)"
    )
    child = python(tmp_path, script)
    child.start()
    child.wait_until(lambda: (tmp_path / "part.log").read_text().endswith("\n"), seconds=10)
    pids = {child.pid, int((tmp_path / "part.log").read_text())}
    child.request_stop()
    child.finish(0.2)
    assert child.exit_code == -signal.SIGKILL
    assert wait_until_gone(pids, seconds=5) == set()


@pytest.mark.slow
def test_family_waits_for_the_children_of_a_killed_parent(tmp_path):
    script = (
        "import os, sys, time; from pathlib import Path; from rcm.embedded.process import Child, family\n"
        "where = Path(sys.argv[1])\n"
        "stays = 'import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(1.5)'\n"
        "with family(where / 'lock', patience=0):\n"
        "    child = Child('p', [sys.executable, '-c', stays], log=where / 'log', environment=os.environ,"
        " folder=where)\n"
        "    child.start(); time.sleep(0.5); print(child.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, tmp_path], cwd=paths.ROOT, stdout=subprocess.PIPE
    ) as parent:
        pid = int(parent.stdout.readline())
        parent.kill()
    with pytest.raises(Refusal, match="have not ended yet"), family(tmp_path / "lock", patience=0):
        pass
    with family(tmp_path / "lock", patience=10):
        assert wait_until_gone({pid}, seconds=0) == set()


@pytest.mark.slow
def test_child_dies_with_a_parent_that_is_killed(tmp_path):
    script = (
        "import os, sys, time; from pathlib import Path; from rcm.embedded.process import Child\n"
        "child = Child('part', ['sleep', '60'], log=Path(sys.argv[1]), environment=os.environ, folder=Path('/'))\n"
        "child.start(); print(child.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, tmp_path / "log"], cwd=paths.ROOT, stdout=subprocess.PIPE
    ) as parent:
        pid = int(parent.stdout.readline())
        assert Path(f"/proc/{pid}").exists()
        parent.kill()
    assert wait_until_gone({pid}, seconds=5) == set()
