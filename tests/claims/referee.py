"""The outside libraries that judge what we write, each in an environment of its own (./manage.py referees)."""

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENTS = ROOT / ".local" / "referee"
TOOLS = ROOT.parent / "shared" / "tools"
ASK = "import json, sys; from referee_pyx12 import check; print(json.dumps([check(t) for t in json.load(sys.stdin)]))"


def verdicts(texts: Mapping[str, str]) -> dict[str, object]:
    """pyx12's verdict on each text: [accepted, errors]. Knows 837, 835, 277CA and 999."""
    python, _ = _referee("pyx12")
    answer = subprocess.run(
        [str(python), "-c", ASK],
        input=json.dumps(list(texts.values())),
        env={"PYTHONPATH": str(TOOLS), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    return dict(zip(texts, json.loads(answer.stdout), strict=True))


def second_verdicts(files: Mapping[str, Path]) -> dict[str, tuple[bool, list[str]]]:
    """linuxforhealth-x12's verdict on each file: accepted, errors. Knows 270, 271, 276, 277 and 837."""
    python, judge = _referee("lfh")
    answer = subprocess.run(
        [str(python), str(judge), *map(str, files.values())],
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    said = [json.loads(line) for line in answer.stdout.splitlines()]
    return {name: (it["ok"], it["errors"]) for name, it in zip(files, said, strict=True)}


def _referee(name: str) -> tuple[Path, Path]:
    """Interpreter and script. Skips where they are not there, but fails in CI."""
    python, judge = ENVIRONMENTS / name / "bin" / "python", TOOLS / f"referee_{name}.py"
    missing = next((path for path in (python, judge) if not path.exists()), None)
    if missing is not None:
        reason = f"{missing.relative_to(ROOT.parent)} is absent; ./manage.py referees builds the environment"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return python, judge
