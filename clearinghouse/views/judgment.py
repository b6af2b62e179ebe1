"""What the judge of the wire says of a document, for its page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from x12.envelope import Transaction
from x12.errors import Finding
from x12.judging import is_supported, validate

LONGEST = 50_000
"""So many segments are judged while somebody waits: about a second."""

SHOWN = 100


@dataclass(frozen=True, slots=True)
class Objection:
    """One finding: where it is, with the page that its segment is on, and what it says."""

    finding: Finding
    page: int

    @property
    def place(self) -> str:
        """The segment or element, as the guide names it, and its loop."""
        element = f"{self.finding.element:02d}" if self.finding.element else ""
        loop = f", loop {self.finding.loop}" if self.finding.loop else ""
        return f"{self.finding.segment}{element}{loop}"


@dataclass(frozen=True, slots=True)
class Judgment:
    """What is wrong with a document by its guide; `unjudged` says in words why nobody looked."""

    objections: Sequence[Objection] = ()
    left_out: int = 0
    unjudged: str = ""


def judged(transaction: Transaction, *, on: date, per_page: int) -> Judgment:
    """SNIP types 1 to 5 of a transaction as of a day. What is only a warning is told too."""
    if not is_supported(transaction.kind, transaction.version):
        return Judgment(unjudged="Documents of this kind or version are kept, and not judged.")
    if len(transaction.segments) > LONGEST:
        return Judgment(unjudged="It is too long to be judged while you wait. python -m x12 inspect does it.")
    found = validate(transaction, today=on)
    shown = [Objection(finding, (finding.position - 1) // per_page + 1) for finding in found[:SHOWN]]
    return Judgment(shown, max(len(found) - SHOWN, 0))
