"""Input of a price list: a file first, then the word that it shall hold."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core import signing
from django.db.models import QuerySet

from practice.forms.practice import practice_field
from practice.models import Contract, Practice
from practice.rules.price_list import NotAPriceList, PriceList, Problem, read_price_list
from rcm.ui.fields import DayField, text

LARGEST_FILE = 2 * 1024 * 1024
_SALT = "practice.forms.fees.prices"


class PricesForm(forms.Form):
    """A price list as a file, and from which day it holds."""

    name = text("Name of the list", 60, required=True, help_text="Such as Charges 2026 or BluePeak 2026.")
    effective_on = DayField(label="From", help_text="The list of before ends the day before.")
    contract = forms.ModelChoiceField(
        Contract.objects.none(),
        label="Whose prices",
        required=False,
        to_field_name="public_id",
        empty_label="The practice's own charges",
        help_text="What the practice charges, or what a contract allows.",
    )
    file = forms.FileField(
        label="File",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx,text/csv"}),
        help_text="CSV or Excel with the columns procedure, modifier and amount.",
    )

    def __init__(
        self, *args: Any, practices: Sequence[Practice], contracts: QuerySet[Contract], **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.practices = practices
        if len(practices) > 1:
            self.fields["practice"] = practice_field(practices)
            self.order_fields(["practice"])
        chosen: Any = self.fields["contract"]
        chosen.queryset = contracts
        chosen.label_from_instance = _contract_words
        self.problems: Sequence[Problem] = ()
        self.read = PriceList({}, [])

    def clean(self) -> dict[str, Any]:
        """Every line can be read, and the contract is one of the practice's."""
        cleaned = super().clean() or {}
        contract, practice = cleaned.get("contract"), cleaned.get("practice", self.practices[0])
        if contract is not None and practice is not None and contract.practice_id != practice.pk:
            self.add_error("contract", f"This is no contract of {practice.name}.")
        if file := cleaned.get("file"):
            self._read(file)
        return cleaned

    def _read(self, file: Any) -> None:
        if file.size > LARGEST_FILE:
            self.add_error("file", "The file is larger than 2 MB.")
            return
        try:
            self.read = read_price_list(file.name, file.read())
        except NotAPriceList as refusal:
            self.add_error("file", str(refusal))
            return
        self.problems = self.read.problems
        if self.problems:
            self.add_error("file", "Some lines cannot be read; they are listed below. Nothing was changed.")

    @property
    def sealed(self) -> str:
        """What was read, signed, for the form by which a person says that it shall hold."""
        said = self.cleaned_data
        contract = said["contract"]
        return signing.dumps(
            {
                "practice": str(self.practice.public_id),
                "name": said["name"],
                "effective_on": said["effective_on"].isoformat(),
                "contract": None if contract is None else str(contract.public_id),
                "prices": [[*key, str(amount)] for key, amount in self.read.prices.items()],
            },
            salt=_SALT,
            compress=True,
        )

    @property
    def practice(self) -> Practice:
        """Whose list it is."""
        chosen: Practice = self.cleaned_data.get("practice") or self.practices[0]
        return chosen


class PricesConfirmedForm(forms.Form):
    """A price list that was shown, and shall hold."""

    sealed = forms.CharField(widget=forms.HiddenInput)

    def clean_sealed(self) -> dict[str, Any]:
        """What the page showed; the signature is ours, and of today."""
        try:
            said: dict[str, Any] = signing.loads(self.cleaned_data["sealed"], salt=_SALT, max_age=24 * 3600)
        except signing.BadSignature as problem:
            raise forms.ValidationError("This page is out of date: upload the file again.") from problem
        said["prices"] = {(code, modifier): Decimal(amount) for code, modifier, amount in said["prices"]}
        return said


def _contract_words(contract: Contract) -> str:
    return f"{contract.payer.name}, from {contract.effective_on:%m/%d/%Y} ({contract.practice.name})"
