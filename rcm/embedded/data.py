"""Where the servers' data lies, and deleting it. Standard library only: `down` needs no environment.

PostgreSQL refuses to run as root. Started by root the servers drop to an unprivileged account, and because
that account may not be able to enter the project's folder, data and binaries lie in a folder of their own in
the system's persistent temporary directory. Started by anyone else, everything stays in the project.
"""

import fcntl
import hashlib
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from rcm.bootstrap.console import Refusal

_PERSISTENT_TEMPORARY = Path("/var/tmp")  # noqa: S108 - made safe in _own_folder: it must be ours, and no link
_RUN = "run-"


def home_for(local: Path) -> Path:
    """The folder with the servers' data and secrets that belongs to one `.local`; created when missing."""
    if os.geteuid() != 0:
        local.mkdir(parents=True, exist_ok=True)
        return local
    name = "rcm-" + hashlib.sha256(str(local.resolve()).encode()).hexdigest()[:12]
    parent = _PERSISTENT_TEMPORARY if _PERSISTENT_TEMPORARY.is_dir() else Path(tempfile.gettempdir())
    return _own_folder(parent / name)


@contextmanager
def temporary_home(parent: Path) -> Iterator[Path]:
    """A new folder for servers whose data is thrown away; also removes those that killed commands left."""
    remove_abandoned(parent)
    home = Path(tempfile.mkdtemp(prefix=_RUN, dir=parent))
    home.chmod(0o755)  # the servers' account must be able to walk through it
    try:
        with (home / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


def remove_abandoned(parent: Path) -> None:
    """Delete the temporary folders whose command no longer lives."""
    for home in parent.glob(f"{_RUN}*"):
        with suppress(OSError), (home / "lock").open() as lock:  # OSError: just made, or held by its command
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(home, ignore_errors=True)


def wipe(local: Path) -> None:
    """Delete the kept data, its secrets and whatever killed commands left. The servers must be stopped."""
    home = home_for(local)
    remove_abandoned(home)
    for name in ("postgres", "valkey", "mail", "simulator", "gateway", "log"):
        shutil.rmtree(home / name, ignore_errors=True)
        shutil.rmtree(local / name, ignore_errors=True)
    for template in home.glob("template-*"):
        shutil.rmtree(template)
    (home / "secrets.json").unlink(missing_ok=True)
    for name in ("sign_ins.json", "clock.json", "stamps/prepared"):
        (local / name).unlink(missing_ok=True)
    for schedule in local.glob("beat-schedule*"):
        schedule.unlink()


def _own_folder(path: Path) -> Path:
    path.mkdir(mode=0o755, exist_ok=True)
    status = path.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.geteuid():
        raise Refusal(f"{path} exists and is not a folder of ours; look at it and remove it.")
    path.chmod(0o755)
    return path
