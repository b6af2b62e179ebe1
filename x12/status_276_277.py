"""Claim status inquiry 276 and answer 277 (005010X212), both ways.

The levels are payer, receiver (us), provider, subscriber and, where the patient is not the subscriber,
dependent. Inquiries and answers stand at the patient's level.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from x12.claim_status import StatusReport
from x12.engine import Document, read_document, render_document
from x12.envelope import Transaction
from x12.levels import EntityName
from x12.loops import Loop, at, child, dated, dated_through, loop, must, segments
from x12.records import Contact, Procedure
from x12.segments import Segment

VERSION = "005010X212"


@loop("SVC")
class InquiredLine(Loop):
    """2210D/E of the 276: a service line asked about. `number` is our REF*6R of the line (REF FJ)."""

    procedure: Procedure = at("SVC", 1)
    charge: Decimal | None = at("SVC", 2)
    revenue_code: str = at("SVC", 4)
    units: Decimal | None = at("SVC", 7)
    number: str = at("REF", 2, where="FJ")
    service_date: date | None = dated("472")
    service_through: date | None = dated_through("472")


@loop("TRN")
class ClaimInquiry(Loop):
    """2200D/E of the 276: one claim asked about.

    `trace` is ours and comes back in the answer. `patient_account` is our CLM01 (REF EJ),
    `payer_control_number` the payer's (REF 1K), `charge` the claim's total (AMT T3).
    """

    trace: str = must("TRN", 2, fixed={1: "1"})
    payer_control_number: str = at("REF", 2, where="1K")
    bill_type: str = at("REF", 2, where="BLT")
    application_id: str = at("REF", 2, where="LU")
    group_number: str = at("REF", 2, where="6P")
    patient_account: str = at("REF", 2, where="EJ")
    prescription_number: str = at("REF", 2, where="XZ")
    clearinghouse_number: str = at("REF", 2, where="D9")
    charge: Decimal | None = at("AMT", 2, where="T3")
    service_date: date | None = dated("472")
    service_through: date | None = dated_through("472")
    lines: tuple[InquiredLine, ...] = child("SVC")


@loop("HL")
class InquiredDependent(Loop):
    """2000E of the 276: the patient (QC) who is not the subscriber."""

    birth_date: date | None = at("DMG", 2, fixed={1: "D8"})
    sex: str = at("DMG", 3)
    name: EntityName = segments("NM1")
    inquiries: tuple[ClaimInquiry, ...] = child("TRN")


@loop("HL")
class InquiredSubscriber(Loop):
    """2000D of the 276: the subscriber (IL); `inquiries` are about the subscriber as patient."""

    birth_date: date | None = at("DMG", 2, fixed={1: "D8"})
    sex: str = at("DMG", 3)
    name: EntityName = segments("NM1")
    inquiries: tuple[ClaimInquiry, ...] = child("TRN")
    dependents: tuple[InquiredDependent, ...] = child("HL", "23", at=3, leaf=True)


@loop("HL")
class InquiringProvider(Loop):
    """2000C of the 276: the provider (1P) who rendered or billed."""

    name: EntityName = segments("NM1")
    subscribers: tuple[InquiredSubscriber, ...] = child("HL", "22", at=3)


@loop("HL")
class InquiryReceiver(Loop):
    """2000B of the 276: who asks and will receive the answer (41)."""

    name: EntityName = segments("NM1")
    providers: tuple[InquiringProvider, ...] = child("HL", "19", at=3)


@loop("HL")
class InquiredPayer(Loop):
    """2000A of the 276: the payer asked (PR)."""

    name: EntityName = segments("NM1")
    receivers: tuple[InquiryReceiver, ...] = child("HL", "21", at=3)


@loop("ST")
class StatusRequest(Document):
    """One 276. `reference` is our number of it (BHT03)."""

    control_number: str = at("ST", 2, fixed={1: "276"}, default="0001")
    version: str = at("ST", 3, default=VERSION)
    structure: str = at("BHT", 1, default="0010")
    purpose: str = at("BHT", 2, default="13")
    reference: str = must("BHT", 3)
    created_on: date | None = at("BHT", 4)
    created_time: str = at("BHT", 5)
    payers: tuple[InquiredPayer, ...] = child("HL", "20", at=3)

    def inquiries(self) -> Iterator["InquiryInContext"]:
        """Every inquiry with the levels it stands in, in order."""
        for payer in self.payers:
            for receiver in payer.receivers:
                for provider in receiver.providers:
                    for subscriber in provider.subscribers:
                        for inquiry in subscriber.inquiries:
                            yield InquiryInContext(payer, receiver, provider, subscriber, None, inquiry)
                        for dependent in subscriber.dependents:
                            for inquiry in dependent.inquiries:
                                yield InquiryInContext(
                                    payer, receiver, provider, subscriber, dependent, inquiry
                                )


@dataclass(frozen=True, slots=True)
class InquiryInContext:
    """An inquiry and the levels it stands in; no `dependent` when the subscriber is the patient."""

    payer: InquiredPayer
    receiver: InquiryReceiver
    provider: InquiringProvider
    subscriber: InquiredSubscriber
    dependent: InquiredDependent | None
    inquiry: ClaimInquiry


@loop("SVC")
class LineStatus(Loop):
    """2220D/E of the 277: the status of one service line."""

    procedure: Procedure = at("SVC", 1)
    charge: Decimal | None = at("SVC", 2)
    paid: Decimal | None = at("SVC", 3)
    revenue_code: str = at("SVC", 4)
    units: Decimal | None = at("SVC", 7)
    statuses: tuple[StatusReport, ...] = segments("STC")
    number: str = at("REF", 2, where="FJ")
    service_date: date | None = dated("472")
    service_through: date | None = dated_through("472")


@loop("TRN")
class ClaimStatus(Loop):
    """2200D/E of the 277: what the payer says of one claim; `trace` is that of our inquiry."""

    trace: str = must("TRN", 2, fixed={1: "2"})
    statuses: tuple[StatusReport, ...] = segments("STC")
    payer_control_number: str = at("REF", 2, where="1K")
    bill_type: str = at("REF", 2, where="BLT")
    patient_account: str = at("REF", 2, where="EJ")
    prescription_number: str = at("REF", 2, where="XZ")
    voucher: str = at("REF", 2, where="VV")
    clearinghouse_number: str = at("REF", 2, where="D9")
    service_date: date | None = dated("472")
    service_through: date | None = dated_through("472")
    lines: tuple[LineStatus, ...] = child("SVC")

    @property
    def current(self) -> StatusReport | None:
        """The report that counts: the latest by date, the first of equals; None when the payer gave none."""
        return max(self.statuses, key=lambda status: status.effective_on or date.min, default=None)

    @property
    def finalized(self) -> bool:
        """Whether adjudication is over, so that asking again is of no use: the 835 is what to wait for."""
        return self.current is not None and self.current.code.finalized

    @property
    def pending(self) -> bool:
        """Whether the payer still works on it."""
        return self.current is not None and self.current.code.pending

    @property
    def not_found(self) -> bool:
        """Whether the payer has no such claim. Long after an accepted 277CA this means that it was lost."""
        return self.current is not None and self.current.code.not_found

    @property
    def words(self) -> tuple[str, ...]:
        """All that is said of claim and lines, for a person to read."""
        words = [status.words for status in self.statuses]
        for line in self.lines:
            label = line.procedure.code or line.revenue_code or line.number
            words += [f"Line {label}: {status.words}" for status in line.statuses]
        return tuple(words)


@loop("HL")
class AnsweredDependent(Loop):
    """2000E of the 277: the patient (QC) who is not the subscriber."""

    name: EntityName = segments("NM1")
    claims: tuple[ClaimStatus, ...] = child("TRN")


@loop("HL")
class AnsweredSubscriber(Loop):
    """2000D of the 277: the subscriber (IL); `claims` are those of the subscriber as patient."""

    name: EntityName = segments("NM1")
    claims: tuple[ClaimStatus, ...] = child("TRN")
    dependents: tuple[AnsweredDependent, ...] = child("HL", "23", at=3, leaf=True)


@loop("HL")
class AnsweredProvider(Loop):
    """2000C of the 277: the provider (1P); `trace` and `statuses` only where all its inquiries failed."""

    name: EntityName = segments("NM1")
    trace: str = at("TRN", 2, fixed={1: "2"})
    statuses: tuple[StatusReport, ...] = segments("STC")
    subscribers: tuple[AnsweredSubscriber, ...] = child("HL", "22", at=3)


@loop("HL")
class AnsweredReceiver(Loop):
    """2000B of the 277: us (41); `trace` (our BHT03) and `statuses` only where the whole 276 failed."""

    name: EntityName = segments("NM1")
    trace: str = at("TRN", 2, fixed={1: "2"})
    statuses: tuple[StatusReport, ...] = segments("STC")
    providers: tuple[AnsweredProvider, ...] = child("HL", "19", at=3)


@loop("HL")
class AnsweringPayer(Loop):
    """2000A of the 277: the payer who answers (PR) and whom to call."""

    name: EntityName = segments("NM1")
    contact: Contact | None = segments("PER")
    receivers: tuple[AnsweredReceiver, ...] = child("HL", "21", at=3)


@dataclass(frozen=True, slots=True)
class StatusInContext:
    """A claim's status and the levels it stands in; no `dependent` when the subscriber is the patient."""

    payer: AnsweringPayer
    receiver: AnsweredReceiver
    provider: AnsweredProvider
    subscriber: AnsweredSubscriber
    dependent: AnsweredDependent | None
    claim: ClaimStatus


@loop("ST")
class StatusResponse(Document):
    """One 277. `reference` is the payer's number of it (BHT03)."""

    control_number: str = at("ST", 2, fixed={1: "277"}, default="0001")
    version: str = at("ST", 3, default=VERSION)
    structure: str = at("BHT", 1, default="0010")
    purpose: str = at("BHT", 2, default="08")
    reference: str = must("BHT", 3)
    created_on: date | None = at("BHT", 4)
    created_time: str = at("BHT", 5)
    use: str = at("BHT", 6, default="DG")
    payers: tuple[AnsweringPayer, ...] = child("HL", "20", at=3)

    def claims(self) -> Iterator[StatusInContext]:
        """Every claim's status with the levels it stands in, in order."""
        for payer in self.payers:
            for receiver in payer.receivers:
                for provider in receiver.providers:
                    for subscriber in provider.subscribers:
                        for claim in subscriber.claims:
                            yield StatusInContext(payer, receiver, provider, subscriber, None, claim)
                        for dependent in subscriber.dependents:
                            for claim in dependent.claims:
                                yield StatusInContext(payer, receiver, provider, subscriber, dependent, claim)

    @property
    def failures(self) -> tuple[StatusReport, ...]:
        """What was said of the whole 276 or of all a provider's inquiries: errors (E0 to E4), not claims."""
        reports: list[StatusReport] = []
        for payer in self.payers:
            for receiver in payer.receivers:
                reports += receiver.statuses
                for provider in receiver.providers:
                    reports += provider.statuses
        return tuple(reports)


def read_request(transaction: Transaction) -> StatusRequest:
    """The 276 of a transaction; what it does not know is kept. Raises `WrongTransaction` for any other."""
    return read_document(StatusRequest, transaction, "276")


def read_response(transaction: Transaction) -> StatusResponse:
    """The 277 of a transaction; what it does not know is kept. Raises `WrongTransaction` for any other."""
    return read_document(StatusResponse, transaction, "277")


def read(transaction: Transaction) -> StatusRequest | StatusResponse:
    """The 276 or the 277 of a transaction, by its kind. Raises `WrongTransaction` for any other."""
    return read_request(transaction) if transaction.kind == "276" else read_response(transaction)


def render(document: StatusRequest | StatusResponse) -> list[Segment]:
    """The segments from ST to SE."""
    return render_document(document)
