"""A whole text answered: which interchange gets a TA1, a 999, both or nothing."""

from datetime import datetime

import pytest

from tests.x12.examples import golden
from x12 import ack_999
from x12.envelope import read
from x12.errors import Finding, UnwritableX12
from x12.judging import envelopes

NOW = datetime(2026, 3, 12, 7, 30)


def answered(text, *findings, judge=None, **known):
    """The answers to a text, read again; `findings` are those of every transaction."""
    given = judge or (lambda transaction: findings)
    texts = list(ack_999.answer(read(text), given, control_number=41, written_at=NOW, **known))
    return [read(one).interchanges[0] for one in texts]


def verdicts(interchange):
    return [ack_999.read(transaction).acceptance for transaction in interchange.transactions]


def test_a_good_interchange_gets_a_999_back_to_its_sender():
    (back,) = answered(golden("medicare.837"))

    (asked,) = read(golden("medicare.837")).interchanges
    assert (back.sender_id, back.receiver_id) == (asked.receiver_id, asked.sender_id)
    assert (back.control_number, back.usage, back.complete) == ("000000041", asked.usage, True)
    assert back.acknowledgments == ()
    assert verdicts(back) == ["A"]
    assert [group.functional_id for group in back.groups] == ["FA"]


def test_a_sender_that_asks_gets_a_ta1_too():
    text = golden("medicare.837").replace("*0*T*:", "*1*T*:")

    (back,) = answered(text)

    (segment,) = back.acknowledgments
    ta1 = ack_999.read_ta1(segment)
    assert (ta1.acceptance, ta1.note) == ("A", "000")
    assert verdicts(back) == ["A"]


def test_a_duplicate_gets_a_ta1_alone():
    number = read(golden("medicare.837")).interchanges[0].control_number

    (back,) = answered(golden("medicare.837"), duplicates={number})

    (segment,) = back.acknowledgments
    assert (ack_999.read_ta1(segment).acceptance, ack_999.read_ta1(segment).note) == ("R", "025")
    assert back.groups == ()


def test_each_transaction_has_its_own_findings_even_with_one_number():
    """Two transactions with the same ST02: only the second is at fault, and both numbers are noted as such."""
    one = golden("medicare.837")
    body = one[one.index("ST*") : one.index("GE*")]
    text = one.replace(body, body + body).replace("GE*1*", "GE*2*")
    found = iter(
        [
            [],
            [Finding("missing_element", "", "CLM", 22, 1, snip=2, loop="2300", ack="1", ack_at="element")],
        ]
    )

    (back,) = answered(text, judge=lambda transaction: next(found))

    ack = ack_999.read(back.transactions[0])
    assert [len(response.segment_errors) for response in ack.transactions] == [0, 1]
    assert [response.error_codes for response in ack.transactions][1] == ("23", "5")


def test_acknowledgments_are_not_acknowledged():
    asked = read(golden("medicare.837"))
    (text,) = ack_999.answer(asked, lambda transaction: (), control_number=41, written_at=NOW)

    assert answered(text) == []


def test_an_interchange_that_lost_its_end_is_rejected():
    text = golden("medicare.837")

    (back,) = answered(text[: text.index("IEA*")])

    (segment,) = back.acknowledgments
    assert (ack_999.read_ta1(segment).acceptance, ack_999.read_ta1(segment).note) == ("R", "023")


def test_every_interchange_gets_its_own_answer_with_its_own_number():
    text = golden("medicare.837")

    backs = answered(text + text.replace("000000001", "000000002"))

    assert [back.control_number for back in backs] == ["000000041", "000000042"]


def test_a_fragment_cannot_be_answered():
    text = golden("medicare.837")

    assert answered(text[text.index("ST*") : text.index("GE*")]) == []


def test_a_sender_without_a_name_cannot_be_answered():
    text = golden("medicare.837").replace("LAKESIDE01     ", " " * 15)

    with pytest.raises(UnwritableX12):
        answered(text)


@pytest.mark.parametrize(
    ("finding", "said"),
    [
        (
            Finding("", "", "HI", 24, snip=2, loop="2300", ack="3", ack_at="segment"),
            ("HI", 24, "2300", "3", []),
        ),
        (
            Finding("", "", "N4", 12, 3, snip=5, loop="2010AA", ack="7", ack_at="element"),
            ("N4", 12, "2010", "8", [(3, None, None, "7")]),
        ),
        (
            Finding("", "", "CLM", 22, 5, component=1, snip=2, loop="2300", ack="1", ack_at="element"),
            ("CLM", 22, "2300", "8", [(5, 1, None, "1")]),
        ),
        (Finding("", "", "?", 12, ack="1", ack_at="segment"), ("UNK", 12, "", "1", [])),
    ],
)
def test_findings_say_themselves_what_the_999_says(finding, said):
    (group,) = read(golden("medicare.837")).interchanges[0].groups

    ack = ack_999.acknowledge_each(group, [[finding]], control_number="0001")

    (response,) = ack.transactions
    (error,) = response.segment_errors
    elements = [(e.element, e.component, e.repetition, e.code) for e in error.element_errors]
    assert (error.segment_id, error.position, error.loop_id, error.code, elements) == said
    assert (response.acceptance, response.error_codes, ack.acceptance) == ("R", ("5",), "R")


def test_what_only_the_277ca_answers_is_not_in_the_999():
    (group,) = read(golden("medicare.837")).interchanges[0].groups
    found = Finding("npi", "", "NM1", 10, 9, snip=5, status=("A7", "562", "85"))

    ack = ack_999.acknowledge_each(group, [[found]], control_number="0001")

    assert (ack.acceptance, ack.transactions[0].segment_errors) == ("A", ())


def test_what_holds_for_the_whole_transaction_is_said_in_ik5():
    (group,) = read(golden("medicare.837")).interchanges[0].groups
    found = Finding("claim_total", "", "CLM", 22, 2, snip=3, ack="I5", ack_at="set")

    ack = ack_999.acknowledge_each(group, [[found]], control_number="0001")

    assert ack.transactions[0].error_codes == ("I5",)
    assert ack.transactions[0].segment_errors == ()


@pytest.mark.parametrize(
    ("old", "new", "verdict"),
    [
        ("*260311*0915*^*", "*261311*0915*^*", ("E", "014")),
        ("*ZZ*LAKESIDE01", "*Z1*LAKESIDE01", ("R", "005")),
        ("*00501*", "*00401*", ("R", "003")),
        ("*T*:~", "*X*:~", ("E", "020")),
    ],
)
def test_what_is_wrong_with_the_isa_is_said_in_the_ta1(old, new, verdict):
    (back,) = answered(
        golden("medicare.837").replace(old, new, 1),
        judge_envelope=lambda interchange: envelopes.of_interchange(interchange, 1),
    )

    (segment,) = back.acknowledgments
    assert (ack_999.read_ta1(segment).acceptance, ack_999.read_ta1(segment).note) == verdict
    assert bool(back.groups) is (verdict[0] == "E")
