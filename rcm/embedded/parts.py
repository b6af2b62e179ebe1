"""The programs of the project, each as a child process: how it is started and when it is ready."""

import importlib.metadata
import json
import multiprocessing
import os
import platform
import secrets
import signal
import sys
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from celery import Celery

from rcm.bootstrap import paths
from rcm.bootstrap.console import Refusal
from rcm.embedded.process import Child, accepts, free_port
from rcm.embedded.servers import choose_port

_WORKERS = 2
_SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - gunicorn's heartbeat files, which it creates safely


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the parts listen on the loopback interface."""

    web: int
    simulator_sftp: int
    simulator_http: int
    mail: int
    gateway: int

    @classmethod
    def usual(cls) -> "Ports":
        """The usual ports, each replaced by a free one where it is taken; PORT names another for the web."""
        wanted = os.environ.get("PORT", "8000")
        if not wanted.isdecimal() or not 0 < int(wanted) < 65536:
            raise Refusal(f"PORT is {wanted!r}; it must be a number from 1 to 65535.")
        return cls(
            web=choose_port("web", int(wanted)),
            simulator_sftp=choose_port("simulator (SFTP)"),
            simulator_http=choose_port("simulator (HTTP)"),
            mail=choose_port("mail"),
            gateway=choose_port("gateway"),
        )

    @classmethod
    def free(cls) -> "Ports":
        """Ports that nobody has."""
        return cls(
            web=free_port(),
            simulator_sftp=free_port(),
            simulator_http=free_port(),
            mail=free_port(),
            gateway=free_port(),
        )

    def environment(self, folder: Path) -> dict[str, str]:
        """The variables by which the parts find each other; their files lie under `folder`.

        The test gateway and the product share two secrets, made anew each time.
        """
        pages = f"http://127.0.0.1:{self.web}"
        return {
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(self.mail),
            "RCM_MAIL_PORT": str(self.mail),
            "RCM_MAIL_DIR": str(folder / "mail"),
            "RCM_SIMULATOR_DIR": str(folder / "simulator"),
            "RCM_SIMULATOR_SFTP_PORT": str(self.simulator_sftp),
            "RCM_SIMULATOR_HTTP_PORT": str(self.simulator_http),
            "RCM_PUBLIC_URL": pages,
            "RCM_GATEWAY_DIR": str(folder / "gateway"),
            "RCM_GATEWAY_PORT": str(self.gateway),
            "RCM_GATEWAY_WEBHOOK": f"{pages}/pay/events/bundled/",
            "RCM_PAYMENT_GATEWAY": "bundled",
            "RCM_PAYMENT_GATEWAY_URL": f"http://127.0.0.1:{self.gateway}",
            "RCM_PAYMENT_GATEWAY_KEY": secrets.token_hex(32),
            "RCM_PAYMENT_WEBHOOK_SECRET": secrets.token_hex(32),
        }


@dataclass(frozen=True, slots=True)
class Part:
    """A program with its test of readiness, and the package that gives it its version, if one does."""

    child: Child
    ready: Callable[[], bool]
    package: str = ""

    @property
    def version(self) -> str:
        """The package and its version: "gunicorn 27.0.1"; Python's own where it needs no package."""
        if not self.package:
            return f"python {platform.python_version()}"
        return f"{self.package} {importlib.metadata.version(self.package)}"


def web(environment: Mapping[str, str], *, port: int, logs: Path) -> Part:
    """gunicorn with rcm.wsgi; ready when /readyz says so."""
    options = ["--workers", str(_WORKERS), "--threads", "4", "--worker-class", "gthread", "--preload"]
    options += ["--bind", f"127.0.0.1:{port}", "--no-control-socket", "--log-level", "warning"]
    if os.access(_SHARED_MEMORY, os.W_OK):
        options += ["--worker-tmp-dir", str(_SHARED_MEMORY)]
    child = _python("web", ["-m", "gunicorn", "rcm.wsgi", *options], environment, logs)
    return Part(child, lambda: _says_ready(port), "gunicorn")


def worker(environment: Mapping[str, str], *, logs: Path) -> Part:
    """A Celery worker; ready when it answers a ping over the broker."""
    node = f"supervised-{os.getpid()}@localhost"
    broker = {**os.environ, **environment}["REDIS_URL"]
    # Without these three it does not wait for other workers, of which there are none.
    options = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    options += ["--hostname", node, "--loglevel", "info"]
    options += ["--pool", "prefork" if can_prefork() else "threads", "--concurrency", str(_WORKERS)]
    arguments = ["-m", "celery", "-A", "rcm.celery", "worker", *options]
    # Asked to stop while its broker dies beside it, a worker can wait for ever; killed, it loses nothing.
    child = _python("worker", arguments, environment, logs, orphan_signal=signal.SIGKILL)
    return Part(child, lambda: _answers_ping(broker, node), "celery")


def beat(environment: Mapping[str, str], *, logs: Path, schedule: Path) -> Part:
    """Celery beat, which keeps in `schedule` when it last rang."""
    options = ["--schedule", str(schedule), "--pidfile", "", "--loglevel", "warning"]
    child = _python("beat", ["-m", "celery", "-A", "rcm.celery", "beat", *options], environment, logs)
    return Part(child, lambda: child.running, "celery")


def simulator(environment: Mapping[str, str], *, logs: Path) -> Part:
    """The payer in a box; ready when its SFTP and its HTTP port accept."""
    ports = [int(environment[f"RCM_SIMULATOR_{kind}_PORT"]) for kind in ("SFTP", "HTTP")]
    child = _python("simulator", ["-m", "clearinghouse.simulator"], environment, logs)
    return Part(child, lambda: all(accepts(port) for port in ports), "asyncssh")


def gateway(environment: Mapping[str, str], *, logs: Path) -> Part:
    """The test gateway for payments online; ready when its port accepts."""
    child = _python("gateway", ["-m", "billing.simulator"], environment, logs)
    return Part(child, lambda: accepts(int(environment["RCM_GATEWAY_PORT"])))


def mail(environment: Mapping[str, str], *, logs: Path) -> Part:
    """The mail catcher; ready when its port accepts."""
    child = _python("mail", ["-m", "rcm.embedded.mail"], environment, logs)
    return Part(child, lambda: accepts(int(environment["RCM_MAIL_PORT"])), "aiosmtpd")


def filling(environment: Mapping[str, str], *, logs: Path) -> Part:
    """What gives the demonstration its past: it ends with 0 when there is nothing (more) to do."""
    child = _python("filling", ["manage.py", "fill_demonstration"], environment, logs)
    return Part(child, lambda: child.running, "django")


def _python(
    name: str,
    arguments: list[str],
    environment: Mapping[str, str],
    logs: Path,
    orphan_signal: signal.Signals | None = None,
) -> Child:
    return Child(
        name,
        [sys.executable, *arguments],
        log=logs / f"{name}.log",
        environment=os.environ | dict(environment) | {"PYTHONUNBUFFERED": "1"},
        folder=paths.ROOT,
        orphan_signal=orphan_signal,
    )


def _says_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return bool(json.load(answer)["ready"])
    except (OSError, ValueError, KeyError):  # HTTPError, a 503 among them, is an OSError
        return False


def _answers_ping(broker: str, node: str) -> bool:
    with Celery(broker=broker, set_as_current=False) as app:
        return bool(app.control.ping(destination=[node], timeout=0.3, limit=1))


def can_prefork() -> bool:
    """Whether semaphores can be made; without a writable /dev/shm Celery's process pool ends at once."""
    try:
        multiprocessing.Semaphore()
    except OSError:
        return False
    return True
