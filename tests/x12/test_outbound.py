from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.x12.examples import CLEARINGHOUSE, LAKESIDE
from x12.envelope import read
from x12.errors import UnwritableX12
from x12.outbound import Address, OutboundGroup, body_text, clean_text, write
from x12.segments import Delimiters, Segment

MOMENT = datetime(2026, 3, 11, 9, 15)
BODY = [Segment(("ST", "837", "0001")), Segment(("SE", "2", "0001"))]
GROUP = OutboundGroup(functional_id="HC", version="005010X222A1", control_number=7, transactions=[BODY])


def written(**changes):
    given = {
        "sender": LAKESIDE,
        "receiver": CLEARINGHOUSE,
        "control_number": 7,
        "written_at": MOMENT,
        "usage": "P",
        "groups": [GROUP],
    }
    return write(**(given | changes))


def test_write_makes_an_isa_of_106_characters():
    text = written()

    assert text[105] == "~"
    assert text[106:109] == "GS*"
    assert len(written(sender=Address(id="A"), receiver=Address(id="B" * 15))[:106].rstrip("~")) == 105


def test_written_text_is_read_back():
    mail = read(written(acknowledgment_requested=True))

    assert mail.complete
    assert mail.all_findings == ()
    (interchange,) = mail.interchanges
    assert (interchange.sender_id, interchange.control_number, interchange.usage) == (
        "LAKESIDE01",
        "000000007",
        "P",
    )
    assert interchange.acknowledgment_requested
    assert mail.transactions[0].segments == tuple(BODY)


def test_write_puts_acknowledgments_before_the_groups():
    ta1 = Segment(("TA1", "000000001", "260311", "0915", "A", "000"))

    mail = read(written(groups=[], acknowledgments=[ta1]))

    assert mail.interchanges[0].acknowledgments == (ta1,)
    assert mail.complete


def test_write_uses_the_delimiters_it_is_given():
    odd = Delimiters(element="|", component=">", segment="\n", repetition="!")

    assert read(written(delimiters=odd)).transactions[0].delimiters == odd


@pytest.mark.parametrize(
    "changes",
    [
        {"control_number": 0},
        {"control_number": 10**9},
        {"usage": "X"},
        {"sender": Address(id="A" * 16)},
        {"sender": Address(id="")},
        {"sender": Address(id="lower")},
        {"sender": Address(id="A", qualifier="Z")},
        {"delimiters": Delimiters(repetition="")},
        {"groups": [GROUP, GROUP]},
        {"groups": [replace(GROUP, control_number=0)]},
        {"groups": [replace(GROUP, transactions=[[]])]},
        {"groups": [replace(GROUP, transactions=[BODY[:1]])]},
        {"groups": [replace(GROUP, transactions=[BODY, BODY])]},
        {"groups": [replace(GROUP, transactions=[[*BODY[:1], Segment(("SE", "9", "0001"))]])]},
        {"groups": [replace(GROUP, transactions=[[Segment(("ST", "837", "1")), Segment(("SE", "2", "1"))]])]},
    ],
)
def test_write_refuses_what_would_be_wrong(changes):
    with pytest.raises(UnwritableX12):
        written(**changes)


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("José Núñez", "JOSE NUNEZ"),
        ("Øre Ægir Łódź", "ORE AEGIR LODZ"),
        ("Weiß", "WEISS"),
        ("O\u2019Brien \u2013 x", "O'BRIEN - X"),
        ("a*b~c:d^e", "A B C D E"),
        ("two\nlines\tand\x00\x1fmore", "TWO LINES AND\x1fMORE"),
        ("\u4e2d", ""),
    ],
)
def test_free_text_leaves_as_plain_capitals(text, clean):
    assert clean_text(text) == clean.strip()


@pytest.mark.slow
@given(st.lists(st.text(max_size=20), min_size=1, max_size=6))
def test_no_element_can_break_the_segments_around_it(elements):
    inner = {ord(mark): None for mark in "\x1c\x1d\x1e\x1f"}
    segment = Segment.of("NTE", *(element.translate(inner) for element in elements))

    text = body_text([segment, Segment(("SE", "2", "0001"))])

    assert text.isascii()
    assert text.count("~") == 2
    assert text.count("*") <= len(elements) + 2
    assert not {":", "^"} & set(text)
    assert "*~" not in text
