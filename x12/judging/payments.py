"""The 835 as its rules see it: claims and lines with their amounts and places, collected in one walk.

Made for speed: no model is built, a segment's elements are read where they stand.
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
    """2000: an LX with its TS3 and the claims under it; also what stands without any LX."""

    __slots__ = ("claims", "position", "summaries")

    def __init__(self, position: int) -> None:
        """`position` is that of the LX."""
        self.position = position
        self.claims: list[Claim] = []
        self.summaries: list[tuple[int, Elements]] = []


class Remit:
    """One 835. `header` holds the segments before the first LX by id, `plb` the PLBs after the claims."""

    __slots__ = ("groups", "header", "plb")

    def __init__(self, rows: Iterable[Elements]) -> None:
        """Collect them in one walk through the segments from ST on."""
        self.header: dict[str, list[tuple[int, Elements]]] = {}
        self.groups: list[Group] = []
        self.plb: list[tuple[int, Elements]] = []
        self._collect(rows)

    @property
    def claims(self) -> Iterator[Claim]:
        """All claims in order."""
        for group in self.groups:
            yield from group.claims

    def first(self, segment_id: str) -> tuple[int, Elements] | None:
        """Place and elements of the first segment of the header with this id."""
        found = self.header.get(segment_id)
        return found[0] if found else None

    def _collect(self, rows: Iterable[Elements]) -> None:
        claim: Claim | None = None
        for position, elements in enumerate(rows, 1):
            name = elements[0]
            if name == "CLP":
                claim = Claim(position, elements)
                self._group(position).claims.append(claim)
            elif name == "LX":
                self.groups.append(Group(position))
                claim = None
            elif name == "PLB":
                self.plb.append((position, elements))
                claim = None
            elif claim is not None:
                _KEEP.get(name, _ignore)(claim, position, elements)
            elif not self.groups:
                self.header.setdefault(name, []).append((position, elements))
            elif name == "TS3":
                self.groups[-1].summaries.append((position, elements))

    def _group(self, position: int) -> Group:
        if not self.groups:
            self.groups.append(Group(position))
        return self.groups[-1]


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


def _ignore(claim: Claim, position: int, elements: Elements) -> None:
    """Of no concern to any rule."""


_KEEP = {
    "SVC": _svc,
    "CAS": _cas,
    "DTM": _dtm,
    "NM1": _nm1,
    "LQ": _lq,
    "MIA": _outcome,
    "MOA": _outcome,
}
