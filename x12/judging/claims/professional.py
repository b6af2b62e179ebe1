"""SNIP 4 of professional claims: accidents, stays, diagnoses and what points at them."""

from collections.abc import Iterator
from typing import Final

from x12.errors import Finding
from x12.judging.claims.situations import place_of
from x12.judging.claims.view import Claim, Line, at, days, issue, part
from x12.segments import COMPONENT

STAYS: Final = frozenset(["21", "51", "61"])
"""Places of service where a patient stays overnight."""


def findings(claim: Claim) -> Iterator[Finding]:
    """What is amiss between the parts of one professional claim."""
    yield from _accident(claim)
    yield from _stay(claim)
    yield from _pointers(claim)


def _accident(claim: Claim) -> Iterator[Finding]:
    """An accident has a day, and on the road a state."""
    causes = at(claim.row, 11).split(COMPONENT)
    if not causes[0]:
        return
    if {"AA", "OA"} & set(causes[:3]) and claim.lacks("DTP*439"):
        words = "an accident (CLM11) needs its date in DTP*439"
        yield issue("accident_date", words, claim.clm, "2300", 11, snip=4, status=("21",))
    if "AA" in causes[:3] and not part(claim.row, 11, 4) and part(claim.row, 11, 5) in ("", "US", "CA", "MX"):
        words = "an automobile accident needs its state in CLM11-4"
        yield issue("accident_state", words, claim.clm, "2300", 11, 4, snip=4, status=("21",))


def _stay(claim: Claim) -> Iterator[Finding]:
    """Who was treated during a stay was admitted on a day."""
    parts = claim.node.parts
    if "DTP*435" not in parts:
        if claim.lacks("DTP*435") and any(place_of(claim, line) in STAYS for line in claim.lines):
            words = "services during a stay need the admission date in DTP*435"
            yield issue("admission_date", words, claim.clm, "2300", 5, 1, snip=4, status=("189",))
        return
    admitted = days(at(parts["DTP*435"][0][0], 2), at(parts["DTP*435"][0][0], 3))[0]
    left = parts.get("DTP*096")
    if left and admitted > (days("D8", at(left[0][0], 3))[0] or admitted):
        yield issue(
            "date_order", "the discharge is before the admission", left[0], "2300", 3, snip=4, status=("190",)
        )


def _pointers(claim: Claim) -> Iterator[Finding]:
    """Every pointer of a line points at a diagnosis of the claim, at each once."""
    there = claim.node.parts.get("HI*ABK")
    if not there:
        return
    count = len(there[0][0]) - 1
    for line in claim.lines:
        if line.service is not None:
            yield from _pointers_of(line, count)


def _pointers_of(line: Line, count: int) -> Iterator[Finding]:
    assert line.service is not None
    text = at(line.service[0], 7)
    if len(text) == 1 and "1" <= text <= "9" and int(text) <= count:
        return
    seen: set[str] = set()
    for number, pointer in enumerate(text.split(COMPONENT), 1):
        if len(pointer) <= 2 and pointer.isdecimal() and int(pointer) > count:
            words = "the pointer points past the last diagnosis"
            yield issue("diagnosis_pointer", words, line.service, "2400", 7, number, snip=4, status=("477",))
        elif pointer and pointer in seen:
            words = "two pointers point at the same diagnosis"
            yield issue("diagnosis_pointer", words, line.service, "2400", 7, number, snip=4, status=("477",))
        seen.add(pointer)
