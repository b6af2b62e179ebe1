from datetime import date
from decimal import Decimal

import pytest

from tests.x12.examples import golden
from tests.x12.inquiries import posted, reread, status, status_request, transaction
from tests.x12.samples import ABSENT, SAMPLES, samples
from x12 import status_276_277 as st
from x12.claim_status import StatusCode
from x12.envelope import read
from x12.errors import WrongTransaction

LEVELS = """BHT*0010*08*NSH1*20260514*0701*DG~HL*1**20*1~NM1*PR*2*NORTHSTAR HEALTH*****PI*NSH01~
PER*IC*CLAIMS DESK*TE*8005550100~HL*2*1*21*1~NM1*41*2*LAKESIDE*****46*LAKESIDE01~HL*3*2*19*1~
NM1*1P*2*LAKESIDE*****XX*1234567893~HL*4*3*22*0~NM1*IL*1*REYES*ANA****MI*NSH100200300~TRN*2*CST26050001-1~"""
PENDING = "STC*P1:20*20260514**900~REF*1K*NSH2612700456~REF*EJ*26050031A~DTP*472*D8*20260505~"


def answered(text=PENDING):
    response = st.read_response(transaction("277", LEVELS + text))
    (found,) = response.claims()
    return found


def test_worked_example_is_typed():
    found = answered()

    assert found.payer.name.full == "NORTHSTAR HEALTH"
    assert found.payer.contact is not None
    assert found.payer.contact.phone == "8005550100"
    assert found.subscriber.name.full == "ANA REYES"
    assert found.dependent is None
    claim = found.claim
    assert (claim.trace, claim.patient_account) == ("CST26050001-1", "26050031A")
    assert claim.payer_control_number == "NSH2612700456"
    assert claim.service_date == date(2026, 5, 5)
    assert claim.current is not None
    assert claim.current.charge == Decimal(900)
    assert claim.pending
    assert not claim.finalized
    assert not claim.not_found
    assert claim.words == ("Pending: in process: Accepted for processing",)


def test_a_paid_claim_carries_amounts_dates_and_check():
    claim = answered("STC*F1:65*20260601**900*248*20260530*CHK*20260601*00042~").claim

    assert claim.finalized
    report = claim.current
    assert report is not None
    assert (report.charge, report.paid) == (Decimal(900), Decimal(248))
    assert (report.finalized_on, report.payment_on) == (date(2026, 5, 30), date(2026, 6, 1))
    assert (report.payment_method, report.payment_number) == ("CHK", "00042")


def test_the_latest_report_counts():
    claim = answered("STC*P1:20*20260514**900~STC*F2:84*20260520**900*0~STC*P2:46*20260516**900~").claim

    assert claim.current is claim.statuses[1]
    assert claim.finalized
    assert answered("REF*EJ*26050031A~").claim.current is None


@pytest.mark.parametrize(
    ("category", "says"),
    [
        ("P0", "pending"),
        ("P3", "wants_information"),
        ("F2", "finalized"),
        ("F3F", "finalized"),
        ("R4", "wants_information"),
        ("D0", "not_found"),
        ("A4", "not_found"),
        ("E2", "inquiry_failed"),
    ],
)
def test_category_says(category, says):
    assert getattr(StatusCode(category=category), says)
    assert not StatusCode(category="A2").pending


def test_lines_are_named_in_words():
    claim = answered("STC*F2:84*20260520**150*0~SVC*HC:99203*150*0****1~STC*F2:84*20260520~REF*FJ*L1~").claim

    assert claim.words[1] == "Line 99203: Finalized: denied: Service not authorized"
    assert (claim.lines[0].units, claim.lines[0].number) == (Decimal(1), "L1")


def test_a_failed_inquiry_is_no_status_of_a_claim():
    response = st.read(
        transaction(
            "277",
            """BHT*0010*08*X*20260514*0701*DG~HL*1**20*1~NM1*PR*2*NSH*****PI*N~HL*2*1*21*1~
            NM1*41*2*L*****46*L~TRN*2*CST1~STC*E1:484*20260514~HL*3*2*19*0~NM1*1P*2*L*****XX*1234567893~
            TRN*2*CST2~STC*E0:24*20260514~""",
        )
    )

    assert list(response.claims()) == []
    assert [report.code.category for report in response.failures] == ["E1", "E0"]
    assert all(report.code.inquiry_failed for report in response.failures)


def test_request_comes_back_and_walks_to_subscriber_and_dependent():
    request = status_request()

    assert reread("276", request) == request
    own, child = request.inquiries()
    assert own.dependent is None
    assert child.dependent is not None
    assert child.dependent.name.full == "TOM HALL"
    assert child.inquiry.service_through == date(2026, 5, 3)


def test_request_is_written_in_the_order_of_the_guide():
    text = posted("276", status_request())

    assert (
        "HL*4*3*22*0~DMG*D8*19800201*F~NM1*IL*1*REYES*ANA****MI*NSH100200300~TRN*1*CST26050001-1~"
        "REF*EJ*26050031A~AMT*T3*900~DTP*472*D8*20260505~HL*5*3*22*1~"
    ) in text
    assert "~HL*6*5*23~DMG*D8*20150822*M~NM1*QC*1*HALL*TOM~" in text
    assert "~DTP*472*RD8*20260501-20260503~" in text


def test_response_comes_back():
    response = st.StatusResponse(
        reference="NSH1",
        payers=(
            st.AnsweringPayer(
                receivers=(
                    st.AnsweredReceiver(
                        providers=(
                            st.AnsweredProvider(
                                subscribers=(
                                    st.AnsweredSubscriber(
                                        claims=(
                                            st.ClaimStatus(
                                                trace="T1", statuses=(status("P1", "20", charge=Decimal(9)),)
                                            ),
                                        )
                                    ),
                                )
                            ),
                        )
                    ),
                )
            ),
        ),
    )

    assert reread("277", response) == response


def test_read_refuses_another_kind():
    (found,) = read(golden("medicare.837")).transactions

    with pytest.raises(WrongTransaction):
        st.read(found)
    with pytest.raises(WrongTransaction):
        st.read_request(transaction("277", LEVELS))


@pytest.mark.skipif(not SAMPLES.exists(), reason=ABSENT)
@pytest.mark.parametrize(
    "sample", [pytest.param(s, id=s.path.name) for s in (*samples("276"), *samples("277"))]
)
def test_sample_loses_nothing_and_matches_the_independent_count(sample):
    charges = Decimal(0)
    for found in read(sample.data).transactions:
        document = st.read(found)
        assert st.render(document) == list(found.segments)
        assert document.findings == ()
        if isinstance(document, st.StatusResponse):
            charges += sum((c.claim.statuses[0].charge or 0 for c in document.claims()), Decimal(0))

    assert charges == sample.number("stc04")
