"""What is typed about patients and those who answer for their bills."""

from dataclasses import fields
from datetime import date, datetime
from typing import Any

from django import forms
from django.forms import BoundField

from patients.actions.intake import (
    BornInFuture,
    DeathBeforeBirth,
    Demographics,
    GuarantorDetails,
    MinorNeedsGuarantor,
)
from patients.forms.fields import DayField, NameField, PhoneField, PostalCodeField, StateField, email, text
from patients.models import Guarantor, Patient, Sex
from practice.models import Practice
from rcm.ui.forms import GuardedForm

PATIENT, FAMILY, OTHER = "patient", "family", "other"
_WHO = ("first_name", "middle_name", "last_name", "suffix", "birth_date", "sex")
_WHERE = ("phone", "email", "street", "street_2", "city", "state", "postal_code")
_ANSWERS = (
    "answers",
    "guarantor_first_name",
    "guarantor_last_name",
    "guarantor_birth_date",
    "guarantor_phone",
    "guarantor_email",
    "email_agreed",
)
Section = tuple[str, str, list[BoundField]]

REFUSALS: dict[type[Exception], tuple[str, str]] = {
    BornInFuture: ("birth_date", "The birth date lies after today."),
    DeathBeforeBirth: ("death_date", "The day of death lies before the birth."),
    MinorNeedsGuarantor: ("answers", "A minor cannot answer for the bills. Name a parent or guardian."),
}
"""The field that a refused registration or correction points to, and what is said there."""


class SearchForm(forms.Form):
    """Whom to look for."""

    q = forms.CharField(
        label="Name, date of birth, record number or phone",
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )


class _Person(forms.Form):
    first_name = NameField("First name", 35)
    middle_name = text("Middle name", 25)
    last_name = NameField("Last name", 60)
    suffix = text("Suffix", 10, help_text="Jr, Sr, III")
    birth_date = DayField(label="Date of birth")
    sex = forms.ChoiceField(label="Sex, as on the insurance card", choices=Sex.choices, initial=Sex.UNKNOWN)
    phone = PhoneField(required=False)
    email = email()
    street = text("Street", 55)
    street_2 = text("Apartment or suite", 55)
    city = text("City", 30)
    state = StateField()
    postal_code = PostalCodeField()

    def demographics(self) -> Demographics:
        """What was entered, for the actions."""
        known = {column.name for column in fields(Demographics)}
        return Demographics(**{name: value for name, value in self.cleaned_data.items() if name in known})

    def bound(self, *names: str) -> list[BoundField]:
        """Some of the fields, in this order; names the form does not have are left out."""
        return [self[name] for name in names if name in self.fields]


class RegistrationForm(_Person):
    """A new patient, and who answers for the bills.

    `family` is the guarantor of a relative, offered first. `why_new` says why it is none of the look-alikes.
    """

    practice = forms.ModelChoiceField(Practice.objects.none(), label="Practice", to_field_name="public_id")
    answers = forms.ChoiceField(label="Who answers for the bills?", widget=forms.RadioSelect, initial=PATIENT)
    guarantor_first_name = text("Their first name", 35)
    guarantor_last_name = text("Their last name", 60)
    guarantor_birth_date = DayField(label="Their date of birth", required=False)
    guarantor_phone = PhoneField(label="Their phone", required=False)
    guarantor_email = email("Their e-mail")
    email_agreed = forms.BooleanField(
        label="Whoever answers for the bills agrees to e-mail about them", required=False
    )
    why_new = text("Why it is another person", 200)

    def __init__(
        self,
        data: Any = None,
        *,
        practices: list[Practice],
        family: Guarantor | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, **kwargs)
        self.family = family
        chosen: Any = self.fields["practice"]
        chosen.queryset = Practice.objects.filter(pk__in=[practice.pk for practice in practices])
        if len(practices) == 1 or family is not None:
            del self.fields["practice"]
        self.only_practice = family.practice if family else practices[0]
        answers: Any = self.fields["answers"]
        relatives = [(FAMILY, family.full_name)] if family else []
        answers.choices = [
            *relatives,
            (PATIENT, "The patient"),
            (OTHER, "Somebody else, such as a parent"),
        ]
        if family is not None:
            self.initial.setdefault("answers", FAMILY)

    @property
    def sections(self) -> list[Section]:
        """The fields under their headings, each with a word on what it is for."""
        return [
            ("Who", "As on the insurance card: the payer compares.", self.bound("practice", *_WHO)),
            ("Where to reach them", "", self.bound(*_WHERE)),
            (
                "Who answers for the bills",
                "For a minor, a parent or guardian. The address is the patient's.",
                self.bound(*_ANSWERS),
            ),
        ]

    def clean(self) -> dict[str, Any]:
        """Somebody else has to be named, and nobody is named for nothing."""
        cleaned = super().clean() or {}
        named = {name: cleaned.get(name) for name in ("guarantor_first_name", "guarantor_last_name")}
        if cleaned.get("answers") == OTHER:
            for name in [name for name, told in named.items() if not told]:
                self.add_error(name, "Name the person who answers for the bills.")
        elif any(named.values()) and "answers" in cleaned:
            self.add_error("answers", "Somebody else is named here: choose them, or empty their names.")
        return cleaned

    def guarantor(self) -> Guarantor | GuarantorDetails | None:
        """Who answers: a known guarantor, somebody named here, or None for the patient."""
        told = self.cleaned_data
        if told["answers"] == FAMILY:
            return self.family
        if told["answers"] == PATIENT:
            return None
        return GuarantorDetails(
            first_name=told["guarantor_first_name"],
            last_name=told["guarantor_last_name"],
            birth_date=told["guarantor_birth_date"],
            phone=told["guarantor_phone"],
            email=told["guarantor_email"],
        )


class DetailsForm(_Person, GuardedForm):
    """What is known of a patient, to be put right."""

    death_date = DayField(label="Date of death", required=False)

    def __init__(self, data: Any = None, *, patient: Patient, **kwargs: Any) -> None:
        known = {column.name: getattr(patient, column.name) for column in fields(Demographics)}
        super().__init__(data, initial=known, **kwargs)

    @property
    def sections(self) -> list[Section]:
        """The fields under their headings."""
        return [
            ("Who", "As on the insurance card: the payer compares.", self.bound(*_WHO, "death_date")),
            ("Where to reach them", "", self.bound(*_WHERE)),
        ]


class GuarantorForm(GuardedForm):
    """What is known of a guarantor, to be put right."""

    first_name = text("First name", 35, required=True)
    last_name = text("Last name", 60, required=True)
    birth_date = DayField(label="Date of birth", required=False)
    phone = PhoneField(required=False)
    email = email()
    email_agreed = forms.BooleanField(label="Agrees to e-mail about bills", required=False)
    street = text("Street", 55)
    street_2 = text("Apartment or suite", 55)
    city = text("City", 30)
    state = StateField()
    postal_code = PostalCodeField()

    def __init__(self, data: Any = None, *, guarantor: Guarantor, **kwargs: Any) -> None:
        known: dict[str, Any] = {
            name: getattr(guarantor, name)
            for name in self.base_fields
            if name not in ("email_agreed", "seen")
        }
        known["email_agreed"] = guarantor.email_consented_at is not None
        self.guarantor = guarantor
        super().__init__(data, initial=known, **kwargs)

    def changes(self, *, now: datetime) -> dict[str, str | date | datetime | None]:
        """The fields as entered; consent keeps the moment at which it was first given."""
        told = {name: value for name, value in self.cleaned_data.items() if name != "seen"}
        agreed = told.pop("email_agreed")
        told["email_consented_at"] = (self.guarantor.email_consented_at or now) if agreed else None
        return told
