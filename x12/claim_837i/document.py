"""The 837I from ST to SE: submitter, receiver, billing providers, subscribers, patients (005010X223A2)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from x12.claim_837i.claim import Claim
from x12.engine import Document, read_document, render_document
from x12.envelope import Transaction
from x12.loops import Loop, at, child, loop, must
from x12.records import Party
from x12.segments import Segment

VERSION = "005010X223A2"


@loop("HL")
class Patient(Loop):
    """Loop 2000C: a patient who is not the subscriber. `relationship` 01 spouse, 19 child, G8 other, and so
    on.
    """

    relationship: str = must("PAT", 1)
    party: Party = child("NM1", "QC")
    claims: tuple[Claim, ...] = child("CLM")


@loop("HL")
class Subscriber(Loop):
    """Loop 2000B: a subscriber at the payer this claim goes to. `relationship` is 18 when they are the
    patient.

    `sequence` P, S, T, A to H or U; `group_name` only without `group_number`; `filing_indicator` the SBR09
    set. `claims` are the subscriber's own.
    """

    sequence: str = must("SBR", 1)
    relationship: str = at("SBR", 2)
    group_number: str = at("SBR", 3)
    group_name: str = at("SBR", 4)
    filing_indicator: str = at("SBR", 9)
    party: Party = child("NM1", "IL")
    payer: Party = child("NM1", "PR")
    claims: tuple[Claim, ...] = child("CLM")
    patients: tuple[Patient, ...] = child("HL", "23", at=3)


@loop("HL")
class BillingProvider(Loop):
    """Loop 2000A: who bills. `party` is 2010AA with NPI (XX), street address and REF*EI; `pay_to` 2010AB,
    `pay_to_plan` 2010AC.
    """

    taxonomy: str = at("PRV", 3, where="BI", fixed={2: "PXC"})
    currency: str = at("CUR", 2, where="85")
    party: Party = child("NM1", "85")
    pay_to: Party | None = child("NM1", "87")
    pay_to_plan: Party | None = child("NM1", "PE")
    subscribers: tuple[Subscriber, ...] = child("HL", "22", at=3)


@dataclass(frozen=True, slots=True)
class ClaimInContext:
    """A claim with the levels it stands in; `patient` is None when the subscriber is the patient."""

    provider: BillingProvider
    subscriber: Subscriber
    patient: Patient | None
    claim: Claim


@loop("ST")
class ClaimBatch(Document):
    """One 837I. `purpose` 00 original or 18 reissue; `batch_id` is ours (BHT03); `use` CH chargeable, RP
    encounter.

    `created_time` is HHMM. Written with ST03 `version`.
    """

    control_number: str = at("ST", 2, fixed={1: "837"}, default="0001")
    version: str = at("ST", 3, default=VERSION)
    structure: str = at("BHT", 1, default="0019")
    purpose: str = at("BHT", 2, default="00")
    batch_id: str = must("BHT", 3)
    created_on: date | None = at("BHT", 4)
    created_time: str = at("BHT", 5)
    use: str = at("BHT", 6, default="CH")
    submitter: Party = child("NM1", "41")
    receiver: Party = child("NM1", "40")
    providers: tuple[BillingProvider, ...] = child("HL", "20", at=3)

    def claims(self) -> Iterator[ClaimInContext]:
        """Every claim in the order of the batch, with its levels."""
        for provider in self.providers:
            for subscriber in provider.subscribers:
                for claim in subscriber.claims:
                    yield ClaimInContext(provider, subscriber, None, claim)
                for patient in subscriber.patients:
                    for claim in patient.claims:
                        yield ClaimInContext(provider, subscriber, patient, claim)


def read(transaction: Transaction) -> ClaimBatch:
    """The typed 837I of a transaction; nothing of its text is lost. Raises `WrongTransaction` for other
    kinds.
    """
    return read_document(ClaimBatch, transaction, "837I")


def render(batch: ClaimBatch) -> list[Segment]:
    """The segments from ST to SE."""
    return render_document(batch)
