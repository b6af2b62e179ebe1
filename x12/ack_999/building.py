"""Answering what arrived: a 999 for a functional group, a TA1 for an interchange. Pure."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from x12.ack_999.document import (
    Ack999,
    Context,
    ContextName,
    ElementError,
    SegmentError,
    Ta1,
    TransactionResponse,
)
from x12.envelope import Group, Interchange, Transaction
from x12.errors import Finding
from x12.segments import COMPONENT, REPETITION

_TRANSACTION_CODES = {
    "missing_trailer": "2",
    "control_number": "3",
    "segment_count": "4",
    "duplicate_control_number": "23",
    "unsupported_transaction": "1",
    "unsupported_guide": "I6",
}
_SEGMENT_CODES = {
    "unknown_segment": "1",
    "unread_segment": "2",
    "unexpected_segment": "2",
    "missing_segment": "3",
    "too_many_loops": "4",
    "too_many_segments": "5",
    "out_of_sequence": "7",
}
_ELEMENT_CODES = {
    "missing_element": "1",
    "missing_paired_element": "2",
    "too_many_elements": "3",
    "too_short": "4",
    "too_long": "5",
    "bad_value": "6",
    "bad_character": "6",
    "bad_code": "7",
    "bad_date": "8",
    "bad_time": "9",
}
_ABSENT = frozenset({"1", "2", "I9"})
_NOTED = frozenset({"unread_segment"})
_UNNAMED = "UNK"
_DATE_SEGMENTS = frozenset({"DTP", "DTM", "DMG", "BHT"})
_GROUP_CODES = {
    "missing_trailer": "3",
    "control_number": "4",
    "transaction_count": "5",
    "duplicate_control_number": "19",
}
_INTERCHANGE_NOTES = {
    "control_number": "001",
    "group_count": "021",
    "missing_trailer": "023",
    "unterminated": "023",
    "isa_length": "022",
    "stray_segment": "022",
}
_BORNE_NOTES = frozenset({"014", "015", "020", "021"})
_BUSINESS_UNITS = {
    "837": ("CLM", 1, "CLM01"),
    "270": ("TRN", 2, "TRN02"),
    "271": ("TRN", 2, "TRN02"),
    "276": ("TRN", 2, "TRN02"),
    "277": ("TRN", 2, "TRN02"),
    "835": ("TRN", 2, "TRN02"),
}
_SHOWN_LENGTH = 99
_LOOP_LENGTH = 4
_UNIT_LENGTH = 35


def acknowledge(
    group: Group, *, control_number: str, findings: Mapping[str, Sequence[Finding]] | None = None
) -> Ack999:
    """The 999 for a group that arrived.

    What the envelope reader found is in the group; `findings` adds, by ST02, what the receiver found inside
    (`x12.judging.validate`, the `findings` of the document it read, its own checks). A finding says by `ack`
    and `ack_at` what the 999 says of it; where it does not, its `code` decides, and an unknown code counts as
    a demand of the guide that is not met (I5). What is answered by a claim acknowledgment alone (a finding
    with a `status` and no `ack`) is left to that, and warnings are left out. A transaction is rejected for
    anything but `unread_segment`, which is noted (E). `control_number` is the ST02 of the 999 itself.
    """
    by_number = findings or {}
    return acknowledge_each(
        group,
        [by_number.get(transaction.control_number, ()) for transaction in group.transactions],
        control_number=control_number,
    )


def acknowledge_each(group: Group, findings: Sequence[Sequence[Finding]], *, control_number: str) -> Ack999:
    """As `acknowledge`, with the findings of every transaction of the group in its order."""
    responses = tuple(map(_response, group.transactions, findings))
    accepted = sum(response.accepted for response in responses)
    errors = tuple(dict.fromkeys(code for f in group.findings if (code := _group_code(f))))
    noted = bool(errors) or any(response.acceptance == "E" for response in responses)
    return Ack999(
        control_number=control_number,
        functional_id=group.functional_id,
        group_control_number=group.control_number,
        group_version=group.version,
        transactions=responses,
        acceptance=_group_verdict(len(responses), accepted, noted=noted),
        included=len(responses),
        received=len(responses),
        accepted_count=accepted,
        error_codes=errors[:5],
    )


def build_ta1(interchange: Interchange, *, note: str = "", findings: Iterable[Finding] = ()) -> Ta1:
    """The TA1 for an interchange that arrived.

    `note` is a TA105 code only the receiver can know, as 025 for a control number used before; without it the
    note is taken from what the reader found and from `findings`, those of the receiver about ISA and IEA; 000
    where there is nothing. Accepted (A), accepted with errors noted (E), or rejected (R) where nothing in the
    interchange may be acted upon.
    """
    note = note or _interchange_note(interchange, findings)
    acceptance = "A" if note == "000" else "E" if note in _BORNE_NOTES else "R"
    return Ta1(
        control_number=interchange.control_number,
        date=interchange.date,
        time=interchange.time,
        acceptance=acceptance,
        note=note,
    )


def _interchange_note(interchange: Interchange, findings: Iterable[Finding]) -> str:
    """The one note a TA1 has room for: rather one that rejects, rather the first of the list."""
    if not interchange.control_number.isdecimal():
        return "018"
    found = {note for f in (*interchange.findings, *findings) if (note := _note_of(f))}
    if interchange.version != "00501":
        found.add("003")
    if interchange.usage not in ("T", "P"):
        found.add("020")
    return min(found - _BORNE_NOTES, default=min(found, default="000"))


def _note_of(finding: Finding) -> str:
    """TA105 for a finding of the interchange."""
    return finding.ack if finding.ack_at == "interchange" else _INTERCHANGE_NOTES.get(finding.code, "")


def _group_code(finding: Finding) -> str:
    """AK905 for a finding of the group."""
    return finding.ack if finding.ack_at == "group" else _GROUP_CODES.get(finding.code, "")


def _group_verdict(received: int, accepted: int, *, noted: bool) -> str:
    if accepted == received:
        return "E" if noted else "A"
    return "P" if accepted else "R"


def _response(transaction: Transaction, findings: Sequence[Finding]) -> TransactionResponse:
    given = dict.fromkeys((*transaction.findings, *findings))
    everything = [f for f in given if _is_answered(f)]
    own = [code for f in everything if (code := _transaction_code(f))]
    inside = [f for f in everything if not _transaction_code(f)]
    if not transaction.complete and "2" not in own:
        own.append("2")
    located = sorted((f for f in inside if _is_located(f)), key=lambda f: (f.position, f.segment))
    if any(f.code not in _NOTED for f in located):
        own.append("5")
    if any(not _is_located(f) for f in inside):
        own.append("I5")
    groups = groupby(located, key=lambda f: (f.position, f.segment))
    units = _Units(transaction if located else None)
    return TransactionResponse(
        code=transaction.code,
        control_number=transaction.control_number,
        version=transaction.version,
        segment_errors=tuple(
            error for _, found in groups for error in _segment_errors(transaction, units, list(found))
        ),
        acceptance="R" if own else "E" if inside else "A",
        error_codes=tuple(dict.fromkeys(own))[:5],
    )


def _is_answered(finding: Finding) -> bool:
    """Whether a finding is for a 999: no mere warning, but that a transaction is not supported."""
    counts = finding.severity == "error" or finding.ack_at == "set"
    return counts and bool(finding.ack or not finding.status)


def _transaction_code(finding: Finding) -> str:
    """IK502, for a finding about the transaction as a whole."""
    if finding.ack_at == "set":
        return finding.ack
    return "" if finding.ack_at else _TRANSACTION_CODES.get(finding.code, "")


def _segment_code(finding: Finding) -> str:
    """IK304, for a finding about a segment as a whole; 8 for one about its elements."""
    if finding.ack_at == "segment":
        return finding.ack
    return "8" if finding.ack_at == "element" else _SEGMENT_CODES.get(finding.code, "8")


def _is_located(finding: Finding) -> bool:
    return finding.ack_at in ("segment", "element") or finding.code in _SEGMENT_CODES or bool(finding.element)


def _segment_errors(
    transaction: Transaction, units: "_Units", findings: Sequence[Finding]
) -> list[SegmentError]:
    """The IK3 loops for one segment: one for all errors of its elements, one for each error of its own."""
    first = findings[0]
    context = units.of(first.position)
    by_code: dict[str, list[ElementError]] = {}
    for finding in findings:
        code = _segment_code(finding)
        errors = by_code.setdefault(code, [])
        if code == "8" and finding.element:
            errors.append(_element_error(transaction, finding))
    return [
        SegmentError(
            segment_id=first.segment if first.segment.isalnum() else _UNNAMED,
            position=first.position,
            loop_id=first.loop[:_LOOP_LENGTH],
            code=code,
            contexts=context,
            element_errors=tuple(errors),
        )
        for code, errors in by_code.items()
    ]


def _element_error(transaction: Transaction, finding: Finding) -> ElementError:
    code = finding.ack if finding.ack_at == "element" else _element_code(finding)
    value = "" if code in _ABSENT else _plain(_value(transaction, finding))
    return ElementError(
        element=finding.element,
        component=finding.component or None,
        repetition=finding.repetition or None,
        code=code,
        bad_value=value,
    )


def _element_code(finding: Finding) -> str:
    if finding.code == "bad_value" and finding.segment in _DATE_SEGMENTS:
        return "8"
    return _ELEMENT_CODES.get(finding.code, "I12")


def _value(transaction: Transaction, finding: Finding) -> str:
    """What stands where a finding points: the element, or the repetition and component of it."""
    if not 0 < finding.position <= len(transaction.segments):
        return ""
    value = transaction.segments[finding.position - 1][finding.element]
    if finding.repetition:
        value = _nth(value.split(REPETITION), finding.repetition)
    return _nth(value.split(COMPONENT), finding.component) if finding.component else value


def _nth(parts: Sequence[str], number: int) -> str:
    return parts[number - 1] if number <= len(parts) else ""


def _plain(text: str) -> str:
    """A copy without inner separators, since IK404 is a simple element of at most 99 characters."""
    return "".join(character if character.isprintable() else " " for character in text)[
        :_SHOWN_LENGTH
    ].strip()


class _Units:
    """The business units of a transaction: claims or inquiries, each from the segment that names it."""

    def __init__(self, transaction: Transaction | None) -> None:
        self.positions: list[int] = []
        self.values: list[str] = []
        self.name = ""
        if transaction is not None and transaction.code in _BUSINESS_UNITS:
            segment_id, element, self.name = _BUSINESS_UNITS[transaction.code]
            for position, segment in enumerate(transaction.segments, 1):
                if segment.id == segment_id:
                    self.positions.append(position)
                    self.values.append(_plain(segment[element])[:_UNIT_LENGTH])

    def of(self, position: int) -> tuple[Context, ...]:
        """The CTX that names the unit a position belongs to: the last one begun at or before it."""
        place = bisect_right(self.positions, position) - 1
        value = self.values[place] if place >= 0 else ""
        return (Context(of=ContextName(name=self.name, value=value)),) if value else ()
