"""What we write ourselves about files that came in, and what of a file tells two copies apart."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from clearinghouse.models import Connection
from x12.ack_999 import VERSION, acknowledge, render
from x12.envelope import Mail, Transaction
from x12.outbound import Address, OutboundGroup, write
from x12.segments import ELEMENT, SEGMENT, Segment

FUNCTIONAL_ID = "FA"
NEVER_ACKNOWLEDGED = frozenset({"999", "997", "TA1"})
_ISA_LENGTH, _ISA15 = 106, 102


def acknowledgment(mail: Mail, *, connection: Connection, control_number: str, now: datetime) -> bytes:
    """Our 999 about every group that came in a file; empty where nothing in it is ever acknowledged.

    It says that the file came and could be told apart. What its documents say is judged by their readers.
    """
    groups = [
        group
        for interchange in mail.interchanges
        for group in interchange.groups
        if group.transactions and group.functional_id
    ]
    asked = [group for group in groups if group.transactions[0].kind not in NEVER_ACKNOWLEDGED]
    bodies: list[Sequence[Segment]] = [
        render(acknowledge(group, control_number=f"{place:04d}")) for place, group in enumerate(asked, 1)
    ]
    if not bodies:
        return b""
    group = OutboundGroup(
        functional_id=FUNCTIONAL_ID, version=VERSION, control_number=int(control_number), transactions=bodies
    )
    text = write(
        sender=Address(id=connection.sender_number),
        receiver=Address(id=connection.receiver_number),
        control_number=int(control_number),
        written_at=now,
        usage=connection.usage,
        groups=[group],
    )
    return text.encode("ascii", "replace")


def is_acknowledged(mail: Mail) -> bool:
    """Whether a file holds anything that we acknowledge."""
    kinds = {it.kind for it in mail.transactions}
    return bool(kinds - NEVER_ACKNOWLEDGED)


def fingerprint(transaction: Transaction) -> str:
    """SHA-256 of the segments, the same whatever the delimiters and line ends of the file."""
    lines = (ELEMENT.join(segment.elements) for segment in transaction.segments)
    return hashlib.sha256(SEGMENT.join(lines).encode("utf-8", "surrogatepass")).hexdigest()


def trace_of(transaction: Transaction) -> tuple[str, str]:
    """TRN02 and TRN03 of an 835: the payment, and the payer's own id. Both empty for anything else."""
    if transaction.kind != "835":
        return "", ""
    trace = next((segment for segment in transaction.segments if segment.id == "TRN"), None)
    return (trace[2], trace[3]) if trace else ("", "")


def usage_in(content: bytes) -> str:
    """ISA15 of a file that we wrote: T or P; empty where the text is no interchange."""
    if not content.startswith(b"ISA") or len(content) < _ISA_LENGTH:
        return ""
    usage = content[_ISA15 : _ISA15 + 1].decode("ascii", "replace")
    return usage if usage in "TP" else ""
