"""Claim acknowledgment 277CA (005010X214), both ways: which claims the payer or clearinghouse took in.

It comes after the 999 and before any payment, and tells of each claim whether it goes on to adjudication. A
claim rejected here was never adjudicated: it is corrected and sent as new, and cannot be appealed.
"""

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from x12.claim_status import StatusCode, StatusReport
from x12.engine import Document, read_document, render_document
from x12.envelope import Transaction
from x12.levels import EntityName
from x12.loops import Loop, at, child, dated, dated_through, loop, must, segments
from x12.records import Procedure, Reference
from x12.segments import Segment

VERSION = "005010X214"
_ZERO = Decimal(0)


@loop("SVC")
class AcknowledgedLine(Loop):
    """2220D: a service line the acknowledgment speaks of. `number` is our REF*6R given back (REF FJ)."""

    procedure: Procedure = at("SVC", 1)
    charge: Decimal | None = at("SVC", 2)
    revenue_code: str = at("SVC", 4)
    units: Decimal | None = at("SVC", 7)
    statuses: tuple[StatusReport, ...] = segments("STC")
    number: str = at("REF", 2, where="FJ")
    prescription_number: str = at("REF", 2, where="XZ")
    service_date: date | None = dated("472")
    service_through: date | None = dated_through("472")

    @property
    def rejected(self) -> bool:
        """Whether the line is a reason the claim was rejected."""
        return any(status.rejected for status in self.statuses)


@loop("TRN")
class AcknowledgedClaim(Loop):
    """2200D: one claim. `control_number` is our CLM01, `payer_control_number` (REF 1K) the payer's number.

    `clearinghouse_number` (REF D9) is the number the clearinghouse gave; `bill_type` only for institutional
    claims.
    """

    control_number: str = must("TRN", 2, fixed={1: "2"})
    statuses: tuple[StatusReport, ...] = segments("STC")
    payer_control_number: str = at("REF", 2, where="1K")
    clearinghouse_number: str = at("REF", 2, where="D9")
    bill_type: str = at("REF", 2, where="BLT")
    service_date: date | None = dated("472")
    service_through: date | None = dated_through("472")
    lines: tuple[AcknowledgedLine, ...] = child("SVC")

    @property
    def rejected(self) -> bool:
        """Whether any status of the claim rejects it (categories A3, A6, A7, A8)."""
        return any(status.rejected for status in self.statuses)

    @property
    def accepted(self) -> bool:
        """Whether the claim goes on (A0, A1, A2) and nothing rejects it."""
        return not self.rejected and any(status.accepted for status in self.statuses)

    @property
    def in_adjudication(self) -> bool:
        """Whether the payer itself accepted the claim for adjudication (A2)."""
        return self.accepted and any(
            code.category == "A2" for status in self.statuses for code in status.codes
        )

    @property
    def charge(self) -> Decimal | None:
        """The claim's total charge as the payer read it (STC04)."""
        return next((status.charge for status in self.statuses if status.charge is not None), None)

    @property
    def reasons(self) -> tuple[str, ...]:
        """What is said of the claim and its rejected lines, in words, for the person who corrects it."""
        words = [status.words for status in self.statuses]
        for line in self.lines:
            label = line.procedure.code or line.revenue_code or line.number
            words += [f"Line {label}: {status.words}" for status in line.statuses]
        return tuple(words)


@dataclass(frozen=True, slots=True)
class Totals:
    """How many claims were accepted and rejected, and their charges."""

    accepted_count: int
    rejected_count: int
    accepted_amount: Decimal
    rejected_amount: Decimal

    @classmethod
    def of(cls, claims: Sequence[AcknowledgedClaim]) -> "Totals":
        """The totals of these claims; a claim that is not rejected counts as accepted."""
        accepted = [claim.charge or _ZERO for claim in claims if not claim.rejected]
        rejected = [claim.charge or _ZERO for claim in claims if claim.rejected]
        return cls(len(accepted), len(rejected), sum(accepted, _ZERO), sum(rejected, _ZERO))


@loop("HL")
class AcknowledgedPatient(Loop):
    """2000D: the patient (QC) and their claims."""

    name: EntityName = segments("NM1")
    claims: tuple[AcknowledgedClaim, ...] = child("TRN")


@loop("HL")
class AcknowledgedProvider(Loop):
    """2000C: the billing provider (85), what is said of it as a whole, and its totals (QTY QA/QC, AMT YU/YY).

    `trace` is 0 where the sender has no number of its own for the provider's claims.
    """

    name: EntityName = segments("NM1")
    trace: str = at("TRN", 2, fixed={1: "1"})
    statuses: tuple[StatusReport, ...] = segments("STC")
    references: tuple[Reference, ...] = segments("REF")
    accepted_count: int | None = at("QTY", 2, where=("QA", "90"))
    rejected_count: int | None = at("QTY", 2, where=("QC", "AA"))
    accepted_amount: Decimal | None = at("AMT", 2, where="YU")
    rejected_amount: Decimal | None = at("AMT", 2, where="YY")
    patients: tuple[AcknowledgedPatient, ...] = child("HL", "PT", at=3, leaf=True)

    @property
    def claims(self) -> tuple[AcknowledgedClaim, ...]:
        """The claims of all its patients."""
        return tuple(claim for patient in self.patients for claim in patient.claims)

    @property
    def rejected(self) -> bool:
        """Whether everything of this provider was rejected, mentioned claim by claim or not."""
        return any(status.rejected for status in self.statuses)


@loop("HL")
class AcknowledgedReceiver(Loop):
    """2000B: us, the receiver of the acknowledgment (41), the batch it answers, and its totals.

    `batch_number` gives back the BHT03 of our 837. Totals: QTY 90/AA and AMT YU/YY, accepted and rejected.
    """

    name: EntityName = segments("NM1")
    batch_number: str = at("TRN", 2, fixed={1: "2"})
    statuses: tuple[StatusReport, ...] = segments("STC")
    accepted_count: int | None = at("QTY", 2, where=("90", "QA"))
    rejected_count: int | None = at("QTY", 2, where=("AA", "QC"))
    accepted_amount: Decimal | None = at("AMT", 2, where="YU")
    rejected_amount: Decimal | None = at("AMT", 2, where="YY")
    providers: tuple[AcknowledgedProvider, ...] = child("HL", "19", at=3)

    @property
    def claims(self) -> tuple[AcknowledgedClaim, ...]:
        """The claims of all providers."""
        return tuple(claim for provider in self.providers for claim in provider.claims)

    @property
    def rejected(self) -> bool:
        """Whether the whole batch was rejected at this level; then its claims need not be mentioned."""
        return any(status.rejected for status in self.statuses)

    @property
    def totals_agree(self) -> bool:
        """Whether the totals given are those of the claims mentioned; a total not given cannot disagree."""
        counted = Totals.of(self.claims)
        pairs = (
            (self.accepted_count, counted.accepted_count),
            (self.rejected_count, counted.rejected_count),
            (self.accepted_amount, counted.accepted_amount),
            (self.rejected_amount, counted.rejected_amount),
        )
        return all(given is None or given == found for given, found in pairs)


@loop("HL")
class AcknowledgmentSource(Loop):
    """2000A: who acknowledges: a payer (PR) or a clearinghouse (AY), its own number and its dates."""

    name: EntityName = segments("NM1")
    receipt_number: str = at("TRN", 2, fixed={1: "1"})
    received_on: date | None = dated("050")
    processed_on: date | None = dated("009")
    receivers: tuple[AcknowledgedReceiver, ...] = child("HL", "21", at=3)


@dataclass(frozen=True, slots=True)
class ClaimInAcknowledgment:
    """A claim with the levels it stands in."""

    source: AcknowledgmentSource
    receiver: AcknowledgedReceiver
    provider: AcknowledgedProvider
    patient: AcknowledgedPatient
    claim: AcknowledgedClaim


@loop("ST")
class ClaimAcknowledgment(Document):
    """One 277CA. `reference` is the sender's number of it (BHT03)."""

    control_number: str = at("ST", 2, fixed={1: "277"}, default="0001")
    version: str = at("ST", 3, default=VERSION)
    structure: str = at("BHT", 1, default="0085")
    purpose: str = at("BHT", 2, default="08")
    reference: str = must("BHT", 3)
    created_on: date | None = at("BHT", 4)
    created_time: str = at("BHT", 5)
    use: str = at("BHT", 6, default="TH")
    sources: tuple[AcknowledgmentSource, ...] = child("HL", "20", at=3)

    def claims(self) -> Iterator[ClaimInAcknowledgment]:
        """Every claim with the levels it stands in, in order."""
        for source in self.sources:
            for receiver in source.receivers:
                for provider in receiver.providers:
                    for patient in provider.patients:
                        for claim in patient.claims:
                            yield ClaimInAcknowledgment(source, receiver, provider, patient, claim)

    @property
    def from_clearinghouse(self) -> bool:
        """Whether a clearinghouse speaks, so that the payer's own acknowledgment is still to come."""
        return any(source.name.entity == "AY" for source in self.sources)


def read(transaction: Transaction) -> ClaimAcknowledgment:
    """The 277CA of a transaction; what it does not know is kept. Raises `WrongTransaction` for any other."""
    return read_document(ClaimAcknowledgment, transaction, "277CA")


def render(acknowledgment: ClaimAcknowledgment) -> list[Segment]:
    """The segments from ST to SE."""
    return render_document(acknowledgment)


def with_totals(receiver: AcknowledgedReceiver, *, on: date) -> AcknowledgedReceiver:
    """The receiver and its providers with the totals of their claims and, where there is none, a status.

    The guide wants a status at every level: `A1:19` (received) with the level's total charge, effective `on`.
    """
    providers = tuple(_provider_with_totals(provider) for provider in receiver.providers)
    totals = Totals.of(receiver.claims)
    receipt = dataclasses.replace(_receipt(receiver.claims), effective_on=on)
    return dataclasses.replace(
        receiver,
        providers=providers,
        statuses=receiver.statuses or (receipt,),
        accepted_count=totals.accepted_count or None,
        rejected_count=totals.rejected_count or None,
        accepted_amount=totals.accepted_amount if totals.accepted_count else None,
        rejected_amount=totals.rejected_amount if totals.rejected_count else None,
    )


def _provider_with_totals(provider: AcknowledgedProvider) -> AcknowledgedProvider:
    totals = Totals.of(provider.claims)
    return dataclasses.replace(
        provider,
        trace=provider.trace or "0",
        statuses=provider.statuses or (_receipt(provider.claims),),
        accepted_count=totals.accepted_count or None,
        rejected_count=totals.rejected_count or None,
        accepted_amount=totals.accepted_amount if totals.accepted_count else None,
        rejected_amount=totals.rejected_amount if totals.rejected_count else None,
    )


def _receipt(claims: Sequence[AcknowledgedClaim]) -> StatusReport:
    charge = sum((claim.charge or _ZERO for claim in claims), _ZERO)
    return StatusReport(code=StatusCode(category="A1", status="19", entity="PR"), action="WQ", charge=charge)
