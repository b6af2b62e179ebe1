"""What a biller may change on a claim: shape and wording."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
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


def place_of(pointer: str, codes: Sequence[str]) -> int:
    """The place among these codes that a code, a letter of the paper form or a number names; 0 for none."""
    if (code := pointer.replace(".", "")) in codes:
        return codes.index(code) + 1
    place = int(pointer) if pointer.isdecimal() and pointer.isascii() else 0
    if len(pointer) == 1 and pointer.isascii() and pointer.isalpha():
        place = ord(pointer) - ord("A") + 1
    return place if place <= len(codes) else 0


@dataclass(frozen=True, slots=True)
class LineFields:
    """What may be changed of one service line: its label, and its two fields."""

    label: str
    modifiers: forms.BoundField
    pointers: forms.BoundField


class CorrectionForm(GuardedForm):
    """A claim's own data. `positions` are its lines; each has modifiers and pointers of its own.

    Pointers are entered as codes, so that they keep their meaning when the order of the diagnoses changes.
    """

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
        self.positions = dict(positions)
        for position, label in positions:
            self.fields[f"modifiers_{position}"] = forms.CharField(
                label=f"Modifiers of {label}", max_length=20, required=False, strip=True
            )
            self.fields[f"pointers_{position}"] = forms.CharField(
                label=f"Diagnoses of {label}",
                max_length=40,
                strip=True,
                help_text="Codes from the diagnoses above, the one most meant first.",
            )
        if asks_why:
            self.fields["why"] = forms.CharField(
                label="Why is it corrected?", max_length=200, strip=True, help_text="Kept with the claim."
            )
        self.guard()

    @property
    def lines(self) -> list[LineFields]:
        """The fields of the service lines, line by line."""
        return [
            LineFields(label, self[f"modifiers_{position}"], self[f"pointers_{position}"])
            for position, label in self.positions.items()
        ]

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
        diagnoses = cleaned.get("diagnosis_codes") or ()
        for position in self.positions:
            self._clean_line(cleaned, position, diagnoses)
        return cleaned

    def _clean_line(self, cleaned: dict[str, Any], position: int, diagnoses: Sequence[str]) -> None:
        modifiers = split(cleaned.get(f"modifiers_{position}") or "")
        if len(modifiers) > MOST_MODIFIERS or any(len(modifier) != 2 for modifier in modifiers):
            self.add_error(f"modifiers_{position}", "Enter at most four modifiers of two characters.")
        told = split(cleaned.get(f"pointers_{position}") or "")
        pointers = tuple(place_of(each, diagnoses) for each in told)
        if diagnoses and (lost := [each for each, place in zip(told, pointers, strict=True) if not place]):
            self.add_error(
                f"pointers_{position}", f"{' '.join(lost)}: not among the diagnoses that this claim has now."
            )
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
