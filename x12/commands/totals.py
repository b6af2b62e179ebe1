"""What a transaction holds in numbers: claims, service lines, and the sums that have to agree elsewhere.

Counted from the segments as they stand, so that a transaction that no guide would accept has its totals too;
what is no number counts as nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from x12.segments import ELEMENT

_ZERO = Decimal(0)
_LARGEST = 40
_PATIENT_LEVELS = frozenset({"22", "23", "PT"})
_Counted = tuple[str, dict[str, int]]
_STATUS: dict[str, _Counted] = {"SVC": ("services", {})}
_COUNTED: dict[str, dict[str, _Counted]] = {
    "837": {
        "CLM": ("claims", {"clm02": 2}),
        "SV1": ("services", {"lines": 2}),
        "SV2": ("services", {"lines": 3}),
        "SV3": ("services", {"lines": 2}),
    },
    "835": {
        "BPR": ("", {"bpr02": 2}),
        "CLP": ("claims", {"clp03": 3, "clp04": 4, "clp05": 5}),
        "SVC": ("services", {"lines": 2, "svc03": 3}),
        "PLB": ("", {"plb": 0}),
    },
    "270": {"EQ": ("services", {})},
    "271": {"EB": ("services", {})},
    "276": _STATUS,
    "277": {**_STATUS, "STC": ("", {"stc04": 4})},
}
"""By ST01 and segment: what it is one more of, and which of its elements add to which sum."""


@dataclass(slots=True)
class Totals:
    """The counts of one transaction, its sums by name, and its adjustments by group (CAS01)."""

    claims: int = 0
    services: int = 0
    sums: dict[str, Decimal] = field(default_factory=dict)
    cas: dict[str, Decimal] | None = None

    def as_json(self) -> dict[str, object]:
        """The sums as exact decimal texts."""
        found: dict[str, object] = {key: f"{value:f}" for key, value in self.sums.items()}
        if self.cas is not None:
            found["cas"] = {group: f"{value:f}" for group, value in sorted(self.cas.items())}
        return found


def totals(code: str, lines: Iterable[str]) -> Totals:
    """The totals of the lines of a transaction (`Transaction.lines`) by its ST01."""
    counted = _COUNTED.get(code, {})
    found = Totals(cas={} if code == "835" else None)
    found.sums = {key: _ZERO for _, elements in counted.values() for key in elements}
    level = ""
    for line in lines:
        name = line[:4].partition(ELEMENT)[0]
        if name in counted:
            _count(found, counted[name], line.split(ELEMENT))
        elif name == "CAS" and found.cas is not None:
            _, group, *trios = (*line.split(ELEMENT), "")
            for text in trios[1:-1:3]:
                found.cas[group] = found.cas.get(group, _ZERO) + number(text)
        elif name == "HL":
            level = (*line.split(ELEMENT), "", "", "")[3]
        elif name == "TRN" and code in ("276", "277"):
            found.claims += level in _PATIENT_LEVELS
    return found


def _count(found: Totals, counted: _Counted, row: list[str]) -> None:
    unit, elements = counted
    found.claims += unit == "claims"
    found.services += unit == "services"
    for key, element in elements.items():
        # A PLB has an amount in every second element from the fourth on.
        texts = row[element : element + 1] if element else row[4::2]
        for text in texts:
            found.sums[key] += number(text)


def number(text: str) -> Decimal:
    """A decimal; zero for what is none, or is so large that it cannot be money."""
    try:
        value = Decimal(text) if text else _ZERO
    except InvalidOperation:
        return _ZERO
    return value if value.is_finite() and abs(value.adjusted()) < _LARGEST else _ZERO
