"""Signatures of webhooks: `t=<seconds>,v1=<hex of HMAC-SHA256 over "<seconds>.<body>">`.

The scheme is Stripe's (its documentation, "Verify webhook signatures manually"); the bundled gateway signs
the same way.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime

from billing.gateway.port import TOLERANCE, Forged, Stale


def verify(body: bytes, headers: Mapping[str, str], name: str, *, secret: str, now: datetime) -> None:
    """Raise Forged unless a signature in the header of this name is right, Stale unless it was made now."""
    header = next((value for each, value in headers.items() if each.lower() == name.lower()), "")
    parts = [part.partition("=") for part in header.split(",")]
    stamps = [value for name, _, value in parts if name.strip() == "t"]
    signatures = [value for name, _, value in parts if name.strip() == "v1"]
    if not secret or len(stamps) != 1 or not (stamps[0].isascii() and stamps[0].isdecimal()):
        raise Forged
    right = hmac.new(secret.encode(), f"{stamps[0]}.".encode() + body, hashlib.sha256).hexdigest()
    if not any(hmac.compare_digest(right.encode(), each.encode()) for each in signatures):
        raise Forged
    if abs(now.timestamp() - int(stamps[0])) > TOLERANCE.total_seconds():
        raise Stale
