import os
import signal
import subprocess
import sys

import pytest

from rcm.bootstrap import paths
from rcm.bootstrap.locks import Held, Lock, read_note


def test_lock_refuses_a_second_holder_with_the_first_ones_note(tmp_path):
    first = Lock(tmp_path / "lock")
    first.acquire({"pid": 7, "command": "up"})
    with pytest.raises(Held) as refused:
        Lock(tmp_path / "lock").acquire({"pid": 8})
    assert refused.value.note == {"pid": 7, "command": "up"}
    assert read_note(tmp_path / "lock") == {"pid": 7, "command": "up"}
    first.release()


def test_lock_is_free_after_its_release(tmp_path):
    first = Lock(tmp_path / "lock")
    first.acquire({"pid": 7})
    first.release()
    assert read_note(tmp_path / "lock") is None
    second = Lock(tmp_path / "lock")
    second.acquire({"pid": 8})
    second.release()


@pytest.mark.slow
def test_lock_of_a_killed_holder_is_free(tmp_path):
    script = (
        "import sys, time; from pathlib import Path; from rcm.bootstrap.locks import Lock\n"
        "lock = Lock(Path(sys.argv[1])); lock.acquire({'pid': 1}); print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, tmp_path / "lock"], cwd=paths.ROOT, stdout=subprocess.PIPE
    ) as holder:
        holder.stdout.readline()
        assert read_note(tmp_path / "lock") == {"pid": 1}
        os.kill(holder.pid, signal.SIGKILL)
    assert read_note(tmp_path / "lock") is None
    second = Lock(tmp_path / "lock")
    second.acquire({"pid": 2})
    second.release()


def test_note_of_no_lock_is_none(tmp_path):
    assert read_note(tmp_path / "lock") is None
