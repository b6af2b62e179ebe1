"""The box as a submitter sees it, without servers: files in, clock on, answers out."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from clearinghouse.simulator.claim import OtherPayer, Person, PriorPayment
from clearinghouse.simulator.members import Member, Register
from clearinghouse.simulator.plans import BLUEPEAK, MEDICAID, MEDICARE, MEDIGAP, NORTHSTAR
from clearinghouse.simulator.scenario import Delays, Scenario, Shares
from tests.clearinghouse.simulator.claims import (
    ELLISON,
    ORTEGA,
    PRACTICE,
    REYES,
    claim,
    dependent_claim,
    injection_claim,
    line,
    medicare_claim,
    plan,
)
from tests.clearinghouse.simulator.submitting import Desk, interchange, plans_with
from x12 import ack_999
from x12.envelope import read

ON = dt.date(2026, 6, 1)
NOW = dt.datetime(2026, 6, 8, 15, 0, tzinfo=dt.UTC)
ALWAYS = Decimal(1)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path, NOW)


def visit(number: str = "V1", **more: object):
    return claim(BLUEPEAK, ORTEGA, line(1, "99213", "150.00", ON), number=number, **more)


# Acknowledgments


def test_accepted_claim_gets_999_at_once_and_277ca_after_its_delay(desk: Desk) -> None:
    desk.submit(visit())
    (first,) = desk.fetch()
    desk.work(seconds=1)
    (second,) = desk.acknowledgments()

    assert ack_999.read(first).accepted
    acknowledged = next(second.claims()).claim
    assert acknowledged.in_adjudication
    assert acknowledged.payer_control_number.startswith("BPK26159")
    assert acknowledged.charge == Decimal("150")


def test_repeated_control_number_gets_ta1_025_and_nothing_else(desk: Desk) -> None:
    desk.submit(visit())
    desk.fetch()
    desk.put(interchange(1, visit("V2"), at=NOW), "other.x12")
    desk.work()

    (text,) = desk.fetch_texts()
    (ta1,) = read(text).interchanges[0].acknowledgments
    assert (ta1[1], ta1[4], ta1[5]) == ("000000001", "R", "025")
    assert len(desk.truth("received")) == 1


def test_production_file_is_refused_with_ta1_020(desk: Desk) -> None:
    desk.submit(visit(), usage="P")
    (text,) = desk.fetch_texts()
    assert read(text).interchanges[0].acknowledgments[0][5] == "020"


def test_ta1_comes_when_asked_for(desk: Desk) -> None:
    desk.submit(visit(), acknowledgment_requested=True)
    kinds = [read(text).interchanges[0].acknowledgments for text in desk.fetch_texts()]
    assert sorted(len(found) for found in kinds) == [0, 1]


def test_cut_file_is_refused_with_ta1_023(desk: Desk) -> None:
    desk.put(interchange(1, visit(), at=NOW)[:-40])
    desk.work()
    (text,) = desk.fetch_texts()
    assert read(text).interchanges[0].acknowledgments[0][5] == "023"


def test_syntax_fault_rejects_the_transaction_and_names_the_claim(desk: Desk) -> None:
    desk.put(interchange(1, visit(), at=NOW).replace("CLM*V1*150*", "CLM*V1*15O*"))
    desk.work()
    desk.work(seconds=5)

    (transaction,) = desk.fetch()
    (response,) = ack_999.read(transaction).transactions
    (error,) = response.segment_errors
    assert response.rejected
    assert (error.segment_id, error.loop_id, error.code, error.business_unit) == ("CLM", "2300", "8", "V1")
    assert error.element_errors[0].bad_value == "15O"
    assert desk.truth("received") == []


@pytest.mark.parametrize(
    ("sent", "verdict"),
    [
        (replace(visit(), payer_id="NOBODY"), "A3:116"),
        (replace(visit(), payer_id=MEDIGAP), "A3:116"),
        (replace(visit(), rendering_npi="1234567890"), "A7:562:82"),
        (replace(visit(), charge=Decimal("151.00")), "A8:400"),
        (
            replace(
                visit(), subscriber=replace(ORTEGA, member_id="X"), patient=replace(ORTEGA, member_id="X")
            ),
            "A7:164:IL",
        ),
        (visit(frequency="7"), "A6:464"),
        (visit(frequency="7", replaces="BPK000"), "A7:464"),
        (
            claim(MEDICARE, ELLISON, line(1, "99213", "150", ON), number="V1", frequency="7", replaces="1"),
            "A7:535",
        ),
        (claim(BLUEPEAK, ORTEGA, line(1, "99213", "150", dt.date(2026, 7, 1)), number="V1"), "A7:187"),
        (
            claim(BLUEPEAK, ORTEGA, line(1, "99213", "1", ON), line(1, "99212", "1", ON), number="V1"),
            "A7:247",
        ),
    ],
)
def test_screening_rejects_in_the_277ca(desk: Desk, sent, verdict: str) -> None:
    desk.submit(sent)
    desk.work(seconds=30)

    assert desk.verdicts() == {"V1": verdict}
    assert [item["reason"] for item in desk.truth("rejected")] == [verdict]
    assert desk.truth("decided") == []


def test_member_not_on_file_is_rejected_and_a_wrong_birth_date_too(tmp_path: Path) -> None:
    listed = Member(BLUEPEAK, ORTEGA.member_id, birth_date=dt.date(1999, 1, 1))
    desk = Desk(tmp_path, NOW, register=Register((listed,)))
    nobody = replace(ORTEGA, member_id="BPK900112200")
    desk.submit(visit("V1"), visit("V2", patient=nobody))
    desk.submit(claim(BLUEPEAK, nobody, line(1, "99213", "150", ON), number="V3"))
    desk.work(seconds=1)

    verdicts = desk.verdicts()
    assert (verdicts["V1"], verdicts["V3"]) == ("A7:158:IL", "A3:33:IL")


def test_prior_payment_that_does_not_add_up_is_rejected(desk: Desk) -> None:
    wrong = line(1, "99213", "150.00", ON, prior=(PriorPayment(MEDICARE, Decimal("10.00")),))
    first = OtherPayer("P", MEDICARE, "MEDICARE", "1EG4TE5MK73", Decimal("10.00"))
    desk.submit(claim(BLUEPEAK, ORTEGA, wrong, rank="S", others=(first,), number="V1"))
    desk.work(seconds=1)
    assert desk.verdicts() == {"V1": "A8:400:PR"}


def test_batch_for_two_payers_is_acknowledged_by_each(desk: Desk) -> None:
    desk.submit(visit("V1"), injection_claim(number="V2"))
    desk.work(seconds=1)
    assert [item.sources[0].name.id for item in desk.acknowledgments()] == [BLUEPEAK, NORTHSTAR]


# Payment


def test_case_one_is_paid_by_medicare_and_crosses_over(tmp_path: Path) -> None:
    listed = Member(MEDICARE, "1EG4TE5MK73", deductible_met=Decimal("243.00"))
    desk = Desk(tmp_path, dt.datetime(2026, 3, 11, 15, tzinfo=dt.UTC), register=Register((listed,)))
    desk.submit(medicare_claim())
    first, second = desk.pay()

    (paid,) = first.claims()
    assert (first.paid, paid.status, paid.patient_responsibility) == (
        Decimal("82.32"),
        "19",
        Decimal("61.00"),
    )
    assert paid.crossover_payer is not None
    assert (paid.crossover_payer.id, paid.outpatient.remarks) == (MEDIGAP, ("MA01", "MA18"))
    (supplement,) = second.claims()
    assert (second.paid, supplement.status) == (Decimal("21.00"), "2")
    assert supplement.control_number == paid.control_number
    assert [item["origin"] for item in desk.truth("decided")] == ["submission", "crossover"]


def test_claim_is_paid_once_and_the_truth_is_what_was_remitted(desk: Desk) -> None:
    desk.submit(dependent_claim())
    (remittance,) = desk.pay()
    desk.work(days=40)

    (paid,) = remittance.claims()
    (told,) = desk.truth("decided")
    assert desk.fetch() == []
    assert (Decimal(told["paid"]), Decimal(told["patient"])) == (paid.paid, paid.patient_responsibility)
    assert told["trace"] == remittance.trace_number
    assert desk.truth("remitted")[0]["amount"] == told["paid"]
    assert paid.subscriber is not None
    assert (paid.patient.first, paid.subscriber.first) == ("SOFIA", "DANIEL")


def test_denied_claim_comes_as_notification_without_payment(desk: Desk) -> None:
    desk.submit(injection_claim())
    (remittance,) = desk.pay()

    (paid,) = remittance.claims()
    assert (remittance.handling, remittance.method, remittance.paid) == ("H", "NON", Decimal(0))
    assert (paid.status, paid.lines[0].remarks[0].code) == ("4", "M62")
    assert [(a.group, a.reason) for a in paid.lines[0].adjustments] == [("CO", "197")]


def test_claims_of_one_run_share_a_remittance_and_the_deductible_fills_in_the_order_of_service(
    desk: Desk,
) -> None:
    early = claim(NORTHSTAR, REYES, line(1, "12001", "900", dt.date(2026, 5, 1)), number="B")
    late = claim(NORTHSTAR, REYES, line(1, "12001", "900", dt.date(2026, 5, 9)), number="A")
    fresh = replace(REYES, member_id="NSH700345611")
    early, late = (
        replace(item, subscriber=fresh, patient=fresh, lines=(replace(item.lines[0], units=Decimal(4)),))
        for item in (early, late)
    )
    desk.submit(late, early)
    (remittance,) = desk.pay()

    shares = [(paid.control_number, paid.lines[0].adjustments[1].amount) for paid in remittance.claims()]
    assert shares[0] == ("B", Decimal("452"))  # four units at 113
    assert shares[1] == ("A", Decimal("48"))  # what was left of 500


def test_arrival_does_not_change_what_is_decided(tmp_path: Path) -> None:
    claims = [
        claim(BLUEPEAK, ORTEGA, line(1, "12001", "260", ON + dt.timedelta(days=day)), number=f"C{day}")
        for day in range(6)
    ]
    told = []
    for name, order in (("one", claims), ("two", claims[::-1])):
        desk = Desk(tmp_path / name, NOW)
        for item in order:
            desk.submit(item)
        desk.work(seconds=20)
        told.append([(item["claim"], item["icn"], item["lines"]) for item in desk.truth("decided")])
    assert told[0] == told[1]


def test_duplicate_claim_is_denied_and_a_corrected_denial_may_come_again(desk: Desk) -> None:
    desk.submit(visit("V1"))
    desk.pay()
    desk.submit(visit("V2"))
    (again,) = desk.pay()
    assert [(a.group, a.reason) for c in again.claims() for a in c.all_adjustments] == [("OA", "18")]

    desk.submit(injection_claim(number="J1"))
    desk.pay()
    desk.submit(injection_claim(number="J2", authorization="AUTH778812"))
    (paid,) = desk.pay()
    assert paid.paid > 0


def test_unknown_medicaid_member_is_denied_not_rejected(desk: Desk) -> None:
    nobody = Person("POOR", "ANN", "", "LSM123456700", dt.date(1990, 1, 1), "F")
    desk.submit(claim(MEDICAID, nobody, line(1, "99213", "150", ON)))
    (remittance,) = desk.pay()
    (paid,) = remittance.claims()
    assert (paid.status, paid.all_adjustments[0].reason) == ("4", "31")


# Replacements, voids, corrections, appeals


def test_replacement_reverses_the_original_and_pays_under_a_new_number(desk: Desk) -> None:
    desk.submit(visit())
    (first,) = desk.pay()
    (original,) = first.claims()
    icn = original.payer_claim_control_number
    more = claim(BLUEPEAK, ORTEGA, line(1, "99214", "200.00", ON), number="V1", frequency="7", replaces=icn)
    desk.submit(more)
    (second,) = desk.pay()

    reversal, paid = second.claims()
    assert (reversal.status, reversal.payer_claim_control_number) == ("22", icn)
    assert (reversal.charge, reversal.paid) == (-original.charge, -original.paid)
    assert [a.amount for a in reversal.all_adjustments] == [-a.amount for a in original.all_adjustments]
    assert (paid.status, paid.frequency) == ("1", "7")
    assert paid.payer_claim_control_number not in ("", icn)
    assert second.paid == paid.paid - original.paid
    assert [item["claim"] for item in desk.truth("reversed")] == ["V1"]


def test_replaced_claim_cannot_be_replaced_again(desk: Desk) -> None:
    desk.submit(visit())
    (first,) = desk.pay()
    icn = next(first.claims()).payer_claim_control_number
    desk.submit(visit(frequency="7", replaces=icn))
    desk.pay()
    desk.submit(visit(frequency="7", replaces=icn))
    desk.work(seconds=1)
    assert desk.verdicts() == {"V1": "A7:464"}


def test_replacement_of_a_claim_not_yet_decided_takes_its_place(desk: Desk) -> None:
    desk.submit(visit())
    desk.work(seconds=1)
    (acknowledgment,) = desk.acknowledgments()
    icn = next(acknowledgment.claims()).claim.payer_control_number
    desk.submit(visit(frequency="7", replaces=icn))
    (remittance,) = desk.pay()

    assert [paid.status for paid in remittance.claims()] == ["1"]
    assert [item["icn"] for item in desk.truth("overtaken")] == [icn]


def test_void_takes_the_money_back_and_what_is_owed_moves_to_the_next_remittance(desk: Desk) -> None:
    desk.submit(visit())
    (first,) = desk.pay()
    icn = next(first.claims()).payer_claim_control_number
    desk.submit(visit(frequency="8", replaces=icn))
    (second,) = desk.pay()

    (forward,) = second.provider_adjustments
    assert [paid.status for paid in second.claims()] == ["22"]
    assert (second.paid, second.method, forward.reason) == (Decimal(0), "NON", "FB")
    assert forward.amount == -first.paid

    desk.submit(claim(BLUEPEAK, ORTEGA, line(1, "99215", "300", ON), number="V9"))
    (third,) = desk.pay()
    (taken,) = third.provider_adjustments
    assert (taken.reason, taken.amount) == ("FB", first.paid)
    assert third.paid == sum(paid.paid for paid in third.claims()) - first.paid


def test_void_frees_the_deductible(desk: Desk) -> None:
    work = claim(BLUEPEAK, ORTEGA, line(1, "12001", "260", ON), number="V1")
    desk.submit(work)
    (first,) = desk.pay()
    desk.submit(replace(work, frequency="8", replaces=next(first.claims()).payer_claim_control_number))
    desk.pay()
    desk.submit(replace(work, number="V2"))
    (third,) = desk.pay()
    assert next(third.claims()).patient_responsibility == next(first.claims()).patient_responsibility


def test_payer_corrects_itself_by_reversal_and_lower_payment(tmp_path: Path) -> None:
    desk = Desk(tmp_path, NOW, Scenario(shares=Shares(corrected=ALWAYS), delays=Delays(correction=86400)))
    desk.submit(visit())
    (first,) = desk.pay()
    assert desk.pay() == []
    desk.work(days=2)
    (second,) = desk.remittances()

    reversal, corrected = second.claims()
    assert (reversal.status, corrected.status, corrected.frequency) == ("22", "1", "7")
    assert 0 < corrected.paid < first.paid
    assert second.provider_adjustments[0].reason == "FB"
    desk.work(days=30)
    assert desk.remittances() == []


def test_provider_overtakes_the_payers_correction(tmp_path: Path) -> None:
    desk = Desk(tmp_path, NOW, Scenario(shares=Shares(corrected=ALWAYS), delays=Delays(correction=86400)))
    desk.submit(visit())
    (first,) = desk.pay()
    desk.submit(visit(frequency="8", replaces=next(first.claims()).payer_claim_control_number))
    desk.pay()
    desk.work(days=2)
    assert desk.remittances() == []


def test_appeal_that_is_won_is_paid_as_a_correction(tmp_path: Path) -> None:
    desk = Desk(tmp_path, NOW, Scenario(shares=Shares(appeals_won=ALWAYS)))
    desk.submit(injection_claim())
    (first,) = desk.pay()
    icn = next(first.claims()).payer_claim_control_number

    assert desk.box.appeal(icn, desk.now)
    assert desk.box.appeal(icn, desk.now)
    (second,) = desk.pay()
    reversal, paid = second.claims()
    assert (reversal.status, reversal.paid, paid.paid) == ("22", Decimal(0), Decimal("248"))
    assert not desk.box.appeal(icn, desk.now)
    assert not desk.box.appeal("NOBODYS", desk.now)


def test_appeal_that_is_lost_changes_nothing(tmp_path: Path) -> None:
    desk = Desk(tmp_path, NOW, Scenario(shares=Shares(appeals_won=Decimal(0))))
    desk.submit(injection_claim())
    (first,) = desk.pay()
    assert desk.box.appeal(next(first.claims()).payer_claim_control_number, desk.now)
    assert desk.pay() == []
    desk.work()
    assert [item["won"] for item in desk.truth("appealed")] == [False]


@pytest.mark.parametrize("shares", [{}, {"records": ALWAYS}])
def test_appeal_that_is_refused_is_denied_anew(tmp_path: Path, shares: dict[str, Decimal]) -> None:
    more = {"appeals_won": Decimal(0), "appeals_refused": ALWAYS, **shares}
    desk = Desk(tmp_path, NOW, Scenario(shares=Shares(**more)))
    desk.submit(injection_claim())
    (first,) = desk.pay()
    (denied,) = first.claims()
    assert desk.box.appeal(denied.payer_claim_control_number, desk.now)
    (second,) = desk.pay()
    reversal, again = second.claims()
    assert (reversal.status, again.paid) == ("22", Decimal(0))
    assert [line.adjustments for line in again.lines] == [line.adjustments for line in denied.lines]
    assert [item["won"] for item in desk.truth("appealed")] == [False]


# Misfortunes


def test_clerk_rejects_a_first_submission_only(tmp_path: Path) -> None:
    desk = Desk(tmp_path, NOW, Scenario(shares=Shares(rejected=ALWAYS)))
    desk.submit(visit())
    desk.work(seconds=1)
    assert not desk.verdicts()["V1"].startswith("A2")
    desk.submit(visit())
    desk.work(seconds=1)
    assert desk.verdicts()["V1"] == "A2:20:PR"


def test_lost_claim_is_never_answered(tmp_path: Path) -> None:
    desk = Desk(tmp_path, NOW, Scenario(shares=Shares(lost=ALWAYS)))
    desk.submit(visit())
    desk.work(days=90)
    assert [found.kind for found in desk.fetch()] == ["999"]


def test_silent_claim_is_accepted_and_then_forgotten(tmp_path: Path) -> None:
    desk = Desk(tmp_path, NOW, Scenario(shares=Shares(silent=ALWAYS)))
    desk.submit(visit())
    desk.work(days=90)
    assert sorted(found.kind for found in desk.fetch()) == ["277CA", "999"]


def test_late_claim_is_paid_with_interest(tmp_path: Path) -> None:
    desk = Desk(tmp_path, NOW, Scenario(shares=Shares(late=ALWAYS), payment_run_seconds=86400))
    desk.submit(visit())
    desk.work(days=44)
    assert desk.remittances() == []
    desk.work(days=2)
    (remittance,) = desk.remittances()

    (interest,) = remittance.provider_adjustments
    (paid,) = remittance.claims()
    assert (interest.reason, interest.reference) == ("L6", paid.payer_claim_control_number)
    assert -interest.amount == (paid.paid * Decimal("0.12") * 15 / 365).quantize(Decimal("0.01"))
    assert remittance.paid == paid.paid - interest.amount


def test_records_are_wanted_once(tmp_path: Path) -> None:
    desk = Desk(tmp_path, NOW, Scenario(shares=Shares(records=ALWAYS)))
    desk.submit(visit())
    (first,) = desk.pay()
    (denied,) = first.claims()
    desk.submit(visit(frequency="7", replaces=denied.payer_claim_control_number))
    (second,) = desk.pay()
    assert [a.reason for a in denied.all_adjustments] == ["252"]
    assert [paid.status for paid in second.claims()] == ["22", "1"]
    assert second.paid > 0


def test_payers_pay_on_days_of_their_own(tmp_path: Path) -> None:
    runs = {BLUEPEAK: 86400 * 7}
    desk = Desk(tmp_path, NOW, Scenario(payment_runs=runs))
    desk.submit(visit("V1"), injection_claim(number="V2"))
    desk.work(days=30)

    days = {item.payer.name: item.effective_on for item in desk.remittances()}
    assert days["NORTH STAR HEALTH"] == dt.date(2026, 6, 8)
    assert days["BLUEPEAK HEALTH PLAN"] == dt.date(2026, 6, 11)  # weeks are counted from a Thursday


def test_plan_that_says_status_four_for_denials_is_data(tmp_path: Path) -> None:
    payment = replace(plan(BLUEPEAK).payment, denied_status="4")
    desk = Desk(tmp_path, NOW, plans=plans_with(plan(BLUEPEAK, payment=payment)))
    desk.submit(claim(BLUEPEAK, ORTEGA, line(1, "97810", "80", ON)))
    (remittance,) = desk.pay()
    assert next(remittance.claims()).status == "4"


def test_payee_is_named_as_the_claim_named_it(desk: Desk) -> None:
    desk.submit(visit())
    (remittance,) = desk.pay()
    assert (remittance.payee.id, remittance.payee.references[0].value) == (PRACTICE.npi, PRACTICE.tin)
