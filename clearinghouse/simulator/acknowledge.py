"""TA1 and 999: what became of an interchange and of each transaction in it, as segments."""

from collections.abc import Sequence
from itertools import groupby

from clearinghouse.simulator.syntax import Fault, Verdict
from x12.ack_999 import (
    Ack999,
    Context,
    ContextName,
    ElementError,
    SegmentError,
    TransactionResponse,
    render,
)
from x12.envelope import Group, Interchange, Transaction
from x12.segments import COMPONENT, REPETITION, Segment

SHOWN_FAULTS = 100  # of one transaction: beyond that it is the program that is broken, not the claim


def write_ta1(interchange: Interchange, note: str) -> Segment:
    """The TA1 for an interchange: accepted with note 000, rejected with any other."""
    verdict = "A" if note == "000" else "R"
    return Segment.of("TA1", interchange.control_number, interchange.date, interchange.time, verdict, note)


def note_on(interchange: Interchange, *, usage: str) -> str:
    """The TA105 note that an interchange deserves by its envelope alone; 000 for none."""
    found = {finding.code for finding in interchange.findings}
    number = interchange.control_number
    questions = (
        ("018", not (number.isdecimal() and len(number) == 9)),
        ("017", interchange.version != "00501"),
        ("020", interchange.usage != usage),
        ("023", bool(found & {"missing_trailer", "unterminated"})),
        ("001", "control_number" in found),
        ("021", "group_count" in found),
        ("022", "stray_segment" in found),
    )
    return next((note for note, wrong in questions if wrong), "000")


def write_999(group: Group, verdicts: Sequence[tuple[Transaction, Verdict]]) -> list[Segment]:
    """The 999 for a functional group, from ST to SE."""
    accepted = sum(verdict.accepted for _, verdict in verdicts)
    outcome = "A" if accepted == len(verdicts) else "P" if accepted else "R"
    codes = {finding.code for finding in group.findings}
    return render(
        Ack999(
            control_number="0001",
            functional_id=group.functional_id,
            group_control_number=group.control_number,
            group_version=group.version,
            transactions=tuple(_response(transaction, verdict) for transaction, verdict in verdicts),
            acceptance=outcome,
            included=len(verdicts),
            received=len(verdicts),
            accepted_count=accepted,
            error_codes=tuple(
                code
                for code, finding in (
                    ("3", "missing_trailer"),
                    ("4", "control_number"),
                    ("5", "transaction_count"),
                )
                if finding in codes
            ),
        )
    )


def _response(transaction: Transaction, verdict: Verdict) -> TransactionResponse:
    shown = verdict.faults[:SHOWN_FAULTS]
    errors = [list(same) for _, same in groupby(shown, key=lambda f: (f.position, f.segment, f.segment_code))]
    return TransactionResponse(
        code=transaction.code,
        control_number=transaction.control_number,
        version=transaction.version,
        segment_errors=tuple(_segment_error(faults) for faults in errors),
        acceptance="A" if verdict.accepted else "R",
        error_codes=verdict.transaction_codes[:5],
    )


def _segment_error(faults: Sequence[Fault]) -> SegmentError:
    first = faults[0]
    claim = (Context(of=ContextName(name="CLM01", value=first.claim[:35])),) if first.claim else ()
    return SegmentError(
        segment_id=first.segment,
        position=first.position,
        loop_id=first.loop,
        code=first.segment_code,
        contexts=claim,
        element_errors=tuple(
            ElementError(
                element=fault.element,
                component=fault.component or None,
                code=fault.element_code,
                bad_value=_shown(fault.value),
            )
            for fault in faults
            if fault.element
        ),
    )


def _shown(value: str) -> str:
    """A bad value as IK404 may hold it."""
    return value.replace(COMPONENT, " ").replace(REPETITION, " ").strip()[:99]
