"""allauth's forms in our words: no placeholder that repeats the label, and the cursor where typing starts."""

from typing import Any, ClassVar

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn

# allauth carries no types, so each class here has a base that mypy knows nothing of.


class _Ours:
    """Takes the placeholders away, and puts the cursor into `first`."""

    first = ""
    labels: ClassVar[dict[str, str]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields  # type: ignore[attr-defined]
        for name, field in fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)
            if name == self.first:
                field.widget.attrs["autofocus"] = True


class SignInForm(_Ours, account.LoginForm):  # type: ignore[misc]
    """Name and password."""

    first = "login"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs.update(autocapitalize="none", spellcheck="false")
        self.fields["password"].help_text = ""  # the page has the link


class ConfirmForm(_Ours, account.ReauthenticateForm):  # type: ignore[misc]
    """The password once more."""

    first = "password"


class ChangePasswordForm(_Ours, account.ChangePasswordForm):  # type: ignore[misc]
    """The password of now, and the new one twice."""

    labels: ClassVar[dict[str, str]] = {
        "oldpassword": "Your password now",
        "password1": "New password",
        "password2": "New password, again",
    }


class SetPasswordForm(_Ours, account.SetPasswordForm):  # type: ignore[misc]
    """A first password, twice."""

    labels: ClassVar[dict[str, str]] = {"password1": "Password", "password2": "Password, again"}


class AskForLinkForm(_Ours, account.ResetPasswordForm):  # type: ignore[misc]
    """Where the link to a new password goes."""

    first = "email"
    labels: ClassVar[dict[str, str]] = {"email": "E-mail"}


class NewPasswordForm(_Ours, account.ResetPasswordKeyForm):  # type: ignore[misc]
    """The new password behind that link, twice."""

    first = "password1"
    labels: ClassVar[dict[str, str]] = {"password1": "New password", "password2": "New password, again"}


class CodeForm(_Ours, mfa.AuthenticateForm):  # type: ignore[misc]
    """A code of the app, or a recovery code."""

    first = "code"


class ConfirmCodeForm(_Ours, mfa.ReauthenticateForm):  # type: ignore[misc]
    """A code once more."""

    first = "code"


class FirstCodeForm(_Ours, totp.ActivateTOTPForm):  # type: ignore[misc]
    """The first code of a new app, which proves that it has the key."""

    labels: ClassVar[dict[str, str]] = {"code": "Six digits"}


class AddPasskeyForm(_Ours, webauthn.AddWebAuthnForm):  # type: ignore[misc]
    """A name for a new passkey, and what it is good for."""

    labels: ClassVar[dict[str, str]] = {"passwordless": "Signs in alone"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].help_text = "Without username and password."
