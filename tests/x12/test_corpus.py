"""The public samples beside the project: all are opened and kept whole, and judged as their labels say.

What is objected to is compared with what the source of a sample, or a referee, says is wrong with it.
"""

import sys
from functools import cache

import pytest

from tests.x12.samples import ABSENT, SAMPLES, Sample, samples
from x12 import judging
from x12.envelope import Mail, read

JUDGED = ("270", "271", "276", "277", "277ca", "835", "837i", "837p", "999")
KEPT = ("277dra", "278", "820", "834", "837d", "legacy-4010")
TOOLS = SAMPLES.parent / "tools"

pytestmark = pytest.mark.skipif(not SAMPLES.exists(), reason=ABSENT)


def named(*folders: str, label: str = "") -> list[object]:
    """Samples as parameters of a test, named by their file."""
    return [
        pytest.param(sample, id=f"{folder}/{sample.path.name}", marks=_marks(sample))
        for folder in folders
        for sample in samples(folder)
        if sample.label == label or not label
    ]


def _marks(sample: Sample) -> list[pytest.MarkDecorator]:
    return [pytest.mark.slow] if sample.number("segments") > 500 else []


def objections(sample: Sample) -> list[tuple[str, int, int, str]]:
    """Where and what is objected to: segment, position, element, code."""
    return [
        (found.segment, found.position, found.element, found.code)
        for found in judging.validate(read(sample.data))
        if found.severity == "error"
    ]


@cache
def independent_reader():
    """The reader of the shared tools: it knows nothing of ours."""
    sys.path.insert(0, str(TOOLS))
    try:
        import x12_totals  # noqa: PLC0415 - a script beside the project, not a module of it
    finally:
        sys.path.remove(str(TOOLS))
    return x12_totals


def bodies(mail: Mail) -> list[str]:
    """Every segment that was kept, as text; envelope segments are facts, not segments.

    The independent reader leaves out a segment without an id: so it is left out here.
    """
    kept = []
    for interchange in mail.interchanges:
        for transaction in interchange.transactions:
            kept += [segment.text(transaction.delimiters) for segment in transaction.segments if segment.id]
        kept += [segment.text(interchange.delimiters) for segment in interchange.acknowledgments]
    return kept


@pytest.mark.parametrize("sample", named(*JUDGED, *KEPT, "ta1", "masked-real"))
def test_no_segment_is_lost(sample):
    mail = read(sample.data)

    segments, delimiters, *_ = independent_reader().split(sample.data)
    mark = delimiters["element"]
    there = [mark.join(segment) for segment in segments if segment[0] not in ("ISA", "GS", "GE", "IEA")]
    stray = sum(finding.code == "stray_segment" for finding in mail.all_findings)
    kept = [" ".join(line.split()) for line in bodies(mail)]
    assert len(kept) + stray == len(there)
    if not stray:
        there.sort(key=lambda line: line.startswith("TA1"))
        kept.sort(key=lambda line: line.startswith("TA1"))
        assert kept == [" ".join(line.split()) for line in there]


@pytest.mark.parametrize("sample", named(*JUDGED, label="valid"))
def test_nothing_is_objected_to_in_what_is_valid(sample):
    assert objections(sample) == []


# What the source says is wrong, and the places where that is: segment, position (in the transaction from ST = 1;
# in the text for envelopes), element, our word for it.
WRONG = {
    "badx12__unknown_segment_error.edi": [("HL", 3, 0, "stray_segment"), ("NM1", 3, 0, "unexpected_segment")],
    "x12-encoder__batch_with_one_bad_transaction.x12": [("NM1", 9, 2, "bad_code")],
    "vscode-edi__bad-header.edi": [
        ("ISA", 1, 9, "bad_interchange"),
        ("ISA", 1, 13, "bad_interchange"),
        ("GS", 2, 4, "bad_group"),
        ("GS", 2, 6, "bad_group"),
        ("ST", 1, 3, "version_mismatch"),
    ],
    "anuragp__invalid_837.edi": [
        ("ISA", 1, 0, "isa_length"),
        ("PER", 4, 0, "missing_segment"),
        ("DTP", 14, 0, "unexpected_segment"),
    ],
    "imsweb__x12_bad_segment_identifier.txt": [
        ("?", 4, 0, "unknown_segment"),
        ("PER", 5, 0, "missing_segment"),
        ("?", 9, 0, "unknown_segment"),
        ("?", 18, 0, "unknown_segment"),
    ],
    "imsweb__x12_bad_valid_code.txt": [("NM1", 7, 1, "bad_code")],
    "imsweb__x12_loop_errors3_missing_loops.txt": [("NM1", 7, 0, "missing_segment")],
    "imsweb__x12_missing_elements.txt": [("NM1", 5, 2, "missing_element"), ("CLM", 29, 5, "missing_element")],
    "imsweb__x12_missing_required_loops_mult_repeats.txt": [
        ("LX", 31, 0, "missing_segment"),
        ("LX", 57, 0, "missing_segment"),
    ],
    "imsweb__x12_no_isa_line.txt": [("ISA", 1, 0, "missing_segment")],
    "imsweb__x12_segment_errors.txt": [
        ("N3", 8, 0, "missing_segment"),
        ("REF", 10, 0, "too_many_segments"),
        ("HI", 20, 0, "missing_segment"),
    ],
    "staedi__invalid999.edi": [
        ("SE", 18, 1, "segment_count"),
        ("IK5", 2, 0, "unexpected_segment"),
        ("AK2", 4, 4, "too_many_elements"),
        ("IK5", 5, 1, "bad_code"),
    ],
}


@pytest.mark.parametrize("sample", named(*JUDGED, label="invalid"))
def test_what_is_invalid_is_objected_to_where_it_is(sample):
    assert set(WRONG[sample.path.name]) <= set(objections(sample))


def test_the_other_transactions_of_a_bad_batch_survive():
    path = SAMPLES / "270" / "x12-encoder__batch_with_one_bad_transaction.x12"

    verdicts = [judging.validate(transaction) for transaction in read(path.read_bytes()).transactions]

    assert sorted(map(len, verdicts)) == [*[0] * (len(verdicts) - 1), 1]


@pytest.mark.parametrize("sample", named(*JUDGED, label="flawed"))
def test_what_is_flawed_is_objected_to(sample):
    """Every one: what makes it flawed is in its envelope, against its guide, out of balance, or no date."""
    assert objections(sample)


# The first defect each of these is labelled for, and where we see it.
FLAWS = {
    "imsweb__x271.txt": ("EB", 14, 13, "trailing_separator"),
    "oopfactory__ValidationForSource.txt": ("NM1", 5, 0, "missing_segment"),
    "imsweb__x12_277_x212.txt": ("IEA", 111, 2, "control_number"),
    "imsweb__x12_277CA_accepted.txt": ("DTP", 22, 3, "bad_date"),
    "x12-types__277_test-parse_277_01.edi": ("TRN", 18, 0, "missing_segment"),
    "bbritten__multiple-claims-single-check.edi": ("SE", 183, 1, "segment_count"),
    "edi835parser__united_healthcare_legacy_sample.txt": ("N4", 14, 2, "bad_state"),
    "lfh__cob-contractural-adjustment.835": ("BPR", 2, 16, "missing_element"),
    "lfh__demo.835": ("TS3", 11, 9, "not_used_element"),
    "lfh__managed-care.835": ("BPR", 2, 16, "bad_date"),
    "lfh__secondary-payment.835": ("PER", 9, 0, "missing_segment"),
    "lfh__tertiary-payment.835": ("SVC", 18, 3, "line_out_of_balance"),
    "moov__sample1.txt": ("CLP", 16, 4, "claim_out_of_balance"),
    "moov__sample2.txt": ("CLP", 17, 4, "claim_out_of_balance"),
    "stupidedi__3a.edi": ("BPR", 2, 2, "transaction_out_of_balance"),
    "x12-types__835_test-parse_835_32.edi": ("REF", 24, 2, "bad_character"),
    "lfh__demo.cob.example4.837": ("AMT", 29, 1, "bad_code"),
    "oopfactory__Example1_2_And_3_Combined.txt": ("SBR", 52, 8, "not_used_element"),
    "x12-types__837_test-parse_837_7.edi": ("NM1", 12, 3, "not_used_element"),
    "oopfactory__DHS_Wisconsin_Sample.txt": ("AK2", 5, 2, "too_short"),
}


@pytest.mark.parametrize(
    "sample", [one for one in named(*JUDGED, label="flawed") if one.values[0].path.name in FLAWS]
)
def test_flaws_are_seen_where_the_referees_see_them(sample):
    assert FLAWS[sample.path.name] in objections(sample)


@pytest.mark.parametrize("sample", named(*KEPT))
def test_other_kinds_and_versions_are_named_and_not_judged(sample):
    mail = read(sample.data)

    for transaction in mail.transactions:
        told = [found.code for found in judging.validate(transaction) if found.ack_at == "set"]
        assert transaction.kind[:3] in sample.row["kinds"] or sample.row["kinds"] == ""
        assert "not_supported" in told or transaction.version == ""


@pytest.mark.parametrize("sample", named(*KEPT, label="valid"))
def test_what_is_not_supported_is_no_error(sample):
    if not sample.path.parent.name.startswith("legacy"):
        assert objections(sample) == []


@pytest.mark.parametrize("sample", named("masked-real"))
def test_masked_files_are_judged_without_a_crash(sample):
    assert judging.validate(read(sample.data))


def test_ta1_samples_are_judged_by_their_elements():
    found = {
        sample.path.name: [
            (finding.element, finding.code)
            for finding in judging.validate(read(sample.data))
            if finding.segment == "TA1"
        ]
        for sample in samples("ta1")
    }

    assert found == {
        "oopfactory__TechnicalAcknowledgment_Sample1.txt": [
            (1, "bad_value"),
            (2, "bad_value"),
            (5, "missing_element"),
        ]
        * 2,
        "oopfactory__TechnicalAcknowledgment_SampleFromJeffN825.txt": [],
    }
