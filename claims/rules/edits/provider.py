"""N: who bills, who rendered, and where."""

import re
from collections.abc import Iterator
from datetime import date

from claims.rules.bill import Bill
from claims.rules.edits.edit import Edit, Problem
from practice.rules.identifiers import is_npi, is_tax_number

FACILITY_PLACES = frozenset({"19", "21", "22", "23", "24", "31", "32"})
"""Places of service outside the practice: the facility itself has to be named."""


def npis(bill: Bill, _today: date) -> Iterator[Problem]:
    """N01: every NPI has its check digit."""
    if not is_npi(bill.biller.npi):
        yield Problem("practice.npi", "The practice's NPI is not valid. Correct it in the practice's record.")
    for role, clinician in (("rendering", bill.rendering), ("referring", bill.referring)):
        if clinician is not None and not is_npi(clinician.npi):
            yield Problem(
                f"{role}.npi", f"The {role} provider's NPI is not valid. Correct the provider's record."
            )
    if bill.facility is not None and bill.facility.npi and not is_npi(bill.facility.npi):
        yield Problem("location.npi", "The location's NPI is not valid. Correct it in the location's record.")


def tax_number(bill: Bill, _today: date) -> Iterator[Problem]:
    """N02: the tax id has nine digits."""
    if not is_tax_number(bill.biller.tax_number):
        yield Problem("practice.tax_number", "The practice's tax id must have nine digits. Correct it.")


def billing_address(bill: Bill, _today: date) -> Iterator[Problem]:
    """N03: a street, not a PO box, with a ZIP of nine digits."""
    place = bill.biller.place
    if re.match(r"\s*(P\.?\s*O\.?\s*BOX|POST OFFICE BOX)\b", f"{place.street}".upper()):
        yield Problem(
            "practice.street",
            "The billing address is a PO box. Enter a street; mail may go to another address.",
        )
    if not re.fullmatch(r"\d{9}", place.postal_code):
        yield Problem(
            "practice.postal_code", "The practice's ZIP code must have nine digits. Look up the last four."
        )


def taxonomy(bill: Bill, _today: date) -> Iterator[Problem]:
    """N04: specialty codes of ten characters that end in X."""
    if not _is_taxonomy(bill.biller.taxonomy_code):
        yield Problem(
            "practice.taxonomy_code", "The practice's taxonomy code is missing or malformed. Correct it."
        )
    if bill.rendering is not None and not _is_taxonomy(bill.rendering.taxonomy_code):
        yield Problem(
            "rendering.taxonomy_code",
            "The rendering provider's taxonomy code is missing or malformed. Correct it.",
        )


def rendering(bill: Bill, _today: date) -> Iterator[Problem]:
    """N05: a group's claim names the person who rendered the service."""
    person = bill.rendering
    if person is None or not person.first_name.strip() or not person.last_name.strip():
        yield Problem("rendering", "The claim names no person who rendered the service. Choose the provider.")


def facility(bill: Bill, _today: date) -> Iterator[Problem]:
    """N09: a service outside the practice names where it was."""
    if bill.place_of_service_code in FACILITY_PLACES and bill.facility is None:
        yield Problem(
            "location",
            f"Place of service {bill.place_of_service_code} needs the facility. Choose the location.",
        )


def _is_taxonomy(code: str) -> bool:
    return re.fullmatch(r"[0-9A-Z]{9}X", code) is not None


PROVIDER_EDITS = (
    Edit("N01", npis),
    Edit("N02", tax_number),
    Edit("N03", billing_address),
    Edit("N04", taxonomy),
    Edit("N05", rendering),
    Edit("N09", facility),
)
