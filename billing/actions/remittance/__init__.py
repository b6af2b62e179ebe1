"""835s into the books: taken in once, posted whole or parked whole."""

from billing.actions.remittance.intake import (
    NotParked,
    dismiss_parked,
    post_parked,
    retry_parked,
    take_in,
)

__all__ = ["NotParked", "dismiss_parked", "post_parked", "retry_parked", "take_in"]
