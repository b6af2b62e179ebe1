"""What is wrong around transactions: ISA to IEA, GS to GE, and whether ST and SE fit each other.

Counts, control numbers and trailers are compared when a text is read (`x12.envelope`); here those findings
learn their level and what to answer, and the values of ISA and GS are looked at.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from x12.envelope import Mail
from x12.errors import Finding
from x12.interchange import Group, Interchange, Transaction
from x12.judging.acknowledgments import of_ta1
from x12.judging.elements import is_dated

_INTERCHANGE: Final[Mapping[str, str]] = {
    "control_number": "001",
    "group_count": "021",
    "missing_trailer": "023",
    "unterminated": "023",
    "isa_length": "022",
    "isa_unreadable": "022",
    "stray_segment": "022",
    "text_before_isa": "022",
    "duplicate_control_number": "025",
}
_GROUP: Final[Mapping[str, str]] = {
    "missing_trailer": "3",
    "control_number": "4",
    "transaction_count": "5",
    "duplicate_control_number": "19",
}
_SET: Final[Mapping[str, str]] = {
    "missing_trailer": "2",
    "control_number": "3",
    "segment_count": "4",
    "duplicate_control_number": "23",
}
_QUALIFIERS: Final = frozenset(["01", "14", "20", "27", "28", "29", "30", "33", "ZZ"])
_GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(("837P", "837I", "837D"), ("HC",)),
    **dict.fromkeys(("270", "271"), ("HS", "HB")),
    **dict.fromkeys(("276", "277", "277CA", "277DRA"), ("HR", "HN")),
    "835": ("HP",),
    "278": ("HI",),
    "999": ("FA",),
}
_NUMBER = re.compile(r"\d{1,9}", re.ASCII).fullmatch


def of_mail(mail: Mail) -> Iterator[Finding]:
    """Findings about the text as a whole."""
    for finding in mail.findings:
        yield _answered(finding, "interchange", _INTERCHANGE)


def of_interchange(interchange: Interchange, position: int) -> Iterator[Finding]:
    """Findings about ISA, its TA1s and IEA; `position` is that of the ISA in the text."""
    for finding in _without_followers(interchange.findings):
        yield _answered(finding, "interchange", _INTERCHANGE)
    for segment in interchange.acknowledgments:
        yield from of_ta1(segment.elements, segment.position)
    if not interchange.version and not interchange.control_number:
        yield from _without_isa(interchange, position)
        return
    checks = (
        (5, interchange.sender_qualifier in _QUALIFIERS, "005", "is no qualifier of a sender"),
        (6, bool(interchange.sender_id), "006", "names no sender"),
        (7, interchange.receiver_qualifier in _QUALIFIERS, "007", "is no qualifier of a receiver"),
        (8, bool(interchange.receiver_id), "008", "names no receiver"),
        (9, len(interchange.date) == 6 and is_dated(interchange.date, "D6"), "014", "is no date"),
        (10, len(interchange.time) == 4 and is_dated(interchange.time, "TM"), "015", "is no time"),
        (12, interchange.version == "00501", "017", "is a version that is not supported"),
        (13, re.fullmatch(r"\d{9}", interchange.control_number) is not None, "018", "is not nine digits"),
        (15, interchange.usage in ("P", "T"), "020", "says neither production nor test"),
        *_of_isa(interchange),
    )
    for element, good, ack, said in checks:
        if not good:
            yield Finding(
                "bad_interchange",
                f"ISA{element:02d} {said}",
                "ISA",
                position,
                element,
                level="interchange",
                ack=ack,
                ack_at="interchange",
            )


def _without_followers(findings: Sequence[Finding]) -> Iterator[Finding]:
    """Of segments astray one after the other only the first is told."""
    astray = -1
    for finding in findings:
        follows = finding.code == "stray_segment" and finding.position == astray + 1
        if finding.code == "stray_segment":
            astray = finding.position
        if not follows:
            yield finding


def _of_isa(interchange: Interchange) -> Iterator[tuple[int, bool, str, str]]:
    """What is asked of elements only the ISA itself has."""
    isa = interchange.isa
    if isa is None:
        return
    yield 1, isa[1] in ("00", "03"), "010", "is no qualifier of an authorization"
    yield 3, isa[3] in ("00", "01"), "012", "is no qualifier of a password"
    repetition = isa[11] == "U" or (len(isa[11]) == 1 and not isa[11].isalnum() and isa[11] != " ")
    yield 11, repetition, "022", "is no repetition separator"
    yield 14, isa[14] in ("0", "1"), "019", "says neither that an answer is wanted nor that none is"
    marks = [isa[16], interchange.delimiters.element, interchange.delimiters.segment]
    yield 16, len(set(marks)) == len(marks), "027", "is no component separator"


def _without_isa(interchange: Interchange, position: int) -> Iterator[Finding]:
    """A group stands in an interchange; only a transaction alone is a fragment and nothing else."""
    if any(group.functional_id for group in interchange.groups):
        message = "the text has no ISA before its GS"
        yield Finding(
            "missing_segment",
            message,
            "ISA",
            position,
            level="interchange",
            ack="022",
            ack_at="interchange",
        )


def of_group(group: Group, position: int) -> Iterator[Finding]:
    """Findings about GS and GE; `position` is that of the GS in the text."""
    for finding in group.findings:
        yield _answered(finding, "group", _GROUP)
    if not group.functional_id and not group.version:
        return
    first = group.transactions[0] if group.transactions else None
    fits = first is None or group.functional_id in _GROUPS.get(first.kind, (group.functional_id,))
    checks = (
        (1, fits, "1", "is no group for the transactions in it"),
        (2, bool(group.sender), "6", "names no sender"),
        (3, bool(group.receiver), "6", "names no receiver"),
        (4, len(group.date) == 8 and is_dated(group.date, "D8"), "6", "is no date"),
        (5, is_dated(group.time, "TM"), "6", "is no time"),
        (6, _NUMBER(group.control_number) is not None, "6", "is not one to nine digits"),
        (7, group.gs is None or group.gs[7] == "X", "2", "names no standard of ours"),
        (8, bool(group.version), "2", "names no guide"),
    )
    for element, good, ack, said in checks:
        if not good:
            yield Finding(
                "bad_group",
                f"GS{element:02d} {said}",
                "GS",
                position,
                element,
                level="group",
                ack=ack,
                ack_at="group",
            )


def of_transaction(transaction: Transaction, version: str) -> Iterator[Finding]:
    """Findings about ST and SE; `version` is GS08."""
    for finding in transaction.findings:
        yield _answered(finding, "transaction", _SET)
    if version and transaction.version != version:
        message = "ST03 differs from GS08"
        yield Finding("version_mismatch", message, "ST", 1, 3, snip=2, ack="I6", ack_at="set")


def _answered(finding: Finding, level: str, codes: Mapping[str, str]) -> Finding:
    ack = codes.get(finding.code, "")
    at = {"transaction": "set"}.get(level, level)
    return replace(finding, level=level, ack=ack, ack_at=at if ack else "")
