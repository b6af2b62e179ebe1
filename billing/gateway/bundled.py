"""The adapter to the bundled test gateway (`billing/simulator/`), over HTTP."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx

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

SECONDS = 10.0
SIGNATURE = "Gateway-Signature"


@dataclass(frozen=True, slots=True)
class BundledGateway:
    """The test gateway at an address: it takes no money."""

    url: str
    key: str
    webhook_secret: str
    name: str = "bundled"

    def open_checkout(self, order: Order) -> Checkout:
        """As the port says."""
        said = self._ask(
            "POST",
            "/v1/checkouts",
            {
                "key": order.key,
                "amount": cents(order.amount),
                "currency": "usd",
                "description": order.description,
                "return_url": order.return_url,
                "expires_at": int(order.expires_at.timestamp()),
            },
        )
        return Checkout(str(said["id"]), str(said["url"]))

    def look_up(self, reference: str) -> Standing:
        """As the port says."""
        return _standing(self._ask("GET", f"/v1/checkouts/{reference}"))

    def close(self, reference: str) -> Standing:
        """As the port says."""
        return _standing(self._ask("POST", f"/v1/checkouts/{reference}/closing"))

    def read_event(self, body: bytes, headers: Mapping[str, str], *, now: datetime) -> Event | None:
        """As the port says."""
        verify(body, headers, SIGNATURE, secret=self.webhook_secret, now=now)
        try:
            said = json.loads(body)
            return Event(str(said["id"]), str(said["type"]), str(said["checkout"]["key"]))
        except (ValueError, KeyError, TypeError) as error:
            raise Forged from error

    def _ask(self, method: str, path: str, content: dict[str, Any] | None = None) -> dict[str, Any]:
        try:
            answer = httpx.request(
                method,
                self.url + path,
                json=content,
                headers={"Authorization": f"Bearer {self.key}"},
                timeout=SECONDS,
                trust_env=False,
            )
            if answer.status_code >= 500:
                raise Unreachable
            if answer.status_code >= 400:
                raise Refused
            said: dict[str, Any] = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise Unreachable from error
        return said


def _standing(said: Mapping[str, Any]) -> Standing:
    outcome = Outcome(said["status"])
    received = dollars(int(said["received"])) if outcome is Outcome.SUCCEEDED else None
    return Standing(outcome, received, str(said["last_four"]), str(said["trouble"]))
