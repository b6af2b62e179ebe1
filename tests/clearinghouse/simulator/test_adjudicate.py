"""Adjudication to the cent: the worked cases of domain.md 11, then every reason to deny."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearinghouse.simulator.adjudicate import adjudicate, line_key
from clearinghouse.simulator.claim import Adjustment, OtherPayer, Person, PriorPayment
from clearinghouse.simulator.decision import DecidedLine, Decision
from clearinghouse.simulator.members import Member
from clearinghouse.simulator.plans import BLUEPEAK, MEDICAID, MEDICARE, MEDIGAP, NORTHSTAR, Bundle
from tests.clearinghouse.simulator.claims import (
    ELLISON,
    ORTEGA,
    REYES,
    case,
    claim,
    dependent_claim,
    injection_claim,
    line,
    medicare_claim,
    plan,
)

ON = date(2026, 6, 1)


def trios(decided: DecidedLine) -> list[tuple[str, str, str]]:
    return [(a.group, a.code, str(a.amount)) for a in decided.adjustments]


def reason(decision: Decision, number: int = 0) -> tuple[str, str, tuple[str, ...]]:
    decided = decision.lines[number]
    return decided.adjustments[0].group, decided.adjustments[0].code, decided.remarks


def test_medicare_pays_as_in_case_one() -> None:
    decision = adjudicate(case(medicare_claim(), left=("40.00", "9999"), crossover_to=MEDIGAP))

    visit, ecg = decision.lines
    assert trios(visit) == [
        ("CO", "45", "80.00"),
        ("CO", "253", "1.44"),
        ("PR", "1", "40.00"),
        ("PR", "2", "18.00"),
    ]
    assert trios(ecg) == [("CO", "45", "45.00"), ("CO", "253", "0.24"), ("PR", "2", "3.00")]
    assert (visit.paid, ecg.paid) == (Decimal("70.56"), Decimal("11.76"))
    assert (decision.paid, decision.patient_responsibility) == (Decimal("82.32"), Decimal("61.00"))
    assert (decision.status, decision.forwarded_to) == ("19", MEDIGAP)
    assert (decision.deductible, decision.out_of_pocket) == (Decimal("40.00"), Decimal("61.00"))


def test_medigap_pays_second_as_in_case_one() -> None:
    first = adjudicate(case(medicare_claim(), left=("40.00", "9999")))
    lines = [
        replace(sent, prior=(PriorPayment(MEDICARE, decided.paid, decided.adjustments),))
        for sent, decided in zip(medicare_claim().lines, first.lines, strict=True)
    ]
    subscriber = Person("ELLISON", "MARGARET", "R", "MG55512345", date(1950, 5, 14), "F")
    medicare = OtherPayer("P", MEDICARE, "MEDICARE PART B TX", "1EG4TE5MK73", first.paid)
    decision = adjudicate(case(claim(MEDIGAP, subscriber, *lines, rank="S", others=(medicare,))))

    assert trios(decision.lines[0]) == [("OA", "23", "152.00"), ("PR", "1", "40.00")]
    assert trios(decision.lines[1]) == [("OA", "23", "57.00")]
    assert (decision.status, decision.paid) == ("2", Decimal("21.00"))
    assert decision.patient_responsibility == Decimal("40.00")


def test_commercial_plan_pays_as_in_case_two() -> None:
    decision = adjudicate(case(dependent_claim(), left=("100.00", "4100.00")))

    visit, repair = decision.lines
    assert trios(visit) == [("CO", "45", "55.00"), ("PR", "3", "30.00")]
    assert trios(repair) == [("CO", "45", "140.00"), ("PR", "1", "100.00"), ("PR", "2", "4.00")]
    assert (decision.paid, decision.patient_responsibility) == (Decimal("81.00"), Decimal("134.00"))


def test_missing_authorization_denies_and_a_given_one_pays_as_in_case_three() -> None:
    denied = adjudicate(case(injection_claim()))
    paid = adjudicate(case(injection_claim(authorization="AUTH778812")))

    assert reason(denied) == ("CO", "197", ("M62",))
    assert (denied.status, denied.paid) == ("4", Decimal("0.00"))
    assert trios(paid.lines[0]) == [("CO", "45", "590.00"), ("PR", "2", "62.00")]
    assert (paid.status, paid.paid) == ("1", Decimal("248.00"))


def test_authorization_of_another_shape_denies() -> None:
    assert reason(adjudicate(case(injection_claim(authorization="X")))) == ("CO", "15", ("M62",))


def test_appeal_waives_a_reason() -> None:
    assert adjudicate(case(injection_claim(), waived=frozenset({"197"}))).paid == Decimal("248.00")


@pytest.mark.parametrize(
    ("member_id", "expected"),
    [
        ("BPK900112230", ("CO", "27", ("N30",))),
        ("BPK900112200", ("CO", "31", ("N382",))),
        ("WRONG", ("CO", "31", ("N382",))),
    ],
)
def test_coverage_denies_by_the_digits_of_the_id(member_id: str, expected: object) -> None:
    sent = claim(BLUEPEAK, replace(ORTEGA, member_id=member_id), line(1, "99213", "150", ON))
    assert reason(adjudicate(case(sent))) == expected


def test_unknown_member_is_status_four() -> None:
    sent = claim(MEDICARE, replace(ELLISON, member_id="NONE"), line(1, "99213", "150", ON))
    assert adjudicate(case(sent)).status == "4"


def test_service_before_coverage_denies() -> None:
    sent = claim(BLUEPEAK, ORTEGA, line(1, "99213", "150", ON))
    member = Member(BLUEPEAK, ORTEGA.member_id, effective=date(2026, 7, 1))
    assert reason(adjudicate(case(sent, member=member))) == ("CO", "26", ())


def test_timely_filing_counts_days_from_service_to_receipt() -> None:
    sent = claim(NORTHSTAR, REYES, line(1, "99213", "150", ON))
    last, late = date(2026, 8, 30), date(2026, 8, 31)

    assert adjudicate(case(sent, received_on=last)).paid > 0
    assert reason(adjudicate(case(sent, received_on=late))) == ("CO", "29", ("N211",))


def test_duplicate_of_an_earlier_claim_denies() -> None:
    sent = claim(BLUEPEAK, ORTEGA, line(1, "99213", "150", ON))
    served = frozenset({line_key(sent, sent.lines[0])})
    assert reason(adjudicate(case(sent, served=served))) == ("OA", "18", ("N522",))


def test_duplicate_within_a_claim_denies_the_second_line_only() -> None:
    sent = claim(BLUEPEAK, ORTEGA, line(1, "85025", "30", ON), line(2, "85025", "30", ON))
    decision = adjudicate(case(sent))

    assert decision.lines[0].paid > 0
    assert reason(decision, 1)[:2] == ("OA", "18")


def test_repeat_modifier_is_no_duplicate() -> None:
    sent = claim(BLUEPEAK, ORTEGA, line(1, "85025", "30", ON), line(2, "85025", "30", ON, modifiers=("91",)))
    assert not adjudicate(case(sent)).lines[1].is_denied


def test_service_not_covered_denies_with_its_remark() -> None:
    sent = claim(BLUEPEAK, ORTEGA, line(1, "97810", "80", ON))
    assert reason(adjudicate(case(sent))) == ("CO", "96", ("N130",))


def test_necessity_looks_at_the_diagnoses_pointed_at() -> None:
    unfit = claim(MEDICARE, ELLISON, line(1, "93000", "60", ON, diagnoses=("M545",)))
    fit = claim(MEDICARE, ELLISON, line(1, "93000", "60", ON, diagnoses=("M545", "R079")))

    assert reason(adjudicate(case(unfit))) == ("CO", "50", ("N115",))
    assert adjudicate(case(fit)).paid > 0


def test_bundled_part_is_not_paid_unless_separated() -> None:
    rules = plan(BLUEPEAK, bundles=(Bundle("93000", "93005"),))
    together = claim(BLUEPEAK, ORTEGA, line(1, "93000", "60", ON), line(2, "93005", "30", ON))
    apart = claim(BLUEPEAK, ORTEGA, line(1, "93000", "60", ON), line(2, "93005", "30", ON, modifiers=("59",)))

    assert reason(adjudicate(case(together, rules)), 1) == ("CO", "97", ("M15",))
    assert not adjudicate(case(apart, rules)).lines[1].is_denied


def test_records_wanted_denies_every_line() -> None:
    decision = adjudicate(case(dependent_claim(), wants_records=True))
    assert [reason(decision, number) for number in (0, 1)] == [("CO", "252", ("N706",))] * 2


def test_secondary_claim_without_the_primary_result_denies() -> None:
    sent = claim(BLUEPEAK, ORTEGA, line(1, "99213", "150", ON), rank="S")
    assert reason(adjudicate(case(sent))) == ("CO", "16", ("MA04",))


def test_medicaid_pays_up_to_its_own_allowance_and_leaves_nothing_to_the_patient() -> None:
    prior = PriorPayment(
        BLUEPEAK,
        Decimal("40.00"),
        (Adjustment("CO", "45", Decimal("55.00")), Adjustment("PR", "1", Decimal("55.00"))),
    )
    member = Person("POOR", "ANN", "", "LSM123456711", date(1990, 1, 1), "F")
    first = OtherPayer("P", BLUEPEAK, "BLUEPEAK", "BPK1", Decimal("40.00"))
    sent = claim(MEDICAID, member, line(1, "99213", "150", ON, prior=(prior,)), rank="S", others=(first,))
    decision = adjudicate(case(sent))

    assert trios(decision.lines[0]) == [("OA", "23", "95.00"), ("CO", "45", "40.00")]
    assert (decision.paid, decision.patient_responsibility) == (Decimal("15.00"), Decimal("0.00"))


def test_copay_is_taken_once_per_claim() -> None:
    sent = claim(BLUEPEAK, ORTEGA, line(1, "99213", "150", ON), line(2, "99212", "90", ON))
    decision = adjudicate(case(sent))
    assert [decided.adjusted("PR", "3") for decided in decision.lines] == [Decimal("30.00"), Decimal("0.00")]


def test_out_of_pocket_maximum_ends_the_patients_share() -> None:
    sent = claim(BLUEPEAK, ORTEGA, line(1, "12001", "260", ON))
    decision = adjudicate(case(sent, left=("100.00", "101.00")))

    assert trios(decision.lines[0])[1:] == [("PR", "1", "100.00"), ("PR", "2", "1.00")]
    assert decision.out_of_pocket == Decimal("101.00")


def test_unlisted_code_is_a_share_of_its_charge_and_units_multiply_a_fee() -> None:
    sent = claim(
        BLUEPEAK, ORTEGA, line(1, "55555", "100.10", ON), line(2, "12001", "600", ON, units=Decimal(2))
    )
    decision = adjudicate(case(sent))
    assert [decided.allowed for decided in decision.lines] == [Decimal("62.06"), Decimal("240.00")]


def test_charge_below_the_fee_is_the_allowed_amount() -> None:
    sent = claim(BLUEPEAK, ORTEGA, line(1, "12001", "50", ON))
    assert adjudicate(case(sent)).lines[0].allowed == Decimal("50")


@given(
    charges=st.lists(st.integers(0, 200_000), min_size=1, max_size=6),
    deductible=st.integers(0, 50_000),
    out_of_pocket=st.integers(0, 50_000),
    payer=st.sampled_from([MEDICARE, BLUEPEAK, NORTHSTAR, MEDICAID]),
)
def test_any_decision_balances_and_stays_within_the_accumulators(
    charges: list[int], deductible: int, out_of_pocket: int, payer: str
) -> None:
    ids = {
        MEDICARE: "1EG4TE5MK73",
        BLUEPEAK: "BPK900112233",
        NORTHSTAR: "NSH700345621",
        MEDICAID: "LSM123456711",
    }
    codes = ["99213", "12001", "93000", "55555", "64483", "85025"]
    left = (str(Decimal(deductible) / 100), str(Decimal(out_of_pocket) / 100))
    lines = [line(i, codes[i % 6], str(Decimal(cents) / 100), ON) for i, cents in enumerate(charges)]
    sent = claim(payer, replace(ORTEGA, member_id=ids[payer]), *lines)

    decision = adjudicate(case(sent, left=left))

    adjusted = sum((a.amount for decided in decision.lines for a in decided.adjustments), Decimal(0))
    assert decision.charge - adjusted == decision.paid
    assert decision.charge == sent.charge
    assert 0 <= decision.out_of_pocket <= Decimal(left[1])
    assert 0 <= decision.deductible <= Decimal(left[0])
    assert all(decided.paid >= 0 and a.amount > 0 for decided in decision.lines for a in decided.adjustments)


def test_line_that_does_not_balance_is_refused() -> None:
    with pytest.raises(ValueError, match="does not balance"):
        DecidedLine(1, Decimal(100), Decimal(60), Decimal(60))
