"""Input of the practice app's pages: its shape and wording."""

from typing import Any

from django import forms

from practice.models import User


class ProfileForm(forms.Form):
    """A person's own name and address. Changing the address asks for the password: it opens the account."""

    first_name = forms.CharField(label="First name", max_length=150, required=False)
    last_name = forms.CharField(label="Last name", max_length=150, required=False)
    email = forms.EmailField(
        label="E-mail", required=False, help_text="For password resets and news about your sign-in."
    )
    password = forms.CharField(
        label="Your password",
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        help_text="Only to change the e-mail address.",
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        self.user = user
        kwargs["initial"] = {name: getattr(user, name) for name in ("first_name", "last_name", "email")}
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        """The fields, once the password fits where the e-mail address is another."""
        cleaned = super().clean() or {}
        if "email" in self.changed_data and not self.user.check_password(cleaned.get("password", "")):
            self.add_error("password", "Enter your password to change the e-mail address.")
        return cleaned
