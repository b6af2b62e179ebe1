"""Rules about a transaction as a whole, by its kind: what no guide and no single loop can say (SNIP 3-5)."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from x12.errors import Finding
from x12.judging import acknowledgments, eligibility, general, remittance, status

Rule = Callable[[Sequence[str], date | None], Iterable[Finding]]
"""Asked about the segments from ST on, each a text, and today where the future matters."""

RULES: Final[Mapping[str, tuple[Rule, ...]]] = {
    "270": (general.findings, eligibility.inquiry),
    "271": (general.findings, eligibility.response),
    "276": (general.findings, status.inquiry),
    "277": (general.findings, status.response),
    "277CA": (general.findings, status.acknowledgment),
    "835": (general.findings, remittance.findings),
    "999": (acknowledgments.findings,),
}


def findings(kind: str, lines: Sequence[str], today: date | None) -> Iterator[Finding]:
    """What the rules of a kind find; nothing where it has none. `lines` are those of the transaction."""
    for rule in RULES.get(kind, ()):
        yield from rule(lines, today)
