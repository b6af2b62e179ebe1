"""The mail by which a person who is new here chooses a password."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse

from practice.models import User


def invitation_link(user: User) -> str:
    """Where a person chooses a password: works once, and for settings.PASSWORD_RESET_TIMEOUT seconds."""
    key = default_token_generator.make_token(user)
    path = reverse("account_reset_password_from_key", args=[user_pk_to_url_str(user), key])
    return str(settings.PUBLIC_URL) + path


def mail_invitation(user: User) -> None:
    """Send a person their `invitation_link`; nothing where there is no address to send it to.

    Raises OSError or smtplib's errors when the mail server is away.
    """
    if not user.is_active or not user.email:
        return
    said = {
        "name": user.first_name or user.username,
        "username": user.username,
        "link": invitation_link(user),
        "minutes": settings.PASSWORD_RESET_TIMEOUT // 60,
    }
    EmailMessage(
        subject="Your sign-in is ready",
        body=render_to_string("account/email/invitation_message.txt", said),
        to=[user.email],
    ).send()
