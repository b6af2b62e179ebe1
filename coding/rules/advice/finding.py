"""What a check of the bench says, and what it looks at."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from coding.rules.lines import CodedLine


class Severity(StrEnum):
    """Errors stop signing; a warning asks for a reason; information asks for nothing."""

    ERROR = "error"
    WARNING = "warning"
    INFORMATION = "information"


class Part(StrEnum):
    """What a finding stands beside."""

    DIAGNOSIS = "diagnosis"
    LINE = "line"
    VISIT = "visit"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend or to know. `place` counts from 1 within its part; `source` is whose rule it is."""

    edit: str
    severity: Severity
    part: Part
    place: int
    words: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCode:
    """A diagnosis code as valid on the day of service."""

    description: str
    billable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedLine:
    """A line with what was looked up for it: its charge (None without a fee) and its words."""

    coded: CodedLine
    charge: Decimal | None
    words: str
    listed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """An authorization on file."""

    procedure_codes: frozenset[str]
    effective_on: date
    ended_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Everything the checks know of a visit. `known` has the codes that are valid on the day of service.

    `seen_before` is the practice's last visit of the patient within three years; `consent_needed` are the
    procedures the payer wants authorized.
    """

    service_date: date
    today: date
    birth_date: date
    sex: str
    diagnoses: tuple[str, ...]
    known: Mapping[str, KnownCode]
    lines: tuple[PricedLine, ...]
    place_of_service_code: str = "11"
    related_cause: str = ""
    accident_date: date | None = None
    accident_state: str = ""
    admission_date: date | None = None
    seen_before: date | None = None
    consent: Consent | None = None
    consent_needed: frozenset[str] = frozenset()

    @property
    def age(self) -> int:
        """The patient's age in years on the day of service."""
        day, born = self.service_date, self.birth_date
        return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
