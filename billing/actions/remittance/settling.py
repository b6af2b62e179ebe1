"""What an 835 makes of our claims: the payer's decision, and the next payer's turn."""

from collections import defaultdict
from datetime import date, datetime
from decimal import Decimal

from billing.actions.remittance.matching import Match
from billing.models import Remittance
from billing.rules.advice import LineAdvice
from billing.rules.posting import is_crossed_over, passed_on
from claims.actions.decisions import Decision
from claims.actions.decisions import settle_claims as settle_many
from claims.actions.settlement import PriorLine, hold_next_payers, open_next_payer
from claims.models import ClaimLine
from claims.states import ClaimStatus
from rcm import faults
from rcm.money import ZERO


def settle_claims(remittance: Remittance, matches: list[Match], *, day: date, now: datetime) -> None:
    """Move every claim to what became of it, and open the next payer's turn where something is left to pay.

    A claim whose decision was taken back and not made again is pending at its payer. Where nothing is left to
    the next payer any more, its claim is not sent.
    """
    last_word: dict[int, Match] = {}
    for match in sorted(matches, key=lambda it: it.reverses is None):  # reversals first
        if match.claim is not None and (match.reverses is not None or match.outcome is not None):
            last_word[match.claim.pk] = match
    decided = list(last_word.values())
    settle_many(
        decisions=[_decision(match) for match in decided],
        source=f"remittance {remittance.pk}",
        now=now,
        document=remittance.document,
    )
    faults.point("posting.claims_decided")
    for match in decided:
        if _passes_on(match):
            _give_turn(match, day=day, now=now)
    ending = [match.claim for match in decided if match.claim and not _passes_on(match)]
    hold_next_payers(claims=ending, now=now)


def _decision(match: Match) -> Decision:
    claim = match.claim
    assert claim is not None
    outcome = ClaimStatus(match.outcome) if match.outcome else ClaimStatus.PENDING
    return Decision(claim, outcome, match.advice.payer_control_number)


def _passes_on(match: Match) -> bool:
    return bool(match.outcome and match.next_coverage and passed_on(match.advice.lines))


def _give_turn(match: Match, *, day: date, now: datetime) -> None:
    assert match.claim is not None
    assert match.next_coverage is not None
    open_next_payer(
        claim=match.claim,
        coverage=match.next_coverage,
        prior=_prior_lines(match, day),
        crossed_over=is_crossed_over(match.advice),
        now=now,
    )


def _prior_lines(match: Match, day: date) -> list[PriorLine]:
    """The decision per line of ours: an unbundled line's parts are put together again."""
    parts: dict[int, list[LineAdvice]] = defaultdict(list)
    ours: dict[int, ClaimLine] = {}
    for said, line, _ in match.decided_lines():
        if line is not None:
            parts[line.pk].append(said)
            ours[line.pk] = line
    return [
        PriorLine(
            line=ours[pk],
            paid=sum((part.paid for part in said), ZERO),
            adjudicated_on=day,
            adjustments=[(item.group, item.reason, item.amount) for part in said for item in part.reductions],
            paid_units=said[0].units or Decimal(1),
        )
        for pk, said in parts.items()
    ]
