"""A person's word about a remittance that could not be matched: which of our claims and lines it means."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from billing.rules.advice import Advice, ClaimAdvice


@dataclass(frozen=True, slots=True)
class ByHand:
    """Our claim number by the place of a claim in the remittance (from 0), our line number by both places.

    It says whom the payer means and never changes an amount: what does not balance stays parked.
    """

    claims: Mapping[int, str] = field(default_factory=dict)
    lines: Mapping[tuple[int, int], str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.claims or self.lines)


def as_told(advice: Advice, word: ByHand) -> Advice:
    """The same advice under the numbers that a person gave it."""
    if not word:
        return advice
    return replace(advice, claims=tuple(_claim(claim, word) for claim in advice.claims))


def _claim(claim: ClaimAdvice, word: ByHand) -> ClaimAdvice:
    lines = tuple(
        replace(line, control_number=word.lines.get((claim.position, place), line.control_number))
        for place, line in enumerate(claim.lines)
    )
    number = word.claims.get(claim.position, claim.control_number)
    return replace(claim, control_number=number, lines=lines)
