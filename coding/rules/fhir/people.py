"""Patients, parents, practitioners and places of a bundle."""

from datetime import date

from coding.rules.fhir.bundle import Bundle
from coding.rules.fhir.facts import PatientFacts, PersonFacts, PlaceFacts, ProviderFacts
from coding.rules.fhir.reading import Json, at, codes, day, items, text, words
from coding.rules.us import phone, postal_code, state_code

SEXES = {"female": "F", "male": "M"}
PARENTS = frozenset({
    "PRN", "MTH", "FTH", "NMTH", "NFTH", "ADOPTP", "STPPRN", "GUARD", "GUARDIAN", "PRNFOST", "GUARANTOR",
})  # fmt: skip
NPI = "us-npi"
TAXONOMY = "nucc.org/provider-taxonomy"


def patients(bundle: Bundle) -> list[PatientFacts]:
    """Every patient of the bundle, with a parent or guardian named by a RelatedPerson."""
    return [
        PatientFacts(
            external_id=bundle.id_of(resource), person=person(resource), guarantor=_parent(bundle, resource)
        )
        for resource in bundle.all("Patient")
    ]


def person(resource: Json) -> PersonFacts:
    """A Patient or RelatedPerson."""
    name = _name(resource)
    given = [text(one) for one in items(name, "given") if text(one)]
    return PersonFacts(
        first_name=given[0][:35] if given else "",
        middle_name=" ".join(given[1:])[:25],
        last_name=text(name, "family", limit=60),
        suffix=text(name, "suffix", 0, limit=10),
        birth_date=day(resource, "birthDate"),
        death_date=_death(resource),
        sex=SEXES.get(text(resource, "gender"), "U"),
        phone=phone(_telecom(resource, "phone")),
        email=_email(_telecom(resource, "email")),
        **address(resource),
    )


def address(resource: Json) -> dict[str, str]:
    """The street, city, state and ZIP of the address in use, else of one that has ended."""
    known = [one for one in items(resource, "address") if isinstance(one, dict)]
    current = [one for one in known if text(one, "use") != "old" and not at(one, "period", "end")]
    chosen = next(iter(current or known), None)
    lines = [text(line, limit=55) for line in items(chosen, "line") if text(line)]
    return {
        "street": lines[0] if lines else "",
        "street_2": lines[1] if len(lines) > 1 else "",
        "city": text(chosen, "city", limit=30),
        "state": state_code(text(chosen, "state")),
        "postal_code": postal_code(text(chosen, "postalCode")),
    }


def practitioner(bundle: Bundle, reference: Json) -> ProviderFacts | None:
    """Whom a reference to a Practitioner means; by display or identifier if the bundle lacks it."""
    resource = bundle.find(reference, "Practitioner", "PractitionerRole")
    if text(resource, "resourceType") == "PractitionerRole":
        resource = bundle.find(at(resource, "practitioner"), "Practitioner")
    if resource is not None:
        return provider(bundle, resource)
    npi = text(reference, "identifier", "value") or text(reference, "reference").rpartition("us-npi|")[2]
    *first, last = text(reference, "display").split() or [""]
    if not (last or npi):
        return None
    return ProviderFacts(first_name=" ".join(first)[:35], last_name=last[:60], npi=npi[:10])


def provider(bundle: Bundle, resource: Json) -> ProviderFacts:
    """A Practitioner of the bundle."""
    name = _name(resource)
    numbers = [one for one in items(resource, "identifier") if text(one, "system").endswith(NPI)]
    qualifications = [words(at(one, "code")) for one in items(resource, "qualification")]
    return ProviderFacts(
        external_id=bundle.id_of(resource),
        first_name=text(name, "given", 0, limit=35),
        last_name=text(name, "family", limit=60),
        credential=text(name, "suffix", 0, limit=10) or next((q for q in qualifications if len(q) <= 10), ""),
        npi=next((text(one, "value", limit=10) for one in numbers), ""),
        taxonomy_code=_taxonomy(resource),
    )


def place(bundle: Bundle, reference: Json) -> PlaceFacts | None:
    """What a reference to a Location or Organization means; by display if the bundle lacks it."""
    resource = bundle.find(reference, "Location", "Organization")
    name = text(resource, "name", limit=60) or text(reference, "display", limit=60)
    if not name:
        return None
    where = address(resource)
    del where["street_2"]
    return PlaceFacts(name=name, **where)


def _name(resource: Json) -> Json:
    """The official or usual name; an old or maiden one only where there is no other."""
    names = [one for one in items(resource, "name") if isinstance(one, dict)]
    order = {"official": 0, "usual": 1, "": 2, "old": 4, "maiden": 5}
    return min(names, key=lambda one: order.get(text(one, "use"), 3), default=None)


def _parent(bundle: Bundle, patient: Json) -> PersonFacts | None:
    for resource in bundle.all("RelatedPerson"):
        if bundle.find(at(resource, "patient"), "Patient") is not patient:
            continue
        found = person(resource)
        if found.last_name and PARENTS & set(codes(at(resource, "relationship"))):
            return found
    return None


def _death(resource: Json) -> date | None:
    """The day as it was written: where it was recorded, not in our zone."""
    return day(text(resource, "deceasedDateTime")[:10])


def _telecom(resource: Json, system: str) -> str:
    known = [one for one in items(resource, "telecom") if text(one, "system") == system]
    known = [one for one in known if text(one, "use") != "old" and not at(one, "period", "end")]
    return text(known, 0, "value")


def _email(said: str) -> str:
    name, at_sign, host = said.partition("@")
    return said if name and at_sign and "." in host and " " not in said and len(said) <= 254 else ""


def _taxonomy(resource: Json) -> str:
    for qualification in items(resource, "qualification"):
        for coding in items(qualification, "code", "coding"):
            if TAXONOMY in text(coding, "system"):
                return text(coding, "code", limit=10)
    return ""
