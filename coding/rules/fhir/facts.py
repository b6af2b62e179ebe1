"""What is taken from a bundle, in this house's terms. Text is cut to the widths of the columns it goes to."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFacts:
    """A person; whatever is not known is empty. `sex` is F, M or U."""

    first_name: str = ""
    middle_name: str = ""
    last_name: str = ""
    suffix: str = ""
    birth_date: date | None = None
    death_date: date | None = None
    sex: str = "U"
    phone: str = ""
    email: str = ""
    street: str = ""
    street_2: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientFacts:
    """A patient under the id of the other system, and a parent or guardian where one is named."""

    external_id: str
    person: PersonFacts
    guarantor: PersonFacts | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderFacts:
    """A practitioner. `npi` is what the other system has under that name, proven or not."""

    external_id: str = ""
    first_name: str = ""
    last_name: str = ""
    credential: str = ""
    npi: str = ""
    taxonomy_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceFacts:
    """Where patients are seen."""

    name: str
    street: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageFacts:
    """A policy of a patient. `rank` is P, S or T, `relation` as in SBR02/PAT01; no last day: until further
    notice. `subscriber` is named for a dependent only."""

    patient_id: str
    payer_name: str
    effective_on: date
    ended_on: date | None = None
    rank: str = "P"
    member_number: str = ""
    group_number: str = ""
    plan_name: str = ""
    relation: str = "18"
    subscriber: PersonFacts | None = None


class VisitKind(StrEnum):
    """Whether a visit took place or is to come."""

    OCCURRED = "occurred"
    PLANNED = "planned"


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitFacts:
    """One visit. `note` is made of the texts of what was recorded at it; no code is translated."""

    external_id: str
    kind: VisitKind
    patient_id: str
    starts_at: datetime
    provider: ProviderFacts | None
    place: PlaceFacts | None
    place_of_service_code: str = ""
    reason: str = ""
    note: str = ""


@dataclass(slots=True)
class LeftOut:
    """What could not be taken, counted by reason."""

    counts: dict[str, int] = field(default_factory=dict)

    def add(self, reason: str) -> None:
        """One more."""
        self.counts[reason] = self.counts.get(reason, 0) + 1
