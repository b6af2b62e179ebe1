"""Is it an 837P or 837I one can read at all? Faults in the terms of the 999 (IK3, IK4, IK502).

A modest check on purpose: unknown segments, what every claim must have, and the elements a payer's computer
trips over. The meaning of codes and amounts is judged later, per claim (`screening`).
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from x12.envelope import Transaction
from x12.segments import Segment

KNOWN: Final = frozenset(
    [
        "ST",
        "BHT",
        "NM1",
        "PER",
        "HL",
        "PRV",
        "CUR",
        "N3",
        "N4",
        "REF",
        "SBR",
        "PAT",
        "DMG",
        "CLM",
        "DTP",
        "CL1",
        "PWK",
        "CN1",
        "AMT",
        "K3",
        "NTE",
        "CR1",
        "CR2",
        "CR3",
        "CRC",
        "HI",
        "HCP",
        "CAS",
        "OI",
        "MIA",
        "MOA",
        "LX",
        "SV1",
        "SV2",
        "SV5",
        "QTY",
        "MEA",
        "PS1",
        "LIN",
        "CTP",
        "SVD",
        "LQ",
        "FRM",
        "SE",
    ]
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One IK3, with an IK4 where an element is to blame: `element` from 1, or 0 for the whole segment.

    `segment_code` is IK304 (1 unknown, 2 unexpected, 3 missing, 8 element errors), `element_code` IK403,
    `value` what stood there. `claim` is CLM01 of the claim it is in, for CTX.
    """

    segment: str
    position: int
    loop: str
    segment_code: str
    element: int = 0
    component: int = 0
    element_code: str = ""
    value: str = ""
    claim: str = ""


@dataclass(frozen=True, slots=True)
class Need:
    """What a loop must hold: a segment id, and its first element where that tells it apart."""

    segment: str
    qualifier: str = ""

    def met_by(self, segment: Segment) -> bool:
        """Whether a segment is the one."""
        return segment.id == self.segment and self.qualifier in ("", segment[1])


COMMON_NEEDS: Final[dict[str, tuple[Need, ...]]] = {
    "HEADER": (Need("BHT"), Need("NM1", "41"), Need("NM1", "40")),
    "2000A": (Need("NM1", "85"), Need("N3"), Need("N4"), Need("REF")),
    "2000B": (Need("SBR"), Need("NM1", "IL"), Need("NM1", "PR")),
    "2000C": (Need("PAT"), Need("NM1", "QC"), Need("DMG")),
}
BEFORE_LINES: Final = frozenset({"SBR", "OI", "MOA", "HI", "PAT", "DMG"})
LEVELS: Final = {"20": "2000A", "22": "2000B", "23": "2000C"}

Check = Callable[[str], str]
"""The IK403 code for a value that will not do, or nothing."""


def _code(*allowed: str) -> Check:
    return lambda value: "" if value in allowed else "1" if not value else "7"


def _pattern(expression: str, code: str = "6") -> Check:
    return lambda value: "" if re.fullmatch(expression, value) else "1" if not value else code


def _date(value: str) -> str:
    if not value:
        return "1"
    try:
        first, _, second = value.partition("-")
        for part in (first, second or first):
            if not re.fullmatch(r"\d{8}", part):
                return "8"
            datetime.strptime(part, "%Y%m%d")  # noqa: DTZ007 - a day, not a moment
    except ValueError:
        return "8"
    return ""


_amount = _pattern(r"-?\d{1,16}(\.\d{1,4})?|\.\d{1,4}")
_text = _pattern(r".+")

Rule = tuple[str, str, int, int, Check]
"""Segment, qualifier of its first element, element, component, check."""

COMMON_ELEMENTS: Final[tuple[Rule, ...]] = (
    ("BHT", "", 2, 0, _code("00", "18")),
    ("BHT", "", 3, 0, _text),
    ("BHT", "", 4, 0, _date),
    ("HL", "", 3, 0, _code("20", "22", "23")),
    ("NM1", "85", 9, 0, _pattern(r"\d{10}")),
    ("NM1", "82", 9, 0, _pattern(r"\d{10}")),
    ("NM1", "IL", 3, 0, _text),
    ("NM1", "PR", 9, 0, _text),
    ("SBR", "", 1, 0, _pattern("[PSTABCDEFGHU]", "7")),
    ("CLM", "", 1, 0, _pattern(r".{1,38}", "5")),
    ("CLM", "", 2, 0, _amount),
    ("CLM", "", 5, 1, _pattern(r"\d{2}", "7")),
    ("CLM", "", 7, 0, _code("A", "B", "C")),
    ("CLM", "", 8, 0, _code("Y", "N", "W")),
    ("CLM", "", 9, 0, _code("Y", "I")),
    ("DMG", "", 2, 0, _date),
    ("DMG", "", 3, 0, _code("F", "M", "U")),
    ("LX", "", 1, 0, _pattern(r"\d{1,6}")),
    ("DTP", "472", 2, 0, _code("D8", "RD8")),
    ("DTP", "472", 3, 0, _date),
    ("SVD", "", 1, 0, _text),
    ("SVD", "", 2, 0, _amount),
)


@dataclass(frozen=True, slots=True)
class Grammar:
    """What one kind of claim must hold: by loop, and by element."""

    version: str
    needs: Mapping[str, tuple[Need, ...]]
    elements: tuple[Rule, ...]


GRAMMARS: Final = {
    "837P": Grammar(
        "005010X222A1",
        {**COMMON_NEEDS, "2300": (Need("HI"),), "2400": (Need("SV1"), Need("DTP", "472"))},
        (
            *COMMON_ELEMENTS,
            ("CLM", "", 5, 2, _code("B")),
            ("CLM", "", 5, 3, _code("1", "7", "8")),
            ("CLM", "", 6, 0, _code("Y", "N")),
            ("SV1", "", 1, 1, _code("HC", "ER", "IV", "WK")),
            ("SV1", "", 1, 2, _text),
            ("SV1", "", 2, 0, _amount),
            ("SV1", "", 3, 0, _code("UN", "MJ")),
            ("SV1", "", 4, 0, _amount),
            ("SV1", "", 7, 1, _pattern(r"\d{1,2}")),
        ),
    ),
    "837I": Grammar(
        "005010X223A2",
        {**COMMON_NEEDS, "2300": (Need("HI"), Need("DTP", "434"), Need("CL1")), "2400": (Need("SV2"),)},
        (
            *COMMON_ELEMENTS,
            ("CLM", "", 5, 2, _code("A")),
            ("CLM", "", 5, 3, _pattern(r"[0-9A-Z]", "7")),
            ("DTP", "434", 2, 0, _code("RD8")),
            ("DTP", "434", 3, 0, _date),
            ("CL1", "", 3, 0, _pattern(r"\d{2}", "7")),
            ("SV2", "", 1, 0, _pattern(r"\d{3,4}")),
            ("SV2", "", 3, 0, _amount),
            ("SV2", "", 4, 0, _code("UN", "DA")),
            ("SV2", "", 5, 0, _amount),
        ),
    ),
}
"""The kinds of claims that are taken."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is wrong with a transaction: `transaction_codes` are IK502. Nothing at all: it is accepted."""

    faults: tuple[Fault, ...]
    transaction_codes: tuple[str, ...]

    @property
    def accepted(self) -> bool:
        """IK501 A rather than R."""
        return not self.faults and not self.transaction_codes


def examine(transaction: Transaction) -> Verdict:
    """Judge one transaction set."""
    grammar = GRAMMARS.get(transaction.kind)
    if grammar is None or transaction.version != grammar.version:
        return Verdict((), ("I6",) if grammar else ("1",))
    codes = []
    named = {(finding.code, finding.segment) for finding in transaction.findings}
    if not transaction.complete or ("missing_trailer", "SE") in named:
        codes.append("2")
    if ("control_number", "SE") in named:
        codes.append("3")
    if ("segment_count", "SE") in named:
        codes.append("4")
    if ("duplicate_control_number", "ST") in named:
        codes.append("23")
    faults = tuple(_Walk(grammar).faults(transaction.segments)) if transaction.complete else ()
    if faults:
        codes.append("5")
    return Verdict(faults, tuple(codes))


class _Walk:
    """Goes through a transaction, loop by loop. What a loop needs must come before the next opens."""

    def __init__(self, grammar: Grammar) -> None:
        self._grammar = grammar
        self._loop = "HEADER"
        self._missing = set(grammar.needs["HEADER"])
        self._claim = ""
        self._claims = 0
        self._lines = 0

    def faults(self, segments: Sequence[Segment]) -> Iterator[Fault]:
        """Every fault, in the order of the text."""
        for segment in segments:
            yield from self._enter(segment)
            if segment.id not in KNOWN:
                yield Fault(segment.id[:3], segment.position, self._name(), "1", claim=self._claim)
            elif self._loop == "2400" and segment.id in BEFORE_LINES:
                yield Fault(segment.id, segment.position, self._name(), "2", claim=self._claim)
            self._missing.difference_update([need for need in self._missing if need.met_by(segment)])
            yield from self._elements(segment)

    def _enter(self, segment: Segment) -> Iterator[Fault]:
        opened = {"CLM": "2300", "LX": "2400", "SE": "END"}.get(segment.id)
        if segment.id == "HL":
            opened = LEVELS.get(segment[3])
        if opened is None:
            return
        yield from self._close(opened, segment.position)
        self._loop = opened
        self._missing = set(self._grammar.needs.get(opened, ()))
        if segment.id == "LX":
            self._lines += 1
            return
        self._claim = segment[1] if segment.id == "CLM" else ""
        self._claims += segment.id == "CLM"
        self._lines = 0

    def _close(self, opened: str, position: int) -> Iterator[Fault]:
        for need in sorted(self._missing, key=lambda need: (need.segment, need.qualifier)):
            yield Fault(need.segment, position, self._name(), "3", claim=self._claim)
        if opened != "2400" and self._claim and not self._lines:
            yield Fault("LX", position, "2400", "3", claim=self._claim)
        if opened == "END" and not self._claims:
            yield Fault("CLM", position, "2300", "3")

    def _elements(self, segment: Segment) -> Iterator[Fault]:
        for name, qualifier, element, component, check in self._grammar.elements:
            if segment.id != name or qualifier not in ("", segment[1]):
                continue
            value = segment.component(element, component) if component else segment[element]
            if code := check(value):
                yield Fault(
                    segment.id,
                    segment.position,
                    self._name(),
                    "8",
                    element=element,
                    component=component,
                    element_code=code,
                    value=value,
                    claim=self._claim,
                )

    def _name(self) -> str:
        return "" if self._loop in ("HEADER", "END") else self._loop
