"""A file as text for a person: what it holds, what is objected to, every segment named and spelled out."""

from collections.abc import Iterator
from typing import Any

from x12.envelope import Interchange, Mail, Transaction
from x12.errors import Finding
from x12.explain import ExplainedSegment, explain

_INDENT = "  "
_MOST_FINDINGS = 100
_MOST_SEGMENTS = 100_000
_SUMS = {
    "bpr02": "Paid",
    "clm02": "Charged",
    "clp03": "Charged",
    "clp04": "Paid on claims",
    "clp05": "Patient's share",
    "lines": "Charged on lines",
    "svc03": "Paid on lines",
    "plb": "Taken at provider level",
    "stc04": "Charges spoken of",
}


def lines(told: dict[str, Any], content: Mail | Finding, *, segments: bool) -> Iterator[str]:
    """The lines of a file; without its `segments` only counts, sums and findings."""
    yield f"{told['file']}: {_what(told)}\n"
    yield from _findings(told)
    if isinstance(content, Finding):
        return
    found = iter(told["transactions"])
    for interchange in content.interchanges:
        yield f"\n{_envelope(interchange)}\n"
        for transaction in interchange.transactions:
            yield from _transaction(next(found), transaction, segments=segments)


def _what(told: dict[str, Any]) -> str:
    interchanges = _count(told["interchanges"], "interchange")
    transactions = _count(len(told["transactions"]), "transaction")
    verdict = "nothing to object to" if told["ok"] else "with findings"
    return f"{interchanges}, {transactions}, {verdict}"


def _envelope(interchange: Interchange) -> str:
    parts = [f"Interchange {interchange.control_number or 'without envelope'}"]
    if interchange.sender_id:
        parts.append(f"from {interchange.sender_id} to {interchange.receiver_id}")
    if interchange.usage:
        parts.append({"P": "production", "T": "test"}.get(interchange.usage, interchange.usage))
    return ", ".join(parts)


def _transaction(told: dict[str, Any], transaction: Transaction, *, segments: bool) -> Iterator[str]:
    yield f"\n{told['name']} ({told['kind']} {told['version']}), control number {told['control']}\n"
    if told["claims"] or told["services"]:
        yield f"{_INDENT}{_count(told['claims'], 'claim')}, {_count(told['services'], 'service')}\n"
    if told["note"]:
        yield f"{_INDENT}{told['note']}\n"
    yield from _sums(told["totals"])
    yield from _findings(told)
    if segments and len(transaction.segments) > _MOST_SEGMENTS:
        yield f"\n{_INDENT}({len(transaction.segments):,} segments, too many to be shown)\n"
    elif segments:
        yield "\n"
        for segment in explain(transaction):
            yield from _segment(segment)


def _sums(totals: dict[str, Any]) -> Iterator[str]:
    for key, words in _SUMS.items():
        if totals.get(key, "0") != "0":
            yield f"{_INDENT}{words}: {totals[key]}\n"
    for group, amount in totals.get("cas", {}).items():
        yield f"{_INDENT}Adjusted under {group}: {amount}\n"


def _findings(told: dict[str, Any]) -> Iterator[str]:
    """What is objected to (!) and what is only remarked (?), each with its place."""
    for mark, findings in (("!", told["findings"]), ("?", told["warnings"])):
        for finding in findings[:_MOST_FINDINGS]:
            element = f"{finding['element']:02d}" if finding["element"] else ""
            loop = f" in {finding['loop']}" if finding["loop"] else ""
            where = (
                f"{finding['segment']}{element}{loop} (segment {finding['position']}, SNIP {finding['snip']})"
            )
            yield f"{_INDENT}{mark} {where}: {finding['text']}\n"
        if len(findings) > _MOST_FINDINGS:
            yield f"{_INDENT}{mark} and {len(findings) - _MOST_FINDINGS} more\n"


def _segment(segment: ExplainedSegment) -> Iterator[str]:
    indent = _INDENT * (segment.depth + 1)
    loop = f" [{segment.loop}]" if segment.loop else ""
    yield f"{indent}{segment.position:>4} {segment.name} ({segment.id}){loop}\n"
    for value in segment.values:
        words = f" = {value.words}" if value.words and value.words != value.text else ""
        yield f"{indent}       {value.name}: {value.text}{words}\n"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
