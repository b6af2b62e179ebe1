"""Writing the envelope: one interchange around finished transactions (ASC X12.5, X12.6).

All cleaning of text happens here, once: what leaves is upper-case ASCII without delimiters or control
characters inside any element, and without empty trailing elements.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from x12.errors import UnwritableX12
from x12.segments import COMPONENT, REPETITION, STANDARD, Delimiters, Segment

_ELEMENT = "\x1d"
_SEGMENT = "\x1c"
_KEPT = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 !\"&'()*+,-./:;?=%@[]_{}\\|<>#$~^`")
_SPELLED = {
    "Ø": "O",
    "ø": "o",
    "Ł": "L",
    "ł": "l",
    "Æ": "AE",
    "æ": "ae",
    "Đ": "D",
    "đ": "d",
    "Œ": "OE",
    "œ": "oe",
}
_QUOTES = {"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2013": "-", "\u2014": "-"}
_REPLACED = str.maketrans(_SPELLED | _QUOTES)
_BLANKS = dict.fromkeys(map(ord, "\t\n\v\f\r"), " ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """One end of an interchange: ISA qualifier and id (at most 15 characters), GS application code if
    different.
    """

    id: str
    qualifier: str = "ZZ"
    application: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboundGroup:
    """One functional group to write: GS01, GS06, GS08 and its transactions, each its segments ST to SE."""

    functional_id: str
    version: str
    control_number: int
    transactions: Sequence[Sequence[Segment]]


def write(
    *,
    sender: Address,
    receiver: Address,
    control_number: int,
    written_at: datetime,
    usage: str,
    groups: Sequence[OutboundGroup] = (),
    acknowledgments: Sequence[Segment] = (),
    acknowledgment_requested: bool = False,
    delimiters: Delimiters = STANDARD,
) -> str:
    """One interchange as text: ISA of exactly 106 characters, groups with their counts, IEA.

    `written_at` is put into ISA09/10 and GS04/05 as it stands; `usage` is T or P. Raises `UnwritableX12` when
    an id or number does not fit its element, when a transaction does not run from ST to a matching SE, or
    when a control number occurs twice.
    """
    numbers = [group.control_number for group in groups]
    _demand(len(set(numbers)) == len(numbers), "a group control number occurs twice", "GS")
    isa = _isa(
        sender,
        receiver,
        control_number,
        written_at,
        usage,
        delimiters,
        acknowledgment_requested=acknowledgment_requested,
    )
    lines: list[Segment] = [*acknowledgments]
    for group in groups:
        lines += _group(group, sender, receiver, written_at)
    lines.append(Segment(("IEA", str(len(groups)), f"{control_number:09d}")))
    return isa + body_text(lines, delimiters)


def body_text(segments: Sequence[Segment], delimiters: Delimiters = STANDARD) -> str:
    """Segments as clean text, each with its terminator."""
    marks = (delimiters.element, delimiters.component, delimiters.segment, delimiters.repetition)
    text = _SEGMENT.join(_ELEMENT.join(segment.elements) for segment in segments)
    text = _clean(text, {ord(mark): " " for mark in marks if mark})
    text = re.sub(f"[{_ELEMENT}{COMPONENT}{REPETITION}]+(?=[{_SEGMENT}]|$)", "", text)
    text = re.sub(f"{COMPONENT}+(?=[{_ELEMENT}{REPETITION}])", "", text)
    own = {_ELEMENT: delimiters.element, _SEGMENT: delimiters.segment, COMPONENT: delimiters.component}
    own[REPETITION] = delimiters.repetition
    return text.translate({ord(inner): outer for inner, outer in own.items()}) + delimiters.segment


def clean_text(text: str) -> str:
    """Free text as it will be written with the standard delimiters: for showing and comparing beforehand."""
    return _clean(text, {ord(mark): " " for mark in "*:~^"}).strip()


def _clean(text: str, table: dict[int, str]) -> str:
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.translate(_REPLACED))
    text = text.upper().translate(_BLANKS | table)
    kept = _KEPT | {_ELEMENT, _SEGMENT, COMPONENT, REPETITION}
    if set(text) <= kept:
        return text
    return "".join(character for character in text if character in kept)


def _group(group: OutboundGroup, sender: Address, receiver: Address, moment: datetime) -> list[Segment]:
    _demand(0 < group.control_number < 10**9, "GS06 must have one to nine digits", "GS")
    number = str(group.control_number)
    ids = (sender.application or sender.id, receiver.application or receiver.id)
    when = (f"{moment:%Y%m%d}", f"{moment:%H%M}")
    lines = [Segment(("GS", group.functional_id, *ids, *when, number, "X", group.version))]
    used: set[str] = set()
    for transaction in group.transactions:
        _check_transaction(transaction, used)
        lines += transaction
    lines.append(Segment(("GE", str(len(group.transactions)), number)))
    return lines


def _check_transaction(transaction: Sequence[Segment], used: set[str]) -> None:
    _demand(len(transaction) > 1, "a transaction has no segments", "ST")
    st, se = transaction[0], transaction[-1]
    _demand(st.id == "ST" and se.id == "SE", "a transaction must run from ST to SE", "ST")
    _demand(st[2] == se[2] and se[1] == str(len(transaction)), "SE disagrees with its transaction", "SE")
    _demand(4 <= len(st[2]) <= 9, "ST02 must have four to nine characters", "ST")
    _demand(st[2] not in used, "ST02 occurs twice in its group", "ST")
    used.add(st[2])


def _isa(
    sender: Address,
    receiver: Address,
    control_number: int,
    moment: datetime,
    usage: str,
    delimiters: Delimiters,
    *,
    acknowledgment_requested: bool,
) -> str:
    _demand(0 < control_number < 10**9, "ISA13 must be a number of at most nine digits", "ISA")
    _demand(usage in ("T", "P"), "ISA15 must be T or P", "ISA")
    for end in (sender, receiver):
        _demand(0 < len(end.id) <= 15, "an interchange id must have one to fifteen characters", "ISA")
        _demand(end.id == clean_text(end.id), "an interchange id must be clean upper-case text", "ISA")
        _demand(len(end.qualifier) == 2, "an interchange id qualifier has two characters", "ISA")
    blank = " " * 10
    parts = ["ISA", "00", blank, "00", blank, sender.qualifier, sender.id.ljust(15)]
    parts += [receiver.qualifier, receiver.id.ljust(15), f"{moment:%y%m%d}", f"{moment:%H%M}"]
    parts += [
        delimiters.repetition,
        "00501",
        f"{control_number:09d}",
        "1" if acknowledgment_requested else "0",
    ]
    parts += [usage, delimiters.component]
    text = delimiters.element.join(parts) + delimiters.segment
    _demand(len(text) == 106, "the ISA must have exactly 106 characters", "ISA")
    return text


def _demand(holds: object, reason: str, segment: str) -> None:
    if not holds:
        raise UnwritableX12(reason, segment=segment)
