"""The scrubber: every blocking edit against one bill, before it costs money."""

from dataclasses import dataclass
from datetime import date

from claims.rules.bill import Bill
from claims.rules.edits import EDITS

AS_WRITTEN = "G01"
"""The edit behind all others: the bill as an 837P keeps to the guide (`claims.edi.judging`)."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one edit says: its id and version, what it does (stop), the field, and words that name the fix."""

    edit: str
    version: int
    severity: str
    field: str
    message: str


def scrub(bill: Bill, *, today: date) -> list[Verdict]:
    """Everything that stops this bill, in the order of the edits; empty when it may be sent.

    `today` is the practice's day. Edits are those in force on the service date.
    """
    day = bill.service_date or today
    return [
        Verdict(edit.id, edit.version, edit.severity, problem.field, problem.message)
        for edit in EDITS
        if edit.applies_on(day)
        for problem in edit.judge(bill, today)
    ]
