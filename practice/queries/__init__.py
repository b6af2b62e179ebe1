"""Reads of master data."""

from practice.queries.prices import (
    all_practice_ids,
    allowed_for,
    charge_for,
    contract_on,
    fees_for,
    wire_number,
    wire_numbers,
)
from practice.queries.settings import (
    dead_letters,
    fee_schedules_of,
    lacking,
    letters_of,
    list_on,
    locations_of,
    payers_of,
    people_in,
    practices_of,
    prices_in,
    providers_by_name,
    providers_in,
    tokens_of,
)

__all__ = [
    "all_practice_ids",
    "allowed_for",
    "charge_for",
    "contract_on",
    "dead_letters",
    "fee_schedules_of",
    "fees_for",
    "lacking",
    "letters_of",
    "list_on",
    "locations_of",
    "payers_of",
    "people_in",
    "practices_of",
    "prices_in",
    "providers_by_name",
    "providers_in",
    "tokens_of",
    "wire_number",
    "wire_numbers",
]
