"""Input about the people of a practice, and about the programs that ask through the API."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from django import forms
from django.contrib.auth.validators import UnicodeUsernameValidator

from practice.models import Practice, Role, User
from rcm.ui.fields import DayField, email, text
from rcm.ui.forms import GuardedForm

_PREFIX = "roles_"


class _Roles(forms.Form):
    """A row of combinable roles for each practice."""

    def offer(self, practices: Sequence[Practice], held: dict[int, list[str]] | None = None) -> None:
        """Add the fields: one per practice, with what is held there."""
        self.practices = practices
        for practice in practices:
            label = "Roles" if len(practices) == 1 else f"Roles in {practice.name}"
            self.fields[f"{_PREFIX}{practice.public_id}"] = forms.MultipleChoiceField(
                label=label,
                choices=Role.choices,
                required=False,
                initial=(held or {}).get(practice.pk, []),
                widget=forms.CheckboxSelectMultiple,
            )

    @property
    def roles(self) -> dict[Practice, list[Role]]:
        """The roles ticked in each practice."""
        return {
            practice: [Role(each) for each in self.cleaned_data.get(f"{_PREFIX}{practice.public_id}", [])]
            for practice in self.practices
        }

    @property
    def any_role(self) -> bool:
        """Whether one is ticked anywhere."""
        return any(self.roles.values())


class RolesForm(_Roles):
    """What a person may do in each of the practices."""

    def __init__(
        self,
        *args: Any,
        practices: Sequence[Practice],
        held: dict[int, list[str]],
        elsewhere: bool,
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        self.elsewhere = elsewhere
        self.offer(practices, held)

    def clean(self) -> dict[str, Any]:
        """Somebody without any role would be on nobody's list."""
        cleaned = super().clean() or {}
        if not self.any_role and not self.elsewhere:
            raise forms.ValidationError("Leave one role, or deactivate the person instead.")
        return cleaned


class InvitationForm(_Roles):
    """Somebody who is new here."""

    first_name = text("First name", 150, required=True)
    last_name = text("Last name", 150, required=True)
    username = forms.CharField(
        label="Username",
        max_length=150,
        validators=[UnicodeUsernameValidator()],
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
        help_text="What they type to sign in. Letters, digits and . - _ @ +",
    )
    email = forms.EmailField(
        label="E-mail",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        help_text="The link to choose a password goes here.",
    )

    def __init__(self, *args: Any, practices: Sequence[Practice], **more: Any) -> None:
        super().__init__(*args, **more)
        self.offer(practices)

    def clean(self) -> dict[str, Any]:
        """At least one role in one practice."""
        cleaned = super().clean() or {}
        if not self.any_role:
            raise forms.ValidationError("Tick at least one role: without one, nobody sees a page.")
        return cleaned


class PersonForm(GuardedForm):
    """A person's name and address, put right by an administrator."""

    first_name = text("First name", 150, required=True)
    last_name = text("Last name", 150, required=True)
    email = email(help_text="It opens the account: password resets go here.")

    def __init__(self, *args: Any, person: User, **more: Any) -> None:
        known = {name: getattr(person, name) for name in ("first_name", "last_name", "email")}
        super().__init__(*args, initial=known, **more)


class FirstPersonForm(forms.Form):
    """Who administers an installation's first practice, and whom that belongs to."""

    administrator = text(
        "Username of the administrator",
        150,
        required=True,
        help_text="Who signs in first and lets others in.",
    )
    administrator_email = forms.EmailField(label="Their e-mail address", max_length=254)
    organization = text("The practice's owner", 120, help_text="As the practice, unless told.")


class TokenForm(forms.Form):
    """A program that may ask through the API."""

    name = text(
        "Program", 60, required=True, help_text="What uses the token, in words, such as Data warehouse."
    )
    practice = forms.ModelChoiceField(
        Practice.objects.none(), label="Practice", to_field_name="public_id", empty_label=None
    )
    role = forms.ChoiceField(
        label="Role", choices=Role.choices, help_text="It may do what a person in this role may do."
    )
    expires_on = DayField(label="Last day", help_text="After it the token opens nothing.")

    def __init__(self, *args: Any, practices: Collection[Practice], today: date, **more: Any) -> None:
        super().__init__(*args, **more)
        chosen: Any = self.fields["practice"]
        chosen.queryset = Practice.objects.filter(pk__in=[each.pk for each in practices]).order_by("name")
        self.today = today

    def clean_expires_on(self) -> date:
        """A day to come."""
        day: date = self.cleaned_data["expires_on"]
        if day <= self.today:
            raise forms.ValidationError("The token would open nothing: choose a day to come.")
        return day
