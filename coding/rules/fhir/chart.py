"""Everything taken from one bundle."""

from dataclasses import dataclass
from datetime import tzinfo

from coding.rules.fhir.bundle import Bundle
from coding.rules.fhir.coverage import coverages
from coding.rules.fhir.facts import (
    CoverageFacts,
    LeftOut,
    PatientFacts,
    PlaceFacts,
    ProviderFacts,
    VisitFacts,
)
from coding.rules.fhir.people import patients, place, provider
from coding.rules.fhir.reading import Json
from coding.rules.fhir.visits import visits


@dataclass(frozen=True, slots=True)
class Chart:
    """The facts of a bundle; `left_out` counts by reason what could not be taken."""

    patients: list[PatientFacts]
    providers: list[ProviderFacts]
    places: list[PlaceFacts]
    coverages: list[CoverageFacts]
    visits: list[VisitFacts]
    left_out: dict[str, int]


def read_chart(document: Json, zone: tzinfo) -> Chart:
    """What a FHIR R4 bundle says, with days and times in the practice's zone. Raises NotABundle.

    Bears anything missing or of another shape; resources it does not know are passed over.
    """
    bundle = Bundle(document)
    left_out = LeftOut()
    places = [
        place(bundle, {"reference": f"{kind}/{bundle.id_of(resource)}"})
        for kind in ("Location", "Organization")
        for resource in bundle.all(kind)
    ]
    return Chart(
        patients=patients(bundle),
        providers=[provider(bundle, resource) for resource in bundle.all("Practitioner")],
        places=[one for one in places if one is not None],
        coverages=list(coverages(bundle, zone, left_out)),
        visits=list(visits(bundle, zone, left_out)),
        left_out=left_out.counts,
    )
