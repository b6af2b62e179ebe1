"""What the project installs: declared once, locked with hashes, and silent about where it comes from."""

import json
import re
import tomllib

import pytest

from rcm.bootstrap import environment, paths

LOCKS = sorted(paths.REQUIREMENTS.glob("*.txt"))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_lock_pins_every_package_with_a_hash(lock):
    lines = re.sub(r"\\\n", " ", lock.read_text()).splitlines()
    packages = [line for line in lines if line and not line.lstrip().startswith("#")]
    assert [line for line in packages if not re.match(r"[a-z0-9.\-]+(\[.+\])?==\S+", line)] == []
    assert [line for line in packages if "--hash=sha256:" not in line] == []


def test_every_lock_is_compiled_by_the_lock_command():
    assert {lock.stem for lock in LOCKS} == set(environment.LOCKS)


def test_no_lock_says_where_packages_come_from():
    named = [
        file.name
        for file in [*LOCKS, paths.ROOT / "assets" / "package-lock.json", paths.ROOT / "assets" / ".npmrc"]
        if re.search(
            r'index-url|find-links|"resolved"|registry *= *|https?://(?!opencollective|github\.com/sponsors)',
            file.read_text(),
        )
    ]
    assert named == []


def test_every_dependency_has_its_reason():
    text = (paths.ROOT / "pyproject.toml").read_text()
    section = text[text.index("\ndependencies = [") : text.index("[tool.pytest")]
    lines = [line for line in section.splitlines() if re.match(r'\s+"', line)]
    assert len(lines) > 50
    assert [line for line in lines if " # " not in line] == []


def test_smaller_locks_agree_with_the_development_lock():
    pins = {
        lock.stem: dict(re.findall(r"^([a-z0-9.\-]+)(?:\[.+\])?==(\S+)", lock.read_text(), re.MULTILINE))
        for lock in LOCKS
    }
    for kind in ("core", "prod", "demo"):
        assert pins[kind].items() <= pins["dev"].items()


def test_front_end_is_copied_from_packages_that_are_declared():
    package = json.loads((paths.ROOT / "assets" / "package.json").read_text())
    wanted = json.loads((paths.ROOT / "assets" / "copy.json").read_text())
    for group, kind in (("served", "dependencies"), ("tests", "devDependencies")):
        declared = package[kind]
        copied = wanted[group]
        assert [
            source for source in copied if not any(source.startswith(f"{name}/") for name in declared)
        ] == []
        assert [version for version in declared.values() if not version[0].isdigit()] == []


def test_python_is_the_one_the_house_says():
    project = tomllib.loads((paths.ROOT / "pyproject.toml").read_text())["project"]
    assert (project["requires-python"], project["license"]) == (">=3.11", "Apache-2.0")
