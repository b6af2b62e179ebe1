"""The way to the card processor: what the product asks of one (port), and which one it has (choice)."""

from billing.gateway.choice import get_gateway, offered
from billing.gateway.port import (
    Checkout,
    Event,
    Forged,
    NotOffered,
    Order,
    Outcome,
    PaymentGateway,
    Refused,
    Stale,
    Standing,
    Unreachable,
)

__all__ = [
    "Checkout",
    "Event",
    "Forged",
    "NotOffered",
    "Order",
    "Outcome",
    "PaymentGateway",
    "Refused",
    "Stale",
    "Standing",
    "Unreachable",
    "get_gateway",
    "offered",
]
