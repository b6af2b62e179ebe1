from datetime import date
from decimal import Decimal

import pytest

from tests.x12.examples import golden
from tests.x12.inquiries import CASE_2, answer, eligibility_request, posted, reread, transaction
from tests.x12.samples import ABSENT, SAMPLES, samples
from x12 import eligibility_270_271 as eb
from x12.envelope import read
from x12.errors import WrongTransaction
from x12.levels import DateSpan, span
from x12.records import Procedure

REJECTED = """BHT*0022*11*1*20260402*0716~HL*1**20*1~NM1*PR*2*BPK*****PI*BPK01~HL*2*1*21*1~
NM1*1P*2*LAKESIDE*****XX*1234567893~HL*3*2*22*0~TRN*2*T1*9LAKESIDE1~NM1*IL*1*ORTEGA*DANIEL****MI*BPK9~"""


def benefit(text):
    (patient,) = answer(text).patients()
    return patient.benefits[0]


def test_worked_request_is_written_in_the_order_of_the_guide():
    text = posted("270", eligibility_request())

    assert (
        "HL*3*2*22*1~NM1*IL*1*ORTEGA*DANIEL****MI*BPK900112233~HL*4*3*23*0~TRN*1*26040001-1*9LAKESIDE1~"
        "NM1*03*1*ORTEGA*SOFIA~DMG*D8*20150822*F~DTP*291*D8*20260402~EQ*30^98~SE*"
    ) in text


def test_request_comes_back():
    request = eligibility_request()

    assert reread("270", request) == request
    (asked,) = request.patients()
    assert asked.service_types == ("30", "98")
    assert asked.traces[0].number == "26040001-1"
    assert asked.dependent is not None
    assert asked.dependent.name.full == "SOFIA ORTEGA"


def test_an_inquiry_can_name_a_procedure_and_authorizations():
    inquiry = eb.BenefitInquiry(
        procedure=Procedure(code="64483", modifiers=("RT",)),
        coverage_level="IND",
        place_of_service="11",
        service_date=date(2026, 5, 5),
    )
    request = eligibility_request()
    subscriber = eb.InquiredSubscriber(inquiries=(inquiry,), relationship="18")
    provider = eb.InquiringProvider(subscribers=(subscriber,))
    request = eb.EligibilityRequest(payers=(eb.InquiredPayer(providers=(provider,)),))

    text = posted("270", request)

    assert "~EQ**HC:64483:RT*IND~III*ZZ*11~DTP*291*D8*20260505~" in text
    assert reread("270", request) == request
    (asked,) = request.patients()
    assert asked.dependent is None
    assert asked.inquiries == (inquiry,)


def test_worked_answer_is_typed():
    response = answer()

    assert response.findings == ()
    (found,) = response.patients()
    assert found.dependent is not None
    assert found.patient.name.full == "SOFIA ORTEGA"
    assert found.patient.birth_date == date(2015, 8, 22)
    assert found.dependent.relationship == "19"
    assert found.traces[0].number == "26040001-1"
    assert found.patient.dates == (span("346", date(2026, 1, 1)),)
    active, deductible, left, pocket, share, copay = found.benefits
    assert active.active
    assert active.plan_name == "PEAK PPO 1500"
    assert active.insurance_type == "PR"
    assert (deductible.amount, deductible.period, deductible.in_network) == (Decimal(1500), "23", "Y")
    assert (left.amount, left.period) == (Decimal(100), "29")
    assert (pocket.code, pocket.amount) == ("G", Decimal(4100))
    assert (share.share, share.authorization, share.in_network) == (Decimal("0.2"), "Y", "Y")
    assert (copay.service_types, copay.amount, copay.period) == (("98",), Decimal(30), "27")
    assert copay.covers("98")
    assert not copay.covers("30")


def test_benefits_speak_in_words():
    words = [one.words for one in next(answer().patients()).benefits]

    assert words == [
        "Active coverage; Individual; Health plan coverage; PPO; PEAK PPO 1500",
        "Deductible; Individual; $1,500.00 calendar year; Health plan coverage; in network",
        "Deductible; Individual; $100.00 remaining; Health plan coverage; in network",
        "Out of pocket maximum; Individual; $4,100.00 remaining; Health plan coverage; in network",
        "Coinsurance; Individual; 20%; Health plan coverage; in network; authorization required",
        "Copay; Individual; $30.00 visit; Office visit; in network",
    ]
    assert benefit("EB*ZZ*QQ*QQ*QQ**88**  ~").words == "Benefit ZZ; QQ; 88; service type QQ; QQ"
    assert benefit("EB*F*IND*33***23***VS*12~").words == (
        "Limitations; Individual; 12 visits calendar year; Chiropractic"
    )


def test_share_is_eb08_or_a_fraction_in_eb07():
    assert benefit("EB*A*IND*30*****.2~").share == Decimal("0.2")
    assert benefit("EB*A*IND*30****.2~").share == Decimal("0.2")
    assert benefit("EB*A*IND*30****20~").share is None
    assert benefit("EB*B*IND*30****1~").share is None


def test_a_benefit_holds_everything_attached_to_it():
    found = benefit(
        """EB*1*IND*1^33^98*HM*GOLD*27*10.5*.25*VS*20*Y*W*HC:97110:GP:59*1:2~HSD*VS*12*WK*3*34*1~REF*18*PLAN9~
        DTP*292*RD8*20260101-20261231~AAA*N**52*C~MSG*CALL FIRST~III*ZZ*11~LS*2120~NM1*P3*1*JONES*MARCUS****SV*02~
        N3*1 ROAD~N4*AUSTIN*TX*78701~PER*IC**TE*5125550100*UR*WWW.X.EXAMPLE~PRV*PE*PXC*207Q00000X~LE*2120~"""
    )

    assert found.service_types == ("1", "33", "98")
    assert (found.amount, found.fraction) == (Decimal("10.5"), Decimal("0.25"))
    assert (found.quantity_qualifier, found.quantity) == ("VS", Decimal(20))
    assert (found.procedure.code, found.procedure.modifiers) == ("97110", ("GP", "59"))
    assert found.diagnosis_pointers == ("1", "2")
    assert found.deliveries[0].quantity == Decimal(12)
    assert found.references[0].value == "PLAN9"
    assert (found.dates[0].first, found.dates[0].last) == (date(2026, 1, 1), date(2026, 12, 31))
    assert found.rejections[0].reason == "52"
    assert found.messages[0].text == "CALL FIRST"
    assert found.circumstances[0].code == "11"
    (entity,) = found.entities
    assert entity.name.full == "MARCUS JONES"
    assert (entity.city, entity.taxonomy) == ("AUSTIN", "207Q00000X")
    assert entity.contacts[0].phone == "5125550100"


@pytest.mark.parametrize(
    ("reason", "follow_up", "retryable"),
    [
        ("42", "P", True),
        ("42", "R", True),
        ("80", "R", True),
        ("80", "", True),
        ("42", "N", False),
        ("42", "Y", False),
        ("80", "C", False),
        ("72", "R", False),
        ("73", "P", False),
        ("74", "R", False),
        ("75", "R", False),
        ("41", "R", False),
    ],
)
def test_only_a_payer_that_could_not_answer_is_asked_again(reason, follow_up, retryable):
    assert eb.Rejection(valid="N", reason=reason, follow_up=follow_up).retryable is retryable


def test_rejections_are_found_at_every_level():
    text = REJECTED.replace("HL*1**20*1~", "HL*1**20*1~AAA*Y**42*P~")
    text = text.replace("PI*BPK01~", "PI*BPK01~AAA*Y**80*R~").replace(
        "*1234567893~", "*1234567893~AAA*N**51*C~"
    )
    response = eb.read_response(transaction("271", text + "AAA*N**72*C~EB*V~AAA*N**15*C~"))

    assert [(found.level, found.rejection.reason) for found in response.rejections] == [
        ("payer", "42"),
        ("source", "80"),
        ("provider", "51"),
        ("subscriber", "72"),
        ("benefit", "15"),
    ]
    assert not response.retryable


def test_worked_rejection_reads_in_words():
    response = eb.read_response(transaction("271", REJECTED + "AAA*N**72*C~"))

    (found,) = response.rejections
    assert found.rejection.words == "Subscriber id is missing or invalid. Correct and send again."
    assert eb.Rejection(reason="ZZ").words == "Rejected, reason ZZ."
    assert not response.retryable


def test_a_payer_that_is_down_can_be_asked_again_later():
    response = eb.read_response(
        transaction("271", "BHT*0022*11*1*20260402*0716~HL*1**20*0~AAA*Y**42*R~NM1*PR*2*BPK*****PI*BPK01~")
    )

    assert response.retryable
    assert list(response.patients()) == []


def test_one_character_for_both_separators_is_borne():
    text = posted("270", eligibility_request()).replace("*30^98~", "*30:98~").replace("*^*00501", "*:*00501")
    (found,) = read(text).transactions

    request = eb.read_request(found)

    assert next(request.patients()).service_types == ("30", "98")
    assert eb.render(request) == list(found.segments)


def test_response_comes_back_when_written_anew():
    response = answer(CASE_2 + "LS*2120~NM1*PR*2*OTHER*****PI*1~LE*2120~")
    anew = eb.EligibilityResponse(
        reference=response.reference, payers=_without_layout(response).payers, created_on=response.created_on
    )

    assert reread("271", anew) == anew


def _without_layout(response):
    (payer,) = response.payers
    return eb.EligibilityResponse(
        payers=(
            eb.AnsweringPayer(
                source=eb.AnsweringSource(name=payer.source.name),
                providers=(
                    eb.AnsweredProvider(
                        name=payer.providers[0].name,
                        subscribers=(
                            eb.AnsweredSubscriber(
                                name=payer.providers[0].subscribers[0].name,
                                benefits=next(response.patients()).benefits,
                            ),
                        ),
                    ),
                ),
            ),
        )
    )


def test_dates_that_are_none_read_as_none():
    assert DateSpan(qualifier="291", period="SOON").first is None
    assert span("291", date(2026, 1, 1), date(2026, 2, 1)) == DateSpan(
        qualifier="291", format="RD8", period="20260101-20260201"
    )


def test_read_goes_by_kind_and_refuses_others():
    assert isinstance(eb.read(transaction("270", REJECTED)), eb.EligibilityRequest)
    assert isinstance(eb.read(transaction("271", REJECTED)), eb.EligibilityResponse)
    (found,) = read(golden("medicare.837")).transactions
    with pytest.raises(WrongTransaction):
        eb.read(found)


@pytest.mark.skipif(not SAMPLES.exists(), reason=ABSENT)
@pytest.mark.parametrize(
    "sample", [pytest.param(s, id=s.path.name) for s in (*samples("270"), *samples("271"))]
)
def test_sample_loses_nothing_and_matches_the_independent_count(sample):
    count = 0
    for found in read(sample.data).transactions:
        document = eb.read(found)
        assert eb.render(document) == list(found.segments)
        if isinstance(document, eb.EligibilityResponse):
            count += sum(len(patient.benefits) for patient in document.patients())
        else:
            count += sum(len(patient.inquiries) for patient in document.patients())

    if sample.label == "valid":
        assert count == sample.number("services")
