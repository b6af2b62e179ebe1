"""What the product asks of a payment gateway, whoever it is. No card data passes through here, ever."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

TOLERANCE = timedelta(minutes=5)


class NotOffered(Exception):
    """No gateway of this name is set up here."""


class Unreachable(Exception):
    """The gateway could not be reached, or broke off. What was asked may or may not have happened."""


class Refused(Exception):
    """The gateway refused what was asked. Asking the same again will not help."""


class Forged(Exception):
    """The event does not bear the gateway's signature, or cannot be read."""


class Stale(Exception):
    """The event was signed longer ago, or further ahead, than the tolerance allows."""


@dataclass(frozen=True, slots=True)
class Order:
    """A payment to be made. `key` is ours: the same key is the same checkout.

    `description` is shown to the payer and must say nothing of a visit. Amounts are US dollars.
    """

    key: str
    amount: Decimal
    description: str
    return_url: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Checkout:
    """A payment page at the gateway: its id there, and where the payer goes."""

    reference: str
    url: str


class Outcome(StrEnum):
    """How a checkout stands. The last three are final."""

    OPEN = "open"
    PROCESSING = "processing"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a checkout stands. `received` is what the gateway took, in US dollars, when it succeeded;

    `trouble` says in the payer's words why the last try did not work; `last_four` are of the card.
    """

    outcome: Outcome
    received: Decimal | None = None
    last_four: str = ""
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """A verified notice that a checkout changed. `number` is the gateway's, `key` ours; how it stands now has
    to be asked."""

    number: str
    kind: str
    key: str


class PaymentGateway(Protocol):
    """A card processor with a payment page of its own.

    The first three raise Unreachable, and Refused.
    """

    @property
    def name(self) -> str:
        """By which the settings and our rows call it."""

    def open_checkout(self, order: Order) -> Checkout:
        """A payment page for the order. The same key again gives the same page."""

    def look_up(self, reference: str) -> Standing:
        """How a checkout stands now."""

    def close(self, reference: str) -> Standing:
        """Let nobody pay a checkout any more, unless somebody did; how it stands after that."""

    def read_event(self, body: bytes, headers: Mapping[str, str], *, now: datetime) -> Event | None:
        """The event of a webhook; None for one that is about no checkout of ours.

        `headers` are looked up without regard to case. Raises Forged and Stale.
        """


def cents(amount: Decimal) -> int:
    """Dollars as a number of cents, as gateways count."""
    return int(amount * 100)


def dollars(amount: int) -> Decimal:
    """A gateway's cents as dollars with two places."""
    return Decimal(amount).scaleb(-2)
