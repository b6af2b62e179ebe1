"""Our own numbers on the wire: CLM01, unique in the practice for ever, and REF*6R, which begins with it."""

import string

DIGITS = 7
FIRST_VERSION = "A"


def claim_number(*, prefix: str, number: int) -> str:
    """CLM01 of a new claim: the practice's prefix, the number in its series, the letter of the version."""
    return f"{prefix.upper()}{number:0{DIGITS}d}{FIRST_VERSION}"


def next_version(control_number: str) -> str:
    """CLM01 of the claim that replaces this one: the same number, the next letter (after Z comes AA)."""
    stem = control_number.rstrip(string.ascii_uppercase)
    return stem + _after(control_number[len(stem) :])


def line_number(control_number: str, position: int) -> str:
    """REF*6R of a line. The version's letter keeps claim and line apart."""
    return f"{control_number}{position}"


def _after(letters: str) -> str:
    if not letters:
        return FIRST_VERSION
    if letters[-1] != "Z":
        return letters[:-1] + chr(ord(letters[-1]) + 1)
    return _after(letters[:-1]) + "A"
