"""What guarantors type into the page of their statement."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms

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
