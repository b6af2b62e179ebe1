"""What people enter about a denial."""

from django import forms

from rcm.ui.forms import GuardedForm

_LONG = forms.Textarea(attrs={"rows": 8})


class AppealForm(GuardedForm):
    """The letter's own words; everything else in it comes from the claim."""

    request = forms.CharField(label="What we ask", max_length=200)
    facts = forms.CharField(
        label="What happened",
        widget=_LONG,
        max_length=6000,
        required=False,
        help_text="In order, with dates. The claim and the payer's reason are in the letter by themselves.",
    )
    rule = forms.CharField(
        label="What it rests on",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        required=False,
        help_text="The clause of the contract, the policy or the guideline.",
    )
    evidence = forms.CharField(
        label="Enclosures",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        required=False,
        help_text="One on each line.",
    )

    def enclosures(self) -> list[str]:
        """The names of the enclosures, a line each."""
        return [line.strip() for line in self.cleaned_data["evidence"].splitlines() if line.strip()]


class CorrectionForm(forms.Form):
    """What is changed on the claim that answers a denial."""

    authorization_number = forms.CharField(label="Authorization number", max_length=50, required=False)
    note = forms.CharField(
        label="Note to the payer", max_length=80, required=False, help_text="Printed on the claim (NTE)."
    )

    def clean(self) -> dict[str, str]:
        """Something has to change."""
        cleaned: dict[str, str] = super().clean() or {}
        if not any(cleaned.get(name) for name in ("authorization_number", "note")):
            raise forms.ValidationError("Enter what is to be corrected.")
        return cleaned


class WriteOffForm(forms.Form):
    """Why the rest of a denied line is given up."""

    note = forms.CharField(label="Reason", max_length=200, help_text="Kept in the books, with your name.")
