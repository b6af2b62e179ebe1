"""The adapter to Stripe: Checkout Sessions, on Stripe's own page. Its library is installed in production."""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any, TypeVar

import stripe
from stripe.params.checkout import SessionCreateParams

from billing.gateway.port import (
    Checkout,
    Event,
    Forged,
    Order,
    Outcome,
    Refused,
    Standing,
    Unreachable,
    cents,
    dollars,
)
from billing.gateway.signature import verify

SECONDS = 10
SIGNATURE = "Stripe-Signature"
EXPAND = ["payment_intent.latest_charge"]
T = TypeVar("T")


class StripeGateway:
    """One Stripe account. `url` replaces Stripe's address in contract tests."""

    name = "stripe"

    def __init__(self, *, key: str, webhook_secret: str, url: str = "") -> None:
        self._webhook_secret = webhook_secret
        self._client = stripe.StripeClient(
            key,
            http_client=stripe.RequestsClient(timeout=SECONDS),
            max_network_retries=1,
            **({"base_addresses": {"api": url}} if url else {}),  # type: ignore[arg-type]
        )
        self._sessions = self._client.v1.checkout.sessions

    def open_checkout(self, order: Order) -> Checkout:
        """As the port says; Stripe keeps the idempotency key for at least a day, longer than a session."""
        params: SessionCreateParams = {
            "mode": "payment",
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": "usd",
                        "unit_amount": cents(order.amount),
                        "product_data": {"name": order.description},
                    },
                }
            ],
            "client_reference_id": order.key,
            "success_url": order.return_url,
            "cancel_url": order.return_url,
            "expires_at": int(order.expires_at.timestamp()),
        }
        session = _asked(lambda: self._sessions.create(params, {"idempotency_key": order.key}))
        return Checkout(session.id, session.url or "")

    def look_up(self, reference: str) -> Standing:
        """As the port says."""
        return _standing(_asked(lambda: self._sessions.retrieve(reference, {"expand": EXPAND})))

    def close(self, reference: str) -> Standing:
        """As the port says: Stripe refuses to expire a session that is complete or expired already."""
        with suppress(Refused):
            _asked(lambda: self._sessions.expire(reference))
        return self.look_up(reference)

    def read_event(self, body: bytes, headers: Mapping[str, str], *, now: datetime) -> Event | None:
        """As the port says. Events of other kinds, and of sessions that are not ours, are None."""
        verify(body, headers, SIGNATURE, secret=self._webhook_secret, now=now)
        try:
            said = json.loads(body)
            kind, about = str(said["type"]), said["data"]["object"]
            if not kind.startswith("checkout.session.") or not about.get("client_reference_id"):
                return None
            return Event(str(said["id"]), kind, str(about["client_reference_id"]))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Forged from error


def _asked(question: Callable[[], T]) -> T:
    """The answer; Stripe's errors as the port's. Only what it says is wrong with the request is final."""
    try:
        return question()
    except (stripe.InvalidRequestError, stripe.CardError, stripe.IdempotencyError) as error:
        raise Refused from error
    except stripe.StripeError as error:  # network, rate limit, keys being changed, their own trouble
        raise Unreachable from error


def _standing(session: Any) -> Standing:
    """Stripe's words as ours (its documentation, "The Checkout Session object"): `status` is of the page,
    `payment_status` of the money, which for bank debits comes days later."""
    intent: Any = session.payment_intent
    charge: Any = intent.latest_charge if intent else None
    last_four = _last_four(charge)
    if session.payment_status == "paid":
        received = intent.amount_received if intent else session.amount_total
        currency = session.currency
        return Standing(Outcome.SUCCEEDED, dollars(received) if currency == "usd" else None, last_four)
    if session.status == "expired":
        return Standing(Outcome.EXPIRED)
    trouble = _trouble(intent)
    if session.status == "complete":
        failed = intent and intent.status in {"requires_payment_method", "canceled"}
        return Standing(Outcome.FAILED if failed else Outcome.PROCESSING, None, last_four, trouble)
    return Standing(Outcome.OPEN, None, last_four, trouble)


def _last_four(charge: Any) -> str:
    details = charge.payment_method_details if charge else None
    kind = details.type if details else None
    method = details[kind] if details and kind in {"card", "us_bank_account"} else None
    return str(method.last4 or "") if method else ""


def _trouble(intent: Any) -> str:
    """Why the last try did not work, in words that Stripe means for the payer."""
    error = intent.last_payment_error if intent else None
    return str(error.message or "")[:200] if error else ""
