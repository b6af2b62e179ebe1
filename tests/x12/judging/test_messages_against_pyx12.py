"""Whatever pyx12 rejects in a damaged remittance or acknowledgment we reject, and it accepts our answers to it all."""

import json
import os
import random
import subprocess
from datetime import datetime

import pytest

from tests.x12.judging.messages import MESSAGES
from tests.x12.judging.test_against_pyx12 import ASK, DEFECTS, INTERPRETER, JUDGE, defects
from tests.x12.judging.texts import INST, PRO, Text
from tests.x12.samples import ABSENT, SAMPLES, samples
from x12 import ack_999
from x12.envelope import read
from x12.judging import validate

KNOWN = ("835", "835 unpaid", "277CA", "999")
"""Kinds that pyx12 has a map for."""

PYX12_IS_WRONG = {
    "277CA 19 STC dropped": "a billing provider has a status of its own only where it is not accepted as a whole",
    "999 9 CTX doubled": "a situation may have up to ten places",
}
"""Defects that are none, and why."""

pytestmark = [pytest.mark.referee, pytest.mark.slow]


def judged(texts):
    """What pyx12 says of texts, in their order: accepted (or None: it fell over), and its errors."""
    missing = next((path for path in (INTERPRETER, JUDGE) if not path.exists()), None)
    if missing is not None:
        reason = f"{missing.name} is absent; ./manage.py referees builds the environment"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    answer = subprocess.run(
        [str(INTERPRETER), "-c", ASK],
        input=json.dumps(texts),
        env={"PYTHONPATH": str(JUDGE.parent), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
        timeout=600,
    )
    return json.loads(answer.stdout)


def chosen(kind):
    """A hundred defects of a kind, the same every time, and those that pyx12 takes amiss."""
    found = {f"{kind} {name}": text for name, text in defects(MESSAGES[kind]).items()}
    names = random.Random(835).sample(sorted(found), DEFECTS)
    return {name: found[name] for name in found if name in names or name in PYX12_IS_WRONG}


@pytest.mark.parametrize("kind", KNOWN)
def test_what_pyx12_rejects_is_rejected(kind):
    texts = chosen(kind)

    verdicts = dict(zip(texts, judged([text.sent() for text in texts.values()]), strict=True))

    rejected = [name for name, (accepted, _) in verdicts.items() if accepted is False]
    borne = {name: verdicts[name][1][:2] for name in rejected if not texts[name].findings()}
    assert borne.keys() <= PYX12_IS_WRONG.keys(), borne
    assert len(rejected) > DEFECTS / 2


def sampled():
    """Three defects each of the valid 835s beside the project, with the counts and numbers of ours around them."""
    found = {}
    for sample in samples("835"):
        body = next(iter(read(sample.data).transactions)).segments
        if sample.label != "valid" or len(body) > 150:
            continue
        first = (*body[0].text().split("*")[:2], "0001")
        text = Text(("*".join(first), *(segment.text() for segment in body[1:])))
        for name, damaged in random.Random(1).sample(sorted(defects(text).items()), 3):
            found[f"{sample.path.name} {name}"] = damaged
    return found


@pytest.mark.skipif(not SAMPLES.exists(), reason=ABSENT)
def test_what_pyx12_rejects_in_damaged_samples_is_rejected():
    texts = sampled()

    verdicts = judged([text.sent() for text in texts.values()])

    rejected = [name for name, (accepted, _) in zip(texts, verdicts, strict=True) if accepted is False]
    assert len(rejected) > len(texts) / 2
    assert [name for name in rejected if not texts[name].findings()] == []


@pytest.mark.parametrize("kind", KNOWN)
def test_pyx12_accepts_the_good_ones(kind):
    assert judged([MESSAGES[kind].sent()]) == [[True, []]]


def test_pyx12_accepts_our_answers_to_damaged_texts():
    """Whatever was wrong with a text, the 999 or TA1 that says so is itself without fault."""
    texts = [
        text
        for kind, good in (("837P", PRO), ("837I", INST), *MESSAGES.items())
        for text in random.Random(kind).sample(list(defects(good).values()), 12)
        if "999" not in kind
    ]
    answers = [
        answer
        for text in texts
        for answer in ack_999.answer(
            read(text.sent()), validate, control_number=7, written_at=datetime(2026, 11, 22, 9, 0)
        )
    ]

    verdicts = judged(answers)

    assert len(answers) == len(texts)
    assert [said for accepted, said in verdicts if accepted is not True] == []
    assert [finding for answer in answers for finding in validate(read(answer))] == []
