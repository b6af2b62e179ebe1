"""Eligibility inquiry 270 (005010X279A1): is this person covered, and for what."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from x12.convert import CompositesCodec
from x12.engine import Document
from x12.levels import EntityName, Trace
from x12.loops import Loop, at, child, dated, dated_through, loop, segments
from x12.records import HealthCode, MoneyAmount, Procedure, Reference

VERSION = "005010X279A1"
DIAGNOSES = CompositesCodec(HealthCode, 1, 8)


@loop("EQ")
class BenefitInquiry(Loop):
    """2110C/D: what is asked: `service_types` (EQ01: 30 the whole plan, 98 office visit) or a `procedure`.

    `amounts` are spend-down (R) and billed (PB); `service_date` overrides the plan date for this question.
    """

    service_types: tuple[str, ...] = at("EQ", 1, role="repeated")
    procedure: Procedure = at("EQ", 2)
    coverage_level: str = at("EQ", 3)
    diagnosis_pointers: tuple[str, ...] = at("EQ", 5)
    amounts: tuple[MoneyAmount, ...] = segments("AMT")
    place_of_service: str = at("III", 2, fixed={1: "ZZ"})
    references: tuple[Reference, ...] = segments("REF")
    service_date: date | None = dated("291")
    service_through: date | None = dated_through("291")


@loop("HL")
class InquiredPerson(Loop):
    """What 2000C and 2000D share: a person's traces, name, identifiers, address, birth, the date asked about.

    `birth_sequence` (INS17) tells apart siblings of a multiple birth.
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
    subdivision: str = at("N4", 7)
    provider_code: str = at("PRV", 1)
    provider_qualifier: str = at("PRV", 2)
    provider_number: str = at("PRV", 3)
    birth_date: date | None = at("DMG", 2, fixed={1: "D8"})
    sex: str = at("DMG", 3)
    birth_sequence: str = at("INS", 17)
    diagnoses: tuple[HealthCode, ...] = segments("HI", codec=DIAGNOSES)
    issue_date: date | None = dated("102")
    plan_date: date | None = dated("291")
    plan_through: date | None = dated_through("291")
    inquiries: tuple[BenefitInquiry, ...] = child("EQ")


@loop("HL")
class InquiredDependent(InquiredPerson):
    """2000D: the patient (03) who is not the subscriber. `relationship` 01 spouse, 19 child, 34 other."""

    relationship: str = at("INS", 2, fixed={1: "N"})


@loop("HL")
class InquiredSubscriber(InquiredPerson):
    """2000C: the member (IL). With no dependents the subscriber is the patient and the inquiries stand here.

    `relationship` is 18 where INS is sent at all.
    """

    relationship: str = at("INS", 2, fixed={1: "Y"})
    dependents: tuple[InquiredDependent, ...] = child("HL", "23", at=3)


@loop("HL")
class InquiringProvider(Loop):
    """2000B: who asks: a provider (1P), hospital (80), facility (FA) or another."""

    name: EntityName = segments("NM1")
    references: tuple[Reference, ...] = segments("REF")
    street: str = at("N3", 1)
    street2: str = at("N3", 2)
    city: str = at("N4", 1)
    state: str = at("N4", 2)
    postal_code: str = at("N4", 3)
    country: str = at("N4", 4)
    subdivision: str = at("N4", 7)
    provider_code: str = at("PRV", 1)
    taxonomy: str = at("PRV", 3, fixed={2: "PXC"})
    subscribers: tuple[InquiredSubscriber, ...] = child("HL", "22", at=3)


@loop("HL")
class InquiredPayer(Loop):
    """2000A: who is asked: a payer (PR) or another source (2B, 36, GP, P5)."""

    name: EntityName = segments("NM1")
    providers: tuple[InquiringProvider, ...] = child("HL", "21", at=3)


@dataclass(frozen=True, slots=True)
class PatientInquiry:
    """One patient asked about and the levels around; no `dependent` when the subscriber is the patient."""

    payer: InquiredPayer
    provider: InquiringProvider
    subscriber: InquiredSubscriber
    dependent: InquiredDependent | None

    @property
    def inquiries(self) -> tuple[BenefitInquiry, ...]:
        """What is asked about the patient."""
        return (self.dependent or self.subscriber).inquiries

    @property
    def traces(self) -> tuple[Trace, ...]:
        """The patient's traces, which the answer gives back."""
        return (self.dependent or self.subscriber).traces

    @property
    def service_types(self) -> tuple[str, ...]:
        """Every service type asked about, once, in order."""
        return tuple(dict.fromkeys(code for inquiry in self.inquiries for code in inquiry.service_types))


@loop("ST")
class EligibilityRequest(Document):
    """One 270. `reference` is ours (BHT03); `purpose` 13 request, 01 cancellation; `use` RT spend-down."""

    control_number: str = at("ST", 2, fixed={1: "270"}, default="0001")
    version: str = at("ST", 3, default=VERSION)
    structure: str = at("BHT", 1, default="0022")
    purpose: str = at("BHT", 2, default="13")
    reference: str = at("BHT", 3)
    created_on: date | None = at("BHT", 4)
    created_time: str = at("BHT", 5)
    use: str = at("BHT", 6)
    payers: tuple[InquiredPayer, ...] = child("HL", "20", at=3)

    def patients(self) -> Iterator[PatientInquiry]:
        """Every patient asked about, in order."""
        for payer in self.payers:
            for provider in payer.providers:
                for subscriber in provider.subscribers:
                    if subscriber.inquiries or not subscriber.dependents:
                        yield PatientInquiry(payer, provider, subscriber, None)
                    for dependent in subscriber.dependents:
                        yield PatientInquiry(payer, provider, subscriber, dependent)
