"""Held with findings, or ready; and released after a fix."""

import datetime as dt

import pytest

from claims.actions.build import build_claim
from claims.actions.scrub import NotInOurHands, release_claim
from claims.queries import open_findings
from claims.states import ClaimStatus
from patients.models import Authorization
from practice.models import Contract
from rcm.models import AuditEvent
from tests.claims.scenes import built_claim, coded_visit, payer
from tests.conftest import NOW
from tests.factories import UserFactory

LATER = NOW + dt.timedelta(hours=1)


def held_claim(practice):
    """Held for its member id."""
    return built_claim(practice, payer=payer(practice, member_number_pattern=r"BPK\d{9}"), member_number="B1")


def test_a_claim_that_trips_an_edit_is_held_with_the_finding(practice, connection):
    claim = held_claim(practice)

    assert claim.status == ClaimStatus.HELD
    (finding,) = open_findings(claim)
    assert (finding.edit, finding.edit_version, finding.severity) == ("C02", 1, "stop")
    assert finding.field == "coverage.member_number"
    assert finding.message.endswith("Compare it with the card.")


def test_release_claim_after_the_fix_is_ready_and_clears_the_findings(practice, connection):
    claim = held_claim(practice)
    biller = UserFactory(member_of=practice)
    claim.coverage.member_number = "BPK900112233"
    claim.coverage.save()

    released = release_claim(claim=claim, by=biller, now=LATER)

    assert released.status == ClaimStatus.READY
    assert open_findings(claim) == []
    assert claim.findings.get().cleared_at == LATER
    moved = AuditEvent.objects.filter(subject_id=claim.pk, verb="claim.status").latest("pk")
    assert (moved.actor_id, moved.data) == (biller.pk, {"from": "held", "to": "ready"})


def test_release_claim_without_the_fix_stays_held_with_one_finding(practice, connection):
    claim = held_claim(practice)

    released = release_claim(claim=claim, by=UserFactory(), now=LATER)

    assert released.status == ClaimStatus.HELD
    assert [(it.edit, it.found_at) for it in open_findings(claim)] == [("C02", LATER)]


def test_release_claim_twice_stays_ready(practice, connection):
    claim = built_claim(practice)

    assert release_claim(claim=claim, by=UserFactory(), now=LATER).status == ClaimStatus.READY
    assert release_claim(claim=claim, by=UserFactory(), now=LATER).status == ClaimStatus.READY


def test_release_claim_takes_up_an_authorization_that_came_later(practice, connection):
    plan = payer(practice)
    Contract.objects.filter(payer=plan).update(authorization_required=["93000"])
    claim = built_claim(practice, payer=plan)
    assert [it.edit for it in open_findings(claim)] == ["A01"]
    Authorization.objects.create(
        practice=practice,
        coverage=claim.coverage,
        number="AUTH778812",
        procedure_codes=["93000"],
        effective_on=dt.date(2026, 1, 1),
        ended_on=dt.date(2026, 12, 31),
    )

    released = release_claim(claim=claim, by=UserFactory(), now=LATER)

    assert (released.status, released.authorization_number) == (ClaimStatus.READY, "AUTH778812")


def test_an_authorization_s_units_are_used_up_by_other_visits(practice, connection):
    plan = payer(practice)
    Contract.objects.filter(payer=plan).update(authorization_required=["93000"])
    first = built_claim(practice, payer=plan)
    Authorization.objects.create(
        practice=practice,
        coverage=first.coverage,
        number="AUTH778812",
        procedure_codes=["93000"],
        effective_on=dt.date(2026, 1, 1),
        ended_on=dt.date(2026, 12, 31),
        units=1,
    )
    assert release_claim(claim=first, by=None, now=LATER).status == ClaimStatus.READY
    second = build_claim(encounter=coded_visit(first.coverage), now=LATER)

    assert [it.edit for it in open_findings(second)] == ["A02"]


def test_an_authorization_for_any_procedure_counts_every_line(practice, connection):
    claim = built_claim(practice)
    Authorization.objects.create(
        practice=practice,
        coverage=claim.coverage,
        number="AUTH778812",
        effective_on=dt.date(2026, 1, 1),
        ended_on=dt.date(2026, 12, 31),
        units=1,
    )

    assert release_claim(claim=claim, by=None, now=LATER).status == ClaimStatus.HELD
    assert [it.edit for it in open_findings(claim)] == ["A02"]


@pytest.mark.parametrize(
    "status", [ClaimStatus.QUEUED, ClaimStatus.SENT, ClaimStatus.PAID, ClaimStatus.CORRECTED]
)
def test_release_claim_refuses_what_is_not_in_our_hands(practice, connection, status):
    claim = built_claim(practice)
    type(claim).objects.filter(pk=claim.pk).update(status=status)

    with pytest.raises(NotInOurHands):
        release_claim(claim=claim, by=UserFactory(), now=LATER)
