"""The secret part of an address in a letter."""

import hashlib
import secrets


def new_token() -> str:
    """256 random bits in 43 characters that an address can hold (RFC 4648 section 5)."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    """What the database knows of a token: as it is random, a plain SHA-256 in hex is enough."""
    return hashlib.sha256(token.encode()).hexdigest()
