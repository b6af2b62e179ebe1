"""Entries of the desk: those of the whole house, and names."""

from typing import Any

from django import forms

from rcm.ui.fields import STATES, DayField, PhoneField, PostalCodeField, StateField, email, text
from x12.outbound import clean_text

__all__ = ["STATES", "DayField", "NameField", "PhoneField", "PostalCodeField", "StateField", "email", "text"]


class NameField(forms.CharField):
    """A part of a name that payers are told: of what is typed, something has to be left on the wire."""

    def __init__(self, label: str, longest: int, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"autocomplete": "off"})
        super().__init__(label=label, max_length=longest, widget=widget, **kwargs)

    def clean(self, value: Any) -> str:
        """The name as typed; raises ValidationError for one in letters that no payer reads."""
        name: str = super().clean(value)
        if name and not any(sign.isalpha() for sign in clean_text(name)):
            raise forms.ValidationError("Write the name in Latin letters, as on the insurance card.")
        return name
