"""Rules about a transaction as a whole, by its kind: what no guide and no single loop can say (SNIP 3 to 5)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Final

from x12.errors import Finding
from x12.judging import remittance

Row = Sequence[str]
"""A segment: its id and its elements."""

Rule = Callable[[Sequence[Row], date | None], Iterable[Finding]]
"""Asked about the segments from ST on, and today where the future matters."""

RULES: Final[Mapping[str, Rule]] = {
    "835": remittance.findings,
}
