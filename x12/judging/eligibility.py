"""SNIP 4 and 5 of the 270 and 271 (005010X279A1)."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from x12 import codes
from x12.errors import Finding
from x12.judging.levels import Level, Placed, levels
from x12.judging.objections import unlisted, unmet
from x12.judging.values import Elements, above, amount, below, element, rows
from x12.segments import REPETITION

_WHOLE = Decimal(1)
_PERSONS = {"22": "C", "23": "D"}
_LETTERS = {"20": "A", "21": "B", **_PERSONS}


def inquiry(lines: Sequence[str], _today: date | None) -> Iterator[Finding]:
    """What is wrong beyond the guide with a 270."""
    segments = rows(lines)
    yield from _real_time(segments)
    for level in levels(segments):
        yield from _identifiers(level)
        if level.code not in _PERSONS:
            continue
        if level.code == "22" and level.children == "0" and not level.has("EQ"):
            words = "nothing is asked about the subscriber, who is the patient (EQ)"
            yield unmet("inquiry_missing", words, "EQ", level.position, loop="2110C", ack="I6")
        yield from _known(level)
        yield from _service_types(level, "EQ", 1)


def response(lines: Sequence[str], _today: date | None) -> Iterator[Finding]:
    """What is wrong beyond the guide with a 271."""
    found = levels(rows(lines))
    refused = any(level.has("AAA") for level in found if level.code not in _PERSONS)
    for level in found:
        yield from _identifiers(level)
        if level.code not in _PERSONS:
            continue
        if level.children != "1" and not (refused or level.has("EB", "AAA")):
            words = "neither a benefit (EB) nor a reason for none (AAA) is given"
            loop = f"2110{_PERSONS[level.code]}"
            yield unmet("answer_missing", words, "EB", level.position, loop=loop, ack="I6")
        yield from _service_types(level, "EB", 3)
        for benefit in level.split("EB"):
            yield from _benefit(benefit, f"2110{_PERSONS[level.code]}")


def _real_time(segments: Sequence[Elements]) -> Iterator[Finding]:
    for position, row in enumerate(segments[:3], 1):
        if row[0] == "BHT" and element(row, 6) == "RT" and not element(row, 3):
            yield unmet(
                "reference_missing", "BHT03 is needed where BHT06 is RT", "BHT", position, 3, ack="I9"
            )


def _known(level: Level) -> Iterator[Finding]:
    """A person is looked for by a member id, or by name and date of birth."""
    loop = f"2100{_PERSONS[level.code]}"
    name = next(level.all("NM1"), None)
    if name is None or level.code == "23":
        return
    position, row = name
    if not element(row, 9) and level.children == "0" and not (element(row, 3) and level.has("DMG")):
        words = "without a member id (NM109) the subscriber needs a name and a date of birth (DMG)"
        yield unmet("subscriber_unknown", words, "NM1", position, 9, loop=loop, ack="I9")


def _identifiers(level: Level) -> Iterator[Finding]:
    """Whoever is named has one identifier of a kind (REF01)."""
    seen: set[str] = set()
    for position, row in level.segments:
        qualifier = element(row, 1)
        if row[0] in ("EB", "EQ"):
            return
        if row[0] == "REF" and qualifier in seen:
            words = "an identifier of this kind (REF01) was given before"
            loop = "2100" + _LETTERS.get(level.code, "")
            yield unmet("identifier_repeated", words, "REF", position, 1, loop=loop)
        if row[0] == "REF":
            seen.add(qualifier)


def _service_types(level: Level, name: str, number: int) -> Iterator[Finding]:
    for position, row in level.all(name):
        for code in filter(None, element(row, number).split(REPETITION)):
            if not codes.valid("service_type", code):
                words = f"{name}{number:02d} is no service type"
                loop = f"2110{_PERSONS[level.code]}"
                yield unlisted("service_type", words, name, position, number, loop=loop)
                break


def _benefit(segments: list[Placed], loop: str) -> Iterator[Finding]:
    """One EB and what belongs to it."""
    position, row = segments[0]
    share, paid = amount(element(row, 8)), amount(element(row, 7))
    if above(share, _WHOLE) or below(share):
        words = "EB08 is a share of one (.2 for 20 percent)"
        yield unmet("percent_not_a_fraction", words, "EB", position, 8, loop=loop)
    if below(paid):
        yield unmet("negative_amount", "EB07 is negative", "EB", position, 7, loop=loop)
    yield from _wrapped(segments, loop)


def _wrapped(segments: list[Placed], loop: str) -> Iterator[Finding]:
    """LS and LE stand around the parties of a benefit, and only together."""
    opened = 0
    inner = f"2120{loop[-1]}"
    for position, row in segments:
        if row[0] == "LS":
            opened = position
        elif row[0] == "LE" and not opened:
            yield unmet("loop_header_missing", "LE without LS", "LS", position, loop=loop, ack="I6")
        elif row[0] == "LE":
            opened = 0
        elif row[0] == "NM1" and not opened:
            yield unmet("loop_header_missing", "a party without LS", "LS", position, loop=inner, ack="I6")
            return
    if opened:
        yield unmet("loop_trailer_missing", "LS without LE", "LE", opened, loop=loop, ack="I6")
