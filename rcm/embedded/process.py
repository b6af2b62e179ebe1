"""One child process: started so that it cannot outlive us, stopped politely, then not."""

import contextlib
import ctypes
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from rcm.bootstrap.console import Refusal, Stopped
from rcm.bootstrap.paths import relative

_LOG_LIMIT_BYTES = 10_000_000
_PR_SET_PDEATHSIG = 1


def free_port() -> int:
    """A port of the loopback interface that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def port_or_free(wanted: int) -> int:
    """The wanted port, or a free one when somebody has it."""
    with socket.socket() as probe:
        # As servers do; otherwise a port used a minute ago counts as taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError:
            return free_port()
    return wanted


def accepts(port: int, host: str = "127.0.0.1") -> bool:
    """Whether something accepts connections on the port."""
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True


@contextmanager
def family(path: Path, *, patience: float) -> Iterator[None]:
    """Children started in the block hold a lock on the file while they live, even when we are killed.

    So a successor knows whether all of them have ended: entering waits for those of a predecessor, and raises
    Refusal when they take longer than `patience` seconds.
    """
    deadline = time.monotonic() + patience
    with path.open("a") as file:
        while not _locked(file):
            if time.monotonic() > deadline:
                raise Refusal("Programs of an earlier, killed run have not ended yet; try again in a moment.")
            time.sleep(0.05)
        _inherited.add(file.fileno())
        try:
            yield
        finally:
            _inherited.discard(file.fileno())


_inherited: set[int] = set()


class Child:
    """A program we start, watch and stop.

    Always started from the main thread: Linux sends the parent-death signal when the starting thread ends.
    When we are killed, the kernel sends it `orphan_signal`, the stop signal unless another is named.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        log: Path,
        environment: Mapping[str, str],
        folder: Path,
        stop_signal: signal.Signals = signal.SIGTERM,
        orphan_signal: signal.Signals | None = None,
        popen_options: Mapping[str, Any] | None = None,
        standard_input: str = "",
        before_start: Callable[[], None] = lambda: None,
    ) -> None:
        self.name = name
        self.log = log
        self._command = [str(part) for part in command]
        self._environment = dict(environment)
        self._folder = folder
        self._stop_signal = stop_signal
        self._orphan_signal = orphan_signal or stop_signal
        self._popen_options = dict(popen_options or {})
        self._standard_input = standard_input.encode()
        self._before_start = before_start
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        return self._process.pid if self._process is not None and self.running else None

    @property
    def running(self) -> bool:
        """Whether it was started and has not ended."""
        return self._process is not None and self._process.poll() is None

    @property
    def exit_code(self) -> int | None:
        """How it ended; negative for a signal, None while it runs or before its start."""
        return None if self._process is None else self._process.poll()

    def start(self) -> None:
        """Start it in a session of its own, so that a Ctrl-C at the terminal reaches only the supervisor."""
        self._kill_leftovers()
        self._before_start()
        with _open_log(self.log) as log:
            self._process = subprocess.Popen(
                self._command,
                cwd=self._folder,
                env=self._environment,
                stdin=subprocess.PIPE if self._standard_input else subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent(self._orphan_signal),
                pass_fds=tuple(_inherited),
                **self._popen_options,
            )
        if self._process.stdin is not None:
            self._process.stdin.write(self._standard_input)
            self._process.stdin.close()

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the process and everything it started."""
        if self._process is not None and self.running:
            os.killpg(self._process.pid, number)

    def request_stop(self) -> None:
        """Ask it to stop; `finish` waits for that."""
        if self._process is not None and self.running:
            self._process.send_signal(self._stop_signal)

    def finish(self, patience: float) -> None:
        """Wait up to `patience` seconds for the end, then kill the whole session; leaves nothing running."""
        if self._process is None:
            return
        try:
            self._process.wait(patience)
        except subprocess.TimeoutExpired:
            self.signal(signal.SIGKILL)
            self._process.wait()
        self._kill_leftovers()

    def _kill_leftovers(self) -> None:
        """End what a program that died has left in its session: a worker's processes without their worker."""
        if self._process is None or self.running:
            return
        try:
            os.kill(self._process.pid, 0)
        except ProcessLookupError:  # as it must be: otherwise the number belongs to a stranger by now
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def wait(self) -> int:
        """Wait for its end and return the exit code; when we are told to stop meanwhile, it is killed."""
        assert self._process is not None
        try:
            return self._process.wait()
        finally:
            self.signal(signal.SIGKILL)

    def wait_until(self, ready: Callable[[], bool], *, seconds: float) -> None:
        """Wait until `ready()`; raises Refusal naming the log when it ends or takes longer than `seconds`."""
        deadline = time.monotonic() + seconds
        while not ready():
            if not self.running:
                raise Refusal(
                    f"{self.name} ended with {self.exit_code} while starting; read {relative(self.log)}."
                )
            if time.monotonic() > deadline:
                raise Refusal(f"{self.name} was not ready within {seconds:.0f} s; read {relative(self.log)}.")
            time.sleep(0.03)


def _locked(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _open_log(path: Path) -> IO[bytes]:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > _LOG_LIMIT_BYTES:
        path.replace(path.with_name(path.name + ".1"))
    return path.open("ab")


def die_with_parent(number: signal.Signals) -> Callable[[], None] | None:
    """What a child calls first, so that the kernel sends it this signal when we die, even by SIGKILL.

    None where there is no such thing (anywhere but on Linux).
    """
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl  # looked up here: nothing may be imported between fork and exec
    parent = os.getpid()

    def in_child() -> None:
        prctl(_PR_SET_PDEATHSIG, int(number))
        if os.getppid() != parent:  # it died before the line above
            os._exit(1)

    return in_child


def run_attached(command: Sequence[str | Path], *, folder: Path, environment: Mapping[str, str]) -> int:
    """Run a program at this terminal to its end and return its exit code; when we are stopped, so is it."""
    with subprocess.Popen(
        [str(part) for part in command],
        cwd=folder,
        env=dict(environment),
        preexec_fn=die_with_parent(signal.SIGTERM),
    ) as process:
        try:
            return process.wait()
        except Stopped:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
            raise
