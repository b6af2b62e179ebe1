"""Judging claims before they leave: held with findings, or ready."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from claims.edi import verdicts_on_bill
from claims.models import Claim, Finding
from claims.queries import authorization_for, bill_of
from claims.rules.scrub import Verdict
from claims.states import ClaimStatus
from practice.models import User
from rcm.db import require_transaction
from rcm.state import move

RELEASABLE = frozenset({ClaimStatus.DRAFT, ClaimStatus.HELD, ClaimStatus.READY, ClaimStatus.CROSSED_OVER})


class NotInOurHands(Exception):
    """The claim is on its way, with the payer, or replaced: it cannot be released again."""


def release_claim(*, claim: Claim, by: User | None, now: datetime) -> Claim:
    """Scrub a claim again after a fix: ready when nothing stops it any more, else held with what still does.

    Whatever held it before, a rejection from outside too, is cleared. Also sends a crossed over claim on our
    own after all, and looks again at one that is ready. Raises NotInOurHands.
    """
    with transaction.atomic():
        locked = Claim.objects.select_for_update(of=("self",), no_key=True).get(pk=claim.pk)
        if locked.status not in RELEASABLE:
            raise NotInOurHands
        _take_up_authorization(locked)
        judge(claim=locked, now=now, by=by)
    claim.refresh_from_db()
    return claim


def _take_up_authorization(claim: Claim) -> None:
    """A number that came after the claim was built."""
    if not claim.authorization_number and (number := authorization_for(claim)):
        claim.authorization_number = number
        claim.save(update_fields=["authorization_number"])


def judge(*, claim: Claim, now: datetime, by: User | None) -> list[Verdict]:
    """Scrub a claim that is in our hands and move it accordingly, in the caller's transaction.

    Its open findings are replaced by what the edits say now, which is returned.
    """
    require_transaction()
    verdicts = verdicts_on(claim, now=now)
    clear_findings(claim, now=now)
    if verdicts:
        hold(claim=claim, verdicts=verdicts, now=now, by=by)
    elif claim.status != ClaimStatus.READY:
        move(claim, ClaimStatus.READY, now=now, by=by)
    return verdicts


def verdicts_on(claim: Claim, *, now: datetime) -> list[Verdict]:
    """What the edits say about a claim today, in the practice's own time zone."""
    today = now.astimezone(ZoneInfo(claim.practice.time_zone)).date()
    return verdicts_on_bill(bill_of(claim), today=today)


def hold(*, claim: Claim, verdicts: Sequence[Verdict], now: datetime, by: User | None) -> None:
    """Keep a claim back for these reasons, in the caller's transaction."""
    require_transaction()
    Finding.objects.bulk_create(
        Finding(
            practice_id=claim.practice_id,
            claim=claim,
            edit=verdict.edit,
            edit_version=verdict.version,
            severity=verdict.severity,
            field=verdict.field[:60],
            message=verdict.message[:300],
            found_at=now,
        )
        for verdict in verdicts
    )
    if claim.status != ClaimStatus.HELD:
        why = ", ".join(sorted({verdict.edit for verdict in verdicts}))
        move(claim, ClaimStatus.HELD, now=now, by=by, why=why)


def clear_findings(claim: Claim, *, now: datetime) -> None:
    """Close whatever held the claim so far."""
    claim.findings.filter(cleared_at=None).update(cleared_at=now)
