"""Chance that repeats: the same seed and the same claim draw the same lot, whatever came before."""

import hashlib
from decimal import Decimal

WHOLE = 10**12


def lot(seed: str, *parts: object) -> int:
    """A number below 10**12, evenly spread, decided by the seed and the parts alone."""
    text = "\x1f".join((seed, *map(str, parts)))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]) % WHOLE


def drawn(seed: str, share: Decimal, *parts: object) -> bool:
    """Whether a lot falls into a share (0.05 hits one in twenty)."""
    return share > 0 and lot(seed, *parts) < share * WHOLE
