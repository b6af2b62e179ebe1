"""Each advised claim beside our claim, its lines, and what it takes back."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from billing import ledger
from billing.models import Charge, RemittanceClaim
from billing.queries import Known, as_advice, entry_key
from billing.rules.advice import Advice, ClaimAdvice, LineAdvice
from billing.rules.balance import named
from billing.rules.match import Unmatched, match_lines, takes_back
from billing.rules.posting import Outcome, is_duplicate_notice, outcome
from billing.rules.share import share_out
from claims.models import Claim, ClaimLine
from claims.states import REPLACED, ClaimStatus
from patients.models import Coverage
from practice.models import Payer
from rcm.money import dollars

_NO_TURN = "neither we nor the payer before sent it to this payer yet"


@dataclass(slots=True)
class Match:
    """What an advised claim is about. `objection` says why it cannot be posted; empty when it can.

    `lines` and `charges` stand beside `advice.lines`. A reversal has `reverses`; a decision that counts has
    an `outcome`; a notice (forwarded, predetermined, decided before) has neither and moves nothing.
    """

    advice: ClaimAdvice
    claim: Claim | None = None
    lines: list[ClaimLine | None] = field(default_factory=list)
    charges: list[Charge | None] = field(default_factory=list)
    reverses: RemittanceClaim | None = None
    next_coverage: Coverage | None = None
    outcome: Outcome | None = None
    objection: str = ""

    def decided_lines(self) -> Iterator[tuple[LineAdvice, ClaimLine | None, Charge | None]]:
        """The advised lines, each with our line and its charge."""
        return zip(self.advice.lines, self.lines, self.charges, strict=True)


def match_claims(advice: Advice, known: Known, *, payer: Payer | None) -> list[Match]:
    """A match per advised claim, in their order.

    Reversals are matched first, wherever they stand: a corrected decision counts on its place being free.
    """
    matcher = _Matcher(known, payer)
    found = {claim.position: matcher.reversal(claim) for claim in advice.claims if claim.is_reversal}
    for claim in advice.claims:
        if not claim.is_reversal:
            found[claim.position] = matcher.decision(claim)
    return [found[claim.position] for claim in advice.claims]


class _Matcher:
    """Goes through one remittance and remembers what it has answered so far."""

    def __init__(self, known: Known, payer: Payer | None) -> None:
        self._known = known
        self._payer = payer
        self._taken_back: set[int] = set()
        self._answered: set[tuple[int, int]] = set()

    def reversal(self, advice: ClaimAdvice) -> Match:
        """Find the one posted decision that this negates."""
        claim = self._known.numbered.get(advice.control_number)
        if claim is None:
            return self._unknown(advice)
        originals = [
            row
            for row in self._known.decided[claim.encounter_id]
            if row.pk not in self._taken_back and takes_back(advice, as_advice(row))
        ]
        same_payer = [row for row in originals if row.remittance.payer_id == getattr(self._payer, "pk", None)]
        if len(candidates := same_payer or originals) != 1:
            found = "more than one posted decision" if candidates else "nothing that was posted"
            objection = f"{named(advice)}: the reversal of {dollars(advice.paid)} matches {found}."
            return Match(advice, claim, *self._nothing(advice), objection=objection)
        original = candidates[0]
        self._taken_back.add(original.pk)
        lines, charges = self._lines_taken_back(advice, original)
        return Match(advice, original.claim, lines, charges, reverses=original)

    def decision(self, advice: ClaimAdvice) -> Match:
        """Find claim and lines, and whether the turn is still free."""
        claim = self._known.claim_answered(advice, self._payer)
        if claim is None:
            return self._unknown(advice)
        if advice.is_notice:
            return Match(advice, claim, *self._nothing(advice))
        earlier = self._standing(claim)
        if earlier and is_duplicate_notice(advice):
            return Match(advice, claim, *self._nothing(advice))
        match = self._match(advice, claim)
        match.objection = match.objection or self._occupied(match, earlier) or self._unreachable(match)
        self._answered.add((claim.encounter_id, claim.coverage_id))
        return match

    def _match(self, advice: ClaimAdvice, claim: Claim) -> Match:
        billed, ours = self._known.billed_lines(claim), self._known.lines[claim.pk]
        try:
            if not advice.lines:
                advice = self._shared_out(advice, claim)
            places = match_lines(advice.lines, billed)
        except Unmatched as error:
            objection = f"{named(advice)}: {error.reason}."
            return Match(advice, claim, *self._nothing(advice), objection=objection)
        lines = [ours[place] for place in places]
        return Match(
            advice,
            claim,
            list(lines),
            [self._known.charges.get(line.coded_line_id) for line in lines],
            next_coverage=self._known.next_coverage(claim),
            outcome=outcome(advice),
        )

    def _shared_out(self, advice: ClaimAdvice, claim: Claim) -> ClaimAdvice:
        if advice.charge != claim.total_charge:
            raise Unmatched(
                f"billed with {dollars(claim.total_charge)}, the payer decided on {dollars(advice.charge)}"
            )
        try:
            return share_out(advice, self._known.billed_lines(claim))
        except ValueError:
            raise Unmatched("it has no lines to share the decision out on") from None

    def _standing(self, claim: Claim) -> list[RemittanceClaim]:
        """Decisions for this claim's turn that are not taken back, here or before."""
        return [
            row
            for row in self._known.decided[claim.encounter_id]
            if row.coverage_id == claim.coverage_id and row.pk not in self._taken_back and _counts(row)
        ]

    def _occupied(self, match: Match, earlier: list[RemittanceClaim]) -> str:
        """Why this turn cannot be decided again. An earlier version's refusal moved nothing and may stand."""
        claim = match.claim
        assert claim is not None
        if (claim.encounter_id, claim.coverage_id) in self._answered:
            return f"{named(match.advice)}: this remittance decides it twice."
        keys = {entry_key(row): row for row in earlier}
        posted = ledger.entries_by_key(practice=claim.practice, keys=keys) if keys else {}
        for key, row in keys.items():
            if row.claim_id == claim.pk or key in posted:
                trace = row.remittance.trace_number
                return f"{named(match.advice)}: decided before (trace {trace}) and not reversed since."
        return ""

    def _unreachable(self, match: Match) -> str:
        """Why the claim or its charges cannot take the decision."""
        claim, result = match.claim, match.outcome
        assert claim is not None
        assert result is not None
        status, target = ClaimStatus(claim.status), ClaimStatus(result)
        if status not in REPLACED and status != target and target not in Claim.MOVES[status]:
            return f"{named(match.advice)}: our claim is {status.label.lower()}, which cannot be decided."
        if any(charge is None and line.charge for line, _, charge in match.decided_lines()):
            return f"{named(match.advice)}: its charges are not in the books yet."
        return ""

    def _lines_taken_back(
        self, advice: ClaimAdvice, original: RemittanceClaim
    ) -> tuple[list[ClaimLine | None], list[Charge | None]]:
        """Our lines of a reversal: those of the original's line that it negates."""
        assert original.claim is not None
        ours = {line.pk: line for line in self._known.lines[original.claim.pk]}
        left = list(original.lines.all())
        lines: list[ClaimLine | None] = []
        for line in advice.lines:
            same = [
                it for it in left if (it.procedure_code, -it.charge) == (line.procedure_code, line.charge)
            ]
            if same:
                left.remove(same[0])
            lines.append(ours.get(same[0].claim_line_id or 0) if same else None)
        charges = [self._known.charges.get(line.coded_line_id) if line else None for line in lines]
        return lines, charges

    def _unknown(self, advice: ClaimAdvice) -> Match:
        known = advice.control_number in self._known.numbered
        why = _NO_TURN if known else "we have no claim of this number"
        return Match(advice, None, *self._nothing(advice), objection=f"{named(advice)}: {why}.")

    def _nothing(self, advice: ClaimAdvice) -> tuple[list[ClaimLine | None], list[Charge | None]]:
        return [None] * len(advice.lines), [None] * len(advice.lines)


def _counts(row: RemittanceClaim) -> bool:
    advice = as_advice(row)
    return not advice.is_notice and not is_duplicate_notice(advice)
