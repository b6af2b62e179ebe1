"""What happens at the door, as Django, allauth and axes tell it, each with an audit row; and invitations."""

from datetime import datetime
from typing import Any

from allauth.account import signals as account
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from axes.signals import user_locked_out
from django.contrib.auth import signals as auth
from django.dispatch import receiver
from django.http import HttpRequest

from practice.actions import sign_in
from practice.models import User
from practice.sign_in.invitation import mail_invitation
from practice.sign_in.lock_out import address_of, name_of
from rcm import clock
from rcm.outbox import subscribe


@subscribe("practice.person_invited")
def send_invitation(*, user_id: int, now: datetime) -> None:  # noqa: ARG001  (every handler is told the time)
    """Mail a person the link under which they choose a password."""
    mail_invitation(User.objects.get(pk=user_id))


@receiver(account.user_logged_in)
def note_signed_in(request: HttpRequest, user: User, **_more: Any) -> None:
    """Somebody is in, past every step."""
    methods = [str(record["method"]) for record in get_authentication_records(request, user)]
    sign_in.note_signed_in(user=user, methods=methods, address=address_of(request), now=clock.now())


@receiver(auth.user_login_failed)
def note_wrong_password(credentials: dict[str, str], request: HttpRequest | None, **_more: Any) -> None:
    """A password did not fit, or was not looked at during a lock-out."""
    if request is not None:
        name = name_of(request, credentials)
        sign_in.note_sign_in_failed(
            username=name, step="password", address=address_of(request), now=clock.now()
        )


@receiver(mfa.authentication_failed)
def note_wrong_code(request: HttpRequest, user: User, **_more: Any) -> None:
    """A second factor did not fit."""
    sign_in.note_sign_in_failed(
        username=user.username, step="second factor", address=address_of(request), now=clock.now()
    )


@receiver(user_locked_out)
def note_locked_out(username: str, ip_address: str, **_more: Any) -> None:
    """Too many wrong passwords, or one more try during the lock-out."""
    sign_in.note_locked_out(username=username, address=ip_address, now=clock.now())


@receiver(auth.user_logged_out)
def note_signed_out(request: HttpRequest, user: User | None, **_more: Any) -> None:
    """Somebody left, or was signed off (practice.middleware says why)."""
    if user is not None:
        why = getattr(request, "signed_off_because", "")
        sign_in.note_signed_out(user=user, why=why, now=clock.now())


@receiver([account.password_changed, account.password_set, account.password_reset])
def note_password_changed(user: User, **_more: Any) -> None:
    """A person has a new password."""
    sign_in.note_sign_in_changed(user=user, what="password", now=clock.now())


@receiver(mfa.authenticator_added)
def note_factor_added(user: User, authenticator: Authenticator, **_more: Any) -> None:
    """A second factor is new."""
    sign_in.note_sign_in_changed(user=user, what=f"{authenticator.type} added", now=clock.now())


@receiver(mfa.authenticator_removed)
def note_factor_removed(user: User, authenticator: Authenticator, **_more: Any) -> None:
    """A second factor is gone."""
    sign_in.note_sign_in_changed(user=user, what=f"{authenticator.type} removed", now=clock.now())


@receiver(mfa.authenticator_reset)
def note_factor_renewed(user: User, authenticator: Authenticator, **_more: Any) -> None:
    """Recovery codes are new; the old ones open nothing."""
    sign_in.note_sign_in_changed(user=user, what=f"{authenticator.type} renewed", now=clock.now())
