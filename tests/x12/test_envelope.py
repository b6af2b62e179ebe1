from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.x12.examples import golden
from tests.x12.samples import ABSENT, SAMPLES, samples, slow_when_large
from x12.envelope import kind_of, read
from x12.errors import NotX12, X12Error
from x12.segments import Delimiters, Segment

REMITTANCE = golden("peak.835")
LISTED = [slow_when_large(sample) for folder in ("837p", "835") for sample in samples(folder)]


def codes(text):
    return [finding.code for finding in read(text).all_findings]


def test_read_gives_each_transaction_the_facts_of_its_envelope():
    mail = read(REMITTANCE)

    (transaction,) = mail.transactions
    assert mail.complete
    assert mail.all_findings == ()
    assert (transaction.kind, transaction.version) == ("835", "005010X221A1")
    assert (transaction.sender_id, transaction.receiver_id) == ("BPK01", "LAKESIDE01")
    assert (transaction.interchange_control_number, transaction.group_control_number) == ("000002003", "2003")
    assert (transaction.control_number, transaction.usage, transaction.functional_id) == ("0001", "T", "HP")
    assert transaction.delimiters == Delimiters()
    assert [segment.position for segment in transaction.segments] == list(range(1, 46))
    (interchange,) = mail.interchanges
    assert (interchange.date, interchange.time, interchange.version) == ("260417", "0915", "00501")


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff" + REMITTANCE,
        ("\ufeff" + REMITTANCE).encode(),
        REMITTANCE.replace("~", "~\r\n"),
        REMITTANCE.replace("~", "~\n").encode("latin-1"),
        REMITTANCE.replace("~", "\n"),
        REMITTANCE.replace("~", "\r\n"),
        REMITTANCE.replace("*", "|").replace(":", ">"),
        "\n\n" + REMITTANCE + "\n\n",
    ],
)
def test_read_bears_marks_line_breaks_and_other_delimiters(text):
    assert read(text).transactions[0].segments == read(REMITTANCE).transactions[0].segments
    assert codes(text) == []


def test_read_bears_short_padding_of_the_isa():
    text = REMITTANCE.replace("BPK01          *ZZ", "BPK01*ZZ")

    assert codes(text) == ["isa_length"]
    assert read(text).interchanges[0].sender_id == "BPK01"


def test_read_bears_text_before_the_isa():
    assert codes("Sent by the payer\n" + REMITTANCE) == ["text_before_isa"]


@pytest.mark.parametrize("begin", ["GS*", "ST*"])
def test_read_takes_fragments(begin):
    fragment = REMITTANCE[REMITTANCE.index(begin) : REMITTANCE.index("IEA")]
    if begin == "ST*":
        fragment = fragment[: fragment.index("GE*")]

    mail = read(fragment)

    assert mail.complete
    assert mail.all_findings == ()
    assert [t.kind for t in mail.transactions] == ["835"]
    assert mail.transactions[0].sender_id == ""


@pytest.mark.parametrize(
    ("old", "new", "code", "segment", "element"),
    [
        ("SE*45*0001", "SE*44*0001", "segment_count", "SE", 1),
        ("SE*45*0001", "SE*45*0002", "control_number", "SE", 2),
        ("GE*1*2003", "GE*2*2003", "transaction_count", "GE", 1),
        ("GE*1*2003", "GE*1*2004", "control_number", "GE", 2),
        ("IEA*1*000002003", "IEA*9*000002003", "group_count", "IEA", 1),
        ("IEA*1*000002003", "IEA*1*000002004", "control_number", "IEA", 2),
    ],
)
def test_read_notes_wrong_counts_and_numbers(old, new, code, segment, element):
    mail = read(REMITTANCE.replace(old, new))

    (finding,) = mail.all_findings
    assert (finding.code, finding.segment, finding.element) == (code, segment, element)
    assert mail.complete


def test_read_notes_numbers_used_twice():
    body = REMITTANCE[REMITTANCE.index("ST*") : REMITTANCE.index("GE*")]
    group = REMITTANCE[REMITTANCE.index("GS*") : REMITTANCE.index("IEA")]

    assert codes(REMITTANCE * 2) == ["duplicate_control_number"]
    assert codes(REMITTANCE.replace(body, body * 2).replace("GE*1", "GE*2")) == ["duplicate_control_number"]
    assert codes(REMITTANCE.replace(group, group * 2).replace("IEA*1", "IEA*2")) == [
        "duplicate_control_number"
    ]


def test_read_takes_each_interchange_with_its_own_delimiters():
    other = golden("medicare.837").replace("*", "|").replace("~", "\n")

    mail = read(REMITTANCE + other + REMITTANCE.replace("000002003", "000002004"))

    assert [t.kind for t in mail.transactions] == ["835", "837P", "835"]
    assert mail.complete
    assert mail.all_findings == ()


def test_read_gives_what_stands_before_a_ruined_interchange():
    mail = read(REMITTANCE + "ISA*00*")

    assert [t.kind for t in mail.transactions] == ["835"]
    assert not mail.complete
    assert [f.code for f in mail.all_findings] == ["isa_unreadable"]


def test_one_bad_transaction_hides_no_other():
    body = REMITTANCE[REMITTANCE.index("ST*") : REMITTANCE.index("GE*")]
    headless = body[: body.index("SE*")].replace("0001", "0009")
    text = REMITTANCE.replace(body, headless + body + "XX*stray~")

    mail = read(text)

    assert [(t.control_number, t.complete) for t in mail.transactions] == [("0009", False), ("0001", True)]
    assert not mail.complete


@pytest.mark.parametrize("cut", range(1, REMITTANCE.count("~")))
def test_a_cut_file_is_never_complete(cut):
    pieces = REMITTANCE.split("~")[:cut]

    mail = read("~".join(pieces) + "~")

    assert not mail.complete
    assert all(transaction.complete == (cut >= 47) for transaction in mail.transactions)
    assert "missing_trailer" in [finding.code for finding in mail.all_findings]


@pytest.mark.slow
def test_a_file_cut_anywhere_is_complete_only_when_its_se_is_whole():
    whole = REMITTANCE.index("~GE*")
    for length in range(107, len(REMITTANCE) - 1):
        mail = read(REMITTANCE[:length])
        assert all(transaction.complete == (length >= whole) for transaction in mail.transactions), length


@pytest.mark.parametrize(
    "garbage", [b"", "", b"   \r\n", "\ufeff", b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n\x00", "ISA*00"]
)
def test_read_refuses_what_is_not_x12(garbage):
    with pytest.raises(NotX12):
        read(garbage)


@pytest.mark.slow
@given(st.one_of(st.binary(max_size=300), st.text(max_size=300)))
def test_read_of_garbage_raises_nothing_but_its_own_error(garbage):
    with suppress(X12Error):
        read(garbage)


@pytest.mark.slow
@given(st.data())
def test_read_of_a_damaged_file_raises_nothing_but_its_own_error(data):
    start = data.draw(st.integers(0, len(REMITTANCE)))
    length = data.draw(st.integers(0, 40))
    noise = data.draw(st.text(alphabet="*~:^\nAISGTE1", max_size=10))
    with suppress(X12Error):
        read(REMITTANCE[:start] + noise + REMITTANCE[start + length :])


def test_read_keeps_the_ta1_of_an_interchange():
    isa, rest = REMITTANCE[:106], REMITTANCE[106:]
    mail = read(isa + "TA1*000000001*260311*0915*A*000~" + rest)

    (interchange,) = mail.interchanges
    assert interchange.acknowledgments == (Segment(("TA1", "000000001", "260311", "0915", "A", "000")),)
    assert mail.complete


@pytest.mark.parametrize(
    ("code", "version", "kind"),
    [
        ("837", "005010X222A1", "837P"),
        ("837", "005010X223A2", "837I"),
        ("837", "005010X224A2", "837D"),
        ("277", "005010X214", "277CA"),
        ("277", "005010X212", "277"),
        ("835", "005010X221A1", "835"),
        ("999", "005010X231A1", "999"),
        ("837", "", "837"),
        ("??", "005010X222A1", "unknown"),
    ],
)
def test_kind_is_told_by_content(code, version, kind):
    assert kind_of(code, version) == kind


def test_kind_of_an_837_without_guide_is_told_by_its_lines():
    assert kind_of("837", "", [Segment(("LX", "1")), Segment(("SV2", "0300"))]) == "837I"


@pytest.mark.skipif(not SAMPLES.exists(), reason=ABSENT)
@pytest.mark.parametrize("sample", LISTED)
def test_every_sample_opens_with_the_transactions_it_holds(sample):
    mail = read(sample.data)

    assert len(mail.transactions) == sample.number("st")
    assert {t.kind for t in mail.transactions} == {sample.row["kinds"]}
    if sample.label == "valid":
        assert mail.complete
        assert mail.all_findings == ()


@pytest.mark.slow
@pytest.mark.skipif(not SAMPLES.exists(), reason=ABSENT)
def test_every_file_of_every_folder_opens():
    files = [path for path in SAMPLES.glob("*/*.*") if path.suffix not in (".tsv", ".html", ".md")]
    files = [path for path in files if path.parent.name != "LICENSES"]

    assert all(read(path.read_bytes()).interchanges for path in files)


def test_trailers_without_their_headers_are_noted():
    isa = REMITTANCE[:106]

    assert codes(isa + "GE*1*2003~SE*2*0001~IEA*0*000002003~") == ["stray_segment", "stray_segment"]


def test_an_interchange_may_hold_a_group_without_its_trailer():
    text = REMITTANCE.replace("GE*1*2003~", "")

    mail = read(text)

    assert [f.code for f in mail.all_findings] == ["missing_trailer"]
    assert not mail.complete
    assert mail.transactions[0].complete


@pytest.mark.parametrize("astray", ["GE*1*1", "IEA*1*000000001", "GS*HP*A*B*20260101*0900*9*X*005010X221A1"])
def test_a_segment_of_the_envelope_inside_a_transaction_hides_nothing_of_it(astray):
    text = golden("peak.835")
    place = text.index("LX*1~")
    (transaction,) = read(f"{text[:place]}{astray}~{text[place:]}").transactions

    assert transaction.complete
    assert len(transaction.segments) == text.count("~") - 4 + 1
    assert astray.partition("*")[0] in {segment.id for segment in transaction.segments}


def test_a_transaction_without_its_own_trailer_ends_with_its_group():
    text = golden("peak.835")
    end = text.index("SE*")
    mail = read(f"{text[:end]}GE*1*1~GS*HP*A*B*20260101*0900*2*X*005010X221A1~ST*835*0002~SE*2*0002~GE*1*2~")

    assert [transaction.complete for transaction in mail.transactions] == [False, True]
