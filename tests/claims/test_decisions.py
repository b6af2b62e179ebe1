"""What a remittance decided on many claims at once."""

import pytest

from claims.actions.decisions import Decision, NotAnOutcome, settle_claims
from claims.models import StatusEvent
from claims.states import ClaimStatus
from rcm.models import AuditEvent
from tests.billing.scenario import many_billed
from tests.conftest import NOW

OUTCOMES = (ClaimStatus.PAID, ClaimStatus.DENIED, ClaimStatus.PAID, ClaimStatus.PENDING)


@pytest.fixture
def claims(practice):
    return many_billed(practice, 4)


def settle(claims, outcomes=OUTCOMES):
    decisions = [
        Decision(claim, outcome, f"ICN{n}")
        for n, (claim, outcome) in enumerate(zip(claims, outcomes, strict=True))
    ]
    settle_claims(decisions=decisions, source="remittance 1", now=NOW)


def test_settle_claims_moves_each_claim_to_its_outcome(claims):
    settle(claims)

    seen = [(claim.status, claim.payer_control_number, claim.adjudicated_at) for claim in claims]
    assert seen == [
        (ClaimStatus.PAID, "ICN0", NOW),
        (ClaimStatus.DENIED, "ICN1", NOW),
        (ClaimStatus.PAID, "ICN2", NOW),
        (ClaimStatus.PENDING, "", None),
    ]
    for claim in claims:
        claim.refresh_from_db()
    assert [(it.status, it.payer_control_number, it.adjudicated_at) for it in claims] == seen
    assert AuditEvent.objects.filter(verb="claim.status", source="remittance 1").count() == 4


def test_settle_claims_twice_changes_nothing(claims):
    settle(claims)
    settle(claims)

    assert StatusEvent.objects.filter(kind="835").count() == 4
    assert AuditEvent.objects.filter(verb="claim.status", source="remittance 1").count() == 4


def test_settle_claims_leaves_a_corrected_claim_corrected(claims):
    type(claims[0]).objects.filter(pk=claims[0].pk).update(status=ClaimStatus.CORRECTED)

    settle(claims)

    assert (claims[0].status, claims[0].payer_control_number) == (ClaimStatus.CORRECTED, "")
    assert StatusEvent.objects.filter(claim=claims[0], kind="835").exists()


def test_settle_claims_keeps_the_payers_number_when_none_is_said(claims):
    settle(claims)
    settle_claims(decisions=[Decision(claims[0], ClaimStatus.DENIED, "")], source="remittance 2", now=NOW)

    assert (claims[0].status, claims[0].payer_control_number) == (ClaimStatus.DENIED, "ICN0")


def test_settle_claims_refuses_what_no_remittance_says(claims):
    with pytest.raises(NotAnOutcome):
        settle(claims[:1], [ClaimStatus.SENT])
