"""Encounters and appointments of a bundle."""

from collections.abc import Iterator
from datetime import tzinfo

from coding.rules.fhir.bundle import Bundle
from coding.rules.fhir.facts import LeftOut, PlaceFacts, ProviderFacts, VisitFacts, VisitKind
from coding.rules.fhir.notes import Notes
from coding.rules.fhir.people import place, practitioner
from coding.rules.fhir.reading import Json, at, items, moment, text, words

OCCURRED = frozenset({"finished", "completed", "discharged"})
PLANNED = frozenset({"planned", "arrived", "triaged", "in-progress", "onleave", "on-hold"})
CANCELED = frozenset({"cancelled", "entered-in-error", "discontinued"})
BOOKED = frozenset({"booked", "pending", "arrived", "checked-in"})
# Encounter.class (v3 ActCode) as CMS place of service: office, emergency room, hospital, telehealth, home.
PLACES_OF_SERVICE = {
    "AMB": "11", "EMER": "23", "IMP": "21", "ACUTE": "21", "NONAC": "21", "OBSENC": "22", "SS": "22",
    "VR": "02", "HH": "12",
}  # fmt: skip


def visits(bundle: Bundle, zone: tzinfo, left_out: LeftOut) -> Iterator[VisitFacts]:
    """Encounters that took place or are to come, then appointments that stand; times in the zone."""
    notes = Notes(bundle)
    treating = _treating(bundle)
    for resource in bundle.all("Encounter"):
        status = text(resource, "status")
        kind = _kind(status)
        if kind is None:
            left_out.add("encounter canceled" if status in CANCELED else "encounter of no known status")
            continue
        provider = _seen_by(bundle, resource) or treating.get(bundle.id_of(resource))
        found = _encounter(bundle, resource, kind, provider, notes, zone)
        if found is None:
            left_out.add("encounter without a patient or a day")
        else:
            yield found
    yield from _appointments(bundle, zone, left_out)


def _kind(status: str) -> VisitKind | None:
    if status in OCCURRED:
        return VisitKind.OCCURRED
    return VisitKind.PLANNED if status in PLANNED else None


def _encounter(
    bundle: Bundle,
    resource: Json,
    kind: VisitKind,
    provider: ProviderFacts | None,
    notes: Notes,
    zone: tzinfo,
) -> VisitFacts | None:
    patient = bundle.patient_of(resource)
    starts = moment(resource, "period", "start", zone=zone) or moment(resource, "period", "end", zone=zone)
    if patient is None or starts is None:
        return None
    reasons = [words(one) for one in items(resource, "reasonCode")]
    about = next((one for one in (*reasons, words(at(resource, "type", 0))) if one), "")
    return VisitFacts(
        external_id=bundle.id_of(resource),
        kind=kind,
        patient_id=bundle.id_of(patient),
        starts_at=starts,
        provider=provider,
        place=_seen_at(bundle, resource),
        place_of_service_code=PLACES_OF_SERVICE.get(text(resource, "class", "code"), ""),
        reason=about[:80],
        note=notes.of(resource) if kind is VisitKind.OCCURRED else "",
    )


def _seen_by(bundle: Bundle, resource: Json) -> ProviderFacts | None:
    for participant in items(resource, "participant"):
        for key in ("individual", "actor"):
            found = practitioner(bundle, at(participant, key))
            if found is not None:
                return found
    return None


def _seen_at(bundle: Bundle, resource: Json) -> PlaceFacts | None:
    for one in items(resource, "location"):
        if (found := place(bundle, at(one, "location"))) is not None:
            return found
    return place(bundle, at(resource, "serviceProvider"))


def _treating(bundle: Bundle) -> dict[str, ProviderFacts]:
    """Who treated, by encounter id, as the explanations of benefits tell: for encounters that name nobody."""
    found: dict[str, ProviderFacts] = {}
    for benefit in bundle.all("ExplanationOfBenefit"):
        provider = practitioner(bundle, at(benefit, "careTeam", 0, "provider"))
        provider = provider or practitioner(bundle, at(benefit, "provider"))
        claim = bundle.find(at(benefit, "claim"), "Claim")
        for item in (*items(claim, "item"), *items(benefit, "item")):
            for reference in items(item, "encounter"):
                encounter = bundle.find(reference, "Encounter")
                if provider is not None and encounter is not None:
                    found.setdefault(bundle.id_of(encounter), provider)
    return found


def _appointments(bundle: Bundle, zone: tzinfo, left_out: LeftOut) -> Iterator[VisitFacts]:
    for resource in bundle.all("Appointment"):
        actors = [at(one, "actor") for one in items(resource, "participant")]
        patient = next((hit for one in actors if (hit := bundle.find(one, "Patient")) is not None), None)
        patient = patient if patient is not None else bundle.patient_of(resource)
        starts = moment(resource, "start", zone=zone)
        if text(resource, "status") not in BOOKED:
            continue
        if patient is None or starts is None:
            left_out.add("appointment without a patient or a time")
            continue
        yield VisitFacts(
            external_id=bundle.id_of(resource),
            kind=VisitKind.PLANNED,
            patient_id=bundle.id_of(patient),
            starts_at=starts,
            provider=_actor(bundle, actors),
            place=next((place(bundle, one) for one in actors if bundle.find(one, "Location")), None),
            reason=(text(resource, "description") or words(at(resource, "serviceType", 0)))[:80],
        )


def _actor(bundle: Bundle, actors: list[Json]) -> ProviderFacts | None:
    """The practitioner among those who take part; a display alone may be anybody's."""
    for one in actors:
        if bundle.find(one, "Practitioner", "PractitionerRole") is not None:
            return practitioner(bundle, one)
    return None
