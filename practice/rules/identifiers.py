"""Identifiers that carry their own proof."""

from stdnum import luhn


def is_npi(number: str) -> bool:
    """A National Provider Identifier: ten digits that pass Luhn after the prefix 80840 (45 CFR 162.406)."""
    return len(number) == 10 and number.isascii() and number.isdigit() and luhn.is_valid("80840" + number)


def is_tax_number(number: str) -> bool:
    """An EIN or SSN without hyphens: nine digits."""
    return len(number) == 9 and number.isascii() and number.isdigit()
