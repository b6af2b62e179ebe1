"""Corrected and voided claims."""

import datetime as dt
from decimal import Decimal

import pytest

from claims.actions.correction import (
    AlreadyReplaced,
    Changes,
    ClaimIsOut,
    IsVoid,
    LineChange,
    NoPayerControlNumber,
    NothingToCorrect,
    PayerTakesNoReplacements,
    correct_claim,
    void_claim,
)
from claims.actions.decisions import Decision, settle_claims
from claims.models import Claim, Frequency
from claims.queries import bill_of, claim_for_turn, open_findings
from claims.states import OUT, ClaimStatus
from tests.claims.scenes import built_claim, medicare, payer
from tests.conftest import NOW
from tests.factories import CodeFactory, UserFactory

LATER = NOW + dt.timedelta(days=24)
AUTHORIZED = Changes(authorization_number="AUTH778812", note="Corrected claim auth number added")


def denied_claim(practice, **values: object) -> Claim:
    """Denied by its payer under NSH2612700456."""
    claim = built_claim(practice, **values)
    denial = Decision(claim, ClaimStatus.DENIED, "NSH2612700456")
    settle_claims(decisions=[denial], source="remittance 1", now=NOW)
    return claim


def put(claim: Claim, status: ClaimStatus) -> None:
    Claim.objects.filter(pk=claim.pk).update(status=status)


def test_correct_claim_after_a_decision_is_a_replacement(practice, connection):
    claim = denied_claim(practice)
    biller = UserFactory(member_of=practice)

    version = correct_claim(claim=claim, changes=AUTHORIZED, by=biller, now=LATER)

    assert claim.status == ClaimStatus.CORRECTED
    assert (version.status, version.frequency) == (ClaimStatus.READY, Frequency.REPLACEMENT)
    assert version.replaces == claim
    assert version.control_number == claim.control_number.removesuffix("A") + "B"
    bill = bill_of(version)
    assert (bill.original_reference_number, bill.authorization_number) == ("NSH2612700456", "AUTH778812")
    assert bill.note == "Corrected claim auth number added"
    assert bill.total_charge == Decimal("270.00")
    assert [line.control_number for line in bill.lines] == [
        f"{version.control_number}1",
        f"{version.control_number}2",
    ]
    assert claim_for_turn(claim=claim, rank="P") == version


def test_correct_claim_of_a_replacement_names_the_number_last_decided(practice, connection):
    claim = denied_claim(practice)
    second = correct_claim(claim=claim, changes=AUTHORIZED, by=None, now=LATER)
    settle_claims(decisions=[Decision(second, ClaimStatus.DENIED, "NSH99")], source="r", now=LATER)

    third = correct_claim(claim=second, changes=Changes(note="again"), by=None, now=LATER)

    assert third.control_number.endswith("C")
    assert third.original_reference_number == "NSH99"


def test_correct_claim_in_our_hands_is_changed_in_place(practice, connection):
    claim = built_claim(practice)
    CodeFactory(code="E119")
    changes = Changes(
        diagnosis_codes=("E119", "I10"),
        lines={1: LineChange(modifiers=("25",)), 2: LineChange(pointers=(1, 2))},
    )

    fixed = correct_claim(claim=claim, changes=changes, by=UserFactory(), now=LATER)

    assert (fixed, fixed.frequency, fixed.status) == (claim, Frequency.ORIGINAL, ClaimStatus.READY)
    bill = bill_of(Claim.objects.get())
    assert bill.diagnoses == ("E119", "I10")
    assert [line.modifiers for line in bill.lines] == [("25",), ()]
    assert [line.pointers for line in bill.lines] == [(1, 2), (1, 2)]


def test_correct_claim_that_is_still_wrong_is_held(practice, connection):
    version = correct_claim(
        claim=denied_claim(practice), changes=Changes(diagnosis_codes=("I10",)), by=None, now=LATER
    )

    assert version.status == ClaimStatus.HELD
    assert {it.edit for it in open_findings(version)} == {"L06"}


def test_correct_claim_twice_refuses_the_replaced_one(practice, connection):
    claim = denied_claim(practice)
    correct_claim(claim=claim, changes=AUTHORIZED, by=None, now=LATER)

    with pytest.raises(AlreadyReplaced):
        correct_claim(claim=claim, changes=AUTHORIZED, by=None, now=LATER)

    assert Claim.objects.count() == 2


@pytest.mark.parametrize("status", [*sorted(OUT), ClaimStatus.CROSSED_OVER])
@pytest.mark.parametrize("action", ["correct", "void"])
def test_a_claim_that_is_out_can_be_neither_corrected_nor_voided(practice, connection, status, action):
    claim = built_claim(practice)
    put(claim, status)

    with pytest.raises(ClaimIsOut):
        if action == "correct":
            correct_claim(claim=claim, changes=AUTHORIZED, by=None, now=LATER)
        else:
            void_claim(claim=claim, by=None, now=LATER)


def test_correct_claim_refuses_where_the_payer_takes_no_replacements(practice, connection):
    claim = denied_claim(practice, payer=medicare(practice), member_number="1EG4TE5MK73")

    with pytest.raises(PayerTakesNoReplacements):
        correct_claim(claim=claim, changes=AUTHORIZED, by=None, now=LATER)

    claim.refresh_from_db()
    assert claim.status == ClaimStatus.DENIED


def test_correct_claim_refuses_without_the_payer_s_number(practice, connection):
    claim = built_claim(practice)
    put(claim, ClaimStatus.DENIED)

    with pytest.raises(NoPayerControlNumber):
        correct_claim(claim=claim, changes=AUTHORIZED, by=None, now=LATER)


@pytest.mark.parametrize("changes", [Changes(), Changes(lines={3: LineChange(modifiers=("25",))})])
def test_correct_claim_refuses_to_correct_nothing(practice, connection, changes):
    with pytest.raises(NothingToCorrect):
        correct_claim(claim=built_claim(practice), changes=changes, by=None, now=LATER)


def test_a_replacement_has_its_own_clock(practice, connection):
    plan = payer(practice)
    plan.contracts.update(corrected_claim_days=10)

    version = correct_claim(claim=denied_claim(practice, payer=plan), changes=AUTHORIZED, by=None, now=LATER)

    assert [it.edit for it in open_findings(version)] == ["T04"]


def test_void_claim_after_a_decision_repeats_it_as_it_was(practice, connection):
    claim = denied_claim(practice)

    version = void_claim(claim=claim, by=UserFactory(), now=LATER, why="billed in error")

    assert claim.status == ClaimStatus.VOIDED
    assert (version.status, version.frequency) == (ClaimStatus.READY, Frequency.VOID)
    assert version.original_reference_number == "NSH2612700456"
    assert version.lines.count() == 2
    assert claim_for_turn(claim=claim, rank="P") is None


def test_a_void_is_sent_as_it_is_neither_corrected_nor_taken_back(practice, connection):
    void = void_claim(claim=denied_claim(practice), by=UserFactory(), now=LATER, why="billed in error")

    with pytest.raises(IsVoid):
        correct_claim(claim=void, changes=AUTHORIZED, by=None, now=LATER)
    with pytest.raises(IsVoid):
        void_claim(claim=void, by=UserFactory(), now=LATER)

    void.refresh_from_db()
    assert void.status == ClaimStatus.READY


def test_void_claim_in_our_hands_is_never_sent(practice, connection):
    claim = built_claim(practice, member_number="")
    assert claim.status == ClaimStatus.HELD

    assert void_claim(claim=claim, by=UserFactory(), now=LATER) == claim

    assert (claim.status, open_findings(claim)) == (ClaimStatus.VOIDED, [])
    assert Claim.objects.count() == 1


def test_void_claim_twice_is_refused(practice, connection):
    claim = built_claim(practice)
    void_claim(claim=claim, by=None, now=LATER)

    with pytest.raises(AlreadyReplaced):
        void_claim(claim=claim, by=None, now=LATER)
