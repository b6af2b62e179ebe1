"""A bundle's resources by kind, and who is meant by a reference."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator

from coding.rules.fhir.reading import Json, at, items, text

ID_LIMIT = 80
PATIENT_KEYS = ("subject", "patient", "beneficiary")


class NotABundle(Exception):
    """The document is no FHIR bundle, or holds nothing. The text says which, and nothing of a patient."""


class Bundle:
    """A FHIR R4 Bundle of whatever type, as a look-up. Raises NotABundle."""

    def __init__(self, document: Json) -> None:
        if text(document, "resourceType") != "Bundle":
            raise NotABundle("it is JSON, but no FHIR bundle")
        self._by_type: dict[str, list[Json]] = defaultdict(list)
        self._by_name: dict[str, Json] = {}
        self._ids: dict[int, str] = {}
        for entry in items(document, "entry"):
            resource = at(entry, "resource")
            if isinstance(resource, dict) and (kind := text(resource, "resourceType")):
                self._keep(kind, resource, full_url=text(entry, "fullUrl"))
        if not self._by_type:
            raise NotABundle("the bundle holds no resources")

    def all(self, kind: str) -> list[Json]:
        """Every resource of a kind, in the order of the bundle."""
        return self._by_type.get(kind, [])

    def id_of(self, resource: Json) -> str:
        """The id of a resource of this bundle in the other system, or one made of its content."""
        return self._ids[id(resource)]

    def find(self, reference: Json, *kinds: str) -> Json:
        """The resource a Reference means, if the bundle holds it and it is of one of the kinds; else None."""
        for name in _names(reference):
            found = self._by_name.get(name)
            if found is not None and (not kinds or text(found, "resourceType") in kinds):
                return found
        return None

    def patient_of(self, resource: Json) -> Json:
        """The patient a resource is about: the one it names, or the only one when it names none."""
        for key in PATIENT_KEYS:
            if at(resource, key) is not None:
                return self.find(at(resource, key), "Patient")
        patients = self.all("Patient")
        return patients[0] if len(patients) == 1 else None

    def _keep(self, kind: str, resource: Json, *, full_url: str) -> None:
        identity = text(resource, "id") or full_url.rsplit("/", 1)[-1].removeprefix("urn:uuid:")
        if not identity or len(identity) > ID_LIMIT:
            identity = hashlib.sha256(json.dumps(resource, sort_keys=True).encode()).hexdigest()
        self._by_type[kind].append(resource)
        self._ids[id(resource)] = identity
        names = [full_url, f"{kind}/{identity}", f"urn:uuid:{identity}"]
        names += [f"{kind}?{text(one, 'value')}" for one in items(resource, "identifier")]
        for name in names:
            self._by_name.setdefault(name, resource)


def _names(reference: Json) -> Iterator[str]:
    """What a reference may be looked up under: as it stands, as Type/id, or by an identifier."""
    said = text(reference, "reference")
    if said:
        yield said
        yield "/".join(said.split("/_history/")[0].split("/")[-2:])
        kind, _, query = said.partition("?identifier=")
        if query:
            yield f"{kind.rsplit('/', 1)[-1]}?{query.rsplit('|', 1)[-1]}"
    if value := text(reference, "identifier", "value"):
        for kind in (text(reference, "type"), "Patient", "Practitioner", "Organization", "Location"):
            yield f"{kind}?{value}"
