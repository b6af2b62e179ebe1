"""The shape of a coded visit, one problem at a time."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coding.rules.lines import CodedLine, ProblemKind, bare, problems

GOOD = CodedLine(procedure_code="99214", pointers=(1,))


def kinds(diagnoses=("I10",), lines=(GOOD,)) -> list[ProblemKind]:
    return [problem.kind for problem in problems(diagnoses=diagnoses, lines=lines)]


def line(**changes) -> CodedLine:
    return CodedLine(**{"procedure_code": "99214", "pointers": (1,)} | changes)


def test_problems_finds_none_in_a_good_visit():
    assert kinds() == []
    assert (
        kinds(
            ["S61211A", "W260XXA", "Z00.00".replace(".", "")], [line(pointers=(3, 1), modifiers=("25", "LT"))]
        )
        == []
    )


@pytest.mark.parametrize(
    ("diagnoses", "expected"),
    [
        ([], ["no_diagnosis", "pointer_absent"]),
        ([f"A0{n}" for n in range(10)] + ["B01", "B02", "B03"], ["too_many_diagnoses"]),
        (["i10"], ["diagnosis_malformed"]),
        (["I10", "I10"], ["diagnosis_repeated"]),
    ],
)
def test_problems_of_diagnoses(diagnoses, expected):
    assert kinds(diagnoses) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"procedure_code": "9921"}, ["procedure_malformed"]),
        ({"procedure_code": "99214X"}, ["procedure_malformed"]),
        ({"modifiers": ("25", "25")}, ["modifier_repeated"]),
        ({"modifiers": ("2",)}, ["modifier_malformed"]),
        ({"modifiers": ("25", "59", "LT", "GT", "95")}, ["too_many_modifiers"]),
        ({"units": Decimal(0)}, ["units_not_positive"]),
        ({"units": Decimal("Infinity")}, ["units_not_positive"]),
        ({"units": Decimal("10000")}, ["units_too_many"]),
        ({"units": Decimal("0.005")}, ["units_too_fine"]),
        ({"pointers": ()}, ["pointer_missing"]),
        ({"pointers": (2,)}, ["pointer_absent"]),
        ({"pointers": (0,)}, ["pointer_absent"]),
        ({"pointers": (1, 1)}, ["pointer_repeated"]),
        ({"pointers": (1, 1, 1, 1, 1)}, ["too_many_pointers", "pointer_repeated"]),
    ],
)
def test_problems_of_a_line(changes, expected):
    assert kinds(lines=[line(**changes)]) == expected


def test_problems_of_lines_count_them():
    assert kinds(lines=[]) == ["no_line"]
    assert kinds(lines=[GOOD] * 51) == ["too_many_lines"]
    (problem,) = problems(diagnoses=["I10"], lines=[GOOD, line(pointers=())])
    assert (problem.place, problem.words) == (2, "The line points to no diagnosis.")


@pytest.mark.slow
@given(st.text(max_size=8))
def test_bare_twice_is_once(code):
    assert bare(bare(code)) == bare(code)


def test_bare_takes_dot_and_case_away():
    assert bare(" e11.9 ") == "E119"
