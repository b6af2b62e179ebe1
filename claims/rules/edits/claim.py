"""A and T: consent, numbers, deadlines and the claim as a whole."""

from collections.abc import Iterator
from datetime import date

from claims.rules.bill import Bill
from claims.rules.edits.edit import Edit, Problem
from claims.rules.timely import is_timely

FREQUENCIES = frozenset({"1", "7", "8"})
REPLACING = frozenset({"7", "8"})
LONGEST_CONTROL_NUMBER = 20
INPATIENT_PLACES = frozenset({"21", "51", "61"})
AUTO = "AA"
LIMITS = (
    ("patient.last_name", 60),
    ("patient.first_name", 35),
    ("patient.middle_name", 25),
    ("patient.suffix", 10),
    ("policy.member_number", 80),
    ("policy.group_number", 50),
    ("policy.payer_name", 60),
    ("policy.payer_number", 80),
    ("biller.name", 60),
    ("biller.place.street", 55),
    ("biller.place.city", 30),
    ("patient.place.street", 55),
    ("patient.place.street_2", 55),
    ("patient.place.city", 30),
    ("original_reference_number", 50),
    ("authorization_number", 50),
    ("medical_record_number", 50),
    ("note", 80),
)
"""The guide's longest lengths of the texts that people type."""


def consent_present(bill: Bill, _today: date) -> Iterator[Problem]:
    """A01: a procedure the contract wants authorized carries a number."""
    needed = sorted({line.procedure_code for line in bill.lines} & bill.around.consent_needed)
    if needed and not bill.authorization_number:
        yield Problem(
            "claim.authorization_number",
            f"The payer wants prior authorization for {', '.join(needed)}. Enter the number it gave.",
        )


def consent_fits(bill: Bill, _today: date) -> Iterator[Problem]:
    """A02: the authorization on file covers the day, the procedure and the units."""
    consent = bill.around.consent
    if not bill.authorization_number or consent is None:
        return
    field = "claim.authorization_number"
    days = [line.service_date for line in bill.lines if line.service_date]
    if any(not consent.effective_on <= day <= consent.ended_on for day in days):
        yield Problem(field, "The authorization does not cover the visit's day. Ask the payer to extend it.")
    procedures = {line.procedure_code for line in bill.lines} & bill.around.consent_needed
    if consent.procedure_codes and (outside := sorted(procedures - consent.procedure_codes)):
        yield Problem(
            field, f"The authorization does not cover {', '.join(outside)}. Ask the payer to add it."
        )
    covered = consent.procedure_codes or {line.procedure_code for line in bill.lines}
    used = sum(line.units for line in bill.lines if line.procedure_code in covered)
    if consent.units_left is not None and used > consent.units_left:
        yield Problem(field, "The authorization has no units left for this visit. Ask the payer for more.")


def frequency(bill: Bill, _today: date) -> Iterator[Problem]:
    """T01: original, replacement or void."""
    if bill.frequency not in FREQUENCIES:
        yield Problem(
            "claim.frequency", "The claim must be an original, a replacement or a void. Choose one."
        )


def names_the_original(bill: Bill, _today: date) -> Iterator[Problem]:
    """T02: a replacement or void names the payer's number of the claim it replaces."""
    if bill.frequency in REPLACING and not bill.original_reference_number:
        yield Problem(
            "claim.original_reference_number",
            "It must name the payer's number of the claim it replaces. Take it from the remittance.",
        )


def timely(bill: Bill, today: date) -> Iterator[Problem]:
    """T04: the payer still takes it."""
    if not is_timely(last_day=bill.around.file_by, today=today):
        yield Problem(
            "claim.service_date",
            f"The payer took this claim until {bill.around.file_by:%m/%d/%Y} only. Ask for an exception with"
            " proof of earlier filing, or write it off.",
        )


def control_number(bill: Bill, _today: date) -> Iterator[Problem]:
    """T05: CLM01 has one to twenty characters. That none comes twice is the database's to keep."""
    if not 0 < len(bill.control_number) <= LONGEST_CONTROL_NUMBER:
        yield Problem(
            "claim.control_number",
            "The claim's number is missing or too long. Correct the practice's prefix.",
        )


def fits(bill: Bill, _today: date) -> Iterator[Problem]:
    """T06: no text longer than its element, and none in letters X12 cannot carry."""
    for path, longest in LIMITS:
        text = _at(bill, path)
        if len(text) > longest:
            yield Problem(path, f"The {_words(path)} has more than {longest} characters. Shorten it.")
        if not all(_is_writable(character) for character in text):
            yield Problem(path, f"The {_words(path)} has characters a claim cannot carry. Use Latin letters.")


def accident_state(bill: Bill, _today: date) -> Iterator[Problem]:
    """T07: an auto accident happened in a state."""
    if bill.related_cause == AUTO and not bill.accident_state:
        yield Problem(
            "encounter.accident_state", "An auto accident needs the state where it happened. Enter it."
        )


def admission(bill: Bill, _today: date) -> Iterator[Problem]:
    """T08: an inpatient was admitted on a day."""
    if bill.place_of_service_code in INPATIENT_PLACES and bill.admission_date is None:
        yield Problem("encounter.admission_date", "An inpatient service needs the admission date. Enter it.")


def patient_paid(bill: Bill, _today: date) -> Iterator[Problem]:
    """T12: the patient did not pay more than the claim is about."""
    if bill.patient_paid > bill.total_charge:
        yield Problem(
            "claim.patient_paid", "The patient's payment is more than the total charge. Correct the amount."
        )


def signatures(bill: Bill, _today: date) -> Iterator[Problem]:
    """T13: CLM06 to CLM09 are filled."""
    given = (
        bill.provider_signature in {"Y", "N"},
        bill.assignment in {"A", "B", "C"},
        bill.benefits_assigned in {"Y", "N", "W"},
        bill.release_of_information in {"Y", "I"},
    )
    if not all(given):
        yield Problem(
            "claim.signatures",
            "Signature, assignment or release of information is missing. Complete the consents.",
        )


def usage(bill: Bill, _today: date) -> Iterator[Problem]:
    """T14: test claims go to test mailboxes, real ones to production."""
    if bill.around.usage and bill.around.usage != bill.around.own_usage:
        yield Problem(
            "connection.usage",
            "The clearinghouse connection is for the other kind of traffic (test or production). Correct it.",
        )


def _at(bill: Bill, path: str) -> str:
    value: object = bill
    for name in path.split("."):
        value = getattr(value, name)
    return str(value)


def _words(path: str) -> str:
    return path.removesuffix("_2").replace(".place.", " ").replace(".", " ").replace("_", " ")


def _is_writable(character: str) -> bool:
    """Accents are dropped and typographic marks made plain when written; other scripts would be lost."""
    if character.isascii():
        return character.isprintable()
    return "\u00a0" <= character <= "\u024f" or "\u2010" <= character <= "\u201f"


CLAIM_EDITS = (
    Edit("A01", consent_present),
    Edit("A02", consent_fits),
    Edit("T01", frequency),
    Edit("T02", names_the_original),
    Edit("T04", timely),
    Edit("T05", control_number),
    Edit("T06", fits),
    Edit("T07", accident_state),
    Edit("T08", admission),
    Edit("T12", patient_paid),
    Edit("T13", signatures),
    Edit("T14", usage),
)
