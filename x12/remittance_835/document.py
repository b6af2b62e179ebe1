"""The 835 from ST to SE: payment, payer, payee, claim groups, provider adjustments (005010X221A1)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby

from x12.convert import Cells, Note, amount, day, shown_amount, shown_day
from x12.engine import Document, read_document, render_document
from x12.envelope import Transaction
from x12.loops import Loop, at, child, el, loop, must, record, segments
from x12.records import Contact, Reference
from x12.remittance_835.claim import ClaimPayment, DateTime
from x12.segments import COMPONENT, Segment

VERSION = "005010X221A1"


@dataclass(frozen=True, slots=True)
class ProviderAdjustment:
    """One pair of a PLB: reason (WO, FB, L6, 72, CS, ...), the reference that explains it, and the amount.

    A positive amount reduces the payment. `fiscal_year_end` is PLB02.
    """

    provider_id: str
    fiscal_year_end: date | None
    reason: str
    reference: str
    amount: Decimal


class ProviderAdjustmentsCodec:
    """PLB: provider, fiscal year end, and up to six pairs of reason with reference, and amount."""

    def read(self, parts: Sequence[str], segment: Segment, note: Note) -> list[ProviderAdjustment]:
        """One adjustment per pair that says anything."""
        year_end = None
        if segment[2]:
            try:
                year_end = day(segment[2])
            except ValueError:
                note(segment, 2, "bad_value")
        found = []
        for element in range(3, len(parts), 2):
            if not (segment[element] or segment[element + 1]):
                continue
            reason, _, reference = segment[element].partition(COMPONENT)
            try:
                value = amount(segment[element + 1])
            except ValueError:
                note(segment, element + 1, "bad_value")
                value = Decimal(0)
            found.append(ProviderAdjustment(segment[1], year_end, reason, reference, value))
        return found

    def write(self, values: Sequence[ProviderAdjustment]) -> list[Cells]:
        """A segment per run of equal provider and year end, and at most six adjustments."""
        rows = []
        for (provider, year_end), run in groupby(values, key=lambda v: (v.provider_id, v.fiscal_year_end)):
            items = list(run)
            for start in range(0, len(items), 6):
                cells: Cells = {(1, 0): provider, (2, 0): shown_day(year_end) if year_end else ""}
                for n, item in enumerate(items[start : start + 6]):
                    cells[3 + 2 * n, 0] = COMPONENT.join((item.reason, item.reference)).rstrip(COMPONENT)
                    cells[4 + 2 * n, 0] = shown_amount(item.amount)
                rows.append(cells)
        return rows


@record
class RemittanceDelivery:
    """RDM: how the payee gets the remittance (BM, EM, FT, OL), and to whom."""

    method: str = el(1)
    name: str = el(2)
    number: str = el(3)


@loop("N1")
class Payer(Loop):
    """Loop 1000A: who pays; `contacts` by function: CX claims office, BL technical, IC web site."""

    name: str = must("N1", 2)
    id_qualifier: str = at("N1", 3)
    id: str = at("N1", 4)
    street: str = at("N3", 1)
    street2: str = at("N3", 2)
    city: str = at("N4", 1)
    state: str = at("N4", 2)
    postal_code: str = at("N4", 3)
    country: str = at("N4", 4)
    subdivision: str = at("N4", 7)
    references: tuple[Reference, ...] = segments("REF")
    contacts: tuple[Contact, ...] = segments("PER")


@loop("N1")
class Payee(Loop):
    """Loop 1000B: who is paid; `id_qualifier` XX for an NPI, FI for a TIN, XV for a plan id."""

    name: str = must("N1", 2)
    id_qualifier: str = at("N1", 3, default="XX")
    id: str = at("N1", 4)
    street: str = at("N3", 1)
    street2: str = at("N3", 2)
    city: str = at("N4", 1)
    state: str = at("N4", 2)
    postal_code: str = at("N4", 3)
    country: str = at("N4", 4)
    subdivision: str = at("N4", 7)
    references: tuple[Reference, ...] = segments("REF")
    delivery: RemittanceDelivery | None = segments("RDM")


@record
class ProviderSummary:
    """TS3: totals of a provider in a claim group; `amounts` are TS306 on, as they stand."""

    provider_id: str = el(1)
    facility_code: str = el(2)
    fiscal_period_end: date | None = el(3)
    claim_count: Decimal | None = el(4)
    total_charge: Decimal | None = el(5)
    amounts: tuple[str, ...] = el(6, through=24)


@record
class ProviderSupplement:
    """TS2: more totals of a provider in a claim group (Medicare Part A), as they stand."""

    amounts: tuple[str, ...] = el(1, through=19)


@loop("LX")
class ClaimGroup(Loop):
    """Loop 2000: claims under one LX number (0 where the sender left the LX out)."""

    number: int = must("LX", 1)
    summary: ProviderSummary | None = segments("TS3")
    supplement: ProviderSupplement | None = segments("TS2")
    claims: tuple[ClaimPayment, ...] = child("CLP")


@loop("ST")
class Remittance(Document):
    """One 835. `paid` is BPR02, what the deposit must be; never negative.

    `handling` I payment, H notification only, and so on (BPR01); `credit` C or D; `method` ACH, BOP, CHK,
    FWT, NON; `format` CCP, CTX; sender and receiver bank by routing (qualifier 01) and account (DA, SG);
    `effective_on` BPR16. `trace_number` is TRN02, the check or EFT number; `originator` TRN03. `produced_on`
    is DTM*405.
    """

    control_number: str = at("ST", 2, fixed={1: "835"}, default="0001")
    version: str = at("ST", 3)
    handling: str = at("BPR", 1, default="I")
    paid: Decimal = must("BPR", 2)
    credit: str = at("BPR", 3, default="C")
    method: str = must("BPR", 4)
    format: str = at("BPR", 5)
    sender_routing_qualifier: str = at("BPR", 6)
    sender_routing: str = at("BPR", 7)
    sender_account_qualifier: str = at("BPR", 8)
    sender_account: str = at("BPR", 9)
    company_id: str = at("BPR", 10)
    company_supplement: str = at("BPR", 11)
    receiver_routing_qualifier: str = at("BPR", 12)
    receiver_routing: str = at("BPR", 13)
    receiver_account_qualifier: str = at("BPR", 14)
    receiver_account: str = at("BPR", 15)
    effective_on: date | None = at("BPR", 16)
    trace_type: str = at("TRN", 1, default="1")
    trace_number: str = must("TRN", 2)
    originator: str = must("TRN", 3)
    originator_supplement: str = at("TRN", 4)
    currency_entity: str = at("CUR", 1)
    currency: str = at("CUR", 2)
    exchange_rate: Decimal | None = at("CUR", 3)
    receiver_id: str = at("REF", 2, where="EV")
    system_version: str = at("REF", 2, where="F2")
    produced_on: date | None = at("DTM", 2, where="405")
    dates: tuple[DateTime, ...] = segments("DTM")
    payer: Payer = child("N1", "PR")
    payee: Payee = child("N1", "PE")
    groups: tuple[ClaimGroup, ...] = child("LX")
    provider_adjustments: tuple[ProviderAdjustment, ...] = segments("PLB", codec=ProviderAdjustmentsCodec())

    def claims(self) -> Iterator[ClaimPayment]:
        """Every claim of every group, in order."""
        for group in self.groups:
            yield from group.claims


def read(transaction: Transaction) -> Remittance:
    """The typed 835 of a transaction; nothing of its text is lost. Raises `WrongTransaction` for other kinds.

    Whether it may be posted is another matter: see `Transaction.complete`, `Document.findings` and
    `imbalances`.
    """
    return read_document(Remittance, transaction, "835")


def render(remittance: Remittance) -> list[Segment]:
    """The segments from ST to SE."""
    return render_document(remittance)
