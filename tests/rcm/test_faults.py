import os
import signal
import subprocess
import sys

from rcm import faults

CUT = "from rcm import faults; faults.point('a'); print('a passed'); faults.point('b'); print('b passed')"


def test_point_does_nothing_unless_armed(monkeypatch):
    monkeypatch.delenv("RCM_FAULT_FILE", raising=False)
    faults.point("anywhere")


def test_point_passes_when_another_point_is_named(tmp_path, monkeypatch):
    armed = tmp_path / "fault"
    monkeypatch.setenv("RCM_FAULT_FILE", str(armed))
    faults.point("here")
    armed.write_text("elsewhere")
    faults.point("here")
    assert armed.exists()


def test_point_kills_its_process_once(tmp_path):
    armed = tmp_path / "fault"
    armed.write_text("b\n")

    def run() -> subprocess.CompletedProcess[str]:
        environment = os.environ | {"RCM_FAULT_FILE": str(armed)}
        return subprocess.run(
            [sys.executable, "-c", CUT], env=environment, capture_output=True, text=True, check=False
        )

    assert run().returncode == -signal.SIGKILL
    assert not armed.exists()
    assert run().stdout == "a passed\nb passed\n"
