"""Power cuts in the box, at every step between file system and store; and files no one should send."""

import datetime as dt
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clearinghouse.simulator.mailbox import Mailboxes
from clearinghouse.simulator.post import PostOffice
from clearinghouse.simulator.realtime import ELIGIBILITY
from clearinghouse.simulator.store import Store
from clearinghouse.simulator.truth import TruthLog
from tests.clearinghouse.simulator.claims import ORTEGA, SOFIA, claim, injection_claim, line, medicare_claim
from tests.clearinghouse.simulator.submitting import Desk, interchange
from tests.clearinghouse.simulator.test_realtime import inquiry_270
from x12.envelope import read

ON = dt.date(2026, 6, 1)
NOW = dt.datetime(2026, 6, 8, 15, 0, tzinfo=dt.UTC)


class PowerCutError(BaseException):
    """Nothing catches it."""


STEPS: list[tuple[type, str]] = [
    (Path, "rename"),
    (Store, "add_received"),
    (Store, "add_claim"),
    (Store, "settle"),
    (Store, "add_answer"),
    (Store, "set_answer_state"),
    (Store, "add_truth"),
    (PostOffice, "_staged"),
    (TruthLog, "flush"),
]


def power_cut(step: Callable[..., Any], nth: int, *, before: bool) -> Callable[..., Any]:
    """A step that ends in a power cut when it is taken for the nth time, undone or done."""
    calls = 0

    def cut(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == nth and before:
            raise PowerCutError
        result = step(*args, **kwargs)
        if calls == nth:
            raise PowerCutError
        return result

    return cut


@pytest.mark.slow
@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
@pytest.mark.parametrize("nth", [1, 2, 3, 5])
@pytest.mark.parametrize(("owner", "name"), STEPS, ids=[name for _, name in STEPS])
def test_power_cut_at_any_step_loses_nothing_and_repeats_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, owner: type, name: str, nth: int, before: bool
) -> None:
    desk = Desk(tmp_path, NOW)
    with monkeypatch.context() as patched:
        patched.setattr(owner, name, power_cut(getattr(owner, name), nth, before=before))
        try:
            desk.put(interchange(1, visit("V1"), visit("V2", "99214"), at=NOW))
            desk.put(interchange(2, injection_claim(number="V3"), at=NOW))
            desk.work()
            desk.work(seconds=1)
            desk.work(seconds=20)
        except PowerCutError:
            desk.restart()
    desk.work(seconds=30)
    desk.work(seconds=30)

    texts = desk.fetch_texts()
    kinds = Counter(t.kind for text in texts for t in read(text).transactions)
    assert kinds == {"999": 2, "277CA": 2, "835": 2}
    paid = Counter(
        s[1] for text in texts for t in read(text).transactions for s in t.segments if s.id == "CLP"
    )
    assert paid == {"V1": 1, "V2": 1, "V3": 1}
    events = Counter(item["event"] for item in desk.truth())
    assert events == {"received": 3, "accepted": 3, "decided": 3, "remitted": 2, "sent": 6}
    assert [item["seq"] for item in desk.truth()] == list(range(1, 18))


def visit(number: str, code: str = "99213"):
    return claim("BPK01", ORTEGA, line(1, code, "150.00", ON), number=number)


def test_half_a_line_in_the_truth_log_is_cut_off_and_written_whole(tmp_path: Path) -> None:
    desk = Desk(tmp_path, NOW)
    desk.submit(visit("V1"))
    path = tmp_path / "truth.jsonl"
    path.write_bytes(path.read_bytes()[:-25])
    desk.restart()
    desk.work()
    assert [item["event"] for item in desk.truth()] == ["received", "accepted", "sent"]


def test_file_fetched_while_its_delivery_was_being_noted_does_not_come_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(tmp_path, NOW)

    def cut(*_: object) -> None:
        raise PowerCutError

    whole = Store.set_answer_state
    with monkeypatch.context() as patched:
        patched.setattr(
            Store, "set_answer_state", lambda self, i, s: whole(self, i, s) if s == "delivering" else cut()
        )
        with pytest.raises(PowerCutError):
            desk.submit(visit("V1"))
    assert len(desk.fetch_texts()) == 1
    desk.restart()
    desk.work()
    assert desk.fetch_texts() == []
    assert [item["event"] for item in desk.truth()] == ["received", "accepted", "sent"]


# Garbage

SEEDS = [
    interchange(1, medicare_claim(), injection_claim(), at=NOW),
    interchange(1, visit("V1"), at=NOW, acknowledgment_requested=True),
]


def mutated(text: str, seed: int) -> str:
    """A text with a few defects."""
    dice = random.Random(seed)
    parts = text.split("~")
    for _ in range(dice.randint(1, 4)):
        spot = dice.randrange(len(parts))
        kind = dice.randrange(7)
        if kind == 0:
            del parts[spot]
        elif kind == 1:
            parts.insert(spot, parts[spot])
        elif kind == 2:
            other = dice.randrange(len(parts))
            parts[spot], parts[other] = parts[other], parts[spot]
        elif kind == 3:
            elements = parts[spot].split("*")
            elements[dice.randrange(len(elements))] = dice.choice(
                ["", "X", "-1", "9" * 400, "1:2:3", "20260230", "\x00"]
            )
            parts[spot] = "*".join(elements)
        elif kind == 4:
            parts = parts[: spot + 1]
        elif kind == 5:
            parts[spot] = parts[spot][: dice.randrange(len(parts[spot]) + 1)]
        else:
            elements = parts[spot].split("*")
            del elements[dice.randrange(len(elements))]
            parts[spot] = "*".join(elements)
        parts = parts or [""]
    return "~".join(parts)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12))
def test_mutants_are_answered_or_ignored_but_never_break_the_box(tmp_path: Path, seed: int) -> None:
    desk = Desk(tmp_path, NOW)
    for number in range(50):
        desk.put(mutated(SEEDS[number % 2].replace("000000001", f"{number + 1:09d}"), seed * 1000 + number))
    desk.work()
    desk.work(seconds=30)

    assert desk.truth("failed") == []
    assert desk.remittances() is not None
    assert list((tmp_path / "work" / "submitter").iterdir()) == []
    assert len(list((tmp_path / "archive" / "submitter").iterdir())) == 50


@given(content=st.binary(max_size=300))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@pytest.mark.slow
def test_any_bytes_are_taken_and_put_aside(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    desk = Desk(tmp_path_factory.mktemp("box"), NOW)
    (desk.outbound.parent / "inbound" / "x").write_bytes(content)
    desk.work()
    assert desk.truth("failed") == []
    desk.box.close()


@pytest.mark.slow
def test_mutants_in_real_time_are_answered(tmp_path: Path) -> None:
    desk = Desk(tmp_path, NOW)
    for number in range(300):
        text = mutated(inquiry_270(dependent=SOFIA if number % 2 else None), number)
        assert desk.box.answer("L", f"P{number}", ELIGIBILITY, text, NOW).payload_type


def test_file_that_breaks_us_is_archived_and_the_next_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(tmp_path, NOW)

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr("clearinghouse.simulator.intake.examine", broken)
        desk.submit(visit("V1"))
    desk.submit(visit("V2"))
    assert [item["event"] for item in desk.truth()] == ["failed", "received", "accepted", "sent"]


def test_temporary_and_open_files_are_left_alone(tmp_path: Path) -> None:
    boxes = Mailboxes(tmp_path)
    inbound = boxes.inbound("submitter")
    for name in ("a.x12", ".b", "c.tmp", "d.part", "e"):
        (inbound / name).write_text("x")
    boxes.opened(inbound / "e")
    assert [path.name for path in boxes.waiting("submitter")] == ["a.x12"]
    boxes.closed(inbound / "e")
    assert [path.name for path in boxes.waiting("submitter")] == ["a.x12", "e"]
