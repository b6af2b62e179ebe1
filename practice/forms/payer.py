"""Input about payers: who they are, how they are known on the wire, what was agreed with them."""

import re
from typing import Any

from django import forms

from practice.actions.organization import PostalAddress
from practice.forms.practice import ADDRESS, span_forward
from practice.models import Contract, EnrollmentStatus, Payer, WireTransaction
from rcm.ui.fields import DayField, PostalCodeField, StateField, text
from rcm.ui.forms import GuardedForm

FILING_INDICATORS = [
    ("CI", "CI Commercial insurance"),
    ("BL", "BL Blue Cross and Blue Shield"),
    ("MB", "MB Medicare Part B"),
    ("MA", "MA Medicare Part A"),
    ("MC", "MC Medicaid"),
    ("16", "16 Medicare Advantage HMO"),
    ("12", "12 Preferred provider organization"),
    ("13", "13 Point of service"),
    ("14", "14 Exclusive provider organization"),
    ("15", "15 Indemnity insurance"),
    ("HM", "HM Health maintenance organization"),
    ("CH", "CH TRICARE"),
    ("VA", "VA Veterans Affairs"),
    ("WC", "WC Workers' compensation"),
    ("AM", "AM Automobile medical"),
    ("LM", "LM Liability medical"),
    ("FI", "FI Federal employees program"),
    ("OF", "OF Other federal program"),
    ("TV", "TV Title V"),
    ("ZZ", "ZZ Mutually defined"),
]


class PayerForm(forms.Form):
    """Someone who pays claims."""

    name = text("Name", 60, required=True)
    payer_number = text(
        "Payer number", 20, required=True, help_text="The id on claims, unless a clearinghouse knows another."
    )
    filing_indicator_code = forms.ChoiceField(label="Kind of plan", choices=FILING_INDICATORS)
    member_number_pattern = text(
        "Member id pattern", 200, help_text="A regular expression that a member id must match. Empty: any."
    )
    takes_replacements = forms.BooleanField(
        label="Takes corrected claims",
        required=False,
        initial=True,
        help_text="Frequency 7 and 8. Medicare Part B does not.",
    )
    send_patient_paid = forms.BooleanField(
        label="Wants to know what the patient paid", required=False, initial=True, help_text="AMT*F5."
    )
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

    def clean_payer_number(self) -> str:
        """In capitals, as on the wire."""
        return str(self.cleaned_data["payer_number"]).upper()


class PayerRecordForm(PayerForm, GuardedForm):
    """A payer, to be put right."""

    def __init__(self, *args: Any, payer: Payer, **more: Any) -> None:
        known = {name: getattr(payer, name) for name in self.base_fields if name != "seen"}
        super().__init__(*args, initial=known, **more)


class IdentifierForm(forms.Form):
    """The id by which a clearinghouse knows a payer for one kind of transaction."""

    clearinghouse = text("Clearinghouse", 40, required=True)
    transaction = forms.ChoiceField(label="For", choices=WireTransaction.choices)
    number = text("Payer's id there", 40, required=True)


class EnrollmentForm(forms.Form):
    """How far EDI enrollment has come."""

    transaction = forms.ChoiceField(label="For", choices=WireTransaction.choices)
    status = forms.ChoiceField(label="Now", choices=EnrollmentStatus.choices)
    approved_on = DayField(label="Approved from", required=False)

    def clean(self) -> dict[str, Any]:
        """An approval holds from a day on."""
        cleaned = super().clean() or {}
        if cleaned.get("status") == EnrollmentStatus.APPROVED and not cleaned.get("approved_on"):
            self.add_error("approved_on", "Enter the day from which it is approved.")
        return cleaned


class ContractForm(forms.Form):
    """What a practice and a payer agreed on."""

    effective_on = DayField(label="From", help_text="An agreement of before ends the day before.")
    ended_on = DayField(label="Until", required=False, help_text="Empty while it lasts.")
    in_network = forms.BooleanField(label="In network", required=False, initial=True)
    timely_filing_days = forms.IntegerField(
        label="Days to file", min_value=1, max_value=1100, initial=90, help_text="From the visit."
    )
    corrected_claim_days = forms.IntegerField(
        label="Days to correct", min_value=1, max_value=1100, initial=90, help_text="From the decision."
    )
    appeal_days = forms.IntegerField(
        label="Days to appeal", min_value=1, max_value=1100, initial=180, help_text="From the decision."
    )
    days_to_pay = forms.IntegerField(
        label="Days to pay", min_value=1, max_value=365, initial=30, help_text="After that we ask (276)."
    )
    authorization_required = forms.CharField(
        label="Procedures that need prior authorization",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Codes, apart by spaces or commas.",
    )

    def clean_authorization_required(self) -> list[str]:
        """The codes, once each."""
        said = str(self.cleaned_data["authorization_required"]).upper()
        codes = [code for code in re.split(r"[\s,;]+", said) if code]
        if wrong := [code for code in codes if not re.fullmatch(r"[A-Z0-9]{5}", code)]:
            raise forms.ValidationError(f"{', '.join(wrong[:5])}: a procedure code has five characters.")
        return list(dict.fromkeys(codes))

    def clean(self) -> dict[str, Any]:
        """It does not end before it begins."""
        return span_forward(self, super().clean() or {})

    @property
    def told(self) -> dict[str, Any]:
        """The fields, as entered."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}


class ContractTermsForm(ContractForm, GuardedForm):
    """An agreement, to be put right; its first day stands."""

    def __init__(self, *args: Any, contract: Contract, **more: Any) -> None:
        known = {name: getattr(contract, name) for name in self.base_fields if name != "seen"}
        known["authorization_required"] = " ".join(contract.authorization_required)
        super().__init__(*args, initial=known, **more)
        del self.fields["effective_on"]
        self.contract = contract

    def clean(self) -> dict[str, Any]:
        """It does not end before it began."""
        cleaned = super().clean()
        span_forward(self, cleaned | {"effective_on": self.contract.effective_on})
        return cleaned
