"""A copy of the project in an empty folder, to set up and run as a new person would."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from rcm.bootstrap import paths
from rcm.embedded import data

# A person's shell holds none of what the test runner's environment does.
_OURS = (
    "RCM_",
    "DATABASE_",
    "REDIS_",
    "DJANGO_",
    "PYTEST_",
    "COV_",
    "COVERAGE_",
    "SECRET_KEY",
    "VIRTUAL_ENV",
)


class Project:
    """A copy of the sources in a folder of its own, and its commands."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith((*_OURS, "ALLOWED_HOSTS", "PORT"))
        }

    def start(self, *arguments: str, **variables: str) -> "subprocess.Popen[str]":
        """Start a command and return at once; its output is piped."""
        return subprocess.Popen(
            [sys._base_executable, "manage.py", *arguments],
            cwd=self.folder,
            env=self.environment | variables,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )

    def run(
        self, *arguments: str, seconds: float = 300, **variables: str
    ) -> "subprocess.CompletedProcess[str]":
        """Run a command to its end."""
        process = self.start(*arguments, **variables)
        try:
            out, err = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise
        return subprocess.CompletedProcess(arguments, process.returncode, out, err)

    def up(self, **variables: str) -> "Up":
        """`./manage.py up`, ready."""
        return Up(self.start("up", **variables))

    def log(self, name: str) -> str:
        """The log of one part."""
        return (self.folder / ".local" / "log" / f"{name}.log").read_text()


class Up:
    """A running `up`."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self.words: list[str] = []
        for line in process.stderr:
            self.words.append(line)
            if "ready after" in line:
                break
        assert process.poll() is None, "".join(self.words)
        process.stdout.readline()
        self.url = process.stdout.readline().strip()

    def wait_for(self, words: str) -> None:
        """Read what it says until it says this."""
        for line in self.process.stderr:
            self.words.append(line)
            if words in line:
                return
        pytest.fail(f"it never said {words!r}: {''.join(self.words)}")

    def stop(self) -> int:
        """Ctrl-C; returns the exit code."""
        self.process.send_signal(signal.SIGINT)
        self.process.communicate(timeout=60)
        return self.process.returncode


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Iterator[Project]:
    """The committed and the new files of this project, in an empty folder, with nothing installed."""
    folder = tmp_path_factory.mktemp("project")
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=paths.ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    for name in listed.stdout.splitlines():
        if (paths.ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(paths.ROOT / name, folder / name)
    made = Project(folder)
    yield made
    made.run("down", "--wipe")
    if (home := data.home_for(folder / ".local")).parent == Path("/var/tmp"):
        shutil.rmtree(home)


def descendants(pid: int) -> set[int]:
    """The processes that a process started, directly or not."""
    parents = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(entry.parent.name)] = int(entry.read_text().rpartition(")")[2].split()[1])
        except OSError:  # it ended meanwhile
            continue
    found: set[int] = set()
    grown = {pid}
    while grown:
        grown = {child for child, parent in parents.items() if parent in grown} - found
        found |= grown
    return found


def wait_until_gone(pids: set[int], *, seconds: float) -> set[int]:
    """Those still alive after the time; a zombie is not alive."""
    deadline = time.monotonic() + seconds
    while (left := {pid for pid in pids if _alive(pid)}) and time.monotonic() < deadline:
        time.sleep(0.05)
    return left


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
