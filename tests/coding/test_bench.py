"""The bench as typed: moves, letters that follow, and the way to JSON and back."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coding.rules.bench import LETTERS, Bench, BenchLine, as_coded, bench_from, bench_of, played, pointed_at
from coding.rules.lines import CodedLine

MOVES = st.one_of(
    st.sampled_from(["line", "add:E119", "add:I10", "add:e11.65", "nonsense", "up:", "up:x", ""]),
    st.builds("{}:{}".format, st.sampled_from(["up", "down", "remove", "drop"]), st.integers(0, 3)),
    st.builds("point:{}:{}".format, st.integers(0, 3), st.sampled_from("ABCZ")),
)


def bench(*codes: str, pointers: str = "") -> Bench:
    return Bench(diagnoses=codes, lines=(BenchLine(procedure_code="99214", pointers=pointers),))


@pytest.mark.parametrize(
    ("move", "codes", "pointers"),
    [
        ("up:1", ("E119", "I10", "R079"), "BA"),
        ("down:0", ("E119", "I10", "R079"), "BA"),
        ("remove:0", ("E119", "R079"), "A"),
        ("remove:1", ("I10", "R079"), "A"),
        ("up:0", ("I10", "E119", "R079"), "AB"),
        ("down:2", ("I10", "E119", "R079"), "AB"),
        ("add:M25.561", ("I10", "E119", "R079", "M25561"), "AB"),
        ("add:i10", ("I10", "E119", "R079"), "AB"),
        ("point:0:C", ("I10", "E119", "R079"), "ABC"),
        ("point:0:A", ("I10", "E119", "R079"), "B"),
    ],
)
def test_letters_follow_their_diagnoses(move, codes, pointers):
    after = played(bench("I10", "E119", "R079", pointers="AB"), move)
    assert (after.diagnoses, after.lines[0].pointers) == (codes, pointers)


def test_first_diagnosis_is_pointed_at_by_lines_that_point_nowhere():
    assert played(bench(), "add:I10").lines[0].pointers == "A"
    assert played(bench(pointers="C"), "add:I10").lines[0].pointers == "C"


def test_thirteenth_diagnosis_is_not_added():
    full = Bench(diagnoses=tuple(f"I{number}" for number in range(12)))
    assert played(full, "add:E119") == full


@given(st.lists(MOVES, max_size=25))
def test_any_moves_leave_a_bench_that_can_be_kept(moves):
    now = Bench()
    for move in moves:
        now = played(now, move)
    assert len(set(now.diagnoses)) == len(now.diagnoses)
    assert bench_from(now.as_data()) == now.filled


def test_line_is_read_as_it_would_be_signed():
    line = BenchLine(procedure_code=" j1885 ", modifiers="25, lt", units="2.5", pointers="b a")
    assert as_coded(line) == CodedLine(
        procedure_code="J1885", modifiers=("25", "LT"), units=Decimal("2.5"), pointers=(2, 1)
    )
    assert as_coded(BenchLine(units="two")).units == 0

    assert pointed_at(BenchLine(pointers="A?")) == (1, 0)
    coded = (as_coded(line),)
    assert tuple(as_coded(each) for each in bench_of(("I10", "E119"), coded).lines) == coded
    assert len(LETTERS) == 12


@pytest.mark.parametrize("units", ["NaN", "sNaN", "Infinity", "1e5", "1e999999", "1_0", "٣", "9" * 40, ""])
def test_units_that_nobody_writes_are_none(units):
    assert as_coded(BenchLine(units=units)).units == 0
