"""SNIP 4 and 5 of institutional claims: type of bill, stay, statement dates, the codes of the billing
committee.
"""

import re
from collections.abc import Iterator
from typing import Final

from x12.errors import Finding
from x12.judging.claims.view import Claim, at, days, issue

INPATIENT: Final = frozenset(["11", "18", "21"])
"""Facility and care digits of the type of bill for stays."""

OUTPATIENT: Final = frozenset(
    ["13", "22", "23", "34", "71", "72", "73", "74", "75", "76", "77", "79", "83", "85"]
)

STILL_A_PATIENT: Final = "30"
PATIENT_STATUSES: Final = frozenset(
    [f"{n:02d}" for n in (*range(1, 10), 20, 21, 30, *range(40, 44), 50, 51, *range(61, 67), *range(69, 73))]
    + [f"{n}" for n in range(81, 96)]
)
ADMISSION_TYPES: Final = frozenset("123459")

_BILL = re.compile(r"[1-8][1-9]", re.ASCII).fullmatch
_FREQUENCY = re.compile(r"[0-9A-KMO-QX-Z]", re.ASCII).fullmatch
_GROUPS: Final = (
    ("HI*BG", "condition code", "460"),
    ("HI*BE", "value code", "463"),
    ("HI*BH", "occurrence code", "461"),
    ("HI*BI", "occurrence span code", "462"),
)


def findings(claim: Claim) -> Iterator[Finding]:
    """What is amiss in one institutional claim."""
    yield from _bill(claim)
    yield from _status(claim)
    yield from _statement(claim)
    if claim.bill in INPATIENT:
        yield from _stay(claim)
    yield from _attending(claim)
    yield from _repeated(claim)


def _bill(claim: Claim) -> Iterator[Finding]:
    if claim.bill and not _BILL(claim.bill):
        words = "CLM05-1 is no facility and care of a type of bill"
        yield issue("bad_type_of_bill", words, claim.clm, "2300", 5, 1, snip=5, status=("228",))
    if claim.frequency and not _FREQUENCY(claim.frequency):
        words = "CLM05-3 is no frequency of a type of bill"
        yield issue("bad_frequency", words, claim.clm, "2300", 5, 3, snip=5, status=("535",))


def _status(claim: Claim) -> Iterator[Finding]:
    """Type of admission and discharge status are codes, and the status fits the frequency."""
    there = claim.node.parts.get("CL1")
    if there is None:
        return
    row, status = there[0][0], at(there[0][0], 3)
    if at(row, 1) and at(row, 1) not in ADMISSION_TYPES:
        yield issue(
            "bad_admission_type",
            "CL101 is no type of admission",
            there[0],
            "2300",
            1,
            snip=5,
            status=("231",),
        )
    if status and status not in PATIENT_STATUSES:
        yield issue(
            "bad_patient_status", "CL103 is no patient status", there[0], "2300", 3, snip=5, status=("234",)
        )
        return
    if not at(row, 2) and claim.bill in INPATIENT:
        yield issue(
            "admission_source",
            "CL102 must say where the patient came from",
            there[0],
            "2300",
            2,
            snip=4,
            status=("229",),
        )
    still, frequency = status == STILL_A_PATIENT, claim.frequency
    if still and frequency in ("1", "4"):
        words = "CL103 says that the patient is still there, CLM05-3 that this is all or the last claim"
        yield issue("patient_status", words, there[0], "2300", 3, snip=4, status=("234",))
    elif not still and frequency in ("2", "3") and claim.bill in INPATIENT:
        words = "CLM05-3 says that more claims of the stay follow, CL103 that the patient has left"
        yield issue("patient_status", words, there[0], "2300", 3, snip=4, status=("234",))


def _statement(claim: Claim) -> Iterator[Finding]:
    """The statement runs forwards, services lie in it, and nobody is admitted after it."""
    there = claim.node.parts.get("DTP*434")
    if there is None:
        return
    from_, through = days(at(there[0][0], 2), at(there[0][0], 3))
    if not from_:
        return
    if from_ > through:
        words = "the statement ends before it begins"
        yield issue("date_order", words, there[0], "2300", 3, snip=4, status=("188",))
        return
    for line in claim.lines:
        if from_ < through and claim.bill in OUTPATIENT and not line.dated and "DTP" not in line.node.strays:
            words = "an outpatient's service needs its day, since the statement has more than one"
            placed = line.service or claim.clm
            yield issue("service_date", words, placed, "2400", snip=4, status=("187",))
        if line.dated and line.first_day and not from_ <= line.first_day <= line.last_day <= through:
            words = "the service lies outside the statement dates"
            yield issue("outside_statement", words, line.dated, "2400", 3, snip=4, status=("187",))
    admitted = claim.node.parts.get("DTP*435")
    if admitted and days(at(admitted[0][0], 2), at(admitted[0][0], 3))[0] > through:
        words = "the admission is after the statement"
        yield issue("date_order", words, admitted[0], "2300", 3, snip=4, status=("189",))


def _stay(claim: Claim) -> Iterator[Finding]:
    """A stay has an admission, and a diagnosis that was its reason."""
    if claim.lacks("DTP*435"):
        words = "a stay needs its admission date in DTP*435"
        yield issue("admission_date", words, claim.clm, "2300", 5, 1, snip=4, status=("189",))
    if claim.lacks("HI*ABJ") and claim.frequency not in ("7", "8"):
        words = "a stay needs its admitting diagnosis (HI with ABJ)"
        yield issue("admitting_diagnosis", words, claim.clm, "2300", 5, 1, snip=4, status=("232",))


def _attending(claim: Claim) -> Iterator[Finding]:
    """All but transport is somebody's responsibility."""
    if "2310A" in claim.node.nodes or {"NM1", "PRV"} & set(claim.node.strays):
        return
    revenues = [at(line.service[0], 1) for line in claim.lines if line.service]
    if any(not revenue.startswith("054") for revenue in revenues):
        words = "loop 2310A must name the attending provider"
        yield issue("attending_provider", words, claim.clm, "2300", snip=4, status=("21", "71"))


def _repeated(claim: Claim) -> Iterator[Finding]:
    """Codes of one group are told once (an occurrence once for each day)."""
    for key, name, status in _GROUPS:
        if key not in claim.node.parts:
            continue
        seen: set[str] = set()
        for placed in claim.node.parts[key]:
            for number, text in enumerate(placed[0][1:], 1):
                same = text if key in ("HI*BH", "HI*BI") else "\x1f".join(text.split("\x1f")[:2])
                if text and same in seen:
                    words = f"the {name} is told twice"
                    yield issue("repeated_code", words, placed, "2300", number, 2, snip=4, status=(status,))
                    break
                seen.add(same)
