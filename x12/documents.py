"""Every kind of transaction by name, and the one way from a transaction to its typed document.

Nine kinds are read and written as typed documents, of the guides the law adopted (5010). Five more are named
and kept whole, as are the guides of other years: `read` gives `Unsupported` for them, never nothing.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from x12 import (
    ack_999,
    claim_837,
    claim_837i,
    claim_ack_277ca,
    eligibility_270_271,
    remittance_835,
    status_276_277,
)
from x12.engine import Document, render_document
from x12.envelope import Transaction
from x12.errors import WrongTransaction
from x12.segments import Segment


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of transaction: what it is called, its guide, the GS01 it travels under, how it is read.

    `document` and `reader` are None where the kind is only named and kept. The guide is `version` or an
    errata of it: of `005010X222A1` also `005010X222` and `005010X222A2` are read.
    """

    name: str
    version: str
    group: str
    document: type[Document] | None = None
    reader: Callable[[Transaction], Document] | None = None

    def knows(self, version: str) -> bool:
        """Whether this is the guide of this kind, in any of its errata; none given counts as yes."""
        guide = re.sub(r"A\d$", "", self.version)
        return not version or re.fullmatch(rf"{guide}(?:[AE]\d)?", version) is not None


KINDS: dict[str, Kind] = {
    "837P": Kind("Professional claims", "005010X222A1", "HC", claim_837.ClaimBatch, claim_837.read),
    "837I": Kind("Institutional claims", "005010X223A2", "HC", claim_837i.ClaimBatch, claim_837i.read),
    "835": Kind("Remittance", "005010X221A1", "HP", remittance_835.Remittance, remittance_835.read),
    "270": Kind(
        "Eligibility inquiry",
        "005010X279A1",
        "HS",
        eligibility_270_271.EligibilityRequest,
        eligibility_270_271.read,
    ),
    "271": Kind(
        "Eligibility answer",
        "005010X279A1",
        "HB",
        eligibility_270_271.EligibilityResponse,
        eligibility_270_271.read,
    ),
    "276": Kind(
        "Claim status inquiry", "005010X212", "HR", status_276_277.StatusRequest, status_276_277.read
    ),
    "277": Kind(
        "Claim status answer", "005010X212", "HN", status_276_277.StatusResponse, status_276_277.read
    ),
    "277CA": Kind(
        "Claim acknowledgment",
        "005010X214",
        "HN",
        claim_ack_277ca.ClaimAcknowledgment,
        claim_ack_277ca.read,
    ),
    "999": Kind("Implementation acknowledgment", "005010X231A1", "FA", ack_999.Ack999, ack_999.read),
    "837D": Kind("Dental claims", "005010X224A2", "HC"),
    "277RFI": Kind("Request for additional information", "006020X313", "HN"),
    "277DRA": Kind("Data reporting acknowledgment", "005010X364", "HN"),
    "275": Kind("Additional information", "006020X314", "PI"),
    "278": Kind("Services review", "005010X217", "HI"),
    "820": Kind("Premium payment", "005010X218", "RA"),
    "834": Kind("Benefit enrollment", "005010X220A1", "BE"),
    "997": Kind("Functional acknowledgment", "005010", "FA"),
}
"""Every kind there is a name for, by `Transaction.kind`."""


@dataclass(frozen=True, slots=True)
class Unsupported:
    """A transaction that is kept whole but not read as a document; `reason` says why, for a person."""

    transaction: Transaction
    reason: str

    @property
    def segments(self) -> Sequence[Segment]:
        """All of it, from ST on."""
        return self.transaction.segments


def name_of(kind: str) -> str:
    """What a kind is called; the kind itself where there is no name for it."""
    return KINDS[kind].name if kind in KINDS else f"Transaction {kind}"


def unsupported(transaction: Transaction) -> str:
    """Why a transaction is not read as a document; empty when it is. The words tell kind and version only."""
    kind = KINDS.get(transaction.kind)
    version = _told(transaction.version)
    if kind is None:
        return f"{_told(transaction.kind) or 'A transaction without a number'} is not supported"
    if kind.reader is None:
        return f"{kind.name} ({transaction.kind}) is kept but not read"
    if not kind.knows(transaction.version):
        return f"Version {version} of {kind.name} ({transaction.kind}) is not supported, only {kind.version}"
    return ""


def read(transaction: Transaction) -> Document | Unsupported:
    """The typed document of a transaction, or the transaction kept whole with the reason. Never raises for
    what a text can hold.
    """
    reason = unsupported(transaction)
    if not reason and not _begins_at_st(transaction):
        reason = "The transaction does not begin at ST"
    if reason:
        return Unsupported(transaction, reason)
    reader = KINDS[transaction.kind].reader
    assert reader is not None
    return reader(transaction)


def render(document: Document | Unsupported) -> list[Segment]:
    """The segments from ST to SE; what was kept whole is given as it stands. Raises `WrongTransaction` for
    anything that is no document.
    """
    if isinstance(document, Unsupported):
        return list(document.segments)
    if not isinstance(document, Document):
        raise WrongTransaction("expected a document")
    return render_document(document)


def _begins_at_st(transaction: Transaction) -> bool:
    return len(transaction.segments) > 0 and transaction.segments[0].id == "ST"


def _told(text: str) -> str:
    """A version or kind as it may be shown: short and plain, for it may be anything."""
    return text if re.fullmatch(r"[A-Za-z0-9]{1,12}", text) else "unreadable" if text else ""
