"""What is typed from an insurance card."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from patients.actions.coverage import (
    AuthorizationKnown,
    CoverageOverlaps,
    MemberNumberNotValid,
    SpanBackward,
    Subscriber,
    SubscriberMissing,
)
from patients.forms.fields import DayField, NameField, text
from patients.models import Coverage, Rank, Relation, Sex
from practice.models import Payer
from rcm.ui.forms import GuardedForm
from x12.eligibility_270_271.words import INSURANCE_TYPES

REFUSALS: dict[type[Exception], tuple[str | None, str]] = {
    MemberNumberNotValid: (
        "member_number",
        "This does not look like a member id of this payer. Type it again from the card.",
    ),
    CoverageOverlaps: (
        "effective_on",
        "Another coverage of this rank is in force then. End it first, or say that this one replaces it.",
    ),
    SpanBackward: ("ended_on", "The last day lies before the first."),
    SubscriberMissing: (
        "subscriber_last_name",
        "The patient is a dependent: enter the subscriber's name and date of birth.",
    ),
    AuthorizationKnown: ("number", "This authorization is on file already."),
}
"""The field that a refusal points to, and what is said there."""

_MEDICARE_SECONDARY = ("12", "13", "14", "15", "16", "41", "42", "43", "47")


class CoverageForm(forms.Form):
    """A policy, as on the card."""

    payer = forms.ModelChoiceField(
        Payer.objects.none(), label="Payer", to_field_name="public_id", empty_label="Choose the payer"
    )
    rank = forms.ChoiceField(label="Pays", choices=Rank.choices, initial=Rank.PRIMARY)
    member_number = text("Member id", 40, required=True, help_text="With its prefix and suffix")
    group_number = text("Group number", 40)
    plan_name = text("Plan", 60)
    effective_on = DayField(label="In force from")
    ended_on = DayField(label="Last day, if it has ended", required=False)
    replaces = forms.BooleanField(
        label="It replaces the coverage of the same rank, which ends the day before", required=False
    )
    relation = forms.ChoiceField(
        label="The patient is the subscriber's",
        choices=[(Relation.SELF, "Self: the patient is the subscriber")]
        + [choice for choice in Relation.choices if choice[0] != Relation.SELF],
        initial=Relation.SELF,
    )
    subscriber_first_name = NameField("Subscriber's first name", 35, required=False)
    subscriber_last_name = NameField("Subscriber's last name", 60, required=False)
    subscriber_birth_date = DayField(label="Subscriber's date of birth", required=False)
    subscriber_sex = forms.ChoiceField(label="Subscriber's sex", choices=Sex.choices, initial=Sex.UNKNOWN)
    medicare_secondary_code = forms.ChoiceField(
        label="Why Medicare pays second",
        required=False,
        choices=[("", "It does not"), *((code, INSURANCE_TYPES[code]) for code in _MEDICARE_SECONDARY)],
    )

    def __init__(self, data: Any = None, *, payers: QuerySet[Payer], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        payer: Any = self.fields["payer"]
        payer.queryset = payers

    @property
    def sections(self) -> list[tuple[str, str, list[forms.BoundField]]]:
        """The fields under their headings."""
        card = ("payer", "rank", "member_number", "group_number", "plan_name")
        days = ("effective_on", "ended_on", "replaces")
        subscriber = [name for name in self.fields if name.startswith("subscriber_")]
        return [
            ("The card", "", [self[name] for name in card]),
            ("When it is in force", "", [self[name] for name in days]),
            (
                "Whose policy it is",
                "The subscriber's own data only where the patient is a dependent.",
                [self[name] for name in ("relation", *subscriber, "medicare_secondary_code")],
            ),
        ]

    def clean(self) -> dict[str, Any]:
        """A subscriber is named only where the patient is a dependent."""
        cleaned = super().clean() or {}
        named = ("subscriber_first_name", "subscriber_last_name", "subscriber_birth_date")
        if cleaned.get("relation") == Relation.SELF and any(cleaned.get(name) for name in named):
            self.add_error(
                "relation",
                "A subscriber is named here: say how the patient is related, or empty these entries.",
            )
        return cleaned

    def subscriber(self) -> Subscriber | None:
        """The person through whom a dependent is insured; None where the patient is the subscriber."""
        told = self.cleaned_data
        if told["relation"] == Relation.SELF:
            return None
        return Subscriber(
            first_name=told["subscriber_first_name"],
            last_name=told["subscriber_last_name"],
            birth_date=told["subscriber_birth_date"],
            sex=told["subscriber_sex"],
        )


class CoverageCorrectionForm(GuardedForm):
    """What stands on the card, to be put right. Another payer is another coverage."""

    rank = forms.ChoiceField(label="Pays", choices=Rank.choices)
    member_number = text("Member id", 40, required=True)
    group_number = text("Group number", 40)
    plan_name = text("Plan", 60)
    effective_on = DayField(label="In force from")
    ended_on = DayField(label="Last day", required=False)
    subscriber_first_name = NameField("Subscriber's first name", 35, required=False)
    subscriber_last_name = NameField("Subscriber's last name", 60)
    subscriber_birth_date = DayField(label="Subscriber's date of birth")
    subscriber_sex = forms.ChoiceField(label="Subscriber's sex", choices=Sex.choices)

    def __init__(self, data: Any = None, *, coverage: Coverage, **kwargs: Any) -> None:
        known = {name: getattr(coverage, name) for name in self.base_fields if name != "seen"}
        super().__init__(data, initial=known, **kwargs)
        if coverage.relation == Relation.SELF:
            for name in [name for name in self.fields if name.startswith("subscriber_")]:
                del self.fields[name]

    def changes(self) -> dict[str, Any]:
        """The fields as entered, for the action."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}


class CoverageEndForm(forms.Form):
    """The last day of a policy."""

    ended_on = DayField(label="Last day covered")


class AuthorizationForm(forms.Form):
    """A payer's prior consent."""

    number = text("Authorization number", 50, required=True)
    effective_on = DayField(label="From")
    ended_on = DayField(label="Through")
    procedure_codes = text(
        "Procedures", 120, help_text="CPT or HCPCS codes with spaces between; empty for any"
    )
    units = forms.IntegerField(label="Units", required=False, min_value=1, max_value=999)

    def clean_procedure_codes(self) -> list[str]:
        """The codes in capitals."""
        codes: list[str] = self.cleaned_data["procedure_codes"].replace(",", " ").upper().split()
        if any(len(code) != 5 or not code.isalnum() for code in codes):
            raise forms.ValidationError("A procedure code has five characters.")
        return codes
