"""Judging: does a transaction keep to its guide, and do its parts agree? SNIP types 1 to 5, as findings.

`validate` is the way in. A guide is a text in `guides/` (see its README), compiled once (`compiled`); a
transaction is walked through with it (`walk`), each segment tried by one regular expression and looked at
element by element only if that fails (`elements`). What one part asks of another is asked by rules when a
loop ends (`claims`).
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from x12.envelope import Mail, Transaction
from x12.errors import Finding
from x12.judging import claims, envelopes, notation, whole
from x12.judging.compiled import Compiled, compiled
from x12.judging.consequences import told_once
from x12.judging.examples import excused
from x12.judging.notation import guides
from x12.judging.walk import Rules, Walk
from x12.reading import uncollected

_RULES: Final[Mapping[str, Rules]] = {"837P": claims.PROFESSIONAL, "837I": claims.INSTITUTIONAL}
"""What is asked of the loops of a kind, beyond its guide."""


def validate(what: Mail | Transaction, *, today: date | None = None) -> tuple[Finding, ...]:
    """Everything objectionable in a text with its envelopes, or in one transaction, in the order of the text.

    `today` enables the rules about dates in the future. A transaction of a kind or version without a guide
    gives the one finding `not_supported`, a warning. Never raises for what a text holds.
    """
    if isinstance(what, Transaction):
        return tuple(_transaction(what, today, ""))
    found = list(envelopes.of_mail(what))
    position = 1
    for interchange in what.interchanges:
        found += envelopes.of_interchange(interchange, position)
        position += 1 + len(interchange.acknowledgments)
        for group in interchange.groups:
            found += envelopes.of_group(group, position)
            for transaction in group.transactions:
                found += _transaction(transaction, today, group.version)
            position += 2 + sum(len(transaction.segments) for transaction in group.transactions)
        position += 1
    return tuple(found)


def is_supported(kind: str, version: str) -> bool:
    """Whether transactions of a kind and version can be judged. Errata of the same guide are judged alike."""
    return _guide(kind, version) is not None


def _guide(kind: str, version: str) -> Compiled | None:
    if kind not in guides():
        return None
    guide = compiled(kind)
    base = version[:10]
    return guide if not version or any(known[:10] == base for known in guide.guide.versions) else None


def _of_another_guide(version: str, guide: Compiled) -> bool:
    """Whether a group names another guide that we know: then nobody can tell which of the two is meant, and
    that alone is told.
    """
    base = version[:10]
    if any(known[:10] == base for known in guide.guide.versions):
        return False
    return any(known[:10] == base for kind in guides() for known in notation.guide(kind).versions)


def _transaction(transaction: Transaction, today: date | None, version: str) -> list[Finding]:
    found = list(envelopes.of_transaction(transaction, version))
    guide = _guide(transaction.kind, transaction.version)
    if guide is None:
        return [_not_supported(transaction), *found]
    if _of_another_guide(version, guide):
        return found
    with uncollected():
        walk = Walk(guide, _RULES.get(transaction.kind, {}), today)
        walk.through(transaction.lines, complete=transaction.complete)
        found += walk.findings
        if transaction.complete and transaction.kind in whole.RULES:
            found += whole.findings(transaction.kind, transaction.lines, today)
    if not found:
        return found
    answered = [
        _answered(finding, transaction.code)
        for finding in told_once(transaction.kind, transaction.lines, found)
    ]
    return sorted(excused(answered, transaction.lines), key=lambda finding: finding.position)


def _answered(finding: Finding, code: str) -> Finding:
    """A finding with the answer its kind gets: claims have a 277CA for what goes beyond the guide, all others
    only a 999.
    """
    if code != "837":
        return replace(finding, status=()) if finding.status else finding
    return replace(finding, ack="", ack_at="") if finding.snip > 2 and finding.status else finding


def _not_supported(transaction: Transaction) -> Finding:
    known = transaction.kind in guides()
    what = "this version" if known else "this kind"
    message = (
        f"transactions of {what} are not judged: {transaction.code[:3]} {transaction.version[:12]}".rstrip()
    )
    element, ack = (3, "I6") if known else (1, "1")
    return Finding(
        "not_supported", message, "ST", 1, element, snip=2, ack=ack, ack_at="set", severity="warning"
    )
