"""Whatever pyx12 rejects in a damaged claim, we reject: mechanical defects, judged by both."""

import json
import os
import random
import subprocess
from collections.abc import Iterator

import pytest

from tests.x12.judging.texts import INST, PRO, Text
from tests.x12.samples import ROOT

INTERPRETER = ROOT / ".local" / "referee" / "pyx12" / "bin" / "python"
JUDGE = ROOT.parent / "shared" / "tools" / "referee_pyx12.py"
ASK = (
    "import json, sys; from referee_pyx12 import check; "
    "print(json.dumps([check(t) for t in json.load(sys.stdin)]))"
)
DEFECTS = 60

PYX12_IS_WRONG: dict[str, str] = {}
"""Defects that pyx12 alone objects to, and why it is wrong."""

pytestmark = [pytest.mark.referee, pytest.mark.slow]


def _changed(text: Text, n: int, line: str) -> Text:
    return Text((*text.lines[:n], line, *text.lines[n + 1 :]))


def _of_segments(text: Text, n: int) -> Iterator[tuple[str, Text]]:
    line = text.lines[n]
    yield "dropped", Text(text.lines[:n] + text.lines[n + 1 :])
    yield "doubled", Text((*text.lines[: n + 1], *text.lines[n:]))
    yield "misspelt", _changed(text, n, f"{line[0]}Q{line[2:]}")
    if n + 2 < len(text.lines):
        yield "too late", Text((*text.lines[:n], text.lines[n + 1], line, *text.lines[n + 2 :]))


def _of_elements(text: Text, n: int) -> Iterator[tuple[str, Text]]:
    elements = text.lines[n].split("*")
    for number in range(1, len(elements)):
        if not elements[number]:
            continue
        for name, value in (
            ("emptied", ""),
            ("of another kind", "??"),
            ("endless", elements[number] + "9" * 300),
            ("the 31st of February", "20260231"),
        ):
            changed = [*elements[:number], value, *elements[number + 1 :]]
            while not changed[-1]:
                changed.pop()
            yield f"{number:02d} {name}", _changed(text, n, "*".join(changed))


def defects(text: Text) -> dict[str, Text]:
    """Every mechanical defect of a text, by a name."""
    found = {}
    for n in range(1, len(text.lines) - 1):
        for what, damaged in (*_of_segments(text, n), *_of_elements(text, n)):
            found[f"{n + 1} {text.lines[n].split('*')[0]} {what}"] = damaged
    return found


def chosen() -> dict[str, Text]:
    """Those of each kind that are tried, the same every time."""
    found = {}
    for kind, text in (("837P", PRO), ("837I", INST)):
        all_ = defects(text)
        for name in random.Random(837).sample(sorted(all_), DEFECTS):
            found[f"{kind} {name}"] = all_[name]
    return found


@pytest.fixture(scope="module")
def verdicts() -> dict[str, tuple[bool | None, list[list[str]]]]:
    """What pyx12 says of every damaged text: accepted, and its errors."""
    missing = next((path for path in (INTERPRETER, JUDGE) if not path.exists()), None)
    if missing is not None:
        reason = f"{missing.relative_to(ROOT.parent)} is absent; ./manage.py referees builds the environment"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    texts = {name: text.sent() for name, text in chosen().items()}
    answer = subprocess.run(
        [str(INTERPRETER), "-c", ASK],
        input=json.dumps(list(texts.values())),
        env={"PYTHONPATH": str(JUDGE.parent), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
        timeout=600,
    )
    return dict(zip(texts, json.loads(answer.stdout), strict=True))


def test_what_pyx12_rejects_is_rejected(verdicts: dict[str, tuple[bool | None, list[list[str]]]]) -> None:
    texts = chosen()
    borne = {
        name: errors[:2]
        for name, (accepted, errors) in verdicts.items()
        if accepted is False and not texts[name].findings() and name not in PYX12_IS_WRONG
    }

    assert borne == {}


def test_pyx12_rejects_most_of_them(verdicts: dict[str, tuple[bool | None, list[list[str]]]]) -> None:
    """The comparison is worth something only while the referee is awake."""
    assert sum(accepted is False for accepted, _ in verdicts.values()) > DEFECTS
