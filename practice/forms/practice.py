"""Input about a practice, its locations and its providers."""

from collections.abc import Collection
from datetime import date
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.db.models import QuerySet

from practice.actions.organization import PostalAddress
from practice.models import Location, Organization, Payer, Practice, Provider
from practice.rules.identifiers import is_npi, is_tax_number
from rcm.ui.fields import DayField, PhoneField, PostalCodeField, StateField, email, text
from rcm.ui.forms import GuardedForm

ADDRESS = ("street", "street_2", "city", "state", "postal_code")
ZONES = sorted(zone for zone in available_timezones() if zone.startswith(("America/", "Pacific/", "US/")))
PLACES = [
    ("11", "11 Office"),
    ("02", "02 Telehealth, not in the patient's home"),
    ("10", "10 Telehealth in the patient's home"),
    ("12", "12 Home"),
    ("19", "19 Off-campus outpatient hospital"),
    ("20", "20 Urgent care facility"),
    ("21", "21 Inpatient hospital"),
    ("22", "22 On-campus outpatient hospital"),
    ("23", "23 Emergency room"),
    ("24", "24 Ambulatory surgical center"),
    ("31", "31 Skilled nursing facility"),
    ("32", "32 Nursing facility"),
    ("49", "49 Independent clinic"),
    ("50", "50 Federally qualified health center"),
    ("72", "72 Rural health clinic"),
    ("81", "81 Independent laboratory"),
]


class NpiField(forms.CharField):
    """A National Provider Identifier, proven by its check digit."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
        super().__init__(label="NPI", max_length=10, widget=widget, **kwargs)

    def clean(self, value: Any) -> str:
        """Ten digits that prove themselves, or empty."""
        number = str(super().clean(value))
        if number and not is_npi(number):
            raise forms.ValidationError(
                "This is no NPI: its check digit does not fit. Compare it with NPPES."
            )
        return number


class TaxonomyField(forms.CharField):
    """A provider taxonomy code."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label="Taxonomy code",
            max_length=10,
            min_length=10,
            help_text="Ten characters of the NUCC code set, such as 207Q00000X.",
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
            **kwargs,
        )

    def clean(self, value: Any) -> str:
        """In capitals."""
        return str(super().clean(value)).upper()


class _Addressed(forms.Form):
    """The fields of a postal address."""

    street = text("Street", 55)
    street_2 = text("Suite", 55)
    city = text("City", 30)
    state = StateField()
    postal_code = PostalCodeField()

    @property
    def address(self) -> PostalAddress:
        """The address as entered."""
        return PostalAddress(**{name: self.cleaned_data[name] for name in ADDRESS})

    @property
    def told(self) -> dict[str, Any]:
        """Everything else, as entered."""
        return {name: value for name, value in self.cleaned_data.items() if name not in (*ADDRESS, "seen")}


class _PracticeForm(_Addressed):
    """What claims and statements say of a practice."""

    name = text("Name", 60, required=True)
    npi = NpiField()
    tax_number = text("Tax id", 10, required=True, help_text="Nine digits.")
    taxonomy_code = TaxonomyField()
    phone = PhoneField()
    email = email(help_text="Patients answer here.")
    time_zone = forms.ChoiceField(label="Time zone", choices=[(zone, zone) for zone in ZONES])

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for name in ("street", "city", "state", "postal_code"):
            self.fields[name].required = True
            self.fields[name].error_messages["required"] = "Claims need it."

    def clean_tax_number(self) -> str:
        """Nine digits, without the hyphen."""
        number = str(self.cleaned_data["tax_number"]).replace("-", "")
        if not is_tax_number(number):
            raise forms.ValidationError("A tax id has nine digits.")
        return number

    def clean(self) -> dict[str, Any]:
        """The billing provider's address is a place: claims are refused otherwise."""
        cleaned = super().clean() or {}
        if "BOX" in cleaned.get("street", "").upper().replace("P.O.", "PO").split():
            self.add_error("street", "The billing provider's address is a street, never a PO box.")
        return cleaned


class PracticeOpeningForm(_PracticeForm):
    """A practice that is new here, of one of these organizations; a single one needs no choice."""

    claim_prefix = forms.RegexField(
        r"^[A-Za-z][A-Za-z0-9]{1,3}$",
        label="Claim numbers begin with",
        help_text="Two to four letters and digits, such as LS. They are never changed.",
        error_messages={"invalid": "Two to four letters and digits, a letter first."},
        widget=forms.TextInput(attrs={"autocomplete": "off", "maxlength": 4}),
    )
    field_order = ("name", "claim_prefix", "npi", "tax_number", "taxonomy_code", "phone", "email", *ADDRESS)

    def __init__(self, *args: Any, organizations: Collection[Organization] = (), **more: Any) -> None:
        super().__init__(*args, **{"initial": {"time_zone": "America/Chicago"}, **more})
        if len(organizations) > 1:
            theirs = Organization.objects.filter(pk__in=[each.pk for each in organizations]).order_by("name")
            self.fields["organization"] = forms.ModelChoiceField(
                theirs,
                label="Organization",
                to_field_name="public_id",
                empty_label=None,
                help_text="Its practices share their payers.",
            )

    def clean_claim_prefix(self) -> str:
        """In capitals."""
        return str(self.cleaned_data["claim_prefix"]).upper()


class PracticeRecordForm(_PracticeForm, GuardedForm):
    """A practice on record, to be put right."""

    statement_minimum = forms.DecimalField(
        label="Smallest balance billed",
        min_value=0,
        max_digits=12,
        decimal_places=2,
        help_text="A patient who owes less gets no statement yet. In dollars.",
    )
    write_off_limit = forms.DecimalField(
        label="Write-off limit",
        min_value=0,
        max_digits=12,
        decimal_places=2,
        help_text="A biller forgives up to this without a manager's approval. In dollars.",
    )
    field_order = ("name", "npi", "tax_number", "taxonomy_code", "phone", "email", *ADDRESS)

    def __init__(self, *args: Any, practice: Practice, **more: Any) -> None:
        known = {name: getattr(practice, name) for name in self.base_fields if name != "seen"}
        super().__init__(*args, initial=known, **more)
        zones: Any = self.fields["time_zone"]
        if practice.time_zone not in ZONES:
            zones.choices = [(practice.time_zone, practice.time_zone), *zones.choices]


class SignInRulesForm(GuardedForm):
    """How people come into a practice, and how long they stay."""

    second_factor_required = forms.BooleanField(
        label="Everybody signs in with a second factor",
        required=False,
        help_text="Who has none sets one up at the next click.",
    )
    idle_minutes = forms.IntegerField(
        label="Minutes without activity",
        min_value=5,
        max_value=60,
        help_text="Then a person is signed off. From 5 to 60.",
    )

    def __init__(self, *args: Any, practice: Practice, **more: Any) -> None:
        known = {name: getattr(practice, name) for name in ("second_factor_required", "idle_minutes")}
        super().__init__(*args, initial=known, **more)


class LocationForm(_Addressed):
    """A place where patients are seen."""

    name = text("Name", 60, required=True)
    place_of_service_code = forms.ChoiceField(label="Place of service", choices=PLACES)
    npi = NpiField(required=False, help_text="Only of a facility that has its own.")
    field_order = ("name", "place_of_service_code", "npi")


class LocationRecordForm(LocationForm, GuardedForm):
    """A location, to be put right."""

    def __init__(self, *args: Any, location: Location, **more: Any) -> None:
        known = {name: getattr(location, name) for name in self.base_fields if name != "seen"}
        super().__init__(*args, initial=known, **more)


class ProviderForm(forms.Form):
    """A clinician who renders, refers or supervises."""

    first_name = text("First name", 35, required=True)
    last_name = text("Last name", 60, required=True)
    credential = text("Credential", 10, help_text="MD, DO, NP, PA.")
    npi = NpiField()
    taxonomy_code = TaxonomyField()

    @property
    def told(self) -> dict[str, Any]:
        """The fields, as entered."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}


class ProviderRecordForm(ProviderForm, GuardedForm):
    """A clinician, to be put right."""

    ended_on = DayField(label="Last day here", required=False, help_text="Empty while they work here.")

    def __init__(self, *args: Any, provider: Provider, **more: Any) -> None:
        known = {name: getattr(provider, name) for name in self.base_fields if name != "seen"}
        super().__init__(*args, initial=known, **more)


class CredentialForm(forms.Form):
    """A payer's acceptance of a provider."""

    payer = forms.ModelChoiceField(Payer.objects.none(), label="Payer", to_field_name="public_id")
    effective_on = DayField(label="From")
    ended_on = DayField(label="Until", required=False, help_text="Empty while it lasts.")

    def __init__(self, *args: Any, payers: QuerySet[Payer], **more: Any) -> None:
        super().__init__(*args, **more)
        chosen: Any = self.fields["payer"]
        chosen.queryset = payers

    def clean(self) -> dict[str, Any]:
        """It does not end before it begins."""
        return span_forward(self, super().clean() or {})


def span_forward(form: forms.Form, cleaned: dict[str, Any]) -> dict[str, Any]:
    """Refuse a last day that lies before the first."""
    first: date | None = cleaned.get("effective_on")
    last: date | None = cleaned.get("ended_on")
    if first and last and last < first:
        form.add_error("ended_on", "The last day lies before the first.")
    return cleaned


def practice_field(practices: Collection[Practice]) -> "forms.ModelChoiceField[Practice]":
    """Which of several practices a new row belongs to."""
    mine = Practice.objects.filter(pk__in=[each.pk for each in practices]).order_by("name")
    return forms.ModelChoiceField(mine, label="Practice", to_field_name="public_id", empty_label=None)
