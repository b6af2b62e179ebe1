"""Reading a file that is larger than memory, claim by claim.

    with streaming.open(path) as mail:
        for found in mail:                    # in an 835 PaidClaim, in an 837 SentClaim
            print(found.claim.control_number)
    for document in mail.documents: ...       # each without its claims, whether it is complete, its findings
    for finding in mail.findings: ...         # those of the envelope

Each claim comes with what stands around it: its document as far as it was read and without its claims, and
the levels it stands in. Claims are whole and lossless, like those of a document. Whether a transaction is
complete and its numbers agree is known when the end of the file is reached, not before.
"""

import builtins
import codecs
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from os import PathLike
from types import TracebackType
from typing import Any, BinaryIO

from x12 import claim_837, claim_837i, remittance_835
from x12.engine import Document
from x12.envelope import from_first_segment, is_cut, next_interchange, opening
from x12.errors import Finding, NotX12
from x12.interchange import InterchangeReader, Transaction, kind_of
from x12.reading import Frame, Reader, uncollected
from x12.segments import SEGMENT, Delimiters, Segment, Segments, canonical, segment_of
from x12.specs import spec_of

_CHUNK = 1 << 17
_LONGEST = 1 << 22
_HEAD = 1 << 10
_CLAIMS = ("CLP", "CLM")


@dataclass(frozen=True, slots=True)
class PaidClaim:
    """A claim of an 835, with its group and the remittance as far as it was read before the claim."""

    remittance: remittance_835.Remittance
    group: remittance_835.ClaimGroup
    claim: remittance_835.ClaimPayment


@dataclass(frozen=True, slots=True)
class SentClaim:
    """A claim of an 837P or 837I with its levels; `patient` is None when the subscriber is the patient."""

    batch: claim_837.ClaimBatch | claim_837i.ClaimBatch
    provider: claim_837.BillingProvider | claim_837i.BillingProvider
    subscriber: claim_837.Subscriber | claim_837i.Subscriber
    patient: claim_837.Patient | claim_837i.Patient | None
    claim: claim_837.Claim | claim_837i.Claim


@dataclass(frozen=True, slots=True)
class Ended:
    """A transaction of the file: its facts, with no segments but its ST, and its document without the claims.

    `document` is None for the kinds that hold no claims; they are passed over.
    """

    transaction: Transaction
    document: Document | None


_KINDS: dict[str, tuple[type[Document], tuple[type[Any], ...]]] = {
    "835": (remittance_835.Remittance, (remittance_835.ClaimGroup, remittance_835.ClaimPayment)),
}
for _module, _kinds in ((claim_837, ("837P", "837")), (claim_837i, ("837I",))):
    _levels = (_module.BillingProvider, _module.Subscriber, _module.Patient, _module.Claim)
    _KINDS |= dict.fromkeys(_kinds, (_module.ClaimBatch, _levels))


def open(file: str | PathLike[str] | BinaryIO) -> "Stream":  # noqa: A001 - streaming.open, like gzip.open
    """The claims of a file, by its path or opened for reading bytes. Reading raises `NotX12` like
    `x12.envelope.read`.
    """
    if isinstance(file, str | PathLike):
        return Stream(builtins.open(file, "rb"), owned=True)
    return Stream(file, owned=False)


class Stream:
    """An iterator over the claims of a file, and what is known of the file when it has ended."""

    def __init__(self, file: BinaryIO, *, owned: bool) -> None:
        self.file, self.owned = file, owned
        self.documents: list[Ended] = []
        self.findings: list[Finding] = []
        self._text = ""
        self._decoder: codecs.IncrementalDecoder = codecs.getincrementaldecoder("utf-8-sig")()
        self._at_end = False

    def __enter__(self) -> "Stream":
        return self

    def __exit__(self, kind: type[BaseException] | None, _: object, trace: TracebackType | None) -> None:
        if self.owned:
            self.file.close()

    def __iter__(self) -> Iterator[PaidClaim | SentClaim]:
        self._fill(_HEAD)
        self._text, self.findings = from_first_segment(self._text)
        position = 1
        while self._text:
            self._fill(_HEAD)
            try:
                delimiters, isa, begin, padded = opening(self._text, 0, position)
            except NotX12 as error:
                if position == 1:
                    raise
                self.findings.append(Finding("isa_unreadable", error.reason, "ISA", position))
                return
            self._text = self._text[begin:]
            reader = _StreamedInterchange(isa, delimiters, position, self.documents)
            if not padded:
                reader.find("isa_length", "ISA is not 106 characters long", "ISA", position)
            yield from self._interchange(reader, delimiters)
            position = reader.ended()
            yield from reader.given()
            found = reader.finished()
            self.findings += [*found.findings, *(it for group in found.groups for it in group.findings)]

    def _interchange(
        self, reader: "_StreamedInterchange", delimiters: Delimiters
    ) -> Iterator[PaidClaim | SentClaim]:
        """Hand over piece after piece, up to the next ISA."""
        over = False
        while not over:
            self._fill(_CHUNK)
            cut, at_claim = self._cut(delimiters)
            border = next_interchange(self._text, 0, delimiters)
            over = border < len(self._text) or self._at_end
            cut, at_claim = (border, False) if over else (cut, at_claim)
            piece, self._text = self._text[:cut], self._text[cut:]
            reader.cut = over and is_cut(piece, delimiters)
            with uncollected():
                reader.take(canonical(piece, delimiters))
                if at_claim:
                    reader.claim_comes()
            yield from reader.given()

    def _cut(self, delimiters: Delimiters) -> tuple[int, bool]:
        """Where the last claim begins; after the last segment, where no claim begins for long."""
        while not self._at_end:
            for name in _CLAIMS:
                place = self._text.rfind(name + delimiters.element)
                before = self._text[:place].rstrip("\r\n ") if place > 0 else ""
                if before.endswith(delimiters.segment) or (before and delimiters.segment in "\r\n"):
                    return place, True
            if len(self._text) > _LONGEST and (end := self._text.rfind(delimiters.segment)) > 0:
                return end + 1, False
            self._fill(2 * len(self._text))
        return len(self._text), False

    def _fill(self, size: int) -> None:
        """Read on until this much text is waiting, or the file has ended."""
        pieces, waiting = [self._text], len(self._text)
        while waiting < size and not self._at_end:
            data = self.file.read(max(size - waiting, _CHUNK))
            self._at_end = not data
            pieces.append(self._decoded(data))
            waiting += len(pieces[-1])
        self._text = "".join(pieces)

    def _decoded(self, data: bytes) -> str:
        """UTF-8; Latin-1 from where it is none."""
        try:
            return self._decoder.decode(data, final=not data)
        except UnicodeDecodeError:
            held = self._decoder.getstate()[0]
            self._decoder = codecs.getincrementaldecoder("latin-1")()
            return self._decoder.decode(held + data)


class _StreamedInterchange(InterchangeReader):
    """Reads claims out of the transactions of an interchange that comes piece by piece."""

    def __init__(
        self, isa: Segment | None, delimiters: Delimiters, position: int, documents: list[Ended]
    ) -> None:
        super().__init__(isa, delimiters, position, cut=False)
        self.documents = documents
        self.found: list[PaidClaim | SentClaim] = []
        self.claims: _Claims | None = None
        self.st = ""
        self.size = 0

    def _tell(self, claim: PaidClaim | SentClaim) -> None:
        self.found.append(claim)

    def given(self) -> list[PaidClaim | SentClaim]:
        """The claims that were read since this was asked last."""
        found, self.found = self.found, []
        return found

    def claim_comes(self) -> None:
        """The next piece begins with a claim, so the one before it is over."""
        if self.claims is not None:
            self.claims.close_claim()

    def _st(self, st: Segment, begin: int, end: int) -> None:
        super()._st(st, begin, end)
        self.st, self.size = self.text[begin + 1 : end], 1
        guide = st[3].strip() or (self.gs[8].strip() if self.gs is not None else "")
        kind = kind_of(st[1].strip(), guide)
        self.claims = _Claims(kind, self.st, self._tell) if kind in _KINDS else None

    def _pass(self, begin: int, end: int) -> None:
        super()._pass(begin, end)
        if self.opened is None or begin >= end:
            return
        lines = self.text[begin + 1 : end].split(SEGMENT)
        if self.claims is not None:
            self.claims.take(lines, self.size)
        self.size += len(lines)

    def _se(self, se: Segment, begin: int, end: int) -> None:
        self.size += 1
        super()._se(se, begin, end)

    def _opened_number(self) -> str:
        return segment_of(self.st, 1)[2].strip()

    def _body(self, end: int) -> tuple[Segments, int]:  # noqa: ARG002 - what it ended at is gone
        return Segments([self.st]), self.size

    def _keep_transaction(self, body: Segments, *, complete: bool, findings: list[Finding]) -> None:
        super()._keep_transaction(body, complete=complete, findings=findings)
        document = None if self.claims is None else self.claims.ended()
        self.documents.append(Ended(self.transactions[-1], document))
        self.claims = None


class _Claims:
    """Reads one transaction whose segments come piece by piece, and tells each claim as it is closed."""

    def __init__(self, kind: str, st: str, tell: Callable[[Any], None]) -> None:
        cls, apart = _KINDS[kind]
        self.claim, self.tell = apart[-1], tell
        self.reader = Reader(spec_of(cls), apart=frozenset(apart), keep=self._closed)
        self.frame = self.reader.begun(st)
        self.lines: list[str] = []
        self.copies: dict[int, tuple[Any, int, Any]] = {}

    def take(self, lines: list[str], before: int) -> None:
        """Take the next segments; `before` is how many of the transaction have come before them."""
        node, scope, memo, taken, _ = self.frame
        stack = self.reader.stack
        stack[:] = [(outer, around, known, passed, -1) for outer, around, known, passed, _ in stack]
        self.lines, self.reader.before = lines, before
        self.frame = self.reader.take((node, scope, memo, taken, -1), lines, 0, len(lines))

    def close_claim(self) -> None:
        """Close the claim that is open, and what stands in it."""
        open_claims = [depth for depth, frame in enumerate(self._open()) if frame[1].spec.cls is self.claim]
        while open_claims and len(self.reader.stack) >= open_claims[0]:
            self.frame = self.reader.closed(self.frame, self.lines, len(self.lines))

    def ended(self) -> Document:
        """The document without its claims."""
        while self.reader.stack:
            self.frame = self.reader.closed(self.frame, self.lines, len(self.lines))
        root, scope = self.frame[0], self.frame[1]
        root.findings, root.trailer = tuple(self.reader.findings), ()
        scope.shape.seal(root, (), -1, 0)
        document: Document = root
        return document

    def _open(self) -> list[Frame]:
        return [*self.reader.stack, self.frame]

    def _closed(self, node: Any) -> None:
        """A loop that holds claims, or a claim, was closed; those around it are still open."""
        if type(node) is not self.claim:
            return
        around = [self._copy(depth, frame) for depth, frame in enumerate(self.reader.stack)]
        if isinstance(node, remittance_835.ClaimPayment):
            self.tell(PaidClaim(around[0], around[1], node))
            return
        patient = around[3] if len(around) > 3 else None
        self.tell(SentClaim(around[0], around[1], around[2], patient, node))

    def _copy(self, depth: int, frame: Frame) -> Any:
        """An open loop as far as it was read; the same one for all its claims, unless more of it was read."""
        open_loop, state = frame[0], frame[3]
        known = self.copies.get(depth)
        if known is None or known[0] is not open_loop or known[1] != state:
            known = self.copies[depth] = (open_loop, state, frame[1].shape.copied(open_loop))
        return known[2]
