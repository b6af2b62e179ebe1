"""`./manage.py lint`: every rule of the house that a machine can check; all are run, whichever fails."""

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from rcm.bootstrap import paths
from rcm.bootstrap.console import say

_BIN = paths.VENV / "bin"


@dataclass(frozen=True, slots=True)
class Check:
    """One check: what it is called in the summary, and the command whose exit code is the verdict."""

    name: str
    command: list[str]
    kind: str = "test"  # which settings Django sees


def lint(run_tests: Callable[[list[str]], int]) -> int:
    """Run every check, print a summary; 1 when any failed. `run_tests` runs pytest with servers."""
    results: list[tuple[str, bool, float]] = []
    for check in _checks():
        say(check.name)
        began = time.monotonic()
        done = subprocess.run(check.command, cwd=paths.ROOT, env=_environment(check.kind), check=False)
        results.append((check.name, done.returncode == 0, time.monotonic() - began))
    say("tests/house")
    began = time.monotonic()
    results.append(
        ("tests/house", run_tests(["tests/house", "-m", "not slow"]) == 0, time.monotonic() - began)
    )
    sys.stdout.write("\n")
    for name, passed, seconds in results:
        sys.stdout.write(f"  {'ok  ' if passed else 'FAIL'}  {name:<32} {seconds:5.1f} s\n")
    failed = [name for name, passed, _ in results if not passed]
    sys.stdout.write(f"\n{'; '.join(failed) + ' failed' if failed else 'The house is in order'}.\n")
    return 1 if failed else 0


def _checks() -> list[Check]:
    # Without a server behind it, makemigrations warns that it could not compare its history.
    manage = [sys.executable, "-W", "ignore::RuntimeWarning", str(paths.ROOT / "manage.py")]
    checks = [
        Check("ruff format", [str(_BIN / "ruff"), "format", "--check", "."]),
        Check("ruff check", [str(_BIN / "ruff"), "check", "."]),
        Check("mypy --strict", [str(_BIN / "mypy"), "."]),
        Check("lint-imports", [str(_BIN / "lint-imports")]),
        Check("makemigrations --check", [*manage, "makemigrations", "--check", "--dry-run"]),
        Check("check --deploy", [*manage, "check", "--deploy", "--fail-level", "WARNING"], "production"),
    ]
    templates = [str(path.relative_to(paths.ROOT)) for path in _template_folders()]
    if templates:
        form = ["--check", "--custom-blocks", "partialdef", "--line-length", "110"]
        checks += [
            Check("djangofmt", [str(_BIN / "djangofmt"), *form, *templates]),
            Check("djlint", [str(_BIN / "djlint"), "--lint", "--quiet", *templates]),
        ]
    return checks


def _template_folders() -> list[Path]:
    folders = [paths.ROOT / "templates", *paths.ROOT.glob("*/templates")]
    return [folder for folder in folders if any(folder.rglob("*.html"))]


def _environment(kind: str) -> Mapping[str, str]:
    """Settings complete enough for a check; no server stands behind them, and none is asked."""
    nowhere = "127.0.0.1:9"
    return os.environ | {
        "RCM_ENVIRONMENT": kind,
        "SECRET_KEY": secrets.token_urlsafe(64),
        "ALLOWED_HOSTS": "billing.example.com",
        "DATABASE_URL": f"postgresql://nobody@{nowhere}/nothing",
        "REDIS_URL": f"redis://{nowhere}/0",
    }
