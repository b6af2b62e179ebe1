"""Elements as the rules about whole transactions read them: absent ones, amounts, days."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache

from x12.segments import COMPONENT, ELEMENT

ZERO = Decimal(0)
UNKNOWN = Decimal("NaN")
_MOST_DIGITS = 18

Elements = Sequence[str]
"""A segment: its id and its elements."""


def rows(lines: Iterable[str]) -> list[list[str]]:
    """The elements of each segment of a transaction given as texts."""
    return [line.split(ELEMENT) for line in lines]


def element(elements: Elements, number: int) -> str:
    """The element with the standard's number; empty when the segment is shorter."""
    return elements[number] if number < len(elements) else ""


def component(elements: Elements, number: int, part: int) -> str:
    """A component of an element, both counted from 1; empty when absent."""
    parts = element(elements, number).split(COMPONENT)
    return parts[part - 1] if part <= len(parts) else ""


@lru_cache(maxsize=1 << 16)
def amount(text: str) -> Decimal:
    """The amount of a text; zero for an empty one, `UNKNOWN` for one that is no plain number.

    What is no number is told by the guide; a rule that meets `UNKNOWN` says nothing.
    """
    if not text:
        return ZERO
    digits = text.removeprefix("-").replace(".", "", 1)
    if digits.isdecimal() and digits.isascii() and len(digits) <= _MOST_DIGITS:
        return Decimal(text)
    return UNKNOWN


def differ(expected: Decimal, stated: Decimal) -> bool:
    """Whether two amounts are known and different."""
    difference = expected - stated
    return bool(difference) and not difference.is_nan()


def above(value: Decimal, limit: Decimal = ZERO) -> bool:
    """Whether an amount is known and more than the limit."""
    return not value.is_nan() and value > limit


def below(value: Decimal, limit: Decimal = ZERO) -> bool:
    """Whether an amount is known and less than the limit."""
    return not value.is_nan() and value < limit


def day(text: str) -> date | None:
    """The day of a text in the form CCYYMMDD; None for any other."""
    if len(text) != 8 or not (text.isdecimal() and text.isascii()):
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


def later(text: str, than: date | None) -> bool:
    """Whether a text is a day after another; False where either is unknown."""
    known = day(text)
    return known is not None and than is not None and known > than
