"""Claims nobody sent: another provider's patient among ours, decided and paid like the claim beside it."""

from dataclasses import replace
from typing import Final

from clearinghouse.simulator.claim import Person
from clearinghouse.simulator.payments import AdvisedClaim

NAME: Final = Person("STRANGER", "SAM", "", "X000000001")


def stranger_to(ours: AdvisedClaim) -> AdvisedClaim:
    """A claim under numbers that the provider never gave, with the decision of one of its own."""
    claim = ours.row.claim
    number = f"X{claim.number[:0:-1]}"
    unknown = replace(
        claim,
        number=number,
        subscriber=NAME,
        patient=NAME,
        lines=tuple(replace(line, control_number=f"{number}{line.number}") for line in claim.lines),
    )
    row = replace(ours.row, icn=f"{ours.row.icn}X", claim=unknown)
    return AdvisedClaim(row, ours.decision, ours.frequency)
