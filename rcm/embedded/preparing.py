"""`prepare`: migrations, first seed and static files, before the programs start and only when needed."""

import hashlib
import os
import sys
from collections.abc import Mapping
from urllib.parse import urlsplit

from rcm.bootstrap import environment, paths
from rcm.bootstrap.console import Refusal, say
from rcm.embedded.process import Child

_STAMP = "prepared"
_KINDS = {".py", ".html", ".css", ".js", ".svg", ".json", ".csv", ".sql", ".txt"}
_NOT_SOURCES = {"tests", "docs", "benchmarks", "node_modules", "__pycache__"}


def is_needed(variables: Mapping[str, str], *, seed: bool) -> bool:
    """Whether sources or database changed since `prepare` last went through."""
    return environment.stamped(_STAMP) != _state_of(variables["DATABASE_URL"], seed=seed)


def prepare(variables: Mapping[str, str], *, seed: bool) -> None:
    """Run the Django command `prepare` to its end; raises Refusal naming the log."""
    everything = os.environ | dict(variables)
    state = _state_of(everything["DATABASE_URL"], seed=seed)
    say("preparing the database and the static files")
    command = [sys.executable, "manage.py", "prepare", *([] if seed else ["--no-seed"])]
    child = Child(
        "prepare", command, log=paths.LOGS / "prepare.log", environment=everything, folder=paths.ROOT
    )
    child.start()
    if (code := child.wait()) != 0:
        raise Refusal(f"preparing ended with {code}; read {paths.relative(child.log)}.")
    environment.stamp(_STAMP, state)


def _state_of(database_url: str, *, seed: bool) -> str:
    """A hash that changes with any source file, template or asset, and with the database asked for."""
    # By its password, random for each set of data; the port may be another at each start.
    database = urlsplit(database_url)
    state = hashlib.sha256(f"{database.hostname} {database.path} {database.password} {seed}\n".encode())
    for folder, folders, files in os.walk(paths.ROOT):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _NOT_SOURCES)
        for name in sorted(files):
            if os.path.splitext(name)[1] in _KINDS:
                path = os.path.join(folder, name)
                status = os.stat(path)
                state.update(f"{path} {status.st_mtime_ns} {status.st_size}\n".encode())
    return state.hexdigest()
