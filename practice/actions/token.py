"""Tokens for programs: issued, shown once, revoked."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from practice.actions.staff import create_user, grant_role, revoke_role
from practice.models import ApiToken, Practice, Role, User
from rcm import audit

MARK = "rcm"
"""What every token begins with, so that a leaked one is recognized by scanners."""


class ExpiryPassed(Exception):
    """A token must expire after now."""


@dataclass(frozen=True, slots=True)
class Issued:
    """A new token, and its text: shown to the administrator now and never again."""

    token: ApiToken
    text: str


def issue_token(
    *, practice: Practice, role: Role, name: str, expires_at: datetime, by: User, now: datetime
) -> Issued:
    """A token by which a program works in one practice in one role, as a user of its own.

    Raises ExpiryPassed.
    """
    if expires_at <= now:
        raise ExpiryPassed
    prefix, secret = secrets.token_hex(5), secrets.token_urlsafe(32)
    text = f"{MARK}_{prefix}_{secret}"
    with transaction.atomic():
        robot = create_user(username=f"api-{prefix}", password=None, first_name=name, by=by, now=now)
        grant_role(user=robot, practice=practice, role=role, by=by, now=now)
        token = ApiToken.objects.create(
            practice=practice,
            user=robot,
            role=role,
            name=name,
            prefix=prefix,
            secret_sha256=fingerprint(text),
            created_by=by,
            expires_at=expires_at,
        )
        audit.record("issued", token, now=now, by=by, data={"role": str(role), "user": robot.pk})
    return Issued(token, text)


def revoke_token(*, token: ApiToken, by: User, now: datetime) -> None:
    """Close the door to a program, and forget the answers kept for it. Revoked already is no change."""
    with transaction.atomic():
        token = (
            ApiToken.objects.select_for_update(of=("self",))
            .select_related("user", "practice")
            .get(pk=token.pk)
        )
        if token.revoked_at is not None:
            return
        token.revoked_at = now
        token.save(update_fields=["revoked_at"])
        revoke_role(user=token.user, practice=token.practice, role=Role(token.role), by=by, now=now)
        token.user.is_active = False
        token.user.save(update_fields=["is_active"])
        token.answers.all().delete()
        audit.record("revoked", token, now=now, by=by)


def fingerprint(text: str) -> str:
    """How a token's text is kept: it has 256 random bits, so a plain hash cannot be guessed back."""
    return hashlib.sha256(text.encode()).hexdigest()
