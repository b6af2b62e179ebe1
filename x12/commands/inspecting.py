"""`inspect`: what is in a file, as one JSON object or as text for a person.

The JSON of one file: `file`, `ok` (it could be read and nothing is objected to), `interchanges` (how many),
`acknowledgments` (its TA1), `findings` (of file, interchanges and groups) and `transactions`, each with
`kind`, `name`, `version`, `control`, `complete`, `claims`, `services`, `totals`, `note` (why it is not read
as a document, if so), `findings` and `warnings`, at most 10,000 of them (`left_out` counts the others).
Amounts are texts, exact to the last digit.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from x12 import documents, judging
from x12.ack_999 import read_ta1
from x12.commands import telling
from x12.commands.reading import opened
from x12.commands.totals import totals
from x12.envelope import Mail, Transaction
from x12.errors import Finding
from x12.judging import envelopes

FINE, OBJECTED, UNREADABLE = 0, 1, 3
MOST_FINDINGS = 10_000
_UNSUPPORTED = "not_supported"


def run(options: argparse.Namespace) -> int:
    """Tell of every file; the worst of their exit codes."""
    worst = FINE
    for path in options.files:
        content = opened(path)
        told = described(path, content, today=options.today)
        if options.json:
            sys.stdout.write(json.dumps(told, separators=(",", ":")) + "\n")
        else:
            sys.stdout.writelines(telling.lines(told, content, segments=not options.summary))
        worst = max(worst, _exit_code(told, content))
    return worst


def described(path: Path, content: Mail | Finding, *, today: date | None = None) -> dict[str, Any]:
    """What is in a file, as the JSON object says it; dates after `today` are objected to."""
    if isinstance(content, Finding):
        return _file(path, 0, [content])
    transactions = [
        of_transaction(transaction, today=today, group_version=group.version)
        for interchange in content.interchanges
        for group in interchange.groups
        for transaction in group.transactions
    ]
    told = _file(path, len(content.interchanges), list(_outer_findings(content)))
    told["ok"] = not told["findings"] and not any(one["findings"] for one in transactions)
    told["acknowledgments"] = list(_acknowledgments(content))
    told["transactions"] = transactions
    return told


def _file(path: Path, interchanges: int, findings: Sequence[Finding]) -> dict[str, Any]:
    return {
        "file": str(path),
        "ok": False,
        "interchanges": interchanges,
        "acknowledgments": [],
        "transactions": [],
        **_told_findings(findings),
    }


def of_transaction(
    transaction: Transaction, *, today: date | None = None, group_version: str = ""
) -> dict[str, Any]:
    """One transaction: what it is, what it holds in numbers, what is objected to."""
    code = "" if transaction.kind == "277DRA" else transaction.code
    counted = totals(code, transaction.lines)
    findings = objections(transaction, today=today, group_version=group_version)
    return {
        "kind": transaction.kind,
        "name": documents.name_of(transaction.kind),
        "version": transaction.version,
        "control": transaction.control_number,
        "complete": transaction.complete,
        "claims": counted.claims,
        "services": counted.services,
        "totals": counted.as_json(),
        "note": documents.unsupported(transaction),
        **_told_findings(findings),
    }


def objections(
    transaction: Transaction, *, today: date | None = None, group_version: str = ""
) -> list[Finding]:
    """Everything found in a transaction; `group_version` is the GS08 it stands under.

    That a kind is kept but not read is no objection; that a version is not supported is one.
    """
    judged = judging.validate(transaction, today=today)
    around = envelopes.of_transaction(transaction, group_version)
    found = list(dict.fromkeys((*around, *judged)))
    kind = documents.KINDS.get(transaction.kind)
    named_only = kind is not None and kind.reader is None
    return [finding for finding in found if not (named_only and finding.code == _UNSUPPORTED)]


def as_json(finding: Finding) -> dict[str, Any]:
    """A finding: its place, its SNIP type, our code for it and the words, and what a 999 or 277CA says."""
    return {
        "snip": finding.snip,
        "position": finding.position,
        "segment": finding.segment,
        "element": finding.element,
        "component": finding.component,
        "loop": finding.loop,
        "level": finding.level,
        "code": finding.code,
        "text": finding.message,
        "ack": finding.ack,
        "ack_at": finding.ack_at,
        "status": list(finding.status),
    }


def _told_findings(findings: Sequence[Finding]) -> dict[str, Any]:
    """Findings as JSON, what is only a warning apart from them."""
    wrong = [one for one in findings if one.severity == "error" or one.code == _UNSUPPORTED]
    warned = [one for one in findings if one.severity != "error" and one.code != _UNSUPPORTED]
    return {
        "findings": [as_json(finding) for finding in wrong[:MOST_FINDINGS]],
        "warnings": [as_json(finding) for finding in warned[:MOST_FINDINGS]],
        "left_out": sum(max(len(found) - MOST_FINDINGS, 0) for found in (wrong, warned)),
    }


def _outer_findings(mail: Mail) -> Iterator[Finding]:
    """What is wrong around the transactions: the text, its interchanges and groups. Positions count in the
    text.
    """
    yield from envelopes.of_mail(mail)
    position = 1
    for interchange in mail.interchanges:
        yield from envelopes.of_interchange(interchange, position)
        position += 1 + len(interchange.acknowledgments)
        for group in interchange.groups:
            yield from envelopes.of_group(group, position)
            position += 2 + sum(len(transaction.segments) for transaction in group.transactions)
        position += 1


def _acknowledgments(mail: Mail) -> Iterable[dict[str, str]]:
    for interchange in mail.interchanges:
        for segment in interchange.acknowledgments:
            ta1 = read_ta1(segment)
            yield {"control": ta1.control_number, "code": ta1.acceptance, "note": ta1.note, "text": ta1.words}


def _exit_code(told: dict[str, Any], content: Mail | Finding) -> int:
    if isinstance(content, Finding):
        return UNREADABLE
    return FINE if told["ok"] else OBJECTED
