"""What `validate` gives for whole texts: envelopes, kinds and versions, examples, order, and no surprises."""

import random
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest

from tests.x12.judging.texts import INST, PRO, Text
from tests.x12.samples import ABSENT, ROOT, SAMPLES, samples
from tests.x12.test_referee import TEXTS
from x12.envelope import read
from x12.errors import X12Error
from x12.judging import is_supported, validate
from x12.judging.shapes import is_npi

GENERATOR = ROOT.parent / "shared" / "tools" / "gen_x12.py"

ENVELOPES = [
    # what is done to the text, what is found: code, segment, position, element, level, code of the answer
    ("ISA*00*", "ISA*00*", None),
    ("ISA*00*", "ISA*07*", ("bad_interchange", "ISA", 1, 1, "interchange", "010")),
    (
        "*00*          *ZZ*LAKE",
        "*07*          *ZZ*LAKE",
        ("bad_interchange", "ISA", 1, 3, "interchange", "012"),
    ),
    ("*0915*^*", "*0915*A*", ("bad_interchange", "ISA", 1, 11, "interchange", "022")),
    ("*0*T*:", "*5*T*:", ("bad_interchange", "ISA", 1, 14, "interchange", "019")),
    ("*1*X*005010", "*1*T*005010", ("bad_group", "GS", 2, 7, "group", "2")),
    ("*ZZ*LAKESIDE01 ", "*QQ*LAKESIDE01 ", ("bad_interchange", "ISA", 1, 5, "interchange", "005")),
    ("*ZZ*CLEARHSE ", "*QQ*CLEARHSE ", ("bad_interchange", "ISA", 1, 7, "interchange", "007")),
    ("*260311*0915*^", "*260231*0915*^", ("bad_interchange", "ISA", 1, 9, "interchange", "014")),
    ("*260311*0915*^", "*260311*2515*^", ("bad_interchange", "ISA", 1, 10, "interchange", "015")),
    ("*00501*", "*00601*", ("bad_interchange", "ISA", 1, 12, "interchange", "017")),
    ("*0*T*:", "*0*X*:", ("bad_interchange", "ISA", 1, 15, "interchange", "020")),
    ("IEA*1*000000001", "IEA*1*000000002", ("control_number", "IEA", 84, 2, "interchange", "001")),
    ("IEA*1*", "IEA*2*", ("group_count", "IEA", 84, 1, "interchange", "021")),
    ("IEA*1*000000001~", "", ("missing_trailer", "IEA", 84, 0, "interchange", "023")),
    ("GS*HC*", "GS*HP*", ("bad_group", "GS", 2, 1, "group", "1")),
    (
        "GS*HC*LAKESIDE01*CLEARHSE*20260311",
        "GS*HC*LAKESIDE01*CLEARHSE*20260231",
        ("bad_group", "GS", 2, 4, "group", "6"),
    ),
    ("GE*1*1", "GE*1*2", ("control_number", "GE", 83, 2, "group", "4")),
    ("GE*1*1", "GE*3*1", ("transaction_count", "GE", 83, 1, "group", "5")),
    ("SE*80*0001", "SE*81*0001", ("segment_count", "SE", 80, 1, "transaction", "4")),
    ("SE*80*0001", "SE*80*0002", ("control_number", "SE", 80, 2, "transaction", "3")),
    ("SE*80*0001~", "", ("missing_trailer", "SE", 80, 0, "transaction", "2")),
    ("*X*005010X222A1", "*X*005010X222", ("version_mismatch", "ST", 1, 3, "transaction", "I6")),
]


@pytest.mark.parametrize(("old", "new", "expected"), ENVELOPES)
def test_an_envelope_gives_one_finding_with_its_answer(
    old: str, new: str, expected: tuple[str, str, int, int, str, str] | None
) -> None:
    text = PRO.sent()
    assert old in text

    found = validate(read(text.replace(old, new)))

    seen = [(f.code, f.segment, f.position, f.element, f.level, f.ack) for f in found]
    assert seen == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("version", "supported"),
    [
        ("005010X222A1", True),
        ("005010X222", True),
        ("005010X222A2", True),
        ("004010X098A1", False),
        ("006020X291", False),
        ("", True),
    ],
)
def test_errata_are_judged_alike_and_other_versions_not_at_all(version: str, supported: bool) -> None:
    assert is_supported("837P", version) is supported


def test_another_version_gives_the_one_finding_not_supported() -> None:
    text = PRO.sent().replace("005010X222A1", "004010X098A1").replace("DTP*472", "DTP*XXX")

    (finding,) = validate(read(text))

    assert (finding.code, finding.segment, finding.position, finding.ack) == ("not_supported", "ST", 1, "I6")


def test_another_kind_gives_the_one_finding_not_supported() -> None:
    (finding,) = validate(read("ST*820*0001*005010X218~BPR*I*5*C*CHK~SE*3*0001~"))

    assert (finding.code, finding.element, finding.ack) == ("not_supported", 1, "1")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("SE*XX*0001", [("segment_count", 80)]),
        ("SE**0001", [("segment_count", 80)]),
        ("SE*80", [("control_number", 80)]),
        ("SE*80*000", [("control_number", 80)]),
    ],
)
def test_an_se_is_objected_to_once(line: str, expected: list[tuple[str, int]]) -> None:
    found = validate(read(PRO.sent().replace("SE*80*0001", line)))

    assert [(finding.code, finding.position) for finding in found] == expected


def test_segments_astray_are_told_once() -> None:
    text = PRO.sent()
    st = text[text.index("ST*") : text.index("BHT*")]

    found = validate(read(text.replace(st, "")))

    assert [finding.position for finding in found if finding.code == "stray_segment"] == [3]


def test_one_transaction_can_be_judged_alone() -> None:
    (transaction,) = read(PRO.drop("REF*EI").sent()).transactions

    assert [finding.code for finding in validate(transaction)] == ["missing_segment"]


def test_a_cut_transaction_is_not_said_to_lack_what_was_cut_off() -> None:
    text = PRO.sent()

    found = validate(read(text[: text.index("SV1*HC:12001")]))

    assert {finding.code for finding in found} == {"missing_trailer"}


def test_findings_come_in_the_order_of_the_text() -> None:
    text = PRO.put("NM1*41", "NM1*41*2******46*X1").put("CLM*A1", "CLM*A1*1***11:B:1*Y*A*Y*Y").drop("DTP*472")

    positions = [finding.position for finding in text.findings()]

    assert len(positions) == 3
    assert positions == sorted(positions)


def test_words_tell_no_values() -> None:
    secret = "SECRETNAME"
    texts = (
        PRO.put("NM1*82*1*NGUYEN", f"NM1*82*1*{secret * 8}*LINH****XX*1334455668"),
        PRO.put("REF*EA", f"REF*EA*{secret}*{secret}"),
        PRO.put("AMT*F5", f"{secret}*1"),
        PRO.put("CLM*A1", f"CLM*A1*270***{secret}:B:1*Y*A*Y*Y"),
        PRO.put("DTP*472", f"DTP*{secret}*D8*{secret}"),
    )

    for text in texts:
        (*_, finding) = text.findings()
        assert secret not in finding.message
        assert secret not in finding.segment


def test_invented_numbers_are_borne_only_where_all_are() -> None:
    """The examples X12 publishes use provider numbers that are none."""
    invented = ("9876543210", "1999996666")
    numbers = [line.split("*")[9] for line in PRO.lines if line.startswith("NM1") and "*XX*" in line]
    lines = list(PRO.lines)
    for n, line in enumerate(lines):
        for number in numbers:
            line = line.replace(f"*XX*{number}", f"*XX*{invented[0]}")
        lines[n] = line
    example = Text(tuple(lines))
    assert {(finding.code, finding.severity) for finding in example.findings()} == {("bad_npi", "warning")}

    one_real = example.put("NM1*85", "NM1*85*2*LAKESIDE CLINIC*****XX*1234567893")
    assert {(finding.code, finding.severity) for finding in one_real.findings()} == {("bad_npi", "error")}


@pytest.mark.parametrize(
    ("number", "good"),
    [("1234567893", True), ("1234567890", False), ("3234567893", False), ("123456789", False), ("", False)],
)
def test_npi(number: str, good: bool) -> None:
    assert is_npi(number) is good


@pytest.mark.parametrize("name", [name for name in TEXTS if name.startswith("837")])
def test_the_claims_we_write_are_good(name: str) -> None:
    assert validate(read(TEXTS[name]()), today=date(2026, 11, 22)) == ()


@pytest.mark.parametrize("folder", ["837p", "837i"])
def test_samples_that_are_good_give_none(folder: str) -> None:
    if not SAMPLES.exists():
        pytest.skip(ABSENT)
    objections = {
        sample.path.name: found
        for sample in samples(folder)
        if sample.label == "valid"
        and (found := [one for one in validate(read(sample.data)) if one.severity == "error"])
    }
    assert objections == {}


@pytest.fixture(scope="module", params=["837p", "837i"])
def generated(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A thousand claims of the shared generator."""
    if not GENERATOR.exists():
        pytest.skip(ABSENT)
    path = tmp_path_factory.mktemp("generated") / f"{request.param}.x12"
    command = [sys.executable, str(GENERATOR), request.param, "--claims", "1000", "--out", str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    return path


@pytest.mark.slow
def test_generated_claims_are_good_and_judged_fast(generated: Path) -> None:
    """The aim is 4,600 claims a second; half of it is asked here, of a machine that does other things too."""
    mail = read(generated.read_bytes())
    validate(read(PRO.sent()))
    validate(read(INST.sent()))

    began = time.process_time()
    found = validate(mail, today=date(2026, 11, 22))
    took = time.process_time() - began

    assert found == ()
    assert 1000 / took > 2300


@pytest.mark.slow
def test_no_damage_ends_the_judging() -> None:
    chance = random.Random(837)
    texts = (PRO.sent(), INST.sent())
    for _ in range(1500):
        text = chance.choice(texts)
        for _ in range(chance.randint(1, 4)):
            text = _damaged(text, chance)
        try:
            mail = read(text)
        except X12Error:
            continue
        validate(mail, today=date(2026, 11, 22))


def _damaged(text: str, chance: random.Random) -> str:
    start = chance.randrange(len(text) + 1)
    stop = start + chance.randint(1, 200)
    put = chance.choice(
        ["", "*", "~", ":", "^", "**", "~~", "\x00", "9" * 5000, "-", "NaN", text[start:stop] * 3]
    )
    return text[:start] + put + text[stop if chance.random() < 0.5 else start :]


def test_a_text_with_more_wrong_than_segments_is_given_up() -> None:
    text = PRO.sent()
    begins = text.index("CLM*")
    found = validate(read(text[:begins] + "".join(f"CLM*{number}*1~" for number in range(20_000))))
    assert len(found) < 25_000
    assert "hopeless" in {finding.code for finding in found}
