"""Entries as people write them, and as they are kept: days, telephone numbers, states, ZIP codes."""

import re
from datetime import date
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


FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
"""The days that a record of a practice can mean; what lies beyond is a slip of the finger."""


class DayField(forms.DateField):
    """A day, picked or typed, from 1900 to 2199."""

    def __init__(self, **kwargs: Any) -> None:
        within = {"min": FIRST_DAY.isoformat(), "max": LAST_DAY.isoformat()}
        attrs = {"type": "date", "autocomplete": "off"} | within
        super().__init__(widget=forms.DateInput(format="%Y-%m-%d", attrs=attrs), **kwargs)

    def to_python(self, value: Any) -> date | None:
        """The day; raises ValidationError for one that no record can mean."""
        day = super().to_python(value)
        if day is not None and not FIRST_DAY <= day <= LAST_DAY:
            raise forms.ValidationError("Check the year: it has to be from 1900 to 2199.")
        return day


def day_of(text: str) -> date | None:
    """The day that an address names as 2026-03-10; None without one that a record can mean."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST_DAY < day < LAST_DAY else None


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
