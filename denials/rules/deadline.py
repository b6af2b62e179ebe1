"""Until when something can be done about a denial (domain.md sections 7.1 and 7.2)."""

from dataclasses import dataclass
from datetime import date, timedelta

from denials.rules.category import NextStep

MEDICARE_APPEAL_DAYS = 120
MEDICARE_RECEIPT_DAYS = 5  # receipt of the notice is presumed so many days after its date
RECORDS_DAYS = 45


@dataclass(frozen=True, slots=True)
class Clocks:
    """The payer's windows in days, as the contract says; original Medicare's appeals are the law's."""

    corrected_claim_days: int
    appeal_days: int
    is_medicare: bool = False


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day, and how it was counted, in words."""

    on: date
    basis: str


def deadline(*, step: NextStep, decided_on: date, clocks: Clocks) -> Deadline:
    """Count from the day of the remittance, by what is to be done first."""
    if step == NextStep.SEND_RECORDS:
        return _counted(decided_on, RECORDS_DAYS, "to send records")
    if step in {NextStep.CORRECT_CLAIM, NextStep.REBILL_OTHER_PAYER, NextStep.FIX_ENROLLMENT}:
        return _counted(decided_on, clocks.corrected_claim_days, "for a corrected claim, by the contract")
    if clocks.is_medicare:
        received_on = decided_on + timedelta(days=MEDICARE_RECEIPT_DAYS)
        found = _counted(received_on, MEDICARE_APPEAL_DAYS, "for a redetermination")
        return Deadline(
            found.on, f"{found.basis} (receipt is presumed {MEDICARE_RECEIPT_DAYS} days after it)"
        )
    return _counted(decided_on, clocks.appeal_days, "for an appeal, by the contract")


def _counted(start: date, days: int, purpose: str) -> Deadline:
    return Deadline(start + timedelta(days=days), f"{days} days {purpose}, from {start:%m/%d/%Y}")
