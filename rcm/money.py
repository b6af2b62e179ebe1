"""Dollars and cents: every amount in the system is a Decimal with two places. Pure, knows no Django."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

CENT = Decimal("0.01")
ZERO = Decimal("0.00")
MINUS = "\N{MINUS SIGN}"


def money(value: Decimal | str | int) -> Decimal:
    """The value as dollars with two places, a half cent rounded away from zero.

    Raises TypeError for a float (its cents are already lost) and for a bool, decimal.InvalidOperation
    for text that is not a number, and ValueError for a number that is not finite.
    """
    if isinstance(value, bool) or not isinstance(value, Decimal | str | int):
        raise TypeError(f"money is made of Decimal, str or int, not {type(value).__name__}")
    amount = Decimal(value)
    if not amount.is_finite():
        raise ValueError("money must be a finite number")
    return amount.quantize(CENT, ROUND_HALF_UP)


def dollars(amount: Decimal) -> str:
    """`$1,234.56`, a true minus sign before a negative."""
    return f"{MINUS if amount < 0 else ''}${abs(amount):,.2f}"


def split(amount: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """Share amount in proportion to weights, to the cent, so that the shares add up to amount exactly.

    Each share is the exact one cut to whole cents; the cents left over go to the largest remainders, the
    earlier share first. No share is more than a cent from its exact value. Weights are zero or more and
    not all zero, and amount has whole cents; ValueError otherwise.
    """
    if any(weight < 0 for weight in weights) or not any(weights):
        raise ValueError("weights must be zero or more, and not all zero")
    if amount != money(amount):
        raise ValueError("amount must have whole cents")
    cents = abs(int(amount / CENT))
    total = sum(map(Fraction, weights))
    exact = [cents * Fraction(weight) / total for weight in weights]
    shares = [int(share) for share in exact]
    by_remainder = sorted(range(len(shares)), key=lambda i: shares[i] - exact[i])
    for i in by_remainder[: cents - sum(shares)]:
        shares[i] += 1
    sign = -1 if amount < 0 else 1
    return [money(sign * share * CENT) for share in shares]
