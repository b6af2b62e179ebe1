"""The last edit: a bill written as it would go out and read back by the judge of the wire (`x12.judging`)."""

from datetime import date, datetime, time

from claims.edi.claim_837 import Letterhead, claim_interchange
from claims.rules.bill import Bill
from claims.rules.scrub import AS_WRITTEN, Verdict, scrub
from x12 import envelope
from x12.errors import UnwritableX12
from x12.judging import validate

_VERSION = 1
_STOP = "stop"
_WORDS = 240


def verdicts_on_bill(bill: Bill, *, today: date) -> list[Verdict]:
    """Everything that stops this bill: the edits, and when none does, what is wrong with it as an 837P.

    So nothing leaves that a clearinghouse would reject by the guide (SNIP types 1 to 5), whatever the edits
    did not think of.
    """
    return scrub(bill, today=today) or _as_written(bill, today)


def _as_written(bill: Bill, today: date) -> list[Verdict]:
    head = Letterhead(
        sender_number="SENDER",
        receiver_number="RECEIVER",
        receiver_name="RECEIVER",
        usage="P",
        control_number="000000001",
        reference="1",
        written_at=datetime.combine(today, time(12)),
    )
    try:
        mail = envelope.read(claim_interchange([("0001", [bill])], head))
    except UnwritableX12 as error:
        return [_verdict(f"It cannot be written: {error.reason}.")]
    (transaction,) = mail.transactions
    found = validate(transaction, today=today)
    return [
        _verdict(f"Written as an 837P: {finding.message[:_WORDS]}.")
        for finding in found
        if finding.severity == "error"
    ]


def _verdict(words: str) -> Verdict:
    return Verdict(AS_WRITTEN, _VERSION, _STOP, "claim", words)
