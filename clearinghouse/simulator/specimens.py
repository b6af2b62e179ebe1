"""Member ids that the plans of this package know: for whoever makes up patients and wants them insured."""

from typing import Final, Literal

from clearinghouse.simulator.plans import BLUEPEAK, MEDICAID, MEDICARE, MEDIGAP, NORTHSTAR

Kind = Literal["active", "terminated", "unknown"]
LETTERS: Final = "ACDEFGHJKMNPQRTUVWXY"
PREFIXES: Final = {BLUEPEAK: ("BPK", 9), NORTHSTAR: ("NSH", 9), MEDICAID: ("LSM", 9), MEDIGAP: ("MG", 8)}


def member_id(payer_id: str, number: int, kind: Kind = "active") -> str:
    """The id of a payer's member by number (0 to 99,999); distinct numbers give distinct ids.

    An active member's deductible is untouched, half met or met, mixed by the rule of `members`. Raises
    KeyError for a payer this package does not bring, ValueError for a number out of range.
    """
    if not 0 <= number < 100_000:
        raise ValueError("member numbers run from 0 to 99,999")
    ending = {
        "active": f"{number * 7 % 10}{number % 9 + 1}",
        "terminated": f"{number % 9 + 1}0",
        "unknown": "00",
    }
    if payer_id == MEDICARE:
        return _medicare(number) + ending[kind]
    prefix, digits = PREFIXES[payer_id]
    return f"{prefix}{number:0{digits - 2}d}{ending[kind]}"


def _medicare(number: int) -> str:
    """The first nine characters of a Medicare Beneficiary Identifier."""
    rest, first = divmod(number, 9)
    rest, second = divmod(rest, 20)
    rest, fourth = divmod(rest, 10)
    rest, fifth = divmod(rest, 20)
    rest, seventh = divmod(rest, 10)
    return f"{first + 1}{LETTERS[second]}A{fourth}{LETTERS[fifth]}K{seventh}{LETTERS[rest % 20]}T"
