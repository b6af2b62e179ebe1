"""What a remittance does to claims, and the next payer's turn."""

import datetime as dt
from decimal import Decimal

import pytest

from claims.actions.build import build_claim
from claims.actions.correction import Changes, correct_claim
from claims.actions.decisions import Decision, NotAnOutcome, settle_claims
from claims.actions.scrub import release_claim
from claims.actions.settlement import (
    PriorLine,
    SamePayerTwice,
    hold_next_payers,
    open_next_payer,
)
from claims.models import Claim, PriorPayment, StatusEvent
from claims.queries import (
    bill_of,
    claim_for_turn,
    claim_numbered,
    held_claims,
    lines_of,
    open_findings,
    ready_claims,
    total_of,
)
from claims.states import OUT, ClaimStatus
from patients.models import Coverage, Rank
from tests.claims.scenes import built_claim, coded_visit, insured_patient, medicare, medigap, payer
from tests.conftest import NOW
from tests.factories import CoverageFactory, UserFactory

LATER = NOW + dt.timedelta(days=16)
REMITTED = dt.date(2026, 3, 26)


def settle(claim: Claim, outcome: ClaimStatus, number: str = "0226070123450", source: str = "r1") -> None:
    settle_claims(decisions=[Decision(claim, outcome, number)], source=source, now=LATER)


def two_payers(practice) -> tuple[Claim, Coverage]:
    """Worked case 1: Medicare, and Medigap after it."""
    first = insured_patient(practice, payer=medicare(practice), member_number="1EG4TE5MK73")
    second = CoverageFactory(
        practice=practice,
        patient=first.patient,
        payer=medigap(practice),
        rank=Rank.SECONDARY,
        member_number="MG55512345",
    )
    claim = build_claim(encounter=coded_visit(first), now=NOW)
    settle(claim, ClaimStatus.PAID)
    return claim, second


def medicare_s_decision(claim: Claim) -> list[PriorLine]:
    visit, ecg = lines_of(claim)
    return [
        PriorLine(
            line=visit,
            paid=Decimal("70.56"),
            adjudicated_on=REMITTED,
            adjustments=[
                ("CO", "45", Decimal("80.00")),
                ("CO", "253", Decimal("1.44")),
                ("PR", "1", Decimal("40.00")),
                ("PR", "2", Decimal("18.00")),
            ],
        ),
        PriorLine(
            line=ecg,
            paid=Decimal("11.76"),
            adjudicated_on=REMITTED,
            adjustments=[
                ("CO", "45", Decimal("45.00")),
                ("CO", "253", Decimal("0.24")),
                ("PR", "2", Decimal("3.00")),
            ],
        ),
    ]


def next_payer(claim: Claim, coverage: Coverage, *, crossed_over: bool = False) -> Claim:
    return open_next_payer(
        claim=claim,
        coverage=coverage,
        prior=medicare_s_decision(claim),
        crossed_over=crossed_over,
        now=LATER,
    )


@pytest.mark.parametrize("outcome", [ClaimStatus.PAID, ClaimStatus.PARTIALLY_PAID, ClaimStatus.DENIED])
@pytest.mark.parametrize(
    "status",
    [ClaimStatus.HELD, ClaimStatus.READY, ClaimStatus.CROSSED_OVER, *sorted(OUT)],
)
def test_settle_claims_takes_the_payer_s_decision_wherever_the_claim_is(
    practice, connection, status, outcome
):
    claim = built_claim(practice)
    Claim.objects.update(status=status)

    settle(claim, outcome)

    assert (claim.status, claim.payer_control_number) == (outcome, "0226070123450")
    claim.refresh_from_db()
    assert (claim.status, claim.adjudicated_at) == (outcome, LATER)
    event = StatusEvent.objects.get()
    assert (event.kind, event.message) == ("835", f"{outcome.label} (r1)")


def test_settle_claims_twice_changes_nothing(practice, connection):
    claim = built_claim(practice)

    settle(claim, ClaimStatus.PAID)
    settle(claim, ClaimStatus.PAID)

    assert StatusEvent.objects.count() == 1


def test_settle_claims_follows_a_reversal_and_its_correction(practice, connection):
    claim = built_claim(practice)

    settle(claim, ClaimStatus.DENIED, "N1", "r1")
    settle(claim, ClaimStatus.PENDING, "N1", "r2")
    settle(claim, ClaimStatus.PAID, "N2", "r2")

    claim.refresh_from_db()
    assert (claim.status, claim.payer_control_number) == (ClaimStatus.PAID, "N2")


def test_settle_claims_leaves_a_corrected_claim_corrected(practice, connection):
    claim = built_claim(practice)
    settle(claim, ClaimStatus.DENIED)
    correct_claim(claim=claim, changes=Changes(note="again"), by=None, now=LATER)

    settle(claim, ClaimStatus.PAID, source="r2")

    assert claim.status == ClaimStatus.CORRECTED
    assert StatusEvent.objects.filter(claim=claim).count() == 2


def test_settle_claims_refuses_what_no_remittance_says(practice, connection):
    with pytest.raises(NotAnOutcome):
        settle(built_claim(practice), ClaimStatus.READY)


def test_open_next_payer_carries_the_decision_and_is_ready(practice, connection):
    claim, medigap_coverage = two_payers(practice)

    following = next_payer(claim, medigap_coverage)

    assert (following.status, following.coverage) == (ClaimStatus.READY, medigap_coverage)
    assert following.control_number == f"{practice.claim_prefix}0000002A"
    bill = bill_of(following)
    (primary,) = bill.others
    assert (primary.paid, primary.payer_control_number) == (Decimal("82.32"), "0226070123450")
    assert [line.decisions[0].paid for line in bill.lines] == [Decimal("70.56"), Decimal("11.76")]
    assert claim_for_turn(claim=claim, rank="S") == following
    assert claim_for_turn(claim=following, rank="P") == claim
    assert claim_for_turn(claim=claim, rank="T") is None


def test_open_next_payer_twice_is_one_claim_with_the_newer_decision(practice, connection):
    claim, coverage = two_payers(practice)
    first = next_payer(claim, coverage)

    second = next_payer(claim, coverage)

    assert first == second
    assert PriorPayment.objects.count() == 2


def test_open_next_payer_holds_what_does_not_balance(practice, connection):
    claim, coverage = two_payers(practice)
    visit, ecg = medicare_s_decision(claim)
    short = PriorLine(line=visit.line, paid=Decimal("70.00"), adjudicated_on=REMITTED)

    following = open_next_payer(
        claim=claim, coverage=coverage, prior=[short, ecg], crossed_over=False, now=LATER
    )

    assert following.status == ClaimStatus.HELD
    assert {it.edit for it in open_findings(following)} == {"C08", "C09"}


def test_open_next_payer_never_sends_what_was_crossed_over(practice, connection):
    claim, coverage = two_payers(practice)

    following = next_payer(claim, coverage, crossed_over=True)
    again = next_payer(claim, coverage, crossed_over=False)

    assert (following.status, again.status) == (ClaimStatus.CROSSED_OVER, ClaimStatus.CROSSED_OVER)
    assert list(ready_claims([practice.pk])) == []
    settle(following, ClaimStatus.PARTIALLY_PAID, "MG2026040012")
    assert following.status == ClaimStatus.PARTIALLY_PAID


def test_a_person_may_release_a_crossed_over_claim_that_never_arrived(practice, connection):
    claim, coverage = two_payers(practice)
    following = next_payer(claim, coverage, crossed_over=True)

    assert release_claim(claim=following, by=UserFactory(), now=LATER).status == ClaimStatus.READY


def test_hold_next_payers_keeps_a_claim_back_until_it_gets_its_turn_again(practice, connection):
    claim, coverage = two_payers(practice)
    following = next_payer(claim, coverage)

    for _ in range(2):
        hold_next_payers(claims=[claim, following], now=LATER)

    following.refresh_from_db()
    assert following.status == ClaimStatus.HELD
    assert [finding.edit for finding in open_findings(following)] == ["835"]
    again = next_payer(claim, coverage)
    assert (again, again.status, open_findings(again)) == (following, ClaimStatus.READY, [])


def test_open_next_payer_leaves_one_alone_that_is_out(practice, connection):
    claim, coverage = two_payers(practice)
    following = next_payer(claim, coverage)
    Claim.objects.filter(pk=following.pk).update(status=ClaimStatus.SENT)

    again = open_next_payer(claim=claim, coverage=coverage, prior=[], crossed_over=False, now=LATER)

    assert again == following
    assert PriorPayment.objects.count() == 2


def test_open_next_payer_for_the_third_carries_both_decisions(practice, connection):
    claim, second = two_payers(practice)
    third = CoverageFactory(
        practice=practice,
        patient=second.patient,
        payer=payer(practice, payer_number="77777", name="Third Plan"),
        rank=Rank.TERTIARY,
    )
    following = next_payer(claim, second)
    settle(following, ClaimStatus.PARTIALLY_PAID, "MG2026040012")
    decided = [
        PriorLine(
            line=line,
            paid=Decimal("0.00"),
            adjudicated_on=REMITTED,
            adjustments=[("OA", "23", line.charge)],
        )
        for line in lines_of(following)
    ]

    last = open_next_payer(claim=following, coverage=third, prior=decided, crossed_over=False, now=LATER)

    assert last.status == ClaimStatus.READY
    assert [other.payer_control_number for other in bill_of(last).others] == ["0226070123450", "MG2026040012"]


def test_open_next_payer_refuses_the_same_policy(practice, connection):
    claim, _ = two_payers(practice)

    with pytest.raises(SamePayerTwice):
        next_payer(claim, claim.coverage)


def test_claim_numbered_finds_by_clm01_within_the_practice(practice, connection):
    claim = built_claim(practice)

    assert claim_numbered(practice=practice, control_number=f" {claim.control_number.lower()}") == claim
    assert claim_numbered(practice=practice, control_number="NOBODY1A") is None


def test_queues_count_claims_and_dollars(practice, connection):
    built_claim(practice)
    held = built_claim(practice, member_number="")

    assert list(held_claims([practice.pk])) == [held]
    totals = total_of(held_claims([practice.pk])), total_of(ready_claims([practice.pk]))
    assert [(it.count, it.dollars) for it in totals] == [(1, Decimal("270.00")), (1, Decimal("270.00"))]
    Claim.objects.update(status=ClaimStatus.PAID)
    assert total_of(held_claims([practice.pk])).dollars == Decimal("0.00")
