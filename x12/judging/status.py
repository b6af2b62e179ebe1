"""SNIP 3 to 5 of the 276 and 277 (005010X212) and of the claim acknowledgment 277CA (005010X214)."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from x12 import codes
from x12.errors import Finding
from x12.judging.levels import Level, Placed, levels
from x12.judging.objections import broken, unlisted, unmet
from x12.judging.values import ZERO, Elements, amount, component, differ, element, rows

_LETTERS = {"20": "A", "21": "B", "19": "C", "22": "D", "23": "E", "PT": "D"}
_PATIENTS = frozenset(["22", "23"])
_CODED = (1, 10, 11)
_ACCEPTING = frozenset(["A0", "A1", "A2", "A5"])
_ACKNOWLEDGING = _ACCEPTING | {"A3", "A4", "A6", "A7", "A8"}


def inquiry(lines: Sequence[str], _today: date | None) -> Iterator[Finding]:
    """What is wrong beyond the guide with a 276."""
    for level in levels(rows(lines)):
        if level.code not in _PATIENTS:
            continue
        yield from _patient(level)
        for claim in level.split("TRN"):
            yield from _dated(claim, f"2200{_LETTERS[level.code]}")


def response(lines: Sequence[str], _today: date | None) -> Iterator[Finding]:
    """What is wrong beyond the guide with a 277."""
    for level in levels(rows(lines)):
        if level.code == "22" and level.children == "0" and not level.has("TRN"):
            words = "nothing is said about a claim of the patient (TRN, STC)"
            yield unmet("answer_missing", words, "TRN", level.position, loop="2200D", ack="I6")
        yield from _codes(level)


def acknowledgment(lines: Sequence[str], _today: date | None) -> Iterator[Finding]:
    """What is wrong beyond the guide with a 277CA."""
    segments = rows(lines)
    for level in levels(segments):
        yield from _codes(level)
        yield from _actions(level)
    yield from _totals(segments)


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


class _Total:
    """What a receiver (21) or a provider (19) is told about the claims below, and what they really are."""

    def __init__(self, position: int, code: str) -> None:
        self.position, self.code = position, code
        self.counts = {_ACCEPTED: 0, _REJECTED: 0}
        self.sums = {_ACCEPTED: ZERO, _REJECTED: ZERO}
        self.told: list[Placed] = []

    def add(self, row: Elements) -> None:
        """Count a claim by its first STC."""
        action = element(row, 3)
        if action in self.counts:
            self.counts[action] += 1
            self.sums[action] += amount(element(row, 4))


_ACCEPTED, _REJECTED = "WQ", "U"
_QTY = {"90": _ACCEPTED, "QA": _ACCEPTED, "AA": _REJECTED, "QC": _REJECTED}
_AMT = {"YU": _ACCEPTED, "YY": _REJECTED}


def _totals(segments: Sequence[Elements]) -> Iterator[Finding]:
    """QTY and AMT of a receiver and of a provider are those of the claims below."""
    for total in _Walk(segments).totals:
        if any(total.counts.values()):
            yield from _stated(total)
            if total.code == "21":
                yield from _told(total)


class _Walk:
    """Finds all totals in one walk. Whatever level is none of those above is a patient's, and a status there
    that of a claim, so that a wrong level or a lost TRN does not put the counts wrong.
    """

    def __init__(self, segments: Sequence[Elements]) -> None:
        self.totals: list[_Total] = []
        self._open: list[_Total] = []
        self._patient = self._claim = False
        steps = {"HL": self._hl, "TRN": self._trn, "STC": self._stc}
        for position, row in enumerate(segments, 1):
            if step := steps.get(row[0]):
                step(position, row)
            elif row[0] in ("QTY", "AMT") and self._open and not self._patient:
                self._open[-1].told.append((position, row))

    def _hl(self, position: int, row: Elements) -> None:
        code = element(row, 3)
        self._patient = self._claim = code not in ("20", "21", "19")
        if code in ("21", "19"):
            total = _Total(position, code)
            self.totals.append(total)
            above = [one for one in self._open if one.code == "21"] if code == "19" else []
            self._open = [*above, total]

    def _trn(self, _position: int, _row: Elements) -> None:
        self._claim = self._patient

    def _stc(self, _position: int, row: Elements) -> None:
        if self._claim:
            self._claim = False
            for total in self._open:
                total.add(row)


def _stated(total: _Total) -> Iterator[Finding]:
    loop = f"2200{_LETTERS[total.code]}"
    for position, row in total.told:
        name, qualifier, value = row[0], element(row, 1), amount(element(row, 2))
        if name == "QTY" and qualifier in _QTY and differ(Decimal(total.counts[_QTY[qualifier]]), value):
            words = "QTY02 is not the number of these claims below"
            yield broken("claim_count_differs", words, "QTY", position, 2, loop=loop)
        if name == "AMT" and qualifier in _AMT and differ(total.sums[_AMT[qualifier]], value):
            words = "AMT02 is not the sum of the charges of these claims below (STC04)"
            yield broken("charge_total_differs", words, "AMT", position, 2, loop=loop)


def _told(total: _Total) -> Iterator[Finding]:
    """The receiver is told how many of its claims were accepted and rejected, where any were."""
    named = {element(row, 1) for _, row in total.told}
    for action, qualifier in ((_ACCEPTED, "90"), (_REJECTED, "AA")):
        if total.counts[action] and qualifier not in named:
            words = f"the number of these claims below is not told (QTY*{qualifier})"
            yield unmet("claim_count_missing", words, "QTY", total.position, loop="2200B", ack="I6")
