"""SNIP 3 to 5 of claims (837P, 837I): balances, what parts ask of each other, codes and numbers of others."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from x12.errors import Finding
from x12.judging.claims import amounts, code_sets, institutional, levels, professional, situations
from x12.judging.claims.view import Claim
from x12.judging.walk import Node, Rules


def _professional(node: Node, today: date | None) -> Iterator[Finding]:
    """What is asked of a professional claim when its loop 2300 ends."""
    claim = Claim(node, today, institutional=False)
    yield from amounts.findings(claim)
    yield from situations.findings(claim)
    yield from professional.findings(claim)
    yield from code_sets.findings(claim)


def _institutional(node: Node, today: date | None) -> Iterator[Finding]:
    """What is asked of an institutional claim when its loop 2300 ends."""
    claim = Claim(node, today, institutional=True)
    yield from amounts.findings(claim)
    yield from situations.findings(claim)
    yield from institutional.findings(claim)
    yield from code_sets.findings(claim)


_LEVELS: Final = {"2000B": levels.subscriber, "2000C": levels.patient, "2010AA": levels.billing_provider}
PROFESSIONAL: Final[Rules] = {"2300": _professional, **_LEVELS}
INSTITUTIONAL: Final[Rules] = {"2300": _institutional, **_LEVELS}
