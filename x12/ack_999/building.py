"""Answering what arrived: a 999 for a functional group, a TA1 for an interchange. Pure."""

from collections.abc import Mapping, Sequence
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
_NOTED = frozenset({"unread_segment"})
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
_FATAL_NOTES = frozenset({"001", "003", "018", "022", "023", "025"})
_BUSINESS_UNITS = {
    "837": ("CLM", 1, "CLM01"),
    "270": ("TRN", 2, "TRN02"),
    "271": ("TRN", 2, "TRN02"),
    "276": ("TRN", 2, "TRN02"),
    "277": ("TRN", 2, "TRN02"),
    "835": ("TRN", 2, "TRN02"),
}
_SHOWN_LENGTH = 99


def acknowledge(
    group: Group, *, control_number: str, findings: Mapping[str, Sequence[Finding]] | None = None
) -> Ack999:
    """The 999 for a group that arrived.

    What the envelope reader found is in the group; `findings` adds, by ST02, what the receiver found inside
    (the `findings` of the document it read, and its own checks). `code` decides what is said:
    `missing_segment`, `missing_element`, `bad_code`, `bad_value`, `too_long` and the others of this module;
    an unknown code counts as a demand of the guide that is not met (I5). A transaction is rejected for
    anything but `unread_segment`, which is noted (E). `control_number` is the ST02 of the 999 itself.
    """
    by_number = findings or {}
    responses = tuple(_response(one, by_number.get(one.control_number, ())) for one in group.transactions)
    accepted = sum(response.accepted for response in responses)
    errors = tuple(dict.fromkeys(_GROUP_CODES[f.code] for f in group.findings if f.code in _GROUP_CODES))
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


def build_ta1(interchange: Interchange, *, note: str = "") -> Ta1:
    """The TA1 for an interchange that arrived.

    `note` is a TA105 code only the receiver can know, as 025 for a control number used before; without it the
    note is taken from what the reader found: 001, 003, 018, 020, 021, 022, 023, or 000. Accepted (A),
    accepted with errors noted (E), or rejected (R) where nothing in the interchange may be acted upon.
    """
    note = note or _interchange_note(interchange)
    acceptance = "A" if note == "000" else "E" if note in ("020", "021") else "R"
    return Ta1(
        control_number=interchange.control_number,
        date=interchange.date,
        time=interchange.time,
        acceptance=acceptance,
        note=note,
    )


def _interchange_note(interchange: Interchange) -> str:
    if not interchange.control_number.isdecimal():
        return "018"
    found = {_INTERCHANGE_NOTES[f.code] for f in interchange.findings if f.code in _INTERCHANGE_NOTES}
    if found & _FATAL_NOTES:
        return min(found & _FATAL_NOTES)
    if interchange.version != "00501":
        return "003"
    if interchange.usage not in ("T", "P"):
        return "020"
    return min(found, default="000")


def _group_verdict(received: int, accepted: int, *, noted: bool) -> str:
    if accepted == received:
        return "E" if noted else "A"
    return "P" if accepted else "R"


def _response(transaction: Transaction, findings: Sequence[Finding]) -> TransactionResponse:
    everything = (*transaction.findings, *findings)
    own = [_TRANSACTION_CODES[f.code] for f in everything if f.code in _TRANSACTION_CODES]
    inside = [f for f in everything if f.code not in _TRANSACTION_CODES]
    if not transaction.complete and "2" not in own:
        own.append("2")
    located = sorted((f for f in inside if _is_located(f)), key=lambda f: (f.position, f.segment))
    if any(f.code not in _NOTED for f in located):
        own.append("5")
    if any(not _is_located(f) for f in inside):
        own.append("I5")
    groups = groupby(located, key=lambda f: (f.position, f.segment))
    return TransactionResponse(
        code=transaction.code,
        control_number=transaction.control_number,
        version=transaction.version,
        segment_errors=tuple(
            error for _, found in groups for error in _segment_errors(transaction, list(found))
        ),
        acceptance="R" if own else "E" if inside else "A",
        error_codes=tuple(dict.fromkeys(own))[:5],
    )


def _is_located(finding: Finding) -> bool:
    return finding.code in _SEGMENT_CODES or bool(finding.element)


def _segment_errors(transaction: Transaction, findings: Sequence[Finding]) -> list[SegmentError]:
    """The IK3 loops for one segment: one for all errors of its elements, one for each error of its own."""
    first = findings[0]
    context = _business_unit(transaction, first.position)
    by_code: dict[str, list[ElementError]] = {}
    for finding in findings:
        code = _SEGMENT_CODES.get(finding.code, "8")
        errors = by_code.setdefault(code, [])
        if code == "8":
            errors.append(_element_error(transaction, finding))
    return [
        SegmentError(
            segment_id=first.segment,
            position=first.position,
            code=code,
            contexts=context,
            element_errors=tuple(errors),
        )
        for code, errors in by_code.items()
    ]


def _element_error(transaction: Transaction, finding: Finding) -> ElementError:
    code = _ELEMENT_CODES.get(finding.code, "I12")
    if finding.code == "bad_value" and finding.segment in _DATE_SEGMENTS:
        code = "8"
    missing = code in ("1", "2")
    value = "" if missing else _plain(_value(transaction, finding))
    return ElementError(element=finding.element, code=code, bad_value=value)


def _value(transaction: Transaction, finding: Finding) -> str:
    within = 0 < finding.position <= len(transaction.segments)
    return transaction.segments[finding.position - 1][finding.element] if within else ""


def _plain(text: str) -> str:
    """A copy without inner separators, since IK404 is a simple element of at most 99 characters."""
    return "".join(character if character.isprintable() else " " for character in text)[
        :_SHOWN_LENGTH
    ].strip()


def _business_unit(transaction: Transaction, position: int) -> tuple[Context, ...]:
    """The claim or inquiry a position belongs to: the last one begun at or before it."""
    unit = _BUSINESS_UNITS.get(transaction.code)
    if unit is None:
        return ()
    segment_id, element, name = unit
    for segment in reversed(transaction.segments[:position]):
        if segment.id == segment_id:
            return (Context(of=ContextName(name=name, value=segment[element])),) if segment[element] else ()
    return ()
