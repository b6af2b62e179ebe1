"""pyx12 in an environment of its own, asked about texts (./manage.py referees builds it)."""

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
INTERPRETER = ROOT / ".local" / "referee" / "pyx12" / "bin" / "python"
JUDGE = ROOT.parent / "shared" / "tools" / "referee_pyx12.py"
ASK = "import json, sys; from referee_pyx12 import check; print(json.dumps([check(t) for t in json.load(sys.stdin)]))"


def verdicts(texts: Mapping[str, str]) -> dict[str, object]:
    """The referee's verdict on each text: [accepted, errors]. Skips where it is not built, but not in CI."""
    missing = next((path for path in (INTERPRETER, JUDGE) if not path.exists()), None)
    if missing is not None:
        reason = f"{missing.relative_to(ROOT.parent)} is absent; ./manage.py referees builds the environment"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    answer = subprocess.run(
        [str(INTERPRETER), "-c", ASK],
        input=json.dumps(list(texts.values())),
        env={"PYTHONPATH": str(JUDGE.parent), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    return dict(zip(texts, json.loads(answer.stdout), strict=True))
