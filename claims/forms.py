"""What a biller may change on a claim: shape and wording."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms

from rcm.ui.forms import GuardedForm

MOST_DIAGNOSES = 12
MOST_MODIFIERS = 4
MOST_POINTERS = 4
_SEPARATORS = re.compile(r"[\s,;]+")


def split(text: str) -> tuple[str, ...]:
    """The codes of a field in which several stand, in capitals, apart by spaces or commas."""
    return tuple(part for part in _SEPARATORS.split(text.strip().upper()) if part)


def letter(place: int) -> str:
    """A diagnosis by its place, as the paper form names it: 1 is A."""
    return chr(ord("A") + place - 1)


def place_of(pointer: str) -> int:
    """The place that a letter or a number points at; 0 when it is neither."""
    if pointer.isdecimal():
        return int(pointer)
    return ord(pointer) - ord("A") + 1 if len(pointer) == 1 and pointer.isascii() and pointer.isalpha() else 0


class CorrectionForm(GuardedForm):
    """A claim's own data. `positions` are its lines; each has modifiers and pointers of its own."""

    authorization_number = forms.CharField(
        label="Authorization number",
        max_length=50,
        required=False,
        strip=True,
        help_text="What the payer gave as prior consent (REF*G1).",
    )
    note = forms.CharField(
        label="Note to the payer",
        max_length=80,
        required=False,
        strip=True,
        help_text="Goes out with the claim (NTE), 80 characters at most.",
    )
    diagnosis_codes = forms.CharField(
        label="Diagnoses",
        max_length=120,
        strip=True,
        help_text="ICD-10-CM, the principal first, apart by spaces: I10 R00.2",
    )

    def __init__(
        self, *args: Any, positions: Sequence[tuple[int, str]], asks_why: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.positions = [position for position, _ in positions]
        for position, label in positions:
            self.fields[f"modifiers_{position}"] = forms.CharField(
                label=f"Modifiers of {label}", max_length=20, required=False, strip=True
            )
            self.fields[f"pointers_{position}"] = forms.CharField(
                label=f"Diagnoses of {label}",
                max_length=20,
                strip=True,
                help_text="Letters of the diagnoses above: A B",
            )
        if asks_why:
            self.fields["why"] = forms.CharField(
                label="Why is it corrected?", max_length=200, strip=True, help_text="Kept with the claim."
            )

    def clean_diagnosis_codes(self) -> tuple[str, ...]:
        """Codes without dots, in order."""
        codes = tuple(code.replace(".", "") for code in split(self.cleaned_data["diagnosis_codes"]))
        if len(codes) > MOST_DIAGNOSES:
            raise forms.ValidationError("A claim has twelve diagnoses at most.")
        for code in codes:
            if not re.fullmatch(r"[A-Z][0-9][0-9A-Z]{1,5}", code):
                raise forms.ValidationError(f"{code} does not have the form of an ICD-10-CM code.")
        return codes

    def clean(self) -> dict[str, Any]:
        """Modifiers as two characters each; pointers as places among the diagnoses."""
        cleaned = super().clean()
        diagnoses = len(cleaned.get("diagnosis_codes") or ())
        for position in self.positions:
            self._clean_line(cleaned, position, diagnoses)
        return cleaned

    def _clean_line(self, cleaned: dict[str, Any], position: int, diagnoses: int) -> None:
        modifiers = split(cleaned.get(f"modifiers_{position}") or "")
        if len(modifiers) > MOST_MODIFIERS or any(len(modifier) != 2 for modifier in modifiers):
            self.add_error(f"modifiers_{position}", "Enter at most four modifiers of two characters.")
        pointers = tuple(place_of(each) for each in split(cleaned.get(f"pointers_{position}") or ""))
        if diagnoses and not all(1 <= pointer <= diagnoses for pointer in pointers):
            self.add_error(f"pointers_{position}", "Enter letters of diagnoses that the claim has.")
        if len(pointers) > MOST_POINTERS:
            self.add_error(f"pointers_{position}", "A line points at four diagnoses at most.")
        cleaned[f"modifiers_{position}"], cleaned[f"pointers_{position}"] = modifiers, pointers


class VoidForm(forms.Form):
    """Why a claim is taken back."""

    why = forms.CharField(
        label="Why is it taken back?",
        max_length=200,
        strip=True,
        help_text="For example: billed for another patient. Kept with the claim.",
    )
