"""Entries as people write them, and as they are kept: days, telephone numbers, states, ZIP codes."""

import re
from typing import Any

from django import forms

STATES = frozenset(
    re.findall(
        "..",
        "ALAKAZARCACOCTDEDCFLGAHIIDILINIAKSKYLAMEMDMAMIMNMSMOMTNENVNHNJNMNYNCND"
        "OHOKORPARISCSDTNTXUTVTVAWAWVWIWYASGUMPPRVIAAAEAP",
    )
)
"""The two letters of states, territories and military mail."""


class DayField(forms.DateField):
    """A day, picked or typed."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "autocomplete": "off"})
        super().__init__(widget=widget, **kwargs)


class PhoneField(forms.CharField):
    """A telephone number however it is written; kept as ten digits."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "off"})
        super().__init__(label=kwargs.pop("label", "Phone"), max_length=24, widget=widget, **kwargs)

    def clean(self, value: Any) -> str:
        """Ten digits, or empty."""
        digits = re.sub(r"\D", "", super().clean(value))
        digits = digits[1:] if len(digits) == 11 and digits.startswith("1") else digits
        if digits and len(digits) != 10:
            raise forms.ValidationError("Enter ten digits, area code first.")
        return digits


class StateField(forms.CharField):
    """The two letters of a state."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"autocomplete": "off", "maxlength": 2})
        super().__init__(label="State", max_length=2, required=False, widget=widget, **kwargs)

    def clean(self, value: Any) -> str:
        """Capitals; a state there is, or empty."""
        state = str(super().clean(value)).upper()
        if state and state not in STATES:
            raise forms.ValidationError("Enter the two letters of a state, like TX.")
        return state


class PostalCodeField(forms.CharField):
    """A ZIP code, with or without its last four; kept without the hyphen."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
        super().__init__(label="ZIP code", max_length=10, required=False, widget=widget, **kwargs)

    def clean(self, value: Any) -> str:
        """Five or nine digits, or empty."""
        digits = str(super().clean(value)).replace("-", "")
        if digits and not re.fullmatch(r"\d{5}(\d{4})?", digits):
            raise forms.ValidationError("Enter five digits, or nine.")
        return digits


def text(label: str, longest: int, *, required: bool = False, **kwargs: Any) -> forms.CharField:
    """A line of text; the browser does not remember it, since others sit at the same desk."""
    widget = forms.TextInput(attrs={"autocomplete": "off"})
    return forms.CharField(label=label, max_length=longest, required=required, widget=widget, **kwargs)


def email(label: str = "E-mail", **kwargs: Any) -> forms.EmailField:
    """An e-mail address, or nothing."""
    widget = forms.EmailInput(attrs={"autocomplete": "off"})
    return forms.EmailField(label=label, required=False, max_length=254, widget=widget, **kwargs)
