"""What guarantors type into the page of their statement."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms

from billing.models import PaymentMethod

TRY_AGAIN = "Enter a month, a day and a year, like 5 14 1950."


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
        error_messages={"invalid": "Enter an amount in dollars and cents, like 25.00."},
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
        max_digits=12,
        decimal_places=2,
        min_value=Decimal("0.00"),
        required=False,
        localize=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={"invalid": "Enter an amount in dollars and cents, like 25.00."},
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

    def __init__(self, data: Any = None, *, due: Decimal, **kwargs: Any) -> None:
        super().__init__(_plain_amount(data), initial={"amount": due or None}, **kwargs)
        self.due = due

    def clean(self) -> dict[str, Any]:
        """A copay that is due is taken, or somebody says why not; a check has a number."""
        cleaned = super().clean() or {}
        amount = cleaned.get("amount")
        if self.due and not amount and "amount" not in self.errors and not cleaned.get("why_none"):
            self.add_error("why_none", f"A copay of ${self.due:,.2f} is due: take it, or say why not.")
        if amount and cleaned.get("method") == PaymentMethod.CHECK and not cleaned.get("reference"):
            self.add_error("reference", "Enter the number of the check.")
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
