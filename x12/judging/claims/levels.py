"""Rules of the levels around claims: billing provider, subscriber, patient."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Final

from x12.errors import Finding
from x12.judging.claims.view import at, day_of, days, issue
from x12.judging.walk import Node
from x12.judging.words import finding

OLDEST: Final = 150
_IN_FULL: Final = frozenset(["N3", "N4", "DMG"])
_PO_BOX = re.compile(r"\s*(P\.?\s?O\.?\s*BOX|POST OFFICE BOX)\b", re.ASCII | re.IGNORECASE).match


def billing_provider(node: Node, _today: date | None) -> Iterator[Finding]:
    """A billing provider has a street."""
    for placed in node.parts.get("N3", ()):
        if any(_PO_BOX(text) for text in placed[0][1:]):
            words = (
                "a billing provider's address is a street, no box: what is paid elsewhere goes to loop 2010AB"
            )
            yield issue("po_box", words, placed, node.rule.id, 1, snip=4, status=("503", "85"))


def subscriber(node: Node, today: date | None) -> Iterator[Finding]:
    """A subscriber who is the patient is told in full, and a subscriber has a claim or a patient."""
    named = node.nodes.get("2010BA")
    for sbr in node.parts.get("SBR", ()):
        if not at(sbr[0], 9):
            words = "SBR09 must say what kind of coverage this is"
            yield issue("coverage_kind", words, sbr, node.rule.id, 9, snip=4, status=("171",))
    alone = "2000C" not in node.nodes
    if named and alone and at(node.first("SBR"), 2) == "18" and not named[0].implied:
        yield from _told_in_full(node, named[0])
        yield from _named(named[0], "NM1*IL")
    if named:
        yield from _born(named[0], today)
    if "2300" not in node.nodes and "2000C" not in node.nodes and at(node.first("HL*22"), 4) != "1":
        yield finding("missing_segment", "CLM", node.position, "2300")


def patient(node: Node, today: date | None) -> Iterator[Finding]:
    """A patient has a claim."""
    for named in node.nodes.get("2010CA", ()):
        yield from _born(named, today)
        yield from _named(named, "NM1*QC")
    if "2300" not in node.nodes:
        yield finding("missing_segment", "CLM", node.position, "2300")


def _named(named: Node, key: str) -> Iterator[Finding]:
    """A patient who is a person has a first name; very few have none."""
    for placed in named.parts.get(key, ()):
        if at(placed[0], 2) == "1" and at(placed[0], 3) and not at(placed[0], 4):
            words = "NM104 is missing: few patients have no first name"
            found = issue(
                "first_name", words, placed, named.rule.id, 4, snip=4, status=("505", at(placed[0], 1))
            )
            yield replace(found, severity="warning")


def _told_in_full(node: Node, named: Node) -> Iterator[Finding]:
    """Address, birth date and sex of a subscriber who is the patient."""
    if len(_IN_FULL & named.parts.keys()) == len(_IN_FULL):
        return
    around = [node, *(inner for nodes in node.nodes.values() for inner in nodes)]
    strays = {stray for near in around for stray in near.strays}
    order = named.rule.slots
    for segment, status in (("N3", "503"), ("N4", "502"), ("DMG", "158")):
        if segment not in named.parts and segment not in strays:
            before = [
                there[-1][1] for key, there in named.parts.items() if order[key].order < order[segment].order
            ]
            words = f"{segment} is missing in loop 2010BA: the subscriber is the patient"
            yield Finding(
                "missing_segment",
                words,
                segment,
                max(before, default=named.position) + 1,
                snip=2,
                loop="2010BA",
                ack="I6",
                ack_at="segment",
                status=("A7", status, "IL"),
            )


def _born(named: Node, today: date | None) -> Iterator[Finding]:
    """Nobody is born in the future, or is older than people get."""
    if today is None:
        return
    for placed in named.parts.get("DMG", ()):
        born = days(at(placed[0], 1), at(placed[0], 2))[0]
        if born > day_of(today) or (born and today.year - int(born[:4]) > OLDEST):
            words = "DMG02 is no birth date of a living person"
            yield issue("birth_date", words, placed, named.rule.id, 2, snip=4, status=("158",))
