"""A document as a list of explained segments, each as deep as the loops around it.

The loops are those of the typed documents (`x12.loops`), so what is shown as a loop is what the program
reads as one. Told what it is about, the explanation holds only the claims named, with the levels they stand
in: nothing of another patient.
"""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from x12 import ack_999, claim_837, claim_837i, claim_ack_277ca, documents, remittance_835, status_276_277
from x12.engine import Document
from x12.envelope import Transaction, read
from x12.explain.lists import segment_name, word
from x12.explain.loops import PARTIES, Parties
from x12.explain.values import Value, values_of
from x12.loops import Child, Spec, spec_of
from x12.segments import STANDARD, Delimiters, Segment, tokenize

Names = frozenset[str]
Keeps = Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class ExplainedSegment:
    """One segment. `depth` counts the loops around it; `loop` is the guide's number of one that it opens.

    `position` counts from 1 at ST, as a 999 counts; `text` is the segment as it stands, with its terminator.
    """

    position: int
    depth: int
    id: str
    name: str
    loop: str
    values: tuple[Value, ...]
    text: str


@dataclass(frozen=True, slots=True)
class _Placed:
    segment: Segment
    depth: int
    loop: str


_NAMED_BY: dict[type[Any], tuple[str, ...]] = {
    claim_837.Claim: ("control_number",),
    claim_837i.Claim: ("control_number",),
    remittance_835.ClaimPayment: ("control_number",),
    claim_ack_277ca.AcknowledgedClaim: ("control_number",),
    status_276_277.ClaimInquiry: ("trace", "patient_account"),
    status_276_277.ClaimStatus: ("trace", "patient_account"),
    ack_999.TransactionResponse: ("control_number",),
}
"""The loops that are about one claim (or, in a 999, one transaction), and the fields that name it."""


def explain(transaction: Transaction, *, about: Collection[str] = ()) -> list[ExplainedSegment]:
    """The segments of a transaction from ST to SE.

    `about` names claims by their control number (in a 276 or 277 also the question's trace, in a 999 the
    transaction's number): then only what is said of them. Kinds without a typed document are given flat.
    """
    document = documents.read(transaction)
    if isinstance(document, documents.Unsupported):
        placed = [_Placed(segment, 0, "") for segment in transaction.segments]
    else:
        parties = PARTIES.get(transaction.kind, {})
        keeps = _keeper(document, frozenset(about))
        placed = list(_walk(document, keeps, parties, depth=0, loop=""))
        placed += [_Placed(segment, 0, "") for segment in document.trailer]
    return [_explained(it, transaction.kind, transaction.delimiters) for it in placed]


def explain_segment(segment: Segment, *, delimiters: Delimiters = STANDARD) -> ExplainedSegment:
    """A segment that stands alone: a TA1, or one of an envelope."""
    return _explained(_Placed(segment, 0, ""), "", delimiters)


def envelope_of(data: bytes | str) -> list[ExplainedSegment]:
    """The ISA, GS, TA1, GE and IEA of the first interchange of a text. Raises `x12.errors.NotX12`."""
    delimiters = read(data).interchanges[0].delimiters
    text = data if isinstance(data, str) else data.decode("latin-1")
    found = []
    for position, elements in enumerate(tokenize(text.lstrip("\ufeff\x00 \r\n"), delimiters), 1):
        if elements[0] in ("ISA", "GS", "TA1", "GE", "IEA"):
            segment = Segment(elements, position)
            found.append(explain_segment(segment, delimiters=delimiters))
        if elements[0] == "IEA":
            break
    return found


def _explained(placed: _Placed, kind: str, delimiters: Delimiters) -> ExplainedSegment:
    segment = placed.segment
    return ExplainedSegment(
        position=segment.position,
        depth=placed.depth,
        id=segment.id,
        name=_title(segment),
        loop=placed.loop,
        values=values_of(segment, kind, delimiters),
        text=segment.text(delimiters) + delimiters.segment.strip("\r\n"),
    )


def _title(segment: Segment) -> str:
    """What the segment is, told apart by its qualifier: `Date · Service`; a name is who it names."""
    known = segment_name(segment.id)
    told = word(known.code_list, segment[known.told_by]) if known.told_by else ""
    if not told:
        return known.name
    return told if segment.id in ("NM1", "N1") else f"{known.name} · {told}"


def _keeper(document: Document, about: Names) -> Keeps | None:
    """Which loops are shown; None for all. Where none of the claims is named, what is said of them all."""
    if not about:
        return None
    if _concerns(document, about):
        return partial(_concerns, about=about)
    return _is_general


def _walk(node: Any, keeps: Keeps | None, parties: Parties, *, depth: int, loop: str) -> Iterator[_Placed]:
    """The segments of a loop and of the loops in it, in their order, those about other claims left out."""
    spec = spec_of(type(node))
    queues = {child.order: iter(_nodes(node, child)) for child in spec.children}
    for place, entry in enumerate(node.layout):
        if isinstance(entry, Segment):
            if keeps is None or entry.id != "PLB":
                yield _Placed(entry, max(depth - 1, 0), loop if place == 0 and depth else "")
            continue
        child = next(queues[entry])
        if keeps is None or keeps(child):
            number = _loop_number(child, loop, parties)
            yield from _walk(child, keeps, parties, depth=depth + 1, loop=number)


def _nodes(node: Any, child: Child) -> list[Any]:
    """The child loops as they were read, in order."""
    value = getattr(node, child.name)
    return list(value) if child.many else [] if value is None else [value]


def _concerns(node: Any, about: Names) -> bool:
    """Whether a loop is about one of these claims, or about none in particular and so about them all."""
    kind = type(node)
    if kind in _NAMED_BY:
        return any(getattr(node, name) in about for name in _NAMED_BY[kind])
    if not _bears_claims(spec_of(kind)):
        return True
    inside = [kid for child in spec_of(kind).children for kid in _nodes(node, child)]
    bearing = (kid for kid in inside if type(kid) in _NAMED_BY or _bears_claims(spec_of(type(kid))))
    return any(_concerns(kid, about) for kid in bearing)


def _is_general(node: Any) -> bool:
    """Whether a loop is about no claim and no patient in particular."""
    kind = type(node)
    return kind not in _NAMED_BY and not any(child.spec.cls in _NAMED_BY for child in spec_of(kind).children)


@cache
def _bears_claims(spec: Spec) -> bool:
    """Whether loops of this kind hold claims, at whatever depth."""
    return any(child.spec.cls in _NAMED_BY or _bears_claims(child.spec) for child in spec.children)


def _loop_number(node: Any, parent: str, parties: Parties) -> str:
    """The guide's number of a loop: as its class says, or by who it names and where it stands."""
    first = node.layout[0] if node.layout else None
    if isinstance(first, Segment) and first.id == "NM1" and (number := parties.get((parent, first[1]))):
        return number
    return _number(spec_of(type(node)))


@cache
def _number(spec: Spec) -> str:
    found = re.match(r"(?:Loop )?(\d{4}[A-F]?)\b", spec.cls.__doc__ or "")
    return found[1] if found else ""
