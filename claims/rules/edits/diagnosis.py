"""D: what was found."""

from collections.abc import Iterator
from datetime import date

from claims.rules.bill import Bill
from claims.rules.edits.edit import Edit, Problem

MOST = 12
EXTERNAL_CAUSES = frozenset("VWXY")


def some(bill: Bill, _today: date) -> Iterator[Problem]:
    """D01: one to twelve diagnoses."""
    if not bill.diagnoses:
        yield Problem("claim.diagnosis_codes", "The claim has no diagnosis. Add at least one.")
    if len(bill.diagnoses) > MOST:
        yield Problem(
            "claim.diagnosis_codes", "The claim has more than twelve diagnoses. Keep the weightiest."
        )


def valid(bill: Bill, _today: date) -> Iterator[Problem]:
    """D02: every code is valid and complete on the service date."""
    for code in bill.diagnoses:
        if code in bill.around.unknown_diagnoses:
            yield Problem(
                "claim.diagnosis_codes",
                f"{dotted(code)} is not a billable ICD-10-CM code on the visit's day. Choose a valid one.",
            )


def principal(bill: Bill, _today: date) -> Iterator[Problem]:
    """D03: an external cause (V00 to Y99) is never principal."""
    if bill.diagnoses and bill.diagnoses[0][:1] in EXTERNAL_CAUSES:
        yield Problem(
            "claim.diagnosis_codes",
            f"{dotted(bill.diagnoses[0])} tells how it happened and cannot come first. Put the injury first.",
        )


def once(bill: Bill, _today: date) -> Iterator[Problem]:
    """D05: no code twice."""
    for code in sorted({code for code in bill.diagnoses if bill.diagnoses.count(code) > 1}):
        yield Problem("claim.diagnosis_codes", f"{dotted(code)} stands twice. Remove one.")


def dotted(code: str) -> str:
    """A code as people write it: S61211A as S61.211A."""
    return f"{code[:3]}.{code[3:]}" if len(code) > 3 else code


DIAGNOSIS_EDITS = (
    Edit("D01", some),
    Edit("D02", valid),
    Edit("D03", principal),
    Edit("D05", once),
)
