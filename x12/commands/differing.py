"""`diff`: how two files differ, in words.

Claims are compared by their number (CLM01, CLP01, or the trace of a status), each with the levels it stands
in; where each file holds one claim, those two are compared whatever they are called. Documents without claims
are compared as a whole, in their order. Control numbers and the numbering of levels are no difference.
"""

import argparse
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from x12 import documents
from x12.commands.comparing import Difference, compared
from x12.commands.reading import opened
from x12.envelope import Mail, Transaction
from x12.errors import Finding
from x12.segments import Segment

SAME, DIFFERENT, UNREADABLE = 0, 1, 3
_LEVELS = ("source", "payer", "receiver", "provider", "subscriber", "dependent", "patient", "claim")


@dataclass(frozen=True, slots=True)
class _Part:
    """One claim, or one document without claims: what it is called, and its nodes by their label."""

    name: str
    kind: str
    nodes: tuple[tuple[str, Any], ...]


def run(options: argparse.Namespace) -> int:
    """Tell the differences; 0 when there are none, 1 when there are, 3 when a file could not be read."""
    sides = []
    for path in (options.first, options.second):
        content = opened(path)
        if isinstance(content, Finding):
            sys.stderr.write(f"{path}: {content.message}\n")
            return UNREADABLE
        sides.append(_parts(content, options.claim))
    if options.claim and not any(sides):
        sys.stderr.write(f"neither file holds the claim {options.claim}\n")
        return DIFFERENT
    told = list(_told(*sides))
    sys.stdout.writelines(f"{line}\n" for line in told or ["No difference."])
    return DIFFERENT if told else SAME


def _told(first: dict[str, _Part], second: dict[str, _Part]) -> Iterator[str]:
    if len(first) == len(second) == 1 and first.keys() != second.keys():
        ((old, left),), ((new, right),) = first.items(), second.items()
        yield f"{old} in A, {new} in B"
        yield from _differences(left, right)
        return
    for name, part in first.items():
        other = second.get(name)
        if other is None:
            yield f"Only in A: {name}"
            continue
        lines = list(_differences(part, other))
        if lines:
            yield name
            yield from lines
    yield from (f"Only in B: {name}" for name in second if name not in first)


def _differences(first: _Part, second: _Part) -> Iterator[str]:
    if first.kind != second.kind:
        yield f"  Kind: {first.kind} \N{RIGHTWARDS ARROW} {second.kind}"
        return
    others = dict(second.nodes)
    for label, node in first.nodes:
        other = others.pop(label, None)
        # What is below a level belongs to other claims too.
        found = compared(node, other, first.kind, below=not label)
        yield from (_line(label, difference) for difference in found)
    for label, node in others.items():
        yield from (_line(label, difference) for difference in compared(None, node, first.kind))


def _line(label: str, difference: Difference) -> str:
    parts = [part for part in (label, *difference.path) if part]
    place = " \N{MIDDLE DOT} ".join(parts) + ": " if parts else ""
    if not difference.before:
        return f"  {place}{difference.after} (only in B)"
    if not difference.after:
        return f"  {place}{difference.before} (only in A)"
    return f"  {place}{difference.before} \N{RIGHTWARDS ARROW} {difference.after}"


def _parts(mail: Mail, claim: str) -> dict[str, _Part]:
    """Everything to compare, by name; names that come again are counted."""
    found: dict[str, _Part] = {}
    for transaction in mail.transactions:
        for part in _parts_of(transaction):
            if claim and part.name != f"Claim {claim}":
                continue
            name, times = part.name, 1
            while name in found:
                times += 1
                name = f"{part.name} ({times})"
            found[name] = part
    return found


def _parts_of(transaction: Transaction) -> Iterable[_Part]:
    document = documents.read(transaction)
    kind = transaction.kind
    if isinstance(document, documents.Unsupported):
        yield _Part(documents.name_of(kind), kind, (("", _body(transaction.segments)),))
        return
    claims = getattr(document, "claims", None)
    if claims is None:
        yield _Part(documents.name_of(kind), kind, (("", document),))
        return
    yield from (_claim(found, kind) for found in claims())


def _claim(found: Any, kind: str) -> _Part:
    """A claim with the levels around it, or one that stands for itself as in the 835."""
    claim = getattr(found, "claim", found)
    number = getattr(claim, "control_number", "") or getattr(claim, "trace", "")
    if claim is found:
        return _Part(f"Claim {number}", kind, (("", found),))
    nodes = ((level, getattr(found, level, None)) for level in _LEVELS)
    named = ((level.capitalize() if level != "claim" else "", node) for level, node in nodes)
    return _Part(f"Claim {number}", kind, tuple((label, node) for label, node in named if node is not None))


def _body(segments: Iterable[Segment]) -> tuple[Segment, ...]:
    """The segments of a document that is not read, without those that only number it."""
    return tuple(segment for segment in segments if segment.id not in ("ST", "SE"))
