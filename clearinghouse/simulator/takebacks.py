"""Money taken back beside the claims (PLB WO): announced when a payment is reversed, withheld later.

What is to be withheld is kept by reference (CLP01, CLP07 and TRN02 of the payment taken back) and taken from
the first remittances after its day that pay anything, never more than they pay.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from clearinghouse.simulator.decision import ZERO
from clearinghouse.simulator.store import Store

CODE: Final = "WO"
REFERENCE_LENGTH: Final = 50  # element 127


@dataclass(frozen=True, slots=True)
class ProviderAdjustment:
    """One PLB entry: positive reduces the payment."""

    code: str
    reference: str
    amount: Decimal


def reference_to(number: str, icn: str, trace: str) -> str:
    """How a WO names the payment it takes back."""
    return f"{number} {icn} {trace}"[:REFERENCE_LENGTH].strip()


def total(adjustments: Sequence[ProviderAdjustment]) -> Decimal:
    """What they take from the payment."""
    return sum((item.amount for item in adjustments), ZERO)


def announce(
    store: Store, *, payer_id: str, payee: str, reference: str, amount: Decimal, since: datetime
) -> list[ProviderAdjustment]:
    """Leave the money of a reversal with the provider for now: it is withheld from `since` on."""
    if amount <= 0:
        return []
    store.add_owed(payer_id, payee, reference, amount, since)
    return [ProviderAdjustment(CODE, reference, -amount)]


def withhold(
    store: Store, *, payer_id: str, payee: str, due: Decimal, at: datetime
) -> list[ProviderAdjustment]:
    """What a remittance that would pay `due` withholds of what is owed by now, oldest first."""
    taken = []
    for reference, owed in store.owed(payer_id, payee, at):
        amount = min(owed, due)
        if amount <= 0:
            break
        store.reduce_owed(payer_id, payee, reference, amount)
        taken.append(ProviderAdjustment(CODE, reference, amount))
        due -= amount
    return taken
