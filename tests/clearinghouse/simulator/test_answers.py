"""Answers that come late, twice, half or never, as the scenario asks. No servers."""

import datetime as dt
from pathlib import Path

import pytest

from clearinghouse.simulator.duplicates import reenveloped, reformatted
from clearinghouse.simulator.mailbox import Mailboxes
from clearinghouse.simulator.plans import BLUEPEAK
from clearinghouse.simulator.scenario import Faults, Scenario
from clearinghouse.simulator.store import Store
from tests.clearinghouse.simulator.claims import ORTEGA, claim, line
from tests.clearinghouse.simulator.submitting import Desk, interchange
from tests.clearinghouse.simulator.test_crash import PowerCutError, power_cut
from x12.envelope import read

NOW = dt.datetime(2026, 6, 8, 15, 0, tzinfo=dt.UTC)
ON = dt.date(2026, 6, 1)


def desk_with(directory: Path, **faults: int) -> Desk:
    desk = Desk(directory, NOW, Scenario(faults=Faults(**faults)))
    desk.submit(claim(BLUEPEAK, ORTEGA, line(1, "99213", "150.00", ON), number="LS1001"))
    return desk


def kinds(texts: list[str]) -> list[str]:
    return [found.kind for text in texts for found in read(text).transactions]


@pytest.mark.parametrize("kind", ["999", "277CA", "835"])
def test_missing_answer_never_comes_and_the_others_do(tmp_path: Path, kind: str) -> None:
    desk = desk_with(tmp_path, **{f"missing_{kind.lower()}": 1})
    desk.work(days=30)
    assert sorted(kinds(desk.fetch_texts())) == sorted({"999", "277CA", "835"} - {kind})
    assert [item["kind"] for item in desk.truth("missing")] == [kind]
    desk.submit(claim(BLUEPEAK, ORTEGA, line(1, "99213", "151.00", ON), number="LS1002"))
    desk.work(days=1)
    assert sorted(kinds(desk.fetch_texts())) == ["277CA", "835", "999"]


def test_missing_ta1_never_comes(tmp_path: Path) -> None:
    desk = Desk(tmp_path, NOW, Scenario(faults=Faults(missing_ta1=1)))
    sent = claim(BLUEPEAK, ORTEGA, line(1, "99213", "150.00", ON))
    desk.submit(sent, acknowledgment_requested=True)
    assert kinds(desk.fetch_texts()) == ["999"]


def test_reordered_answer_is_overtaken_by_the_next(tmp_path: Path) -> None:
    desk = desk_with(tmp_path, reordered_answers=1, reordered_seconds=60)
    desk.work(seconds=10)
    assert kinds(desk.fetch_texts()) == ["277CA", "835"]
    desk.work(seconds=60)
    assert kinds(desk.fetch_texts()) == ["999"]


def test_partial_answer_lies_half_written_until_it_is_whole(tmp_path: Path) -> None:
    desk = desk_with(tmp_path, partial_answers=1, partial_seconds=5)
    (path,) = desk.outbound.iterdir()
    half = path.read_text()
    assert not read(half).complete
    desk.work(seconds=4)
    assert path.read_text() == half
    desk.work(seconds=1)
    whole = path.read_text()
    assert whole.startswith(half)
    assert read(whole).transactions[0].complete


def test_half_that_was_taken_away_never_becomes_whole(tmp_path: Path) -> None:
    desk = desk_with(tmp_path, partial_answers=1, partial_seconds=0)
    (half,) = desk.fetch_texts()
    desk.work(seconds=0)
    assert desk.fetch_texts() == []
    assert [item["kind"] for item in desk.truth("torn")] == ["999"]
    assert not read(half).complete


def test_restart_with_half_an_answer_out_completes_it(tmp_path: Path) -> None:
    desk = desk_with(tmp_path, partial_answers=1, partial_seconds=5)
    desk.restart()  # the counters of the scenario start anew as well
    desk.work(seconds=10)
    desk.work(seconds=10)
    texts = desk.fetch_texts()
    assert all(found.complete for text in texts for found in read(text).transactions)
    assert sorted(kinds(texts)) == ["277CA", "835", "999"]


@pytest.mark.parametrize("fault", ["duplicated_answers", "reformatted_answers", "reenveloped_answers"])
def test_answer_comes_again_as_often_as_asked(tmp_path: Path, fault: str) -> None:
    desk = desk_with(tmp_path, **{fault: 2})
    desk.work(seconds=10)
    desk.work(seconds=0)
    texts = desk.fetch_texts()
    assert sorted(kinds(texts)) == ["277CA", "277CA", "835", "999", "999"]
    first, second = (text for text in texts if kinds([text]) == ["999"])
    one, two = read(first), read(second)
    assert one.transactions[0].segments == two.transactions[0].segments
    same_bytes, same_envelope = (
        first == second,
        (one.interchanges[0].control_number == two.interchanges[0].control_number),
    )
    assert (same_bytes, same_envelope) == {
        "duplicated_answers": (True, True),
        "reformatted_answers": (False, True),
        "reenveloped_answers": (False, False),
    }[fault]
    assert not any(found.findings for text in texts for found in read(text).interchanges)


def test_doubles_are_whole_interchanges(tmp_path: Path) -> None:
    desk = desk_with(tmp_path)
    (text,) = desk.fetch_texts()
    for double in (reformatted(text), reenveloped(text)):
        mail = read(double)
        assert [found.findings for found in mail.interchanges] == [()]
        assert mail.transactions[0].complete


def test_mailboxes_answered_in_the_same_second_do_not_meet(tmp_path: Path) -> None:
    desk = Desk(tmp_path, NOW)
    sent = claim(BLUEPEAK, ORTEGA, line(1, "99213", "150.00", ON), number="LS1001")
    second = desk.box.boxes.open("submitter-2")
    (second / "inbound" / "claims.x12").write_text(interchange(1, sent, at=NOW))
    desk.submit(sent)
    desk.work(seconds=10)
    assert sorted(kinds(desk.fetch_texts())) == ["277CA", "835", "999"]
    names = [path.name for path in (second / "outbound").iterdir()]
    assert len(names) == 3
    assert desk.truth("failed") == []


def test_plain_directory_is_read_once_its_files_rest(tmp_path: Path) -> None:
    boxes = Mailboxes(tmp_path, watched=False)
    path = boxes.inbound("submitter") / "claims.x12"
    path.write_text("half")
    assert boxes.waiting("submitter") == []
    path.write_text("half and half")
    assert boxes.waiting("submitter") == []
    assert boxes.waiting("submitter") == [path]


@pytest.mark.parametrize("before", [True, False])
def test_power_cut_over_half_an_answer_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: bool
) -> None:
    with monkeypatch.context() as patched:
        step = power_cut(Store.postpone_answer, 1, before=before)
        patched.setattr(Store, "postpone_answer", step)
        desk = Desk(tmp_path, NOW, Scenario(faults=Faults(partial_answers=1, partial_seconds=5)))
        with pytest.raises(PowerCutError):
            desk.submit(claim(BLUEPEAK, ORTEGA, line(1, "99213", "150.00", ON), number="LS1001"))
    desk.restart()
    for _ in range(3):
        desk.work(seconds=10)
    texts = desk.fetch_texts()
    assert sorted(kinds(texts)) == ["277CA", "835", "999"]
    assert all(read(text).complete for text in texts)
