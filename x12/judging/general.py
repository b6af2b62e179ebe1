"""Rules that hold in every kind of transaction: periods, the future, numbers with a check digit."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Final

from x12.errors import Finding
from x12.judging.objections import unlisted, unmet
from x12.judging.shapes import is_npi
from x12.judging.values import Elements, day, element, later
from x12.segments import ELEMENT

_NPI: Final = {"NM1": (8, "XX", 9), "N1": (3, "XX", 4), "REF": (1, "HPI", 2), "PRV": (2, "HPI", 3)}
_NOT_TO_COME: Final = {"431", "442", "472"}


def findings(lines: Iterable[str], today: date | None) -> Iterator[Finding]:
    """What is wrong anywhere. A transaction is made on the day of its BHT04; `today` is a limit to that."""
    limit = today
    for position, line in enumerate(lines, 1):
        if rule := _RULES.get(line.partition(ELEMENT)[0]):
            row = line.split(ELEMENT)
            if row[0] == "BHT":
                made = day(element(row, 4))
                limit = min((known for known in (made, today) if known is not None), default=None)
            yield from rule(row, position, limit, today)


def _number(row: Elements, position: int, _limit: date | None, _today: date | None) -> Iterator[Finding]:
    """A National Provider Identifier has a check digit."""
    name = row[0]
    qualifier, meant, number = _NPI[name]
    value = element(row, number)
    if value and element(row, qualifier) == meant and not is_npi(value):
        words = f"{name}{number:02d} is no NPI: it has ten digits, the last of them a check digit"
        yield unlisted("bad_npi", words, name, position, number)


def _birth(row: Elements, position: int, limit: date | None, _today: date | None) -> Iterator[Finding]:
    if later(element(row, 2), limit):
        words = "the date of birth is in the future"
        yield unmet("future_date", words, "DMG", position, 2)


def _period(row: Elements, position: int, _limit: date | None, today: date | None) -> Iterator[Finding]:
    first, mark, last = element(row, 3).partition("-")
    if element(row, 2) == "RD8" and mark and later(first, day(last)):
        yield unmet("period_reversed", "the period ends before it begins", "DTP", position, 3)
    if element(row, 1) in _NOT_TO_COME and later(first, today):
        yield unmet("future_date", "the date is in the future", "DTP", position, 3)


def _made(row: Elements, position: int, _limit: date | None, today: date | None) -> Iterator[Finding]:
    if later(element(row, 4), today):
        yield unmet("future_date", "the transaction was made in the future", "BHT", position, 4)


_RULES: Final[dict[str, Callable[[Elements, int, date | None, date | None], Iterator[Finding]]]] = {
    "NM1": _number,
    "N1": _number,
    "REF": _number,
    "PRV": _number,
    "DMG": _birth,
    "DTP": _period,
    "BHT": _made,
}
