"""The command line: what is told of a file, what is answered, what differs, and the exit codes."""

import json
import subprocess
import sys
from decimal import Decimal

import pytest

from tests.x12.examples import golden
from tests.x12.samples import ABSENT, ROOT, SAMPLES, Sample, samples
from x12.commands import main
from x12.commands.inspecting import described
from x12.commands.reading import opened
from x12.envelope import read
from x12.errors import Finding

FOLDERS = [path.name for path in sorted(SAMPLES.glob("*")) if (path / "INDEX.tsv").exists()]
KEYS = {"file", "ok", "interchanges", "transactions"}
OF_TRANSACTION = {"kind", "version", "control", "claims", "services", "totals", "findings"}
OF_FINDING = {"snip", "position", "segment", "element", "code", "text"}
SUMS = {
    "bpr02": "bpr02",
    "clp03": "sum_clp03",
    "clp04": "sum_clp04",
    "clp05": "sum_clp05",
    "plb": "plb",
    "clm02": "sum_clm02",
    "lines": "sum_lines",
    "svc03": "sum_svc03",
    "stc04": "stc04",
}
TABS_BEFORE_SEGMENTS = "oopfactory__ValidationOnAll.txt"


@pytest.fixture
def remittance(tmp_path):
    path = tmp_path / "peak.835"
    path.write_text(golden("peak.835"))
    return path


@pytest.fixture
def claim(tmp_path):
    path = tmp_path / "medicare.837"
    path.write_text(golden("medicare.837"))
    return path


def told(capsys):
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_inspect_tells_one_json_object_per_file(remittance, claim, capsys):
    assert main(["inspect", "--json", str(remittance), str(claim)]) == 0
    first, second = told(capsys)
    assert first.keys() >= KEYS
    assert (first["file"], first["ok"], first["interchanges"]) == (str(remittance), True, 1)
    (transaction,) = first["transactions"]
    assert transaction.keys() >= OF_TRANSACTION
    assert (transaction["kind"], transaction["version"]) == ("835", "005010X221A1")
    assert all(isinstance(transaction["totals"][key], str) for key in ("bpr02", "clp03", "clp04", "plb"))
    assert set(transaction["totals"]["cas"]) == {"CO", "PR"}
    assert second["transactions"][0]["kind"] == "837P"
    assert second["transactions"][0]["totals"] == {"clm02": "270", "lines": "270"}


def test_inspect_objects_to_what_is_wrong_and_says_where(claim, capsys):
    claim.write_text(claim.read_text().replace("NM1*85*", "NM1*85*7"))
    assert main(["inspect", "--json", str(claim)]) == 1
    (file,) = told(capsys)
    assert not file["ok"]
    finding = file["transactions"][0]["findings"][0]
    assert finding.keys() >= OF_FINDING
    assert (finding["segment"], finding["element"]) == ("NM1", 2)


def test_inspect_never_crashes_on_what_is_no_file_of_x12(tmp_path, capsys):
    strange = tmp_path / "strange"
    strange.write_bytes(b"\x00\xff\x00 nothing")
    assert main(["inspect", "--json", str(strange), str(tmp_path / "absent"), str(tmp_path)]) == 3
    found = told(capsys)
    assert [file["ok"] for file in found] == [False] * 3
    assert [file["findings"][0]["code"] for file in found] == [
        "not_x12",
        "unreadable_file",
        "unreadable_file",
    ]


def test_inspect_explains_a_document_to_a_person(claim, capsys):
    main(["inspect", str(claim)])
    text = capsys.readouterr().out
    assert "Professional claims (837P 005010X222A1), control number 0001" in text
    assert "Charged: 270" in text
    assert "Claim information (CLM) [2300]" in text
    assert "Place of service: 11 = Office" in text


def test_inspect_in_short_leaves_the_segments_out(claim, capsys):
    main(["inspect", "--summary", str(claim)])
    text = capsys.readouterr().out
    assert "1 claim, 2 services" in text
    assert "Place of service" not in text


def test_ack_answers_with_a_999(claim, capsys):
    assert main(["ack", str(claim), "--control-number", "77", "--at", "2026-03-11T10:00"]) == 0
    (interchange,) = read(capsys.readouterr().out).interchanges
    (transaction,) = interchange.transactions
    asked = read(claim.read_text()).interchanges[0]
    assert (interchange.sender_id, interchange.receiver_id) == (asked.receiver_id, asked.sender_id)
    assert (interchange.control_number, transaction.kind) == ("000000077", "999")
    assert [segment.text() for segment in transaction.segments if segment.id in ("IK5", "AK9")] == [
        "IK5*A",
        "AK9*A*1*1*1",
    ]


def test_ack_refuses_a_claim_that_breaks_its_guide(claim, capsys):
    claim.write_text(claim.read_text().replace("NM1*85*", "NM1*85*7"))
    assert main(["ack", str(claim)]) == 1
    (transaction,) = read(capsys.readouterr().out).transactions
    assert {"IK3", "IK4"} <= {segment.id for segment in transaction.segments}


def test_ack_answers_a_broken_envelope_with_a_ta1(claim, capsys):
    claim.write_text(claim.read_text().replace("IEA*1*000000001", "IEA*1*000000002"))
    assert main(["ack", str(claim)]) == 1
    (interchange,) = read(capsys.readouterr().out).interchanges
    assert [segment[4] for segment in interchange.acknowledgments] == ["R"]


def test_ack_does_not_answer_an_acknowledgment(claim, tmp_path, capsys):
    main(["ack", str(claim)])
    answer = tmp_path / "answer.999"
    answer.write_text(capsys.readouterr().out)
    assert main(["ack", str(answer)]) == 0
    assert capsys.readouterr().out == ""


def test_diff_says_what_differs_in_words(claim, tmp_path, capsys):
    other = tmp_path / "other.837"
    other.write_text(claim.read_text().replace("***11:B:1", "***22:B:1").replace("*210*UN", "*200*UN"))
    assert main(["diff", str(claim), str(other)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert "  place of service: 11 (Office) → 22 (On-campus outpatient hospital)" in lines
    assert "  line 1 · charge: 210.00 → 200.00" in lines
    assert len(lines) == 3


def test_diff_of_the_same_file_is_none(claim, remittance, capsys):
    for path in (claim, remittance):
        assert main(["diff", str(path), str(path)]) == 0
        assert capsys.readouterr().out == "No difference.\n"


def test_diff_names_claims_that_only_one_side_has(claim, remittance, tmp_path, capsys):
    assert main(["diff", str(remittance), str(claim), "--claim", "26070001A"]) == 1
    assert "Only in B: Claim 26070001A" in capsys.readouterr().out


def test_diff_tells_of_levels_lists_and_kinds_that_are_not_read(claim, tmp_path, capsys):
    other = tmp_path / "other.837"
    text = claim.read_text().replace("*ABF:R002", "*ABF:R001").replace("N4*AUSTIN", "N4*DALLAS")
    other.write_text(text.replace("REF*EA*MRN004711~", ""))
    assert main(["diff", str(claim), str(other)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert "  Provider · party · city: AUSTIN → DALLAS" in lines
    assert "  diagnoses: ABF R002 → ABF R001" in lines
    assert "  medical record number: MRN004711 (only in A)" in lines

    claim.write_text("ST*278*1*005010X217~UM*HS*I~SE*3*1~")
    other.write_text("ST*278*2*005010X217~UM*SC*I~MSG*MORE~SE*4*2~")
    main(["diff", str(claim), str(other)])
    assert capsys.readouterr().out.splitlines() == [
        "Services review",
        "  UM*HS*I → UM*SC*I",
        "  MSG*MORE (only in B)",
    ]


def test_wrong_usage_is_exit_code_2():
    with pytest.raises(SystemExit) as refused:
        main(["inspect"])
    assert refused.value.code == 2


def test_the_module_runs_as_a_program(remittance):
    done = subprocess.run(
        [sys.executable, "-m", "x12", "inspect", "--json", str(remittance)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout)["ok"]


def test_a_terminal_without_the_characters_is_no_reason_to_fail(claim, tmp_path):
    other = tmp_path / "\udcff.837"
    other.write_text(claim.read_text().replace("*210*UN", "*200*UN"))
    done = subprocess.run(
        [sys.executable, "-m", "x12", "diff", str(claim), str(other)],
        cwd=ROOT,
        capture_output=True,
        env={"PYTHONIOENCODING": "ascii"},
        check=False,
    )
    assert (done.returncode, b"charge: 210.00 ? 200.00" in done.stdout) == (1, True)


@pytest.mark.slow
@pytest.mark.parametrize("folder", FOLDERS or [pytest.param("", marks=pytest.mark.skip(ABSENT))])
def test_totals_are_those_of_the_index(folder):
    for sample in samples(folder):
        assert _counted(sample) == _indexed(sample), sample.path.name


def _counted(sample: Sample) -> dict[str, Decimal]:
    file = described(sample.path, opened(sample.path))
    found = {key: Decimal(0) for key in ("claims", "services", *SUMS.values())}
    for transaction in file["transactions"]:
        found["claims"] += transaction["claims"]
        found["services"] += transaction["services"]
        for key, column in SUMS.items():
            found[column] += Decimal(transaction["totals"].get(key, 0))
        for group, amount in transaction["totals"].get("cas", {}).items():
            found[group] = found.get(group, Decimal(0)) + Decimal(amount)
    return found


def _indexed(sample: Sample) -> dict[str, Decimal]:
    found = {key: sample.number(key) for key in ("claims", "services", *SUMS.values())}
    if sample.path.name == TABS_BEFORE_SEGMENTS:
        # The independent reader does not see segments behind tabs; there is one EB.
        found["services"] = Decimal(1)
    groups = json.loads(sample.row["cas_by_group"] or "{}")
    return {**found, **{group: Decimal(amount) for group, amount in groups.items()}}


@pytest.mark.slow
@pytest.mark.parametrize("folder", FOLDERS or [pytest.param("", marks=pytest.mark.skip(ABSENT))])
def test_every_sample_that_has_an_envelope_opens(folder):
    for sample in samples(folder):
        if sample.label != "invalid":
            assert not isinstance(opened(sample.path), Finding), sample.path.name
