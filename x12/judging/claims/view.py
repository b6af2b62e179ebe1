"""A claim as its rules see it: the loops the walk collected, their amounts, dates and codes. No model is
built.

What the guide already objects to (an amount that is none, a date that is none) counts as absent here, so that
no rule speaks about it a second time.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Final

from x12.errors import Finding
from x12.judging.elements import is_dated, is_decimal
from x12.judging.walk import Node, Placed, Row
from x12.segments import COMPONENT

ZERO: Final = Decimal(0)
_LONGEST: Final = 20
Status = tuple[str, ...]
_MOST_DIGITS = 18


def at(row: Row, element: int) -> str:
    """An element of a segment; empty where the segment is shorter."""
    return row[element] if element < len(row) else ""


def part(row: Row, element: int, component: int) -> str:
    """A component of an element; empty where there is none."""
    parts = at(row, element).split(COMPONENT)
    return parts[component - 1] if component <= len(parts) else ""


def amount(text: str) -> Decimal | None:
    """A decimal number; None for what is none, or longer than an amount can be."""
    return Decimal(text) if len(text) <= _LONGEST and is_decimal(text) else None


@lru_cache(maxsize=8192)
def days(form: str, text: str) -> tuple[str, str]:
    """First and last day (CCYYMMDD) of a date or range in the form a qualifier names; empty texts for
    neither.
    """
    if form == "D8" and len(text) == 8 and is_dated(text, "D8"):
        return text, text
    if form == "RD8" and is_dated(text, "RD8"):
        return text[:8], text[9:17] or text[:8]
    return (text[:8], text[:8]) if form == "DT" and is_dated(text, "DT") else ("", "")


def issue(
    code: str,
    words: str,
    placed: Placed,
    loop: str,
    element: int = 0,
    component: int = 0,
    *,
    snip: int,
    status: Status,
) -> Finding:
    """A finding at a segment, answered by a 277CA. `status` is claim status code and, if any, entity; the
    category is A7 (invalid) unless a third text says otherwise.
    """
    claim_status, entity, category = (*status, "", "A7")[:3] if len(status) < 3 else status
    return Finding(
        code,
        words,
        placed[0][0],
        placed[1],
        element,
        snip=snip,
        loop=loop,
        component=component,
        status=(category or "A7", claim_status, entity),
    )


@lru_cache(maxsize=16)
def day_of(today: date) -> str:
    """A day as X12 writes it, CCYYMMDD."""
    return today.strftime("%Y%m%d")


class Claim:
    """One 2300 loop with what stands around it."""

    __slots__ = (
        "born",
        "charge",
        "clm",
        "first_day",
        "institutional",
        "last_day",
        "lines",
        "node",
        "patient",
        "row",
        "subscriber",
        "today",
    )

    def __init__(self, node: Node, today: date | None, *, institutional: bool) -> None:
        self.node, self.institutional = node, institutional
        self.today = day_of(today) if today else ""
        self.clm: Placed = node.parts["CLM"][0]
        self.row = self.clm[0]
        self.charge = amount(at(self.row, 2))
        assert node.parent is not None
        level = node.parent
        self.patient = level
        self.subscriber = level.parent if level.rule.id == "2000C" and level.parent is not None else level
        self.lines = [Line(line, institutional=institutional) for line in node.nodes.get("2400", ())]
        self.born = self._born()
        stated = node.first("DTP*434") if institutional else ()
        firsts = [line.first_day for line in self.lines if line.first_day]
        lasts = [line.last_day for line in self.lines if line.last_day]
        from_, through = days(at(stated, 2), at(stated, 3)) if stated else ("", "")
        self.first_day = from_ or min(firsts, default="")
        self.last_day = through or max(lasts, default="")

    def _born(self) -> str:
        """The patient's birth; empty where it lies in the future, which is told elsewhere."""
        key = "2010CA" if self.patient.rule.id == "2000C" else "2010BA"
        named = self.patient.nodes.get(key)
        row = named[0].first("DMG") if named else ()
        born = days(at(row, 1), at(row, 2))[0] if row else ""
        return "" if self.today and born > self.today else born

    @property
    def bill(self) -> str:
        """The first two digits of the type of bill, or the place of service."""
        return part(self.row, 5, 1)

    @property
    def frequency(self) -> str:
        """CLM05-3."""
        return part(self.row, 5, 3)

    def codes(self, *keys: str) -> Iterator[tuple[str, str, Placed, int]]:
        """The codes in HI segments: qualifier, code, where, element."""
        parts = self.node.parts
        for key in keys:
            for placed in parts.get(key, ()):
                for number, text in enumerate(placed[0][1:], 1):
                    qualifier, _, rest = text.partition(COMPONENT)
                    yield qualifier, rest.partition(COMPONENT)[0], placed, number

    def lacks(self, key: str) -> bool:
        """Whether a segment is not there, and none of its id stands around that could not be placed."""
        return key not in self.node.parts and key.partition("*")[0] not in self.node.strays

    def others(self) -> list[Node]:
        """The loops of other coverage (2320)."""
        return self.node.nodes.get("2320", [])


class Line:
    """One 2400 loop."""

    __slots__ = ("charge", "dated", "first_day", "last_day", "node", "procedure", "service", "units")

    def __init__(self, node: Node, *, institutional: bool) -> None:
        self.node = node
        there = node.parts.get("SV2" if institutional else "SV1")
        self.service: Placed | None = there[0] if there else None
        row = self.service[0] if self.service else ()
        self.charge = amount(at(row, 3 if institutional else 2))
        self.units = amount(at(row, 5 if institutional else 4))
        self.procedure = at(row, 2 if institutional else 1).split(COMPONENT)
        dated = node.parts.get("DTP*472")
        self.dated: Placed | None = dated[0] if dated else None
        self.first_day, self.last_day = days(at(dated[0][0], 2), at(dated[0][0], 3)) if dated else ("", "")


def adjusted(node: Node) -> Decimal | None:
    """The sum of a loop's CAS amounts; None where one of them is none."""
    total = ZERO
    for row, _ in node.parts.get("CAS", ()):
        for number in range(2, len(row), 3):
            text = at(row, number + 1)
            value = amount(text) if text or row[number] else ZERO
            if value is None:
                return None
            total += value
    return total
