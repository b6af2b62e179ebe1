"""Builds the project's environments from the hashed locks, and remembers what it built.

Every stage is stamped with the hash of what it was made from; who finds the stamp does nothing.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from contextlib import AbstractContextManager
from pathlib import Path

from rcm.bootstrap import paths
from rcm.bootstrap.console import Refusal, say
from rcm.bootstrap.locks import waiting

REFEREES = ("pyx12", "lfh")
LOCKS = {
    "dev": ["pyproject.toml", "--extra", "dev"],
    "prod": ["pyproject.toml", "--extra", "prod", "--constraint", "requirements/dev.txt"],
    "demo": ["pyproject.toml", "--extra", "demo", "--constraint", "requirements/dev.txt"],
    "core": ["pyproject.toml", "--constraint", "requirements/dev.txt"],
    "bootstrap": ["--group", "bootstrap"],
    "assets": ["--group", "assets"],
    "referee-pyx12": ["--group", "referee-pyx12"],
    "referee-lfh": ["--group", "referee-lfh"],
}


def digest(files: Iterable[Path]) -> str:
    """One hash over the contents of the files, in the order given."""
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()


def stamped(name: str) -> str:
    """What the stage was last built from; empty when it never was."""
    try:
        return (paths.STAMPS / name).read_text()
    except FileNotFoundError:
        return ""


def stamp(name: str, value: str) -> None:
    """Remember that the stage is built."""
    (paths.STAMPS / name).write_text(value)


def setting_up() -> AbstractContextManager[None]:
    """One set-up at a time: two commands started together must not build the same folder."""
    return waiting(paths.LOCAL / "setup.lock", why="waiting for another command that is setting up")


def ensure(kind: str) -> bool:
    """Bring `.venv` to the lock `kind` (demo or dev); true when something was installed.

    Once the development lock is in, the smaller one is satisfied by it: otherwise `up` and `test`
    would undo each other's work.
    """
    paths.make_local()
    if _is_current(kind):
        return False
    with setting_up():
        if _is_current(kind):
            return False
        kind = "dev" if stamped("environment").startswith("dev ") else kind
        if not paths.PYTHON.exists():
            uv("venv", "-q", "--clear", "--python", sys.executable, str(paths.VENV))
        say(f"installing requirements/{kind}.txt")
        _sync(paths.PYTHON, _lock(kind))
        stamp("environment", f"{kind} {digest([_lock(kind)])}")
    return True


def ensure_referees() -> None:
    """Build `.local/referee/<name>`: libraries too old or too different to share our environment."""
    for name in REFEREES:
        lock, home = _lock(f"referee-{name}"), paths.LOCAL / "referee" / name
        if stamped(f"referee-{name}") == digest([lock]) and (home / "bin" / "python").exists():
            continue
        with setting_up():
            say(f"installing the X12 referee {name}")
            uv("venv", "-q", "--clear", "--python", sys.executable, str(home))
            _sync(home / "bin" / "python", lock)
            stamp(f"referee-{name}", digest([lock]))


def compile_locks(*, upgrade: bool) -> None:
    """Compile requirements/*.txt from pyproject.toml; no file says where the packages came from."""
    options = [
        "--python-version",
        "3.11",
        "--universal",
        "--generate-hashes",
        "--no-emit-index-url",
        "--no-header",
    ]
    for name, source in LOCKS.items():
        say(f"requirements/{name}.txt")
        target = ["--output-file", f"requirements/{name}.txt"]
        uv("pip", "compile", "-q", *options, *(["--upgrade"] if upgrade else []), *source, *target)


def uv(*arguments: str) -> None:
    """Run uv in the project folder; raises Refusal with what to look at when it fails."""
    environment = os.environ | {"UV_PYTHON_DOWNLOADS": "never", "UV_LINK_MODE": "copy"}
    try:
        subprocess.run(
            [find_uv(), *arguments], cwd=paths.ROOT, env=environment, stdout=sys.stderr, check=True
        )
    except subprocess.CalledProcessError as error:
        raise Refusal(
            f"uv {' '.join(arguments[:2])} failed; its own words are above. "
            "Without a network nothing can be installed; run the command again when there is one."
        ) from error


def find_uv() -> str:
    """A uv: the machine's own, else the pinned one that pip installs once into `.local/boot`."""
    if found := shutil.which("uv"):
        return found
    boot = paths.LOCAL / "boot"
    if not (boot / "bin" / "uv").exists():
        say("installing uv")
        quiet = [
            "-q",
            "--root-user-action=ignore",
            "--disable-pip-version-check",
            "--no-warn-script-location",
        ]
        command = [sys.executable, "-m", "pip", "install", *quiet, "--require-hashes", "--target", str(boot)]
        try:
            subprocess.run([*command, "-r", str(_lock("bootstrap"))], stdout=sys.stderr, check=True)
        except subprocess.CalledProcessError as error:
            raise Refusal("pip could not install uv; its own words are above. Is pip installed?") from error
    return str(boot / "bin" / "uv")


def _lock(kind: str) -> Path:
    return paths.REQUIREMENTS / f"{kind}.txt"


def _is_current(kind: str) -> bool:
    good = {f"{each} {digest([_lock(each)])}" for each in {kind, "dev"}}
    return stamped("environment") in good and paths.PYTHON.exists()


def _sync(python: Path, lock: Path) -> None:
    uv("pip", "sync", "-q", "--compile-bytecode", "--require-hashes", "--python", str(python), str(lock))
