"""SNIP 3 to 5 of the 276 and 277 (005010X212) and of the claim acknowledgment 277CA (005010X214)."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from x12 import codes
from x12.errors import Finding
from x12.judging.levels import Level, Placed, levels
from x12.judging.objections import broken, unlisted, unmet
from x12.judging.values import ZERO, Elements, amount, component, differ, element

_LETTERS = {"20": "A", "21": "B", "19": "C", "22": "D", "23": "E", "PT": "D"}
_PATIENTS = frozenset(["22", "23"])
_CODED = (1, 10, 11)
_ACCEPTING = frozenset(["A0", "A1", "A2", "A5"])
_ACKNOWLEDGING = _ACCEPTING | {"A3", "A4", "A6", "A7", "A8"}


def inquiry(rows: Sequence[Elements], _today: date | None) -> Iterator[Finding]:
    """What is wrong beyond the guide with a 276."""
    for level in levels(rows):
        if level.code not in _PATIENTS:
            continue
        yield from _patient(level)
        for claim in level.split("TRN"):
            yield from _dated(claim, f"2200{_LETTERS[level.code]}")


def response(rows: Sequence[Elements], _today: date | None) -> Iterator[Finding]:
    """What is wrong beyond the guide with a 277."""
    for level in levels(rows):
        if level.code == "22" and level.children == "0" and not level.has("TRN"):
            words = "nothing is said about a claim of the patient (TRN, STC)"
            yield unmet("answer_missing", words, "TRN", level.position, loop="2200D", ack="I6")
        yield from _codes(level)


def acknowledgment(rows: Sequence[Elements], _today: date | None) -> Iterator[Finding]:
    """What is wrong beyond the guide with a 277CA."""
    found = levels(rows)
    for level in found:
        yield from _codes(level)
        yield from _actions(level)
    yield from _totals(found)


def _patient(level: Level) -> Iterator[Finding]:
    """A subscriber who is the patient has a date of birth, and a claim to ask about."""
    if level.code != "22" or level.children != "0":
        return
    if not level.has("DMG"):
        words = "the subscriber is the patient and needs a date of birth (DMG)"
        yield unmet("birth_date_missing", words, "DMG", level.position + 1, loop="2000D", ack="I6")
    if not level.has("TRN"):
        words = "nothing is asked about the patient (TRN)"
        yield unmet("inquiry_missing", words, "TRN", level.position, loop="2200D", ack="I6")


def _dated(claim: list[Placed], loop: str) -> Iterator[Finding]:
    """A claim is asked about with its dates, or with those of its lines."""
    if not any(row[0] in ("DTP", "SVC") for _, row in claim):
        words = "the claim asked about needs its dates of service (DTP*472)"
        yield unmet("service_date_missing", words, "DTP", claim[0][0], loop=loop, ack="I6")


def _codes(level: Level) -> Iterator[Finding]:
    """STC: category and status are on their lists."""
    loop = f"2200{_LETTERS.get(level.code, '')}"
    for position, row in level.all("STC", "SVC"):
        if row[0] == "SVC":
            loop = f"2220{loop[-1]}"
            continue
        for number in _CODED:
            for part, code_list in ((1, "claim_status_category"), (2, "claim_status")):
                code = component(row, number, part)
                if code and not codes.valid(code_list, code):
                    words = f"STC{number:02d}-{part} is no code of its list"
                    yield unlisted(code_list, words, "STC", position, number, loop=loop, component=part)


def _actions(level: Level) -> Iterator[Finding]:
    """An acknowledgment has categories of its own, and what is rejected (U) none that accepts."""
    loop = f"2200{_LETTERS.get(level.code, '')}"
    for position, row in level.all("STC"):
        category = component(row, 1, 1)
        if codes.valid("claim_status_category", category) and category not in _ACKNOWLEDGING:
            words = "STC01-1 is no category of an acknowledgment (A0 to A8)"
            yield unmet("category_not_acknowledging", words, "STC", position, 1, loop=loop)
        elif element(row, 3) == "U" and category in _ACCEPTING:
            words = "STC03 rejects, but the category in STC01-1 accepts"
            yield unmet("action_disagrees", words, "STC", position, 3, loop=loop)


class _Tally:
    """Claims counted and summed up: accepted and rejected."""

    def __init__(self) -> None:
        self.counts = {"WQ": 0, "U": 0}
        self.sums = {"WQ": ZERO, "U": ZERO}

    def add(self, action: str, charge: Decimal) -> None:
        if action in self.counts:
            self.counts[action] += 1
            self.sums[action] += charge


def _totals(found: list[Level]) -> Iterator[Finding]:
    """QTY and AMT of a receiver and of a provider are those of the claims below."""
    for level in found:
        if level.code not in ("21", "19"):
            continue
        tally = _Tally()
        for other in found:
            if other.code == "PT" and level in _above(other):
                _count(other, tally)
        if any(tally.counts.values()):
            yield from _stated(level, tally)
        if level.code == "21":
            yield from _told(level, tally)


def _above(level: Level) -> Iterator[Level]:
    parent = level.parent
    while parent is not None and parent.position < level.position:
        yield parent
        level, parent = parent, parent.parent


def _count(patient: Level, tally: _Tally) -> None:
    for claim in patient.split("TRN"):
        for _, row in claim:
            if row[0] == "STC":
                tally.add(element(row, 3), amount(element(row, 4)))
                break


_ACCEPTED, _REJECTED = "WQ", "U"
_QTY = {"90": _ACCEPTED, "QA": _ACCEPTED, "AA": _REJECTED, "QC": _REJECTED}
_AMT = {"YU": _ACCEPTED, "YY": _REJECTED}


def _stated(level: Level, tally: _Tally) -> Iterator[Finding]:
    loop = f"2200{_LETTERS[level.code]}"
    for position, row in level.all("QTY", "AMT"):
        name, qualifier, value = row[0], element(row, 1), amount(element(row, 2))
        if name == "QTY" and qualifier in _QTY and differ(Decimal(tally.counts[_QTY[qualifier]]), value):
            words = "QTY02 is not the number of these claims below"
            yield broken("claim_count_differs", words, "QTY", position, 2, loop=loop)
        if name == "AMT" and qualifier in _AMT and differ(tally.sums[_AMT[qualifier]], value):
            words = "AMT02 is not the sum of the charges of these claims below (STC04)"
            yield broken("charge_total_differs", words, "AMT", position, 2, loop=loop)


def _told(level: Level, tally: _Tally) -> Iterator[Finding]:
    """The receiver is told how many of its claims were accepted and rejected, where any were."""
    named = {element(row, 1) for _, row in level.all("QTY")}
    for action, qualifier in ((_ACCEPTED, "90"), (_REJECTED, "AA")):
        if tally.counts[action] and qualifier not in named:
            words = f"the number of these claims below is not told (QTY*{qualifier})"
            yield unmet("claim_count_missing", words, "QTY", level.position, loop="2200B", ack="I6")
