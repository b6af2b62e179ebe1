"""Judging: does a transaction keep to its guide, and do its parts agree? SNIP types 1 to 5, as findings."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from x12.envelope import Mail, Transaction
from x12.errors import Finding
from x12.judging import claims
from x12.judging.compiled import compiled
from x12.judging.walk import Rules, Walk
from x12.judging.whole import RULES

_RULES: Final[Mapping[str, Rules]] = {"837P": claims.PROFESSIONAL, "837I": claims.INSTITUTIONAL}


def validate(what: Mail | Transaction, *, today: date | None = None) -> tuple[Finding, ...]:
    """Everything objectionable in a text or in one transaction, in the order of the text.

    `today` enables the rules about dates in the future. A transaction of a kind or version without a guide
    gives the one finding `not_supported`.
    """
    if isinstance(what, Transaction):
        return tuple(_transaction(what, today))
    return tuple(finding for transaction in what.transactions for finding in _transaction(transaction, today))


def _transaction(transaction: Transaction, today: date | None) -> list[Finding]:
    guide = compiled(transaction.kind)
    walk = Walk(guide, _RULES.get(transaction.kind, {}), today)
    rows = [segment.elements for segment in transaction.segments]
    walk.through(rows, complete=transaction.complete)
    if transaction.kind in RULES and transaction.complete:
        walk.findings += RULES[transaction.kind](rows, today)
    return walk.findings
