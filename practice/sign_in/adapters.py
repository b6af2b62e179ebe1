"""What allauth asks us: who may have an account, how secrets are kept, which factor may not be taken away."""

import base64
import hashlib
from typing import Any

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from practice.access import SECOND_FACTORS, standing_held_by
from practice.models import User

log = structlog.get_logger()


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth carries no types
    """Accounts are made by an administrator; nobody signs up."""

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        """Never."""
        return False

    def get_password_change_redirect_url(self, _request: HttpRequest) -> str:
        """Back to the person's own page."""
        return reverse("practice:account")

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Tell a person how their sign-in changed; a mail server that is away does not undo the change."""
        try:
            super().send_notification_mail(*args, **kwargs)
        except OSError as error:
            log.warning("notification_mail_failed", kind=type(error).__name__)


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors: their secrets are kept sealed, and the last one stays where a practice requires one."""

    def encrypt(self, text: str) -> str:
        """The secret under the site's key, for the database."""
        return _seal().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret again; a key of before (SECRET_KEY_FALLBACKS) still opens it."""
        return _seal().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Whether the person keeps a second factor without this one, or needs none."""
        if not standing_held_by(authenticator.user).second_factor_required:
            return True
        others = Authenticator.objects.filter(user=authenticator.user, type__in=SECOND_FACTORS)
        return bool(others.exclude(pk=authenticator.pk).exists())

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:  # noqa: A002
        """What a new passkey is called until its owner names it."""
        before = Authenticator.objects.filter(user=user, type=type).count()
        return f"Passkey {before + 1}"

    def _get_site_name(self) -> str:
        """The name that an authenticator app or a passkey shows."""
        return str(settings.MFA_TOTP_ISSUER)


def _seal() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet(
        Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"second factor {key}".encode()).digest()))
        for key in keys
    )
