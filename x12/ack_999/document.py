"""Implementation acknowledgment 999 (005010X231A1) and interchange acknowledgment TA1, both ways.

A 999 answers one functional group: what became of each transaction, and where in it the errors are. It speaks
of syntax only; whether a claim is accepted is said by the 277CA. Building one from findings is in `building`.
"""

from x12.convert import RecordCodec
from x12.engine import Document, read_document, render_document
from x12.envelope import Transaction
from x12.errors import WrongTransaction
from x12.loops import Loop, at, child, el, loop, must, record, segments
from x12.segments import Segment

VERSION = "005010X231A1"

ACCEPTED = frozenset({"A", "E"})
"""Codes of IK501, AK901 and TA104 that accept; E is accepted, errors noted."""

REJECTED = frozenset({"R", "M", "W", "X"})
"""Codes of IK501, AK901 and TA104 that reject; M, W and X are security failures."""

ACCEPTANCE = {
    "A": "Accepted",
    "E": "Accepted, errors were noted",
    "M": "Rejected: message authentication failed",
    "P": "Partly accepted",
    "R": "Rejected",
    "W": "Rejected: assurance failed the validity tests",
    "X": "Rejected: content could not be decrypted",
}
"""IK501, AK901 and TA104."""

SEGMENT_ERRORS = {
    "1": "Unrecognized segment",
    "2": "Unexpected segment",
    "3": "Required segment is missing",
    "4": "Loop occurs too often",
    "5": "Segment occurs too often",
    "6": "Segment is not part of the transaction",
    "7": "Segment is out of sequence",
    "8": "Segment has errors in its elements",
    "I4": "Segment is not used by the guide",
    "I6": "Segment required here is missing",
    "I7": "Loop occurs too seldom",
    "I8": "Segment occurs too seldom",
    "I9": "Segment is not used here",
}
"""IK304."""

ELEMENT_ERRORS = {
    "1": "Required element is missing",
    "2": "Element required together with another is missing",
    "3": "Too many elements",
    "4": "Element is too short",
    "5": "Element is too long",
    "6": "Invalid character",
    "7": "Invalid code",
    "8": "Invalid date",
    "9": "Invalid time",
    "10": "Elements exclude each other",
    "12": "Too many repetitions",
    "13": "Too many components",
    "I6": "Code is not used by the guide",
    "I9": "Element required here is missing",
    "I10": "Element is not used by the guide",
    "I11": "Too few repetitions",
    "I12": "Value does not have the form the guide demands",
    "I13": "Element is not used here",
}
"""IK403."""

TRANSACTION_ERRORS = {
    "1": "Transaction is not supported",
    "2": "Trailer (SE) is missing",
    "3": "Control numbers of header and trailer differ",
    "4": "Number of segments is wrong",
    "5": "One or more segments have errors",
    "6": "Transaction identifier is missing or invalid",
    "7": "Transaction control number is missing or invalid",
    "8": "Authentication key name is unknown",
    "9": "Encryption key name is unknown",
    "10": "Requested security service is not available",
    "11": "Unknown security recipient",
    "12": "Message length is wrong (encryption)",
    "13": "Message authentication failed",
    "15": "Unknown security originator",
    "16": "Syntax error in decrypted text",
    "17": "Security is not supported",
    "18": "Transaction is not allowed in this group",
    "19": "Transaction is not allowed in this interchange",
    "23": "Control number is not unique within the group",
    "24": "Security end segment is missing",
    "25": "Security start segment is missing",
    "26": "Security segments do not match",
    "27": "Guide given by the transaction differs from the group's",
    "I5": "Demands of the guide are not met",
    "I6": "Guide (implementation convention) is not supported",
}
"""IK502 to IK506."""

GROUP_ERRORS = {
    "1": "Functional group is not supported",
    "2": "Version of the group is not supported",
    "3": "Group trailer (GE) is missing",
    "4": "Control numbers of group header and trailer differ",
    "5": "Number of transactions is wrong",
    "6": "Group control number has the wrong form",
    "19": "Group control number is not unique within the interchange",
}
"""AK905 to AK909, without those about security."""

INTERCHANGE_NOTES = {
    "000": "No error",
    "001": "Control numbers of header and trailer differ",
    "002": "Standard in the control header is not supported",
    "003": "Version of the controls is not supported",
    "004": "Segment terminator is invalid",
    "005": "Sender id qualifier is invalid",
    "006": "Sender id is invalid",
    "007": "Receiver id qualifier is invalid",
    "008": "Receiver id is invalid",
    "009": "Receiver id is unknown",
    "010": "Authorization qualifier is invalid",
    "011": "Authorization information is invalid",
    "012": "Security qualifier is invalid",
    "013": "Security information is invalid",
    "014": "Interchange date is invalid",
    "015": "Interchange time is invalid",
    "016": "Interchange standards id is invalid",
    "017": "Interchange version is invalid",
    "018": "Interchange control number is invalid",
    "019": "Acknowledgment request is invalid",
    "020": "Test indicator is invalid",
    "021": "Number of groups is wrong",
    "022": "Control structure is invalid",
    "023": "File ends too early",
    "024": "Content is invalid",
    "025": "Interchange control number was used before",
    "026": "Element separator is invalid",
    "027": "Component separator is invalid",
    "028": "Delivery date is invalid",
    "029": "Delivery time is invalid",
    "030": "Delivery time code is invalid",
    "031": "Grade of service is invalid",
}
"""TA105."""


@record
class ContextName:
    """CTX01: SITUATIONAL TRIGGER, or a business unit with its value, as CLM01 and the number."""

    name: str = el(1)
    value: str = el(2)


@record
class ElementPosition:
    """CTX05: element, component and repetition, each counted from 1."""

    element: int | None = el(1)
    component: int | None = el(2)
    repetition: int | None = el(3)


@record
class Context:
    """CTX: the situation that made an error one, or the business unit (claim, member) it belongs to.

    `references` are the numbers of the data element and, in a composite, of its part.
    """

    of: ContextName = el(1)
    segment_id: str = el(2)
    position: int | None = el(3)
    loop_id: str = el(4)
    at: ElementPosition = el(5)
    references: tuple[str, ...] = el(6)


@loop("IK4")
class ElementError(Loop):
    """2110: one element in error. `code` is IK403, `reference` the data element's number."""

    element: int | None = at("IK4", 1, 1)
    component: int | None = at("IK4", 1, 2)
    repetition: int | None = at("IK4", 1, 3)
    reference: str = at("IK4", 2)
    code: str = must("IK4", 3)
    bad_value: str = at("IK4", 4)
    contexts: tuple[Context, ...] = segments("CTX")

    @property
    def words(self) -> str:
        """The error in words."""
        return ELEMENT_ERRORS.get(self.code, f"Element error {self.code}")


@loop("IK3")
class SegmentError(Loop):
    """2100: one segment in error. `position` counts in its transaction from ST = 1; `code` is IK304."""

    segment_id: str = must("IK3", 1)
    position: int | None = at("IK3", 2)
    loop_id: str = at("IK3", 3)
    code: str = at("IK3", 4)
    contexts: tuple[Context, ...] = segments("CTX")
    element_errors: tuple[ElementError, ...] = child("IK4")

    @property
    def words(self) -> str:
        """The error in words."""
        return SEGMENT_ERRORS.get(self.code, f"Segment error {self.code}")

    @property
    def business_unit(self) -> str:
        """The value by which the sender finds the claim or inquiry: CLM01, TRN02; empty when not given."""
        return next((context.of.value for context in self.contexts if context.of.value), "")


@loop("AK2")
class TransactionResponse(Loop):
    """2000: what became of one transaction: AK2 names it, IK5 judges it. `acceptance` is IK501."""

    code: str = must("AK2", 1)
    control_number: str = must("AK2", 2)
    version: str = at("AK2", 3)
    segment_errors: tuple[SegmentError, ...] = child("IK3")
    acceptance: str = must("IK5", 1)
    error_codes: tuple[str, ...] = at("IK5", 2, through=6)

    @property
    def accepted(self) -> bool:
        """Whether the receiver goes on with it (A or E)."""
        return self.acceptance in ACCEPTED

    @property
    def rejected(self) -> bool:
        """Whether nothing in it was taken: everything it held has to be sent anew."""
        return self.acceptance in REJECTED

    @property
    def words(self) -> str:
        """Verdict and errors of the whole transaction in words."""
        errors = [TRANSACTION_ERRORS.get(code, f"error {code}") for code in self.error_codes if code]
        verdict = ACCEPTANCE.get(self.acceptance, f"Verdict {self.acceptance}")
        return "; ".join([verdict, *errors])


@loop("ST")
class Ack999(Document):
    """The acknowledgment of one functional group: AK1 names it, AK9 judges it.

    `included`, `received` and `accepted_count` are numbers of transactions; `acceptance` is AK901.
    """

    control_number: str = at("ST", 2, fixed={1: "999"}, default="0001")
    version: str = at("ST", 3, default=VERSION)
    functional_id: str = must("AK1", 1)
    group_control_number: str = must("AK1", 2)
    group_version: str = at("AK1", 3)
    transactions: tuple[TransactionResponse, ...] = child("AK2")
    acceptance: str = must("AK9", 1)
    included: int = must("AK9", 2)
    received: int = must("AK9", 3)
    accepted_count: int = must("AK9", 4)
    error_codes: tuple[str, ...] = at("AK9", 5, through=9)

    @property
    def accepted(self) -> bool:
        """Whether every transaction of the group was accepted (A or E)."""
        return self.acceptance in ACCEPTED

    @property
    def partly_accepted(self) -> bool:
        """Whether some transactions were accepted and some not (P)."""
        return self.acceptance == "P"

    @property
    def rejected(self) -> bool:
        """Whether nothing of the group was taken."""
        return self.acceptance in REJECTED

    @property
    def words(self) -> str:
        """Verdict and errors of the group in words."""
        errors = [GROUP_ERRORS.get(code, f"error {code}") for code in self.error_codes if code]
        verdict = ACCEPTANCE.get(self.acceptance, f"Verdict {self.acceptance}")
        return "; ".join([verdict, *errors])

    def response_to(self, control_number: str) -> TransactionResponse | None:
        """What is said of the transaction with this ST02; None when it is not mentioned.

        A receiver that rejects or accepts a group as a whole may leave out its transactions: then AK9 speaks.
        """
        return next((one for one in self.transactions if one.control_number == control_number), None)


@record
class Ta1:
    """TA1: what became of one interchange. Number, date (YYMMDD) and time (HHMM) are those of its ISA.

    `acceptance` is TA104: A, E or R; `note` is TA105. `excess` are elements the standard does not know.
    """

    control_number: str = el(1)
    date: str = el(2)
    time: str = el(3)
    acceptance: str = el(4)
    note: str = el(5)
    excess: tuple[str, ...] = el(6, through=9)

    @property
    def accepted(self) -> bool:
        """Whether the receiver goes on with the interchange (A or E)."""
        return self.acceptance in ACCEPTED

    @property
    def rejected(self) -> bool:
        """Whether nothing of the interchange was taken."""
        return self.acceptance in REJECTED

    @property
    def words(self) -> str:
        """Verdict and note in words."""
        verdict = ACCEPTANCE.get(self.acceptance, f"Verdict {self.acceptance}")
        if self.note in ("", "000"):
            return verdict
        return f"{verdict}; {INTERCHANGE_NOTES.get(self.note, f'note {self.note}')}"


def read(transaction: Transaction) -> Ack999:
    """The 999 of a transaction; what it does not know is kept. Raises `WrongTransaction` for any other."""
    return read_document(Ack999, transaction, "999")


def render(ack: Ack999) -> list[Segment]:
    """The segments from ST to SE."""
    return render_document(ack)


def read_ta1(segment: Segment) -> Ta1:
    """The TA1 of a segment of `Interchange.acknowledgments`. Raises `WrongTransaction` for any other."""
    if segment.id != "TA1":
        raise WrongTransaction("expected TA1", segment=segment.id, position=segment.position)
    ta1: Ta1 = RecordCodec.of(Ta1).read(segment.elements, segment, _ignore)[0]
    return ta1


def render_ta1(ta1: Ta1) -> Segment:
    """The segment to put into `x12.outbound.write(acknowledgments=...)`."""
    return Segment.of("TA1", ta1.control_number, ta1.date, ta1.time, ta1.acceptance, ta1.note, *ta1.excess)


def _ignore(segment: Segment, element: int, code: str) -> None:
    """Nothing to note: a TA1 is all text."""
