"""A fixed sample of broken files: none crashes the library, none is slow, none loses a segment.

The harness is `benchmarks/mutants.py`; there any number can be tried.
"""

import pytest

from benchmarks import mutants
from tests.x12.samples import ABSENT, SAMPLES
from x12.commands import main

COUNT = 5_000
STEP = 500


@pytest.mark.slow
@pytest.mark.skipif(not SAMPLES.exists(), reason=ABSENT)
@pytest.mark.parametrize("first", range(0, COUNT, STEP))
def test_no_mutant_does_harm(first):
    outcomes = [mutants.tried(number) for number in range(first, first + STEP)]

    assert {outcome.number: outcome.wrong for outcome in outcomes if outcome.wrong} == {}


@pytest.mark.skipif(not SAMPLES.exists(), reason=ABSENT)
def test_a_mutant_is_always_the_same():
    assert [mutants.mutant(number) for number in range(20)] == [mutants.mutant(n) for n in range(20)]


@pytest.mark.slow
@pytest.mark.skipif(not SAMPLES.exists(), reason=ABSENT)
def test_what_was_done_to_a_file_is_told_in_words(tmp_path, capsys):
    for number in range(500):
        (tmp_path / "seed").write_bytes(mutants.seed_of(number))
        (tmp_path / "mutant").write_bytes(mutants.mutant(number))
        main(["diff", str(tmp_path / "seed"), str(tmp_path / "mutant")])
        capsys.readouterr()


def test_a_crash_is_told_with_its_place(monkeypatch):
    def crash(_data):
        raise ZeroDivisionError

    monkeypatch.setattr(mutants, "mutant", lambda _number: b"ISA")
    monkeypatch.setattr(mutants, "put_through", crash)

    assert "ZeroDivisionError" in mutants.tried(7).wrong


def test_a_slow_mutant_is_told(monkeypatch):
    clock = iter((0.0, 5.0))
    monkeypatch.setattr(mutants, "mutant", lambda _number: b"x" * 200_000)
    monkeypatch.setattr(mutants, "put_through", lambda _data: "")
    monkeypatch.setattr(mutants.time, "process_time", lambda: next(clock))

    assert mutants.tried(7).wrong == "2.5 s per 100 kB"


def test_a_process_that_grows_too_large_is_told(monkeypatch):
    monkeypatch.setattr(mutants, "mutant", lambda _number: b"ST*999*0001~")
    mutants.memory_at_first()
    monkeypatch.setattr(mutants, "peak_memory", lambda: 2**40)

    assert mutants.tried(7).wrong == "the process has grown by more than 300 MB"
