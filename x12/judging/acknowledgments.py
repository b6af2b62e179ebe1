"""SNIP 3 and 4 of the 999 (005010X231A1), and the TA1, which has no guide of its own."""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from x12.ack_999.document import ACCEPTED, INTERCHANGE_NOTES
from x12.errors import Finding
from x12.judging.objections import broken, unmet
from x12.judging.values import Elements, component, element, rows
from x12.judging.words import finding
from x12.segments import REPETITION

_MOST_DIGITS = 9
_SITUATION = "SITUATIONAL TRIGGER"
_UNITS = frozenset(
    [
        "CLM01",
        "ENT01",
        "NM109",
        "PATIENT NAME NM109",
        "SUBSCRIBER NAME NM109",
        "SUBSCRIBER NUMBER REF02",
        "TRN02",
    ]
)
_TA1 = {
    1: (r"\d{9}", "TA101 is no interchange control number (nine digits)"),
    2: (r"\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])", "TA102 is no date YYMMDD"),
    3: (r"(?:[01]\d|2[0-3])[0-5]\d", "TA103 is no time HHMM"),
    4: (r"[AER]", "TA104 is none of A, E and R"),
    5: ("|".join(INTERCHANGE_NOTES), "TA105 is no note code"),
}


def findings(lines: Sequence[str], _today: date | None) -> Iterator[Finding]:
    """What is wrong beyond the guide with a 999."""
    verdicts: list[str] = []
    segments = rows(lines)
    for position, row in enumerate(segments, 1):
        if row[0] == "IK5":
            verdicts.append(element(row, 1))
        elif row[0] == "AK9":
            yield from _counts(row, position, verdicts)
    yield from _errors(segments)
    yield from _contexts(segments)


def _counts(row: Elements, position: int, verdicts: list[str]) -> Iterator[Finding]:
    """AK9: how many were received and accepted, and what that makes of the group."""
    numbers = [element(row, number) for number in (2, 3, 4)]
    if not all(number.isdecimal() and len(number) <= _MOST_DIGITS for number in numbers):
        return
    received, accepted = int(numbers[1]), int(numbers[2])
    good = sum(verdict in ACCEPTED for verdict in verdicts)
    if len(verdicts) > received:
        words = "AK903 is less than the transactions that are answered (AK2)"
        yield broken("received_count_differs", words, "AK9", position, 3)
    elif accepted > received or not good <= accepted <= received - (len(verdicts) - good):
        words = "AK904 is not the number of transactions that are accepted (IK501 A or E)"
        yield broken("accepted_count_differs", words, "AK9", position, 4)
    elif element(row, 1) not in _fitting(received, accepted):
        words = "AK901 does not fit the numbers received (AK903) and accepted (AK904)"
        yield broken("group_verdict_differs", words, "AK9", position, 1)


def _fitting(received: int, accepted: int) -> tuple[str, ...]:
    if accepted == received:
        return ("A", "E") if received else ("A", "E", "R", "M", "W", "X")
    return ("P",) if accepted else ("R", "M", "W", "X")


def _errors(segments: Sequence[Elements]) -> Iterator[Finding]:
    """A segment has element errors (IK304 8) with IK4 and no others; what is accepted (A) has none."""
    segment: tuple[int, str] | None = None
    elements = errors = 0
    for position, row in enumerate(segments, 1):
        name = row[0]
        if segment is not None and name in ("IK3", "IK5", "AK2", "AK9"):
            yield from _elements_told(segment, elements)
            segment = None
        if name == "IK3":
            segment, elements, errors = (position, element(row, 4)), 0, errors + 1
        elif name == "IK4":
            elements += 1
        elif name == "AK2":
            errors = 0
        elif name == "IK5" and errors and element(row, 1) == "A":
            words = "IK501 accepts without a word a transaction with errors (E or R)"
            yield unmet("verdict_without_errors", words, "IK5", position, 1, loop="2000")


def _elements_told(segment: tuple[int, str], elements: int) -> Iterator[Finding]:
    position, code = segment
    if elements and code and code != "8":
        words = "IK304 is 8 where elements are in error (IK4)"
        yield unmet("element_errors_unexpected", words, "IK3", position, 4, loop="2100")


def _contexts(segments: Sequence[Elements]) -> Iterator[Finding]:
    """CTX names the claim or inquiry in error, once per segment, or the situation that makes it one."""
    loop, units = "2100", 0
    for position, row in enumerate(segments, 1):
        if row[0] in ("IK3", "IK4"):
            loop, units = ("2100", 0) if row[0] == "IK3" else ("2110", 1)
        elif row[0] == "CTX":
            name = component(row, 1, 1).partition(REPETITION)[0]
            units += name in _UNITS
            yield from _context(row, position, loop, name)
            if name in _UNITS and units > 1:
                yield finding("too_many_segments", "CTX", position, loop)


def _context(row: Elements, position: int, loop: str, name: str) -> Iterator[Finding]:
    if name == _SITUATION:
        for number in (2, 3):
            if not element(row, number):
                yield finding("missing_element", "CTX", position, loop, number)
    elif name not in _UNITS:
        yield finding("bad_code", "CTX", position, loop, 1, 1)


def of_ta1(row: Elements, position: int) -> Iterator[Finding]:
    """What is wrong with a TA1; `position` is that in the text."""
    for number, (pattern, words) in _TA1.items():
        value = element(row, number)
        if not re.fullmatch(pattern, value):
            code = "missing_element" if not value else "bad_value"
            said = f"TA1{number:02d} is missing" if not value else words
            yield Finding(code, said, "TA1", position, number, level="interchange")
    if element(row, 4) == "R" and element(row, 5) == "000":
        words = "TA104 rejects, but TA105 names no error"
        yield Finding("note_disagrees", words, "TA1", position, 5, snip=4, level="interchange")
    elif element(row, 4) == "A" and element(row, 5) in INTERCHANGE_NOTES and element(row, 5) != "000":
        words = "TA104 accepts, but TA105 names an error"
        yield Finding("note_disagrees", words, "TA1", position, 5, snip=4, level="interchange")
