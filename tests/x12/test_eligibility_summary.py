from datetime import date
from decimal import Decimal

import pytest

from tests.x12.inquiries import CASE_2, answer, transaction
from x12 import eligibility_270_271 as eb


def summary(text, *service_types):
    return eb.summary(answer(text), service_types=service_types)


def rows(text):
    return next(answer(text).patients()).benefits


def test_worked_example_is_summed_up_with_its_evidence():
    found = summary(CASE_2)
    active, deductible, left, pocket, share, copay = rows(CASE_2)

    assert found.active is True
    assert found.coverage == active
    assert (found.plan_name, found.insurance_type) == ("PEAK PPO 1500", "PPO")
    assert found.covered_from == date(2026, 1, 1)
    assert found.covered_through is None
    assert found.deductible == eb.Figure(Decimal(1500), deductible)
    assert found.deductible_remaining == eb.Figure(Decimal(100), left)
    assert found.out_of_pocket is None
    assert found.out_of_pocket_remaining == eb.Figure(Decimal(4100), pocket)
    assert found.copays == (eb.Figure(Decimal(30), copay, "98"),)
    assert found.coinsurances == (eb.Figure(Decimal("0.2"), share),)
    assert found.copay("98") == found.copays[0]
    assert found.copay("33") is None
    assert found.coinsurance("98") == found.coinsurances[0]
    assert found.copays[0].service == "Office visit"
    assert found.authorization == (share,)
    assert found.authorization_needed("98") == share
    assert found.other_payers == ()
    assert found.rejections == ()


@pytest.mark.parametrize(
    ("text", "active"),
    [
        ("EB*6*IND*30~", False),
        ("EB*6*IND*30~EB*1*IND*30~", True),
        ("EB*1*IND*88~EB*6*IND*30~", False),
        ("EB*1*IND*88~", True),
        ("EB*5~", True),
        ("EB*V~", None),
        ("", None),
    ],
)
def test_active_is_what_is_said_of_the_plan_as_a_whole(text, active):
    found = summary(text)

    assert found.active is active
    assert (found.coverage is None) == (active is None)


def test_plan_name_may_stand_in_another_row_of_the_same_coverage():
    assert summary("EB*1**30~EB*1**98**GOLD~").plan_name == "GOLD"
    assert summary("EB*V~").plan_name == ""


def test_in_network_beats_individual_beats_family():
    text = "EB*C*FAM*30***23*3000*****Y~EB*C*IND*30***23*900*****N~EB*C*IND*30***23*1500*****Y~"

    assert summary(text).deductible.value == Decimal(1500)
    assert summary(text).deductible.out_of_network is False
    assert summary("EB*C*FAM*30***23*3000*****Y~EB*C*IND*30***23*900*****N~").deductible.value == Decimal(
        3000
    )
    assert summary("EB*C*IND*30***23*900*****N~").deductible.out_of_network is True


def test_the_service_asked_about_beats_the_plan_as_a_whole():
    text = "EB*C*IND*30***23*1500*****Y~EB*C*IND*33***23*250*****Y~EB*C*IND*35***23*75*****Y~"

    assert summary(text).deductible.value == Decimal(1500)
    figure = summary(text, "33").deductible
    assert (figure.value, figure.service_type) == (Decimal(250), "33")


def test_what_is_left_is_capped_by_the_family():
    text = "EB*C*IND*30***29*800*****Y~EB*C*FAM*30***29*350*****Y~EB*C*FAM*30***29*10*****N~"
    individual, family, _ = rows(text)

    assert summary(text).deductible_remaining == eb.Figure(Decimal(350), individual, capped_by=family)
    assert summary("EB*C*IND*30***29*800~EB*C*FAM*30***29*900~").deductible_remaining.capped_by is None
    assert summary("EB*C*FAM*30***29*900~").deductible_remaining.value == Decimal(900)


def test_what_is_left_is_the_whole_where_the_payer_does_not_say():
    figure = summary("EB*G*IND*30***23*5000*****Y~").out_of_pocket_remaining

    assert (figure.value, figure.assumed) == (Decimal(5000), True)
    assert summary("EB*G*IND*30***23~").out_of_pocket_remaining is None


def test_copays_hold_one_figure_for_each_service_type():
    text = "EB*B**98^UC***27*40*****N~EB*B**98***27*25*****Y~EB*B**98***27*60*****N~EB*B*****27*15~"
    found = summary(text)

    assert [(figure.service_type, figure.value) for figure in found.copays] == [
        ("98", Decimal(25)),
        ("UC", Decimal(40)),
        ("30", Decimal(15)),
    ]
    assert found.copay("33").value == Decimal(15)
    assert eb.Figure(Decimal(1), rows(text)[0], "QQ").service == "Service type QQ"


def test_authorization_and_what_is_not_covered():
    text = "EB*CB**62********Y~EB*1**30********N~EB*I**35~"
    first, _, dental = rows(text)
    found = summary(text)

    assert found.authorization_needed("62") == first
    assert found.authorization_needed("98") is None
    assert found.not_covered == (dental,)


def test_other_payers_are_named_with_their_phone():
    text = """EB*R***QM*STATE PLAN~EB*R**88*OT~LS*2120~NM1*PRP*2*SILVER RX*****PI*S5601~
    PER*IC**UR*WWW.EXAMPLE*TE*8664430934~NM1*SEP*2*OTHER~LE*2120~"""
    found = summary(text)

    assert [(one.name, one.id, one.phone, one.order) for one in found.other_payers] == [
        ("STATE PLAN", "", "", ""),
        ("SILVER RX", "S5601", "8664430934", "PRP"),
        ("OTHER", "", "", "SEP"),
    ]
    assert found.other_payers[1].benefit == rows(text)[1]


@pytest.mark.parametrize(
    ("dates", "begin", "end"),
    [
        ("DTP*291*RD8*20260201-20261231~", date(2026, 2, 1), date(2026, 12, 31)),
        ("DTP*291*RD8*20260402-20260402~", date(2026, 1, 1), None),
        ("DTP*356*D8*20260301~DTP*357*D8*20260630~", date(2026, 1, 1), date(2026, 6, 30)),
        ("DTP*347*D8*20260531~", date(2026, 1, 1), date(2026, 5, 31)),
    ],
)
def test_dates_of_coverage(dates, begin, end):
    found = summary(f"EB*1*IND*30~{dates}")

    expected = date(2026, 2, 1) if "20260201" in dates else begin
    assert (found.covered_from, found.covered_through) in ((expected, end), (date(2026, 1, 1), end))


def test_a_rejected_inquiry_is_unknown_not_inactive():
    response = eb.read_response(
        transaction("271", "BHT*0022*11*1*20260402*0716~HL*1**20*0~AAA*Y**42*R~NM1*PR*2*BPK*****PI*BPK01~")
    )

    found = eb.summary(response)

    assert found.active is None
    assert [located.rejection.reason for located in found.rejections] == ["42"]
    assert found.deductible is None
    assert found.copays == ()


def test_one_patient_of_many_can_be_summed_up():
    (patient,) = answer(CASE_2).patients()

    assert eb.summary_of(patient) == summary(CASE_2)
