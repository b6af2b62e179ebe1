"""The next payer's turn after a decision: its claim is opened, or kept back.

Billing calls both within the transaction that posts the money, so that books and claims cannot disagree.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from claims.actions.build import copy_lines, copy_prior_payments, open_claim
from claims.actions.scrub import clear_findings, hold, judge
from claims.models import Claim, ClaimLine, PriorPayment, Severity
from claims.rules.scrub import Verdict
from claims.states import UNSENT, ClaimStatus
from patients.models import Coverage, Rank
from rcm.state import move

TURNS = list(Rank.values)
WITHOUT_DECISION = Verdict(
    "835",
    1,
    Severity.STOP,
    "",
    "The payer before has taken back its decision, or leaves nothing to this one.",
)


class SamePayerTwice(Exception):
    """The next payer's turn was asked for under the policy that has just answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorLine:
    """What the payer just heard decided on one line: loop 2430 of the next payer's claim.

    `adjustments` are (group, reason, amount) as received, in order; with `paid` they add up to the charge.
    """

    line: ClaimLine
    paid: Decimal
    adjudicated_on: date
    adjustments: Sequence[tuple[str, str, Decimal]] = ()
    paid_units: Decimal = Decimal(1)


def open_next_payer(
    *, claim: Claim, coverage: Coverage, prior: Sequence[PriorLine], crossed_over: bool, now: datetime
) -> Claim:
    """The claim to the next payer under `coverage`, with what every payer before it decided.

    One that the payer crossed over by itself gets the status crossed over and is not sent, unless a person
    releases it; otherwise it is scrubbed, to be held or ready. Called again it returns the same claim; while
    that is unsent it takes the newer decisions. Raises SamePayerTwice when coverage is the claim's own.
    """
    if coverage.pk == claim.coverage_id:
        raise SamePayerTwice
    with transaction.atomic():
        following, opened = open_claim(encounter=claim.encounter, coverage=coverage)
        if opened:
            copy_lines(of=claim, to=following)
        if following.status in UNSENT or following.status == ClaimStatus.CROSSED_OVER:
            _carry_over(claim, following, prior)
            _give_turn(following, crossed_over=crossed_over, now=now)
    return following


def hold_next_payers(*, claims: Sequence[Claim], now: datetime) -> None:
    """Keep back the unsent claims of the turns after these.

    The decision that they follow was taken back, or leaves nothing to ask for. `open_next_payer` judges such
    a claim anew when it gets its turn again.
    """
    turns: dict[int, int] = {}
    for claim in claims:
        turn = TURNS.index(claim.coverage.rank)
        turns[claim.encounter_id] = min(turn, turns.get(claim.encounter_id, turn))
    with transaction.atomic():
        unsent = Claim.objects.filter(encounter_id__in=turns, status__in=UNSENT).select_related("coverage")
        for following in unsent.select_for_update(of=("self",), no_key=True).order_by("pk"):
            if TURNS.index(following.coverage.rank) > turns[following.encounter_id]:
                clear_findings(following, now=now)
                hold(claim=following, verdicts=[WITHOUT_DECISION], now=now, by=None)


def _carry_over(claim: Claim, following: Claim, prior: Sequence[PriorLine]) -> None:
    """Earlier payers' decisions as the claim had them, and the claim's own payer's as just heard."""
    own = {line.position: line for line in following.lines.all()}
    PriorPayment.objects.filter(claim_line__claim=following).delete()
    copy_prior_payments(of=claim, to=following)
    PriorPayment.objects.bulk_create(_heard(claim, line, own[line.line.position]) for line in prior)


def _heard(claim: Claim, prior: PriorLine, line: ClaimLine) -> PriorPayment:
    return PriorPayment(
        practice_id=claim.practice_id,
        claim_line=line,
        coverage_id=claim.coverage_id,
        payer_control_number=claim.payer_control_number,
        paid=prior.paid,
        paid_units=prior.paid_units,
        adjudicated_on=prior.adjudicated_on,
        adjustments=[[group, reason, str(amount)] for group, reason, amount in prior.adjustments],
    )


def _give_turn(following: Claim, *, crossed_over: bool, now: datetime) -> None:
    if following.status == ClaimStatus.CROSSED_OVER:
        return
    if crossed_over:
        move(following, ClaimStatus.CROSSED_OVER, now=now, by=None)
    else:
        judge(claim=following, now=now, by=None)
