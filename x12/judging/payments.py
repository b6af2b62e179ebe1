"""The 835 as its rules see it: one claim after the other with its lines, their amounts and places.

Made for speed, and for files of any size: no model is built, a segment's elements are read where they stand,
and no claim is kept.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from x12.judging.values import ZERO, Elements, amount, element

_CAS_END = 20
_REMARKS = {"MIA": (5, 20, 21, 22, 23), "MOA": (3, 4, 5, 6, 7)}


class Sums:
    """What a claim or a line states and what is taken off: `reasons` of its CAS, `remarks` beside them.

    Both as the segment's position, the element, the code; remarks with the segment's id before it. `dates`
    are its DTM as (position, elements).
    """

    __slots__ = ("adjusted", "charge", "dates", "elements", "paid", "position", "reasons", "remarks")

    def __init__(self, position: int, elements: Elements, charge: int) -> None:
        """`charge` is the element of the charge; the payment stands after it."""
        self.position = position
        self.elements = elements
        self.charge = amount(element(elements, charge))
        self.paid = amount(element(elements, charge + 1))
        self.adjusted = ZERO
        self.dates: list[tuple[int, Elements]] = []
        self.reasons: list[tuple[int, int, str]] = []
        self.remarks: list[tuple[int, int, str, str]] = []

    def take(self, position: int, elements: Elements) -> Decimal:
        """Count a CAS; gives what it takes off."""
        total = ZERO
        end = len(elements)
        for place in range(2, min(end, _CAS_END), 3):
            if reason := elements[place]:
                self.reasons.append((position, place, reason))
                if place + 1 < end:
                    total += amount(elements[place + 1])
        self.adjusted += total
        return total


class Line(Sums):
    """2110: one service."""

    __slots__ = ()

    def __init__(self, position: int, elements: Elements) -> None:
        """From SVC."""
        super().__init__(position, elements, 2)


class Claim(Sums):
    """2100: one claim with its lines. `owed` is the sum of PR on all levels, `names` its NM1 by qualifier."""

    __slots__ = ("lines", "names", "owed")

    def __init__(self, position: int, elements: Elements) -> None:
        """From CLP."""
        super().__init__(position, elements, 3)
        self.owed = ZERO
        self.lines: list[Line] = []
        self.names: dict[str, tuple[int, Elements]] = {}

    @property
    def status(self) -> str:
        """CLP02."""
        return element(self.elements, 2)

    @property
    def sums(self) -> Iterator[Sums]:
        """The claim itself and its lines."""
        yield self
        yield from self.lines


class Group:
    """2000: an LX with its TS3, and the number and charge of the claims under it; also one implied."""

    __slots__ = ("charge", "number", "summaries")

    def __init__(self) -> None:
        self.number, self.charge = 0, ZERO
        self.summaries: list[tuple[int, Elements]] = []


_BORDERS = frozenset(["CLP", "LX", "PLB", "SE"])


class Remit:
    """One 835 while it is read. `header` holds the segments before the first LX by id; `paid` is the sum of
    the claims so far, `withheld` that of the PLBs.
    """

    __slots__ = ("groups", "header", "paid", "withheld")

    def __init__(self) -> None:
        """Nothing read yet."""
        self.header: dict[str, list[tuple[int, Elements]]] = {}
        self.groups: list[Group] = []
        self.paid = self.withheld = ZERO

    def claims(self, rows: Iterable[Elements]) -> Iterator[Claim]:
        """Read the segments from ST on; every claim is given once it is whole."""
        claim: Claim | None = None
        for position, elements in enumerate(rows, 1):
            name = elements[0]
            if name in _BORDERS and claim is not None:
                yield self._counted(claim)
                claim = None
            if name == "CLP":
                claim = Claim(position, elements)
            elif claim is None:
                self._around(name, position, elements)
            elif keep := _KEEP.get(name):
                keep(claim, position, elements)
        if claim is not None:
            yield self._counted(claim)

    def first(self, segment_id: str) -> tuple[int, Elements] | None:
        """Place and elements of the first segment of the header with this id."""
        found = self.header.get(segment_id)
        return found[0] if found else None

    def _counted(self, claim: Claim) -> Claim:
        if not self.groups:
            self.groups.append(Group())
        group = self.groups[-1]
        group.number += 1
        group.charge += claim.charge
        self.paid += claim.paid
        return claim

    def _around(self, name: str, position: int, elements: Elements) -> None:
        """A segment outside any claim."""
        if name == "LX":
            self.groups.append(Group())
        elif name == "PLB":
            for place in range(4, len(elements), 2):
                self.withheld += amount(elements[place])
        elif not self.groups:
            self.header.setdefault(name, []).append((position, elements))
        elif name == "TS3":
            self.groups[-1].summaries.append((position, elements))


def _svc(claim: Claim, position: int, elements: Elements) -> None:
    claim.lines.append(Line(position, elements))


def _cas(claim: Claim, position: int, elements: Elements) -> None:
    owner: Sums = claim.lines[-1] if claim.lines else claim
    total = owner.take(position, elements)
    if element(elements, 1) == "PR":
        claim.owed += total


def _dtm(claim: Claim, position: int, elements: Elements) -> None:
    owner = claim.lines[-1] if claim.lines else claim
    owner.dates.append((position, elements))


def _nm1(claim: Claim, position: int, elements: Elements) -> None:
    claim.names.setdefault(element(elements, 1), (position, elements))


def _lq(claim: Claim, position: int, elements: Elements) -> None:
    if element(elements, 1) == "HE":
        owner: Sums = claim.lines[-1] if claim.lines else claim
        owner.remarks.append((position, 2, "LQ", element(elements, 2)))


def _outcome(claim: Claim, position: int, elements: Elements) -> None:
    name = elements[0]
    for number in _REMARKS[name]:
        if code := element(elements, number):
            claim.remarks.append((position, number, name, code))


_KEEP = {
    "SVC": _svc,
    "CAS": _cas,
    "DTM": _dtm,
    "NM1": _nm1,
    "LQ": _lq,
    "MIA": _outcome,
    "MOA": _outcome,
}
