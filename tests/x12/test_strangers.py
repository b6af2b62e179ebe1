"""Files by a hand that had only the published guides: the good ones pass as they are, and with one defect in
them there is one finding, where it is.

`strangers/` holds the files; `defects.tsv` what is put in the place of what in which, whether the trailer then
counts again, and the one finding that is expected: its place, its code, what it is answered with.
"""

import csv
from datetime import date
from pathlib import Path

import pytest

from x12.commands import main
from x12.envelope import read
from x12.errors import Finding
from x12.judging import validate

FOLDER = Path(__file__).parent / "strangers"
FILES = {path.stem: path.read_text(encoding="ascii").replace("\n", "") for path in FOLDER.glob("*.x12")}
TODAY = date(2026, 11, 22)

with (FOLDER / "defects.tsv").open(encoding="ascii", newline="") as rows:
    DEFECTS = list(csv.DictReader(rows, delimiter="\t", quoting=csv.QUOTE_NONE))


def errors(text: str | bytes) -> list[Finding]:
    """What is objected to in a text."""
    return [found for found in validate(read(text), today=TODAY) if found.severity == "error"]


def counted(text: str) -> str:
    """A text whose SE segments count their transactions."""
    segments, first = text.split("~"), 0
    for number, segment in enumerate(segments):
        if segment.startswith("ST*"):
            first = number
        elif segment.startswith("SE*"):
            segments[number] = "*".join(["SE", str(number - first + 1), *segment.split("*")[2:]])
    return "~".join(segments)


def damaged(name: str, old: str, new: str, *, count: bool = True) -> str:
    """One of the files with its first `old` replaced."""
    assert old in FILES[name]
    text = FILES[name].replace(old, new, 1)
    return counted(text) if count else text


@pytest.mark.parametrize("name", sorted(FILES))
def test_good_files_are_good(name: str) -> None:
    assert errors(FILES[name]) == []


@pytest.mark.parametrize(
    "changed",
    [
        FILES["p_self"].translate(str.maketrans("*^:~", "|!>\\")),
        FILES["r_paid"].replace("~", "\n"),
        FILES["p_dependent"].replace("~", "~\r\n"),
        "\ufeff" + FILES["i_inpatient"].replace("~", "~\n"),
        FILES["q_271"].replace("MARGARET", "Margaret").replace("GOLD PLAN", "Gold plan"),
        FILES["p_drug"] + FILES["r_plb"].replace("000000101", "000000102"),
    ],
    ids=["odd delimiters", "newline terminators", "line ends", "byte order mark", "lower case", "several"],
)
def test_good_files_are_good_in_other_clothes(changed: str) -> None:
    assert errors(changed.encode()) == []


@pytest.mark.parametrize(
    "defect", DEFECTS, ids=[f"{row['file']} {row['old'][:30]} {number}" for number, row in enumerate(DEFECTS)]
)
def test_one_defect_is_one_finding_in_its_place(defect: dict[str, str]) -> None:
    found = errors(damaged(defect["file"], defect["old"], defect["new"], count=defect["recount"] == "yes"))

    told = [
        (
            *(one.code, one.segment),
            *(str(number) for number in (one.position, one.element, one.component, one.snip)),
            f"{one.ack_at} {one.ack}".strip() or " ".join(one.status).strip(),
        )
        for one in found
    ]
    keys = ("code", "segment", "position", "element", "component", "snip", "answer")
    assert told == [tuple(defect[key] for key in keys)]


def test_a_claim_astray_leaves_the_other_claims_judged() -> None:
    twice = damaged("r_paid", "SVC*HC:99213:25*150*65**1~", "")

    found = errors(counted(twice.replace("CAS*CO*197*150~", "CAS*CO*197*140~")))

    assert {(one.segment, one.code) for one in found} == {
        ("SVC", "missing_segment"),
        ("CLP", "claim_out_of_balance"),
        ("SVC", "line_out_of_balance"),
    }


def test_a_group_of_another_guide_is_all_that_is_told() -> None:
    text = damaged("p_self", "ST*837*0001*005010X222A1", "ST*837*0001*005010X223A2", count=False)

    assert [found.code for found in errors(text)] == ["version_mismatch"]


def test_a_segment_of_a_later_loop_is_ill_coded_where_its_own_loop_goes_on() -> None:
    found = errors(damaged("i_inpatient", "REF*G1*AUTH2", "REF*6R*AUTH2"))

    assert [(one.segment, one.position, one.element, one.code) for one in found] == [
        ("REF", 35, 1, "bad_code")
    ]


def test_an_lx_that_is_lost_is_all_that_is_told() -> None:
    found = errors(damaged("r_reversal", "LX*1~", ""))

    assert [(one.segment, one.position, one.loop, one.ack) for one in found] == [("LX", 17, "2000", "3")]


def test_a_claim_that_neither_file_holds_is_no_agreement(capsys: pytest.CaptureFixture[str]) -> None:
    path = str(FOLDER / "p_self.x12")

    assert main(["diff", path, path, "--claim", "NONE"]) == 1
    assert capsys.readouterr().err == "neither file holds the claim NONE\n"
