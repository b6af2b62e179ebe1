"""Reading the envelope: ISA/GS/ST and their trailers, control numbers, counts (ASC X12.5, X12.6).

Reading is lenient: whatever transactions a text holds are given, and everything wrong around them is a
finding. Only a text without any structure raises. Writing is in `x12.outbound`.
"""

import re
from dataclasses import dataclass

from x12.errors import Finding, NotX12
from x12.interchange import Group, Interchange, InterchangeReader, Transaction, kind_of
from x12.segments import Delimiters, Segment, canonical

__all__ = ["Group", "Interchange", "Mail", "Transaction", "kind_of", "read"]

_ISA_LENGTH = 106
_ISA = re.compile(r"ISA[^A-Za-z0-9\s]")


@dataclass(frozen=True, slots=True)
class Mail:
    """Everything a text holds. Not `complete` when any trailer is missing or the text was cut."""

    interchanges: tuple[Interchange, ...]
    complete: bool
    findings: tuple[Finding, ...] = ()

    @property
    def transactions(self) -> tuple[Transaction, ...]:
        """The transactions of all interchanges, in order, the incomplete ones among them."""
        return tuple(
            transaction for interchange in self.interchanges for transaction in interchange.transactions
        )

    @property
    def all_findings(self) -> tuple[Finding, ...]:
        """The findings of every level, outermost first."""
        found = list(self.findings)
        for interchange in self.interchanges:
            found += interchange.findings
            for group in interchange.groups:
                found += group.findings
                for transaction in group.transactions:
                    found += transaction.findings
        return tuple(found)


def read(data: bytes | str) -> Mail:
    """Read a text of one or more interchanges, or a fragment that begins at GS, ST or TA1.

    A byte order mark, line breaks, short ISA padding, wrong counts and missing trailers are borne and
    reported as findings. Raises `NotX12` when there is nothing to read.
    """
    text = _decoded(data)
    text, findings = from_first_segment(text)
    interchanges: list[Interchange] = []
    position, begin = 1, 0
    while begin < len(text):
        try:
            delimiters, isa, body, padded = opening(text, begin, position)
        except NotX12 as error:
            if not interchanges:
                raise
            findings.append(Finding("isa_unreadable", error.reason, "ISA", position))
            break
        begin = next_interchange(text, body, delimiters)
        rest = text[body:begin]
        reader = InterchangeReader(isa, delimiters, position, cut=is_cut(rest, delimiters))
        if not padded:
            reader.find("isa_length", "ISA is not 106 characters long", "ISA", position)
        position = reader.read(canonical(rest, delimiters))
        interchanges.append(reader.finished())
    findings += _repeated_interchanges(interchanges)
    unread = any(finding.code == "isa_unreadable" for finding in findings)
    complete = not unread and all(interchange.complete for interchange in interchanges)
    return Mail(tuple(interchanges), complete, tuple(findings))


def _decoded(data: bytes | str) -> str:
    if isinstance(data, str):
        return data
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def from_first_segment(text: str) -> tuple[str, list[Finding]]:
    """The text from its first ISA, GS, ST or TA1 on; what stands before an ISA is reported and skipped."""
    text = text.lstrip("\ufeff \t\r\n\x00")
    if not text:
        raise NotX12("the text is empty")
    if re.match(r"(ISA|GS|ST|TA1)[^A-Za-z0-9\s]", text):
        return text, []
    if begin := re.search(r"^\s*(ISA[^A-Za-z0-9\s])", text, re.MULTILINE):
        finding = Finding("text_before_isa", "text before the first ISA was skipped", "ISA", 1)
        return text[begin.start(1) :], [finding]
    raise NotX12("the text begins with none of ISA, GS and ST", segment="ISA", position=1)


def opening(text: str, begin: int, position: int) -> tuple[Delimiters, Segment | None, int, bool]:
    """Delimiters, ISA (None for a fragment), where its body begins, and whether the ISA has its length."""
    if not text.startswith("ISA", begin):
        mark = text[begin + 3] if text.startswith("TA1", begin) else text[begin + 2]
        ends = "~" if "~" in text else "\n"
        inner = ":" if ":" in text else ">"
        return Delimiters(mark, inner, ends, "^"), None, begin, True
    mark = text[begin + 3]
    parts = text[begin : begin + 2 * _ISA_LENGTH + 3].split(mark, 16)
    tail = parts[16] if len(parts) == 17 else ""
    length = len(mark.join(parts[:16])) + 1
    if len(tail) < 2 or tail[1].isalnum():
        raise NotX12("the ISA is cut or does not have sixteen elements", segment="ISA", position=position)
    inner, ends = tail[0], "\n" if tail[1] == "\r" else tail[1]
    repetition = parts[11] if len(parts[11]) == 1 and not parts[11].isalnum() else ""
    delimiters = Delimiters(mark, inner, ends, repetition)
    isa = Segment((*parts[:16], inner), position)
    return delimiters, isa, begin + length + 2, length == _ISA_LENGTH - 2


def next_interchange(text: str, begin: int, delimiters: Delimiters) -> int:
    """Where the next ISA begins, which may declare other delimiters; without one the end of the text."""
    for found in _ISA.finditer(text, begin):
        before = text[max(begin, found.start() - _ISA_LENGTH) : found.start()]
        space = before[len(before.rstrip()) :]
        ends = before.rstrip()[-1:]
        if delimiters.segment in (ends, *space) or "\n" in space or "\r" in space:
            return found.start()
    return len(text)


def is_cut(body: str, delimiters: Delimiters) -> bool:
    """Whether the last segment lacks its terminator, so that its end may be lost."""
    return (
        not body.rstrip("\r\n ").endswith(delimiters.segment) if delimiters.segment not in "\r\n" else False
    )


def _repeated_interchanges(interchanges: list[Interchange]) -> list[Finding]:
    seen: set[tuple[str, str, str]] = set()
    findings = []
    for number, interchange in enumerate(interchanges, 1):
        key = (interchange.sender_id, interchange.receiver_id, interchange.control_number)
        if key in seen:
            message = f"ISA13 of interchange {number} was used before in this text"
            findings.append(Finding("duplicate_control_number", message, "ISA", number, 13))
        if interchange.control_number:
            seen.add(key)
    return findings
