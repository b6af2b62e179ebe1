"""L: what was done."""

import re
from collections.abc import Iterator
from datetime import date

from claims.rules.bill import Bill, Line
from claims.rules.edits.edit import Edit, Problem
from rcm.money import ZERO

MOST_LINES = 50
MOST_MODIFIERS = 4
MOST_POINTERS = 4
LONGEST_CONTROL_NUMBER = 30
DRUG_UNITS = frozenset({"UN", "ML", "GR", "F2", "ME"})
UNLISTED = frozenset({"90749", "96379", "96549", "97039", "97139", "99429", "99600"}) | frozenset(
    {
        "A4649",
        "A9999",
        "E1399",
        "J3490",
        "J3590",
        "J7599",
        "J7699",
        "J7799",
        "J8499",
        "J8999",
        "J9999",
        "L8699",
    }
)
"""Numbers for services without a number of their own, besides those that end in 99."""


def some_lines(bill: Bill, _today: date) -> Iterator[Problem]:
    """L01: one to fifty lines."""
    if not bill.lines:
        yield Problem("lines", "The claim has no service line. Code the visit.")
    if len(bill.lines) > MOST_LINES:
        yield Problem("lines", "The claim has more than fifty lines. Split the visit into two claims.")


def modifiers(bill: Bill, _today: date) -> Iterator[Problem]:
    """L03: at most four modifiers of two characters, none twice."""
    for line in bill.lines:
        malformed = [code for code in line.modifiers if not re.fullmatch(r"[0-9A-Z]{2}", code)]
        if malformed or len(line.modifiers) > MOST_MODIFIERS:
            yield _on(line, "modifiers", "a modifier is malformed or there are more than four. Correct them.")
        if len(set(line.modifiers)) != len(line.modifiers):
            yield _on(line, "modifiers", "a modifier stands twice. Remove one.")


def service_date(bill: Bill, today: date) -> Iterator[Problem]:
    """L04: a service date, not in the future."""
    for line in bill.lines:
        if line.service_date is None:
            yield _on(line, "service_date", "the service date is missing. Enter it.")
        elif line.service_date > today:
            yield _on(line, "service_date", "the service date is in the future. Correct it.")


def units(bill: Bill, _today: date) -> Iterator[Problem]:
    """L05: more than no units."""
    for line in bill.lines:
        if line.units <= 0:
            yield _on(line, "units", "the units must be more than zero. Enter how often it was done.")


def pointers(bill: Bill, _today: date) -> Iterator[Problem]:
    """L06: one to four pointers, each to a diagnosis of the claim."""
    for line in bill.lines:
        if not 1 <= len(line.pointers) <= MOST_POINTERS:
            yield _on(line, "pointers", "it must point at one to four diagnoses. Link them.")
        elif any(not 1 <= pointer <= len(bill.diagnoses) for pointer in line.pointers):
            yield _on(line, "pointers", "it points at a diagnosis the claim does not have. Link another.")


def charge(bill: Bill, _today: date) -> Iterator[Problem]:
    """L07: a charge above nothing."""
    for line in bill.lines:
        if line.charge <= ZERO:
            yield _on(
                line, "charge", "the charge must be more than 0.00. Price the procedure in the fee schedule."
            )


def total(bill: Bill, _today: date) -> Iterator[Problem]:
    """L08: the claim's total is the sum of its lines."""
    if bill.total_charge != sum((line.charge for line in bill.lines), ZERO):
        yield Problem(
            "claim.total_charge", "The total charge is not the sum of the lines. Code the visit again."
        )


def drug_code(bill: Bill, _today: date) -> Iterator[Problem]:
    """L16: an NDC has eleven digits (5-4-2, without hyphens), and comes with quantity and unit."""
    for line in bill.lines:
        if line.drug_code and (not line.drug_quantity or line.drug_unit not in DRUG_UNITS):
            yield _on(line, "drug_quantity", "the drug's quantity or unit is missing. Enter both.")
        if line.drug_code and not re.fullmatch(r"\d{11}", line.drug_code):
            yield _on(
                line, "drug_code", "the drug code (NDC) must have eleven digits. Copy it from the package."
            )


def description(bill: Bill, _today: date) -> Iterator[Problem]:
    """L22: a number that names no particular service needs words."""
    for line in bill.lines:
        if is_unlisted(line.procedure_code) and not line.description.strip():
            yield _on(line, "description", f"{line.procedure_code} is unlisted. Describe what was done.")


def control_numbers(bill: Bill, _today: date) -> Iterator[Problem]:
    """L27: every line has a number of its own, at most thirty characters."""
    numbers = [line.control_number for line in bill.lines]
    if not all(0 < len(number) <= LONGEST_CONTROL_NUMBER for number in numbers):
        yield Problem("lines", "A line's control number is missing or too long. Code the visit again.")
    if len(set(numbers)) != len(numbers):
        yield Problem("lines", "Two lines have the same control number. Code the visit again.")


def is_unlisted(procedure_code: str) -> bool:
    """Whether the number stands for services that have none, so that SV101-7 has to say what was done."""
    return procedure_code in UNLISTED or re.fullmatch(r"\d{3}99", procedure_code) is not None


def _on(line: Line, field: str, words: str) -> Problem:
    return Problem(f"lines[{line.control_number}].{field}", f"Line {line.control_number}: {words}")


LINE_EDITS = (
    Edit("L01", some_lines),
    Edit("L03", modifiers),
    Edit("L04", service_date),
    Edit("L05", units),
    Edit("L06", pointers),
    Edit("L07", charge),
    Edit("L08", total),
    Edit("L16", drug_code),
    Edit("L22", description),
    Edit("L27", control_numbers),
)
