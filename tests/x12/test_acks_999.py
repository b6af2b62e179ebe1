from dataclasses import replace

import pytest

from tests.x12.examples import golden
from tests.x12.inquiries import posted, reread, transaction
from tests.x12.samples import ABSENT, SAMPLES, samples
from x12 import ack_999
from x12.envelope import read
from x12.errors import Finding, WrongTransaction
from x12.segments import Segment

BAD = """AK1*HC*5*005010X222A1~AK2*837*0001*005010X222A1~IK3*CLM*22*2300*8~CTX*CLM01:26050031A~
IK4*2*782*1~IK5*R*I5~AK9*R*1*1*0~"""


def group_of(text=None):
    (interchange,) = read(text or golden("medicare.837")).interchanges
    (group,) = interchange.groups
    return group


def test_worked_example_that_accepts_is_typed():
    ack = ack_999.read(
        transaction("999", "AK1*HC*5*005010X222A1~AK2*837*0001*005010X222A1~IK5*A~AK9*A*1*1*1~")
    )

    assert ack.accepted
    assert not ack.partly_accepted
    assert not ack.rejected
    assert (ack.functional_id, ack.group_control_number, ack.group_version) == ("HC", "5", "005010X222A1")
    assert (ack.included, ack.received, ack.accepted_count) == (1, 1, 1)
    assert ack.words == "Accepted"
    response = ack.response_to("0001")
    assert response is not None
    assert response.accepted
    assert response.words == "Accepted"
    assert ack.response_to("0002") is None


def test_worked_example_that_rejects_names_claim_segment_and_element():
    ack = ack_999.read(transaction("999", BAD))

    assert ack.rejected
    assert not ack.accepted
    (response,) = ack.transactions
    assert response.rejected
    assert response.words == "Rejected; Demands of the guide are not met"
    (error,) = response.segment_errors
    assert (error.segment_id, error.position, error.loop_id) == ("CLM", 22, "2300")
    assert error.words == "Segment has errors in its elements"
    assert error.business_unit == "26050031A"
    (element,) = error.element_errors
    assert (element.element, element.reference, element.words) == (2, "782", "Required element is missing")


@pytest.mark.parametrize(
    ("code", "accepted", "rejected"),
    [
        ("A", True, False),
        ("E", True, False),
        ("R", False, True),
        ("M", False, True),
        ("W", False, True),
        ("X", False, True),
        ("P", False, False),
    ],
)
def test_verdicts(code, accepted, rejected):
    ack = ack_999.read(transaction("999", f"AK1*HC*5~AK9*{code}*2*2*1*5~"))

    assert (ack.accepted, ack.rejected, ack.partly_accepted) == (accepted, rejected, code == "P")
    assert ack.words.endswith("; Number of transactions is wrong")


def test_words_show_unknown_codes_as_codes():
    ack = ack_999.read(
        transaction("999", BAD.replace("*22*2300*8", "*22*2300*ZZ").replace("*782*1", "*782*99"))
    )
    (error,) = ack.transactions[0].segment_errors

    assert error.words == "Segment error ZZ"
    assert error.element_errors[0].words == "Element error 99"


def test_acknowledge_accepts_a_clean_group():
    group = group_of()

    ack = ack_999.acknowledge(group, control_number="0001")

    assert ack == ack_999.Ack999(
        functional_id="HC",
        group_control_number="1",
        group_version="005010X222A1",
        transactions=(
            ack_999.TransactionResponse(
                code="837", control_number="0001", version="005010X222A1", acceptance="A"
            ),
        ),
        acceptance="A",
        included=1,
        received=1,
        accepted_count=1,
    )
    assert reread("999", ack) == ack


def test_acknowledge_points_at_claim_segment_and_element():
    group = group_of()
    claim = next(s for s in group.transactions[0].segments if s.id == "CLM")
    found = [
        Finding("bad_value", "CLM02 cannot be read as its type", "CLM", claim.position, 2),
        Finding("missing_segment", "HI is missing", "HI", claim.position + 1),
    ]

    ack = ack_999.acknowledge(group, control_number="0001", findings={"0001": found})

    (response,) = ack.transactions
    assert (ack.acceptance, ack.accepted_count) == ("R", 0)
    assert (response.acceptance, response.error_codes) == ("R", ("5",))
    element, missing = response.segment_errors
    assert (element.segment_id, element.code, element.business_unit) == ("CLM", "8", "26070001A")
    assert [(e.element, e.code, e.bad_value) for e in element.element_errors] == [(2, "6", "270")]
    assert (missing.segment_id, missing.code, missing.element_errors) == ("HI", "3", ())
    assert reread("999", ack) == ack


@pytest.mark.parametrize(
    ("finding", "code"),
    [
        (Finding("bad_value", "", "DTP", 31, 3), "8"),
        (Finding("bad_code", "", "CLM", 22, 7), "7"),
        (Finding("missing_element", "", "CLM", 22, 2), "1"),
        (Finding("npi_check_digit", "", "NM1", 10, 9), "I12"),
        (Finding("too_long", "", "NM1", 9999, 3), "5"),
    ],
)
def test_acknowledge_chooses_the_element_error(finding, code):
    ack = ack_999.acknowledge(group_of(), control_number="0001", findings={"0001": [finding]})

    assert ack.transactions[0].segment_errors[0].element_errors[0].code == code


def test_acknowledge_notes_what_was_only_unread():
    found = [Finding("unread_segment", "K9 is unknown", "K9", 12)]

    ack = ack_999.acknowledge(group_of(), control_number="0001", findings={"0001": found})

    assert (ack.acceptance, ack.accepted, ack.accepted_count) == ("E", True, 1)
    assert ack.transactions[0].acceptance == "E"
    assert ack.transactions[0].segment_errors[0].code == "2"


def test_acknowledge_counts_a_finding_without_a_place_as_a_demand_of_the_guide():
    found = [Finding("lines_do_not_add_up", "charges differ", "CLM", 22)]

    ack = ack_999.acknowledge(group_of(), control_number="0001", findings={"0001": found})

    assert ack.transactions[0].error_codes == ("I5",)
    assert ack.transactions[0].segment_errors == ()


@pytest.mark.parametrize(
    ("old", "new", "codes"),
    [
        ("SE*38*0001", "SE*37*0001", ("4",)),
        ("SE*38*0001", "SE*38*0002", ("3",)),
        ("SE*38*0001~", "", ("2",)),
    ],
)
def test_acknowledge_says_what_is_wrong_with_the_trailer(old, new, codes):
    ack = ack_999.acknowledge(group_of(golden("medicare.837").replace(old, new)), control_number="0001")

    assert ack.transactions[0].rejected
    assert ack.transactions[0].error_codes == codes


def test_acknowledge_a_group_of_which_one_is_bad_is_partly_accepted():
    group = group_of()
    (good,) = group.transactions
    bad = replace(good, control_number="0002", complete=False)
    group = replace(group, transactions=(good, bad))

    ack = ack_999.acknowledge(group, control_number="0001")

    assert ack.partly_accepted
    assert (ack.received, ack.accepted_count) == (2, 1)
    assert [response.acceptance for response in ack.transactions] == ["A", "R"]


def test_acknowledge_notes_errors_of_the_group():
    group = group_of(golden("medicare.837").replace("GE*1*1~", "GE*2*9~"))

    ack = ack_999.acknowledge(group, control_number="0001")

    assert (ack.acceptance, ack.error_codes) == ("E", ("5", "4"))


def test_ta1_is_read_and_written():
    ta1 = ack_999.Ta1(control_number="000000001", date="260311", time="0915", acceptance="R", note="025")

    segment = ack_999.render_ta1(ta1)

    assert segment.text() == "TA1*000000001*260311*0915*R*025"
    assert ack_999.read_ta1(segment) == ta1
    assert ta1.rejected
    assert not ta1.accepted
    assert ta1.words == "Rejected; Interchange control number was used before"


def test_ta1_refuses_another_segment():
    with pytest.raises(WrongTransaction, match="TA1"):
        ack_999.read_ta1(Segment.of("AK1", "HC"))


@pytest.mark.parametrize(
    ("old", "new", "acceptance", "note"),
    [
        ("", "", "A", "000"),
        ("IEA*1*000000001", "IEA*1*000000002", "R", "001"),
        ("IEA*1*000000001", "IEA*2*000000001", "E", "021"),
        ("IEA*1*000000001~", "", "R", "023"),
        ("*00501*", "*00401*", "R", "003"),
        ("*0*T*:", "*0*X*:", "E", "020"),
        ("000000001*0*T", "00000000A*0*T", "R", "018"),
    ],
)
def test_build_ta1_judges_the_interchange(old, new, acceptance, note):
    (interchange,) = read(golden("medicare.837").replace(old, new)).interchanges

    ta1 = ack_999.build_ta1(interchange)

    assert (ta1.acceptance, ta1.note) == (acceptance, note)
    assert (ta1.control_number, ta1.date, ta1.time) == (interchange.control_number, "260311", "0915")
    assert ta1.words.startswith(ack_999.ACCEPTANCE[acceptance])


def test_build_ta1_takes_the_note_only_the_receiver_can_know():
    (interchange,) = read(golden("medicare.837")).interchanges

    assert ack_999.build_ta1(interchange, note="025").rejected


def test_read_refuses_another_kind():
    (found,) = read(golden("medicare.837")).transactions

    with pytest.raises(WrongTransaction):
        ack_999.read(found)


@pytest.mark.skipif(not SAMPLES.exists(), reason=ABSENT)
@pytest.mark.parametrize("sample", [pytest.param(s, id=s.path.name) for s in samples("999")])
def test_sample_loses_nothing(sample):
    for found in read(sample.data).transactions:
        assert ack_999.render(ack_999.read(found)) == list(found.segments)


@pytest.mark.skipif(not SAMPLES.exists(), reason=ABSENT)
@pytest.mark.parametrize("sample", [pytest.param(s, id=s.path.name) for s in samples("ta1")])
def test_ta1_sample_loses_nothing(sample):
    for interchange in read(sample.data).interchanges:
        for segment in interchange.acknowledgments:
            assert ack_999.render_ta1(ack_999.read_ta1(segment)) == segment


def test_written_999_has_no_surprises():
    ack = ack_999.acknowledge(group_of(), control_number="0001")

    assert (
        "ST*999*0001*005010X231A1~AK1*HC*1*005010X222A1~AK2*837*0001*005010X222A1~IK5*A~AK9*A*1*1*1~SE*6*0001~"
        in (posted("999", ack))
    )


def test_acknowledge_names_no_business_unit_where_there_is_none():
    group = group_of()
    enrollment = replace(group, transactions=(replace(group.transactions[0], code="834"),))
    found = {"0001": [Finding("bad_code", "", "BHT", 2, 2)]}

    for one in (group, enrollment):
        ack = ack_999.acknowledge(one, control_number="0001", findings=found)
        assert ack.transactions[0].segment_errors[0].business_unit == ""
