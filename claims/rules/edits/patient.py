"""P: who the patient is, and who holds the policy."""

import re
from collections.abc import Iterator
from datetime import date

from claims.rules.bill import SELF, Bill, Person, Place
from claims.rules.edits.edit import Edit, Problem

SEXES = frozenset({"F", "M", "U"})
OLDEST = 150
STATES = frozenset(
    re.findall(
        r"[A-Z]{2}",
        "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ "
        "NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY AS GU MP PR VI AA AE AP FM MH PW",
    )
)
"""States, territories, military and freely associated: what the Postal Service delivers to."""


def patient_name(bill: Bill, _today: date) -> Iterator[Problem]:
    """P01: a person has a last and a first name."""
    if not bill.patient.last_name.strip():
        yield Problem("patient.last_name", "The patient has no last name. Enter it as it is on the card.")
    if not bill.patient.first_name.strip():
        yield Problem("patient.first_name", "The patient has no first name. Enter it as it is on the card.")


def birth_date(bill: Bill, today: date) -> Iterator[Problem]:
    """P02: born before the visit, and not longer ago than people live."""
    born = bill.patient.birth_date
    if born is None:
        return
    if born > today or (bill.service_date and born > bill.service_date):
        yield Problem("patient.birth_date", "The birth date is after the visit. Correct the birth date.")
    elif today.year - born.year >= OLDEST:
        yield Problem("patient.birth_date", "The birth date makes the patient 150 or older. Correct it.")


def patient_sex(bill: Bill, _today: date) -> Iterator[Problem]:
    """P03: F, M or U."""
    if bill.patient.sex not in SEXES:
        yield Problem("patient.sex", "The patient's sex must be female, male or unknown. Choose one.")


def patient_address(bill: Bill, _today: date) -> Iterator[Problem]:
    """P04: street, city, a state that exists, and a ZIP of five or nine digits."""
    for field, message in wrong_with(bill.patient.place):
        yield Problem(f"patient.{field}", f"The patient's address {message}")


def alive(bill: Bill, _today: date) -> Iterator[Problem]:
    """P05: nobody is treated after death."""
    died = bill.patient.death_date
    if died and bill.service_date and bill.service_date > died:
        yield Problem(
            "patient.death_date", "The visit is after the date of death. Correct whichever is wrong."
        )


def relation(bill: Bill, _today: date) -> Iterator[Problem]:
    """P07: self means that patient and subscriber are one person, anything else that they are not."""
    holder = bill.policy.subscriber
    same = holder is not None and _is_same(bill.patient, holder)
    if bill.policy.relation == SELF and not same:
        yield Problem(
            "coverage.relation",
            "The relation is self, but another person is the subscriber. Choose the patient's relation to"
            " them, or clear the subscriber.",
        )
    if bill.policy.relation != SELF and holder is None:
        yield Problem("coverage.subscriber", "The patient is a dependent. Enter the subscriber's name.")
    if bill.policy.relation != SELF and same:
        yield Problem(
            "coverage.relation", "Patient and subscriber are the same person. Change the relation to self."
        )


def subscriber_details(bill: Bill, _today: date) -> Iterator[Problem]:
    """P08: a subscriber who is the patient has birth date and sex."""
    if bill.policy.relation != SELF:
        return
    if bill.patient.birth_date is None:
        yield Problem("patient.birth_date", "The subscriber has no birth date. Enter it.")
    if not bill.patient.sex:
        yield Problem("patient.sex", "The subscriber's sex is missing. Enter it; unknown is allowed.")


def wrong_with(place: Place) -> Iterator[tuple[str, str]]:
    """What keeps an address from being written in N3 and N4: field and the end of a sentence."""
    if not place.street.strip():
        yield "street", "has no street. Enter it."
    if not place.city.strip():
        yield "city", "has no city. Enter it."
    if place.state not in STATES:
        yield "state", "has no valid state. Choose one."
    if not re.fullmatch(r"\d{5}(\d{4})?", place.postal_code):
        yield "postal_code", "has no valid ZIP code. Enter five or nine digits."


def _is_same(patient: Person, holder: Person) -> bool:
    return (patient.last_name.upper(), patient.first_name.upper(), patient.birth_date) == (
        holder.last_name.upper(),
        holder.first_name.upper(),
        holder.birth_date,
    )


PATIENT_EDITS = (
    Edit("P01", patient_name),
    Edit("P02", birth_date),
    Edit("P03", patient_sex),
    Edit("P04", patient_address),
    Edit("P05", alive),
    Edit("P07", relation),
    Edit("P08", subscriber_details),
)
