"""Eligibility answer 271 (005010X279A1): coverage and benefits, or why the payer does not answer."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from x12.eligibility_270_271.details import Circumstance, Delivery, Message, MilitaryService
from x12.eligibility_270_271.request import DIAGNOSES, VERSION
from x12.eligibility_270_271.words import (
    BENEFITS,
    COVERAGE_LEVELS,
    FOLLOW_UPS,
    INSURANCE_TYPES,
    PERIODS,
    QUANTITIES,
    REJECTIONS,
    SERVICE_TYPES,
)
from x12.engine import Document
from x12.levels import DateSpan, EntityName, Trace
from x12.loops import Loop, at, child, el, loop, must, record, segments
from x12.records import Contact, HealthCode, Procedure, Reference

ACTIVE = frozenset({"1", "2", "3", "4", "5"})
"""EB01 codes of active coverage."""

INACTIVE = frozenset({"6", "7", "8"})
"""EB01 codes of inactive coverage."""


@record
class Rejection:
    """AAA: the payer does not answer, or not fully. `valid` N: the request is at fault; `reason` is AAA03.

    `follow_up` (AAA04) says what to do next.
    """

    valid: str = el(1)
    agency: str = el(2)
    reason: str = el(3)
    follow_up: str = el(4)

    @property
    def retryable(self) -> bool:
        """Whether the same inquiry may be sent again by a machine, later.

        Only when the payer could not answer now (42) or its system did not respond (80), and it does not say
        otherwise: follow-up P, R or none. A wrong or unknown member (72 to 75) never mends by repeating.
        """
        return self.reason in ("42", "80") and self.follow_up in ("P", "R", "")

    @property
    def words(self) -> str:
        """Reason and follow-up in words."""
        reason = REJECTIONS.get(self.reason, f"Rejected, reason {self.reason}")
        follow_up = FOLLOW_UPS.get(self.follow_up, "")
        return f"{reason}. {follow_up}." if follow_up else f"{reason}."


@loop("NM1")
class RelatedEntity(Loop):
    """2120: someone a benefit speaks of: another payer (PR), a primary care provider (P3), a facility."""

    name: EntityName = segments("NM1")
    street: str = at("N3", 1)
    street2: str = at("N3", 2)
    city: str = at("N4", 1)
    state: str = at("N4", 2)
    postal_code: str = at("N4", 3)
    country: str = at("N4", 4)
    region_qualifier: str = at("N4", 5)
    region: str = at("N4", 6)
    subdivision: str = at("N4", 7)
    contacts: tuple[Contact, ...] = segments("PER")
    provider_code: str = at("PRV", 1)
    taxonomy: str = at("PRV", 3, fixed={2: "PXC"})


@loop("LS")
class RelatedEntities(Loop):
    """LS to LE: the bracket around the related entities of a benefit; some put a plan's identifiers there."""

    begins: str = at("LS", 1, default="2120")
    references: tuple[Reference, ...] = segments("REF")
    entities: tuple[RelatedEntity, ...] = child("NM1")
    ends: str = at("LE", 1, default="2120")


@loop("EB")
class Benefit(Loop):
    """2110C/D: one statement about coverage (EB01 to EB14) and what is attached to it.

    `amount` is in dollars; `fraction` is the patient's share (0.2 is 20 %). `authorization` (EB11) and
    `in_network` (EB12) are Y, N, U or, for the network, W for both.
    """

    code: str = must("EB", 1)
    coverage_level: str = at("EB", 2)
    service_types: tuple[str, ...] = at("EB", 3, role="repeated")
    insurance_type: str = at("EB", 4)
    plan_name: str = at("EB", 5)
    period: str = at("EB", 6)
    amount: Decimal | None = at("EB", 7)
    fraction: Decimal | None = at("EB", 8)
    quantity_qualifier: str = at("EB", 9)
    quantity: Decimal | None = at("EB", 10)
    authorization: str = at("EB", 11)
    in_network: str = at("EB", 12)
    procedure: Procedure = at("EB", 13)
    diagnosis_pointers: tuple[str, ...] = at("EB", 14)
    deliveries: tuple[Delivery, ...] = segments("HSD")
    references: tuple[Reference, ...] = segments("REF")
    dates: tuple[DateSpan, ...] = segments("DTP")
    rejections: tuple[Rejection, ...] = segments("AAA")
    messages: tuple[Message, ...] = segments("MSG")
    circumstances: tuple[Circumstance, ...] = segments("III")
    related: tuple[RelatedEntities, ...] = child("LS")

    @property
    def active(self) -> bool:
        """Whether it says that coverage is active."""
        return self.code in ACTIVE

    @property
    def inactive(self) -> bool:
        """Whether it says that coverage is inactive."""
        return self.code in INACTIVE

    @property
    def entities(self) -> tuple[RelatedEntity, ...]:
        """The related entities of all its brackets."""
        return tuple(entity for bracket in self.related for entity in bracket.entities)

    @property
    def share(self) -> Decimal | None:
        """The patient's share of the cost: EB08, or a fraction in EB07, where some put a coinsurance."""
        if self.fraction is None and self.code == "A" and self.amount is not None and self.amount <= 1:
            return self.amount
        return self.fraction

    def covers(self, service_type: str) -> bool:
        """Whether it names this service type."""
        return service_type in self.service_types

    @property
    def words(self) -> str:
        """What it says, as one line: kind, level, figure, service types, plan, network, authorization."""
        parts = [BENEFITS.get(self.code, f"Benefit {self.code}")]
        parts += [
            COVERAGE_LEVELS.get(self.coverage_level, self.coverage_level),
            self._figure(),
            ", ".join(SERVICE_TYPES.get(code, f"service type {code}") for code in self.service_types),
            INSURANCE_TYPES.get(self.insurance_type, self.insurance_type),
            self.plan_name,
            {"Y": "in network", "N": "out of network", "W": "in and out of network"}.get(self.in_network, ""),
            "authorization required" if self.authorization == "Y" else "",
        ]
        return "; ".join(part for part in parts if part)

    def _figure(self) -> str:
        figure = ""
        if self.share is not None:
            figure = f"{(self.share * 100).normalize():f}%"
        elif self.amount is not None:
            figure = f"${self.amount:,.2f}"
        elif self.quantity is not None:
            unit = QUANTITIES.get(self.quantity_qualifier, self.quantity_qualifier)
            figure = f"{self.quantity:f} {unit}".strip()
        period = PERIODS.get(self.period, self.period)
        return " ".join(part for part in (figure, period) if part)


@loop("HL")
class AnsweredPerson(Loop):
    """What 2000C and 2000D share: a person as the payer knows them, rejections of the inquiry, the benefits.

    `changed` Y with `change_reason` 25 says that the payer's record differs from what we sent.
    """

    traces: tuple[Trace, ...] = segments("TRN")
    name: EntityName = segments("NM1")
    references: tuple[Reference, ...] = segments("REF")
    street: str = at("N3", 1)
    street2: str = at("N3", 2)
    city: str = at("N4", 1)
    state: str = at("N4", 2)
    postal_code: str = at("N4", 3)
    country: str = at("N4", 4)
    region_qualifier: str = at("N4", 5)
    region: str = at("N4", 6)
    subdivision: str = at("N4", 7)
    rejections: tuple[Rejection, ...] = segments("AAA")
    provider_code: str = at("PRV", 1)
    provider_qualifier: str = at("PRV", 2)
    provider_number: str = at("PRV", 3)
    birth_date: date | None = at("DMG", 2, fixed={1: "D8"})
    sex: str = at("DMG", 3)
    changed: str = at("INS", 3)
    change_reason: str = at("INS", 4)
    birth_sequence: str = at("INS", 17)
    diagnoses: tuple[HealthCode, ...] = segments("HI", codec=DIAGNOSES)
    dates: tuple[DateSpan, ...] = segments("DTP")
    military: MilitaryService | None = segments("MPI")
    benefits: tuple[Benefit, ...] = child("EB")


@loop("HL")
class AnsweredDependent(AnsweredPerson):
    """2000D: the patient (03) who is not the subscriber; `relationship` is INS02 (01 spouse, 19 child)."""

    relationship: str = at("INS", 2, fixed={1: "N"})


@loop("HL")
class AnsweredSubscriber(AnsweredPerson):
    """2000C: the member (IL). With no dependents the subscriber is the patient; the benefits stand here."""

    relationship: str = at("INS", 2, fixed={1: "Y"})
    dependents: tuple[AnsweredDependent, ...] = child("HL", "23", at=3)


@loop("HL")
class AnsweredProvider(Loop):
    """2000B: us, who asked (1P, 80, FA and others)."""

    name: EntityName = segments("NM1")
    references: tuple[Reference, ...] = segments("REF")
    street: str = at("N3", 1)
    street2: str = at("N3", 2)
    city: str = at("N4", 1)
    state: str = at("N4", 2)
    postal_code: str = at("N4", 3)
    country: str = at("N4", 4)
    region_qualifier: str = at("N4", 5)
    region: str = at("N4", 6)
    subdivision: str = at("N4", 7)
    rejections: tuple[Rejection, ...] = segments("AAA")
    provider_code: str = at("PRV", 1)
    taxonomy: str = at("PRV", 3, fixed={2: "PXC"})
    subscribers: tuple[AnsweredSubscriber, ...] = child("HL", "22", at=3)


@loop("NM1")
class AnsweringSource(Loop):
    """2100A: the payer by name, whom to call, and why it cannot answer."""

    name: EntityName = segments("NM1")
    contacts: tuple[Contact, ...] = segments("PER")
    rejections: tuple[Rejection, ...] = segments("AAA")


@loop("HL")
class AnsweringPayer(Loop):
    """2000A: who answers. `rejections` stand at the level itself, `source.rejections` at the payer's name."""

    rejections: tuple[Rejection, ...] = segments("AAA")
    source: AnsweringSource = child("NM1")
    providers: tuple[AnsweredProvider, ...] = child("HL", "21", at=3)


@dataclass(frozen=True, slots=True)
class PatientAnswer:
    """One patient answered about and the levels around; no `dependent` when the subscriber is the patient."""

    payer: AnsweringPayer
    provider: AnsweredProvider
    subscriber: AnsweredSubscriber
    dependent: AnsweredDependent | None

    @property
    def patient(self) -> AnsweredSubscriber | AnsweredDependent:
        """The level of the patient."""
        return self.dependent or self.subscriber

    @property
    def benefits(self) -> tuple[Benefit, ...]:
        """Everything said about the patient's coverage."""
        return self.patient.benefits

    @property
    def traces(self) -> tuple[Trace, ...]:
        """The traces of our inquiry (kind 2), given back."""
        return self.patient.traces or self.subscriber.traces


@dataclass(frozen=True, slots=True)
class LocatedRejection:
    """A rejection and where it stands: payer, source, provider, subscriber, dependent or benefit."""

    level: str
    rejection: Rejection


@loop("ST")
class EligibilityResponse(Document):
    """One 271. `reference` gives back our BHT03."""

    control_number: str = at("ST", 2, fixed={1: "271"}, default="0001")
    version: str = at("ST", 3, default=VERSION)
    structure: str = at("BHT", 1, default="0022")
    purpose: str = at("BHT", 2, default="11")
    reference: str = at("BHT", 3)
    created_on: date | None = at("BHT", 4)
    created_time: str = at("BHT", 5)
    use: str = at("BHT", 6)
    payers: tuple[AnsweringPayer, ...] = child("HL", "20", at=3)

    def patients(self) -> Iterator[PatientAnswer]:
        """Every patient answered about, in order."""
        for payer in self.payers:
            for provider in payer.providers:
                for subscriber in provider.subscribers:
                    if subscriber.benefits or not subscriber.dependents:
                        yield PatientAnswer(payer, provider, subscriber, None)
                    for dependent in subscriber.dependents:
                        yield PatientAnswer(payer, provider, subscriber, dependent)

    @property
    def rejections(self) -> tuple[LocatedRejection, ...]:
        """Every AAA of every level, outermost first."""
        found: list[LocatedRejection] = []
        for payer in self.payers:
            found += _located("payer", payer.rejections)
            found += _located("source", payer.source.rejections)
            for provider in payer.providers:
                found += _located("provider", provider.rejections)
                for subscriber in provider.subscribers:
                    found += _of_subscriber(subscriber)
        return tuple(found)

    @property
    def retryable(self) -> bool:
        """Whether the payer gave no answer and every reason it gave may mend by asking again later."""
        reasons = self.rejections
        unanswered = not any(answer.benefits for answer in self.patients())
        return unanswered and bool(reasons) and all(located.rejection.retryable for located in reasons)


def _located(level: str, rejections: tuple[Rejection, ...]) -> list[LocatedRejection]:
    return [LocatedRejection(level, rejection) for rejection in rejections]


def _of_subscriber(subscriber: AnsweredSubscriber) -> list[LocatedRejection]:
    found = _located("subscriber", subscriber.rejections)
    for benefit in subscriber.benefits:
        found += _located("benefit", benefit.rejections)
    for dependent in subscriber.dependents:
        found += _located("dependent", dependent.rejections)
        for benefit in dependent.benefits:
            found += _located("benefit", benefit.rejections)
    return found
