"""`inspect`: what is in a file, as one JSON object or as text for a person.

The JSON of one file: `file`, `ok` (it could be read and nothing is objected to), `interchanges` (how many),
`acknowledgments` (its TA1), `findings` (of file, interchanges and groups) and `transactions`, each with
`kind`, `name`, `version`, `control`, `claims`, `services`, `totals`, `note` (why it is not read as a
document, if so) and `findings`. Amounts are texts, exact to the last digit.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
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

FINE, OBJECTED, UNREADABLE = 0, 1, 3


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
        return {
            "file": str(path),
            "ok": False,
            "interchanges": 0,
            "acknowledgments": [],
            "transactions": [],
            "findings": [as_json(content)],
        }
    transactions = [of_transaction(transaction, today=today) for transaction in content.transactions]
    findings = [as_json(finding) for finding in _outer_findings(content)]
    return {
        "file": str(path),
        "ok": not any(_objects(told) for told in (*transactions, {"findings": findings})),
        "interchanges": len(content.interchanges),
        "acknowledgments": list(_acknowledgments(content)),
        "transactions": transactions,
        "findings": findings,
    }


def of_transaction(transaction: Transaction, *, today: date | None = None) -> dict[str, Any]:
    """One transaction: what it is, what it holds in numbers, what is objected to."""
    code = "" if transaction.kind == "277DRA" else transaction.code
    counted = totals(code, transaction.segments)
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
        "findings": [as_json(finding) for finding in objections(transaction, today=today)],
    }


def objections(transaction: Transaction, *, today: date | None = None) -> Iterable[Finding]:
    """Everything objected to in a transaction, what its envelope says among it, each thing once.

    That a kind is kept but not read is no objection; that a version is not supported is one.
    """
    found = dict.fromkeys((*transaction.findings, *judging.validate(transaction, today=today)))
    kind = documents.KINDS.get(transaction.kind)
    named_only = kind is not None and kind.reader is None
    return [finding for finding in found if not (named_only and finding.code == "not_supported")]


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
        "severity": finding.severity,
    }


def _objects(told: dict[str, Any]) -> bool:
    """Whether anything told of it is more than a warning."""
    return any(finding["severity"] == "error" for finding in told["findings"])


def _outer_findings(mail: Mail) -> Iterator[Finding]:
    """What is wrong around the transactions: the text, its interchanges and groups."""
    yield from mail.findings
    for interchange in mail.interchanges:
        yield from interchange.findings
        for group in interchange.groups:
            yield from group.findings


def _acknowledgments(mail: Mail) -> Iterable[dict[str, str]]:
    for interchange in mail.interchanges:
        for segment in interchange.acknowledgments:
            ta1 = read_ta1(segment)
            yield {"control": ta1.control_number, "code": ta1.acceptance, "note": ta1.note, "text": ta1.words}


def _exit_code(told: dict[str, Any], content: Mail | Finding) -> int:
    if isinstance(content, Finding):
        return UNREADABLE
    return FINE if told["ok"] else OBJECTED
