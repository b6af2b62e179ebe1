"""What guarantors type into the page of their statement, and billers about remittances and accounts."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms

from billing.models import HoldReason, PaymentMethod, ProviderAdjustment, RemittanceClaim, WriteOffReason
from billing.rules.by_hand import ByHand
from billing.rules.posting import Treatment
from rcm.money import ZERO

_BELONGS = {
    Treatment.INTEREST: "Interest",
    Treatment.RECOUPMENT: "Taken back by the payer",
    Treatment.FORWARD: "Carried to another payment",
    Treatment.CAPITATION: "Capitation and the like",
}

TRY_AGAIN = "Enter a month, a day and a year, like 5 14 1950."
LONGEST_IN_THE_DRAWER = timedelta(days=366)
FIRST_BIRTH_YEAR = 1850
FOUR_DIGITS = "Enter all four digits of the year, like 1950."
AMOUNT_WORDS = dict.fromkeys(
    ("invalid", "min_value", "max_digits", "max_decimal_places", "max_whole_digits"),
    "Enter an amount in dollars and cents, like 25.00.",
)


class BirthDateForm(forms.Form):
    """A date of birth in three parts, as people say it; `cleaned_data["birth_date"]` is the day."""

    month = forms.CharField(max_length=2)
    day = forms.CharField(max_length=2)
    year = forms.CharField(max_length=4)

    def clean(self) -> dict[str, Any]:
        """Put the parts together; one error for all three."""
        cleaned = super().clean() or {}
        parts = [str(cleaned.get(name, "")) for name in ("year", "month", "day")]
        try:
            cleaned["birth_date"] = date(*(int(part) for part in parts))
        except ValueError:
            self.errors.clear()
            raise forms.ValidationError(TRY_AGAIN) from None
        if cleaned["birth_date"].year < FIRST_BIRTH_YEAR:  # a slip of the pen costs no try
            raise forms.ValidationError(FOUR_DIGITS)
        return cleaned


class _OnceForm(forms.Form):
    """A form whose second sending, by an impatient finger or a reload, is the first one again."""

    request_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("request_key", uuid4())


class PaymentForm(_OnceForm):
    """How much to pay now, and where the receipt goes."""

    amount = forms.DecimalField(
        label="Amount to pay now",
        max_digits=12,
        decimal_places=2,
        min_value=Decimal("0.01"),
        localize=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages=AMOUNT_WORDS,
    )
    receipt_email = forms.EmailField(
        label="E-mail for your receipt",
        required=False,
        help_text="If you leave it empty, the receipt goes to the address we have, if you agreed to e-mail.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(_plain_amount(data), **kwargs)


class CheckInForm(_OnceForm):
    """The copay at check-in; none, with the reason where one is due."""

    amount = forms.DecimalField(
        label="Copay taken now",
        max_digits=8,
        decimal_places=2,
        min_value=Decimal("0.00"),
        required=False,
        localize=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages=AMOUNT_WORDS,
    )
    method = forms.ChoiceField(
        label="How",
        choices=[choice for choice in PaymentMethod.choices if choice[0] != PaymentMethod.ONLINE],
        initial=PaymentMethod.CARD,
        widget=forms.RadioSelect,
    )
    reference = forms.CharField(
        label="Check number, or the card's last four digits",
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    why_none = forms.CharField(
        label="If no copay is taken, why",
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    received = forms.DecimalField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, data: Any = None, *, due: Decimal, taken: Mapping[str, Decimal] | None = None, **kwargs: Any
    ) -> None:
        """`taken` are the payments of the visit that stand: what was received, by the key of its request."""
        self.taken = taken or {}
        received = sum(self.taken.values(), ZERO)
        super().__init__(_plain_amount(data), initial={"amount": due or None, "received": received}, **kwargs)
        self.due = due

    def clean(self) -> dict[str, Any]:
        """A copay that is due is taken, or somebody says why not; a check has a number.

        Money that was received while the page stood open is said before any more is taken.
        """
        cleaned = super().clean() or {}
        amount = cleaned.get("amount")
        received = self.initial["received"]
        is_new = str(cleaned.get("request_key")) not in self.taken
        if amount and is_new and received != (cleaned.get("received") or ZERO):
            typed: Any = self.data
            self.data = typed = typed.copy()
            typed["received"], typed["amount"] = str(received), str(self.due or "")
            said = f"Meanwhile ${received:,.2f} was received for this visit. Take more only if it is meant."
            self.add_error("amount", said)
        if self.due and not amount and "amount" not in self.errors and not cleaned.get("why_none"):
            self.add_error("why_none", f"A copay of ${self.due:,.2f} is due: take it, or say why not.")
        if amount and cleaned.get("method") == PaymentMethod.CHECK and not cleaned.get("reference"):
            self.add_error("reference", "Enter the number of the check.")
        reference = re.sub(r"[\s-]", "", cleaned.get("reference") or "")
        if cleaned.get("method") == PaymentMethod.CARD and re.search(r"\d{12}", reference):
            self.add_error("reference", "Enter the last four digits only: no card number is kept here.")
        return cleaned


class QuestionForm(_OnceForm):
    """A question in the guarantor's words."""

    text = forms.CharField(
        label="Your question", max_length=2000, strip=True, widget=forms.Textarea(attrs={"rows": 4})
    )


class DisputeForm(forms.Form):
    """What is not right with the statement."""

    reason = forms.CharField(
        label="What is not right?", max_length=200, strip=True, widget=forms.Textarea(attrs={"rows": 3})
    )


def _plain_amount(data: Any) -> Any:
    """ "$1,250.00" as people write it is 1250.00."""
    if data is None:
        return None
    plain = data.copy()
    plain["amount"] = str(plain.get("amount", "")).replace("$", "").replace(",", "").strip()
    return plain


class DismissalForm(forms.Form):
    """Why a remittance is set aside."""

    why = forms.CharField(
        label="Reason",
        max_length=200,
        help_text="For instance: the payer sent a corrected one under EFT 88412.",
    )


class ByHandForm(forms.Form):
    """Which of our claims and lines a parked remittance means, and where money beside the claims belongs."""

    def __init__(
        self,
        *args: Any,
        strange: Sequence[RemittanceClaim],
        beside: Sequence[ProviderAdjustment],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._strange = strange
        self._beside = beside
        for decision in strange:
            self.fields[f"claim_{decision.position}"] = forms.CharField(
                label=f"Our claim for number {decision.control_number}",
                max_length=20,
                required=False,
                initial=decision.claim.control_number if decision.claim else "",
            )
            for line in decision.lines.all():
                self.fields[f"line_{decision.position}_{line.position}"] = forms.CharField(
                    label=f"Our line for {line.procedure_code}",
                    max_length=50,
                    required=False,
                    initial=line.claim_line.control_number if line.claim_line else line.control_number,
                )
        for item in beside:
            self.fields[self.beside_name(item)] = forms.ChoiceField(
                label=f"{item.reason_code} {item.reference}".strip(),
                choices=[("", "Choose"), *((each.value, _BELONGS[each]) for each in Treatment)],
                required=False,
            )

    @staticmethod
    def beside_name(item: ProviderAdjustment) -> str:
        """The field of an adjustment beside the claims; the same reason goes the same way."""
        return f"beside_{item.reason_code}"

    def fields_of(self, decision: RemittanceClaim) -> tuple[forms.BoundField, list[forms.BoundField]]:
        """The fields of a decided claim: ours for the claim, ours for each line."""
        lines = [self[f"line_{decision.position}_{line.position}"] for line in decision.lines.all()]
        return self[f"claim_{decision.position}"], lines

    def by_hand(self) -> ByHand:
        """What was said, where it differs from what the payer said."""
        claims, lines = {}, {}
        for decision in self._strange:
            number = self.cleaned_data[f"claim_{decision.position}"].strip().upper()
            if number and number != decision.control_number:
                claims[decision.position] = number
            for line in decision.lines.all():
                said = self.cleaned_data[f"line_{decision.position}_{line.position}"].strip()
                if said and said != line.control_number:
                    lines[decision.position, line.position] = said
        return ByHand(claims, lines)

    def treatments(self) -> dict[str, Treatment]:
        """Where money beside the claims belongs, by PLB code."""
        said = {item.reason_code: self.cleaned_data[self.beside_name(item)] for item in self._beside}
        return {code: Treatment(value) for code, value in said.items() if value}


class DeskPaymentForm(_OnceForm):
    """A payment that a guarantor hands over or sends in."""

    amount = forms.DecimalField(
        max_digits=12,
        decimal_places=2,
        min_value=Decimal("0.01"),
        localize=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages=AMOUNT_WORDS,
    )
    method = forms.ChoiceField(
        label="How", choices=[choice for choice in PaymentMethod.choices if choice[0] != PaymentMethod.ONLINE]
    )
    reference = forms.CharField(
        label="Check number, or the card's last four digits", max_length=60, required=False
    )
    received_on = forms.DateField(label="Received on", widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, data: Any = None, *, today: date, **kwargs: Any) -> None:
        super().__init__(_plain_amount(data), initial={"received_on": today}, **kwargs)
        self._today = today

    def clean_received_on(self) -> date:
        """Money is not received tomorrow; what lies a year back is a slip of the finger."""
        day: date = self.cleaned_data["received_on"]
        if day > self._today:
            raise forms.ValidationError("This day is still to come.")
        if day < self._today - LONGEST_IN_THE_DRAWER:
            raise forms.ValidationError("This is more than a year ago: check the year.")
        return day

    def clean(self) -> dict[str, Any]:
        """A check has a number."""
        cleaned = super().clean() or {}
        if cleaned.get("method") == PaymentMethod.CHECK and not cleaned.get("reference"):
            self.add_error("reference", "Enter the number of the check.")
        return cleaned


class ReasonForm(forms.Form):
    """Why something is done, for the record."""

    why = forms.CharField(label="Reason", max_length=200)


class HoldForm(forms.Form):
    """Why a guarantor is not to be contacted about money."""

    reason = forms.ChoiceField(label="Hold contact because", choices=HoldReason.choices)


class ForgivenessForm(forms.Form):
    """What is forgiven of a charge, and why."""

    amount = forms.DecimalField(
        max_digits=12,
        decimal_places=2,
        min_value=Decimal("0.01"),
        localize=False,
        error_messages=AMOUNT_WORDS,
    )
    reason = forms.ChoiceField(
        choices=[choice for choice in WriteOffReason.choices if choice[0] != WriteOffReason.DENIAL]
    )
    note = forms.CharField(max_length=200, help_text="Kept in the books, with your name.")


class AnswerForm(forms.Form):
    """The answer to a guarantor's question; they read it on the page of the statement."""

    answer = forms.CharField(max_length=4000, widget=forms.Textarea(attrs={"rows": 5}))
