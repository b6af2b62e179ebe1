"""Signed notices to the shop: JSON, with an HMAC over time and body, sent until it says it has them."""

import hashlib
import hmac
import json
import logging
import urllib.error
import urllib.request
from datetime import datetime
from typing import Final

from billing.simulator.store import Row, Store

HEADER: Final = "Gateway-Signature"
SECONDS: Final = 5
log = logging.getLogger(__name__)


def send_due(store: Store, *, url: str, secret: str, now: datetime) -> None:
    """Send whatever is due, one copy each."""
    for notice in store.due_notices(now):
        store.sent(notice, now, accepted=_post(url, body_of(notice), secret, now))


def body_of(notice: Row) -> bytes:
    """What a notice says: its number, what happened, and to which checkout, by our id and the shop's key."""
    said = {
        "id": notice["number"],
        "type": notice["kind"],
        "checkout": {"id": notice["checkout_id"], "key": notice["key"]},
    }
    return json.dumps(said, separators=(",", ":")).encode()


def sign(body: bytes, secret: str, now: datetime) -> str:
    """The header that proves body and time."""
    stamp = str(int(now.timestamp()))
    digest = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={stamp},v1={digest}"


def _post(url: str, body: bytes, secret: str, now: datetime) -> bool:
    headers = {"Content-Type": "application/json", HEADER: sign(body, secret, now)}
    question = urllib.request.Request(url, data=body, headers=headers, method="POST")  # noqa: S310 -- http, as configured
    try:
        with urllib.request.urlopen(question, timeout=SECONDS) as answer:  # noqa: S310
            return bool(200 <= answer.status < 300)
    except (OSError, urllib.error.URLError):
        log.info("a notice was not taken; it goes out again")
        return False
