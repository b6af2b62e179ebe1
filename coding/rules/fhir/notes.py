"""The note of an encounter, made of the words of everything recorded at it. No code is translated."""

import base64
import binascii
from collections import defaultdict

from coding.rules.fhir.bundle import Bundle
from coding.rules.fhir.reading import Json, at, items, text, words

LONGEST = 20_000
# Heading, kind of resource, and where its words stand.
SECTIONS = (
    ("Diagnoses", "Condition", ("code",)),
    ("Procedures", "Procedure", ("code",)),
    ("Immunizations", "Immunization", ("vaccineCode",)),
    ("Medications", "MedicationRequest", ("medicationCodeableConcept",)),
    ("Reports", "DiagnosticReport", ("code",)),
    ("Imaging", "ImagingStudy", ("series", 0, "bodySite")),
)
NOT_SO = frozenset({"entered-in-error", "not-done", "refuted", "cancelled"})


class Notes:
    """Everything of a bundle that was recorded at an encounter, by encounter."""

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        self._recorded: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for heading, kind, path in SECTIONS:
            for resource in bundle.all(kind):
                self._add(resource, heading, words(at(resource, *path)) or text(resource, *path, "display"))
        for resource in bundle.all("Observation"):
            self._add(resource, "Observations", _observation(resource))
        for resource in bundle.all("CarePlan"):
            self._add(resource, "Plan", _plan(resource))
        for resource in bundle.all("DocumentReference"):
            self._add(resource, "Note", _document(resource))

    def of(self, encounter: Json) -> str:
        """The note of one encounter: kind and reason, then a line per heading; empty when nothing is said."""
        kinds = [words(one) for one in items(encounter, "type")]
        reasons = [words(one) for one in items(encounter, "reasonCode")]
        sections = {"Visit": kinds, "Reason": reasons, **self._recorded[self._bundle.id_of(encounter)]}
        lines = [
            f"{heading}: {'; '.join(dict.fromkeys(one for one in said if one))}"
            for heading, said in sections.items()
            if any(said)
        ]
        return "\n".join(lines)[:LONGEST]

    def _add(self, resource: Json, heading: str, said: str) -> None:
        status = {text(resource, "status"), *_codes_of_status(resource)}
        references = (at(resource, "encounter"), *items(resource, "context", "encounter"))
        for reference in references:
            encounter = self._bundle.find(reference, "Encounter")
            if said and encounter is not None and not status & NOT_SO:
                self._recorded[self._bundle.id_of(encounter)][heading].append(said)
                return


def _codes_of_status(resource: Json) -> list[str]:
    return [text(one, "code") for one in items(resource, "verificationStatus", "coding")]


def _observation(resource: Json) -> str:
    """What was observed and found, and the findings of its parts: Blood pressure: systolic 120 mm[Hg]."""
    parts = [_finding(part) for part in items(resource, "component")]
    whole = _finding(resource)
    return f"{whole}: {', '.join(part for part in parts if part)}" if any(parts) else whole


def _finding(observed: Json) -> str:
    value = _quantity(at(observed, "valueQuantity")) or words(at(observed, "valueCodeableConcept"))
    value = value or text(observed, "valueString")
    return f"{words(at(observed, 'code'))} {value}".strip()


def _quantity(quantity: Json) -> str:
    value = at(quantity, "value")
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    return f"{value:.4g} {text(quantity, 'unit')}".strip()


def _plan(resource: Json) -> str:
    about = [words(one) for one in items(resource, "category")]
    about += [words(at(one, "detail", "code")) for one in items(resource, "activity")]
    return ", ".join(one for one in about if one)


def _document(resource: Json) -> str:
    """The plain text of an attached note."""
    for content in items(resource, "content"):
        attachment = at(content, "attachment")
        if text(attachment, "contentType").startswith("text/plain"):
            try:
                return text(base64.b64decode(text(attachment, "data")).decode("utf-8", "replace"))
            except (binascii.Error, ValueError):
                return ""
    return ""
