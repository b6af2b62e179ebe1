"""Which of our claims and lines an 835 speaks of (domain.md sections 3.4 and 3.7)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing.rules.advice import ClaimAdvice, LineAdvice
from rcm.money import dollars

_TURNS = {"2": "S", "20": "S", "3": "T", "21": "T"}


@dataclass(frozen=True, slots=True)
class BilledLine:
    """A line as we billed it.

    `control_numbers` are its own and those of the same line in other payers' claims: a payer that got the
    claim by crossover answers with the number the first payer was given.
    """

    control_numbers: frozenset[str]
    procedure_code: str
    modifiers: tuple[str, ...]
    service_date: date
    charge: Decimal


class Unmatched(Exception):
    """The lines of a claim cannot be told. `reason` is worded for the biller."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def rank_answered(status_code: str) -> str:
    """Whose turn CLP02 answers when that is not the primary's: S, T, or nothing."""
    return _TURNS.get(status_code, "")


def match_lines(advised: Sequence[LineAdvice], billed: Sequence[BilledLine]) -> list[int]:
    """For each advised line the index of the billed one: by REF*6R, else by code, modifiers, day and charge.

    Several advised lines may name one billed line by its number (an unbundled service); by its looks a billed
    line is found once. Raises Unmatched, also when the charges found for a line are not what was billed.
    """
    by_number = {number: index for index, line in enumerate(billed) for number in line.control_numbers}
    found: list[int | None] = [by_number.get(line.control_number) for line in advised]
    left = [index for index in range(len(billed)) if index not in found]
    for place, line in enumerate(advised):
        if found[place] is None:
            index = next((i for i in left if _looks_like(line, billed[i])), None)
            if index is None:
                raise Unmatched(
                    f"line {place + 1} ({line.procedure_code} for {dollars(line.charge)}) was not billed"
                )
            found[place] = index
            left.remove(index)
    matched = [index for index in found if index is not None]
    _require_same_charges(advised, billed, matched)
    return matched


def takes_back(reversal: ClaimAdvice, original: ClaimAdvice) -> bool:
    """Whether a reversal negates a decision: our number, the payer's where both say it, every amount."""
    numbers = {reversal.payer_control_number, original.payer_control_number} - {""}
    return (
        reversal.control_number == original.control_number
        and len(numbers) <= 1
        and (reversal.charge, reversal.paid) == (-original.charge, -original.paid)
        and _totals(reversal, sign=-1) == _totals(original)
        and (not reversal.lines or not original.lines or _same_lines(reversal, original))
    )


def _looks_like(line: LineAdvice, billed: BilledLine) -> bool:
    return (
        line.procedure_code == billed.procedure_code
        and sorted(line.modifiers) == sorted(billed.modifiers)
        and line.charge == billed.charge
        and line.service_date in (None, billed.service_date)
    )


def _require_same_charges(
    advised: Sequence[LineAdvice], billed: Sequence[BilledLine], matched: Sequence[int]
) -> None:
    charges: Counter[int] = Counter()
    for line, index in zip(advised, matched, strict=True):
        charges[index] += line.charge  # type: ignore[assignment]  # a Counter adds Decimals as well
    for index, billed_line in enumerate(billed):
        if charges[index] != billed_line.charge:
            raise Unmatched(
                f"line {billed_line.procedure_code} was billed with {dollars(billed_line.charge)},"
                f" the payer decided on {dollars(Decimal(charges[index]))}"
            )


def _totals(claim: ClaimAdvice, *, sign: int = 1) -> dict[tuple[str, str], Decimal]:
    """The reductions of a whole claim by group and reason, however they were spread over it."""
    totals: dict[tuple[str, str], Decimal] = {}
    for reduction in claim.all_reductions:
        reason = (reduction.group, reduction.reason)
        totals[reason] = totals.get(reason, Decimal("0.00")) + sign * reduction.amount
    return {reason: total for reason, total in totals.items() if total}


def _same_lines(reversal: ClaimAdvice, original: ClaimAdvice) -> bool:
    if any(line.derived for line in original.lines):
        return True
    taken = sorted((line.procedure_code, -line.charge, -line.paid) for line in reversal.lines)
    given = sorted((line.procedure_code, line.charge, line.paid) for line in original.lines)
    return taken == given
