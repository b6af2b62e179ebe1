"""One interchange: its groups and transactions as models, and how they are collected from segments.

`x12.envelope` is the way in; it gives these names on.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from x12.errors import Finding
from x12.segments import ELEMENT, SEGMENT, Delimiters, Segment, Segments, segment_of

_KINDS = {
    "837": {
        "837P": ("X098", "X222", "X291", "X298"),
        "837I": ("X096", "X223", "X292", "X299"),
        "837D": ("X097", "X224", "X300"),
    },
    "277": {"277CA": ("X214",), "277DRA": ("X364",), "277RFI": ("X213", "X313"), "277": ("X093", "X212")},
}
_LONGEST_COUNT = 20
_SERVICE_KINDS = {"SV1": "837P", "SV2": "837I", "SV3": "837D"}


@dataclass(frozen=True, slots=True)
class Transaction:
    """One ST..SE with the facts of the envelope around it.

    `kind` is `837P`, `837I`, `835`, `999`, `277CA`, `271` and so on, by ST01 and version; `unknown` where
    ST01 is no transaction number. `segments` runs from ST to SE; `lines` and `rows` are the same as plain
    texts and lists of texts, for whoever looks at all of them. A transaction that is not `complete` lacks its
    SE or was cut inside it: nothing of it may be acted upon.
    """

    kind: str
    code: str
    version: str
    control_number: str
    segments: Segments | tuple[Segment, ...]
    complete: bool
    delimiters: Delimiters
    functional_id: str = ""
    group_control_number: str = ""
    application_sender: str = ""
    application_receiver: str = ""
    interchange_control_number: str = ""
    sender_id: str = ""
    receiver_id: str = ""
    usage: str = ""
    findings: tuple[Finding, ...] = ()

    @property
    def lines(self) -> Sequence[str]:
        """The text of each segment, its elements between `x12.segments.ELEMENT`."""
        return Segments.of(self.segments).lines

    @property
    def rows(self) -> list[list[str]]:
        """The elements of each segment, its id first; made anew at each call."""
        return Segments.of(self.segments).rows


@dataclass(frozen=True, slots=True)
class Group:
    """One GS..GE. All texts are stripped; a group implied by a text that begins at ST has empty ids."""

    functional_id: str
    sender: str
    receiver: str
    date: str
    time: str
    control_number: str
    version: str
    transactions: tuple[Transaction, ...]
    complete: bool
    findings: tuple[Finding, ...] = ()
    gs: Segment | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Interchange:
    """One ISA..IEA. `date` is YYMMDD, `usage` is T or P, `acknowledgments` are its TA1 segments, `isa` is the
    ISA as it was read (as `gs` is of a group).
    """

    sender_qualifier: str
    sender_id: str
    receiver_qualifier: str
    receiver_id: str
    date: str
    time: str
    version: str
    control_number: str
    acknowledgment_requested: bool
    usage: str
    delimiters: Delimiters
    acknowledgments: tuple[Segment, ...]
    groups: tuple[Group, ...]
    complete: bool
    findings: tuple[Finding, ...] = ()
    isa: Segment | None = field(default=None, compare=False, repr=False)

    @property
    def transactions(self) -> tuple[Transaction, ...]:
        """The transactions of all groups, in order."""
        return tuple(transaction for group in self.groups for transaction in group.transactions)


def kind_of(code: str, version: str, segments: Iterable[Segment] = ()) -> str:
    """The kind of a transaction from ST01 and its guide (ST03 or GS08); an 837 without guide by its service
    lines.
    """
    if not re.fullmatch(r"\d{3}", code):
        return "unknown"
    for kind, guides in _KINDS.get(code, {}).items():
        if any(guide in version for guide in guides):
            return kind
    if code == "837":
        return next((_SERVICE_KINDS[s.id] for s in segments if s.id in _SERVICE_KINDS), code)
    return code


_CONTROL = re.compile(f"{SEGMENT}(?=[GIST])((?:GS|ST|SE|GE|IEA|TA1)(?=[{ELEMENT}{SEGMENT}]|$))")
"""Where the segments of the envelope begin in a canonical text."""


class InterchangeReader:
    """Collects one interchange from its canonical text; made for `x12.envelope.read`."""

    def __init__(self, isa: Segment | None, delimiters: Delimiters, position: int, *, cut: bool) -> None:
        self.isa = isa or Segment(("ISA",))
        self.fragment = isa is None
        self.delimiters = delimiters
        self.position = position + (0 if isa is None else 1)
        self.cut = cut
        self.acknowledgments: list[Segment] = []
        self.groups: list[Group] = []
        self.findings: list[Finding] = []
        self.gs: Segment | None = None
        self.group_findings: list[Finding] = []
        self.transactions: list[Transaction] = []
        self.numbers: set[str] = set()
        self.text = ""
        self.opened: int | None = None
        self.closed = False

    def find(self, code: str, message: str, segment: str, position: int, element: int = 0) -> None:
        """Note a finding of the interchange itself."""
        self.findings.append(Finding(code, message, segment, position, element))

    def read(self, text: str) -> int:
        """Take the canonical text after the ISA; returns the position after the last segment."""
        self.take(text)
        return self.ended()

    def take(self, text: str) -> None:
        """Take a canonical text; what has begun in it goes on until `ended` is called."""
        self.text = text
        steps = {"ST": self._st, "SE": self._se, "GS": self._gs, "GE": self._ge, "IEA": self._iea}
        steps["TA1"] = self._ta1
        reached = 0
        for control in _CONTROL.finditer(text):
            begin, name = control.start(), control[1]
            if self._is_astray(control):
                continue
            self._pass(reached, begin)
            end = text.find(SEGMENT, begin + 1)
            reached = len(text) if end < 0 else end
            steps[name](segment_of(text[begin + 1 : reached], self.position), begin, reached)
            self.position += 1
        self._pass(reached, len(text))

    def ended(self) -> int:
        """Nothing comes any more; returns the position after the last segment."""
        self._end_of_text(self.position)
        return self.position

    def _is_astray(self, control: re.Match[str]) -> bool:
        """Whether this segment of the envelope stands inside a transaction, whose own SE comes next: then it
        is a segment too much there, and no reason to lose what follows it.
        """
        if self.opened is None or control[1] in ("ST", "SE"):
            return False
        if control[1] == "TA1":
            return True
        following = _CONTROL.search(self.text, control.end())
        if following is None or following[1] != "SE":
            return False
        return self._control_number(following.start()) == self._opened_number()

    def _opened_number(self) -> str:
        assert self.opened is not None
        return self._control_number(self.opened)

    def _control_number(self, begin: int) -> str:
        """Element 02 of the segment whose terminator before it is at `begin`."""
        end = self.text.find(SEGMENT, begin + 1)
        return segment_of(self.text[begin + 1 : end if end >= 0 else None], 0)[2].strip()

    def _pass(self, begin: int, end: int) -> None:
        """Leave the segments between two of the envelope to their transaction; without one they are stray."""
        if self.opened is None and begin < end:
            for place, line in enumerate(self.text[begin + 1 : end].split(SEGMENT), self.position):
                name = line.split(ELEMENT)[0][:3]
                self.find("stray_segment", "segment outside any transaction", name, place)
        self.position += self.text.count(SEGMENT, begin, end)

    def _st(self, st: Segment, begin: int, _end: int) -> None:
        self._drop_open_transaction(begin)
        if self.gs is None:
            self.gs = Segment(("GS",), st.position)
        self.opened = begin

    def _se(self, se: Segment, _begin: int, end: int) -> None:
        if self.opened is None:
            self.find("stray_segment", "SE without ST", "SE", se.position)
            return
        body, size = self._body(end)
        findings = []
        if not _same_number(se[1], size):
            message = f"SE01 differs from the {size} segments of the transaction"
            findings.append(Finding("segment_count", message, "SE", size, 1))
        if se[2].strip() != body[0][2].strip():
            findings.append(Finding("control_number", "SE02 differs from ST02", "SE", size, 2))
        self._keep_transaction(body, complete=True, findings=findings)

    def _body(self, end: int) -> tuple[Segments, int]:
        """The segments of the open transaction, and how many it has."""
        assert self.opened is not None
        body = Segments(self.text[self.opened + 1 : end].split(SEGMENT))
        return body, len(body)

    def _drop_open_transaction(self, end: int) -> None:
        if self.opened is not None:
            body, size = self._body(end)
            finding = Finding("missing_trailer", "the transaction has no SE", "SE", size + 1)
            self._keep_transaction(body, complete=False, findings=[finding])

    def _keep_transaction(self, body: Segments, *, complete: bool, findings: list[Finding]) -> None:
        isa, gs = self.isa, self.gs or Segment(("GS",))
        st = body[0]
        number, version = st[2].strip(), st[3].strip() or gs[8].strip()
        if number in self.numbers:
            findings.append(
                Finding("duplicate_control_number", "ST02 was used before in this group", "ST", 1, 2)
            )
        self.numbers.add(number)
        self.transactions.append(
            Transaction(
                kind=kind_of(st[1].strip(), version, body),
                code=st[1].strip(),
                version=version,
                control_number=number,
                segments=body,
                complete=complete,
                delimiters=self.delimiters,
                functional_id=gs[1].strip(),
                group_control_number=gs[6].strip(),
                application_sender=gs[2].strip(),
                application_receiver=gs[3].strip(),
                interchange_control_number=isa[13].strip(),
                sender_id=isa[6].strip(),
                receiver_id=isa[8].strip(),
                usage=isa[15].strip(),
                findings=tuple(findings),
            )
        )
        self.opened = None

    def _gs(self, gs: Segment, begin: int, _end: int) -> None:
        self._close_group(begin, gs.position, complete=False)
        self.gs = gs

    def _ge(self, ge: Segment, begin: int, _end: int) -> None:
        self._drop_open_transaction(begin)
        gs, position = self.gs, ge.position
        if gs is None:
            self.find("stray_segment", "GE without GS", "GE", position)
            return
        if not _same_number(ge[1], len(self.transactions)):
            message = f"GE01 differs from the {len(self.transactions)} transactions of the group"
            self.group_findings.append(Finding("transaction_count", message, "GE", position, 1))
        if ge[2].strip() != gs[6].strip():
            self.group_findings.append(Finding("control_number", "GE02 differs from GS06", "GE", position, 2))
        self._close_group(begin, position, complete=True)

    def _close_group(self, end: int, position: int, *, complete: bool) -> None:
        self._drop_open_transaction(end)
        gs = self.gs
        if gs is None:
            return
        implied = len(gs.elements) == 1
        if not complete and not implied:
            self.group_findings.append(Finding("missing_trailer", "the group has no GE", "GE", position))
        if gs[6] and any(gs[6].strip() == group.control_number for group in self.groups):
            message = "GS06 was used before in this interchange"
            self.group_findings.append(Finding("duplicate_control_number", message, "GS", gs.position, 6))
        self.groups.append(
            Group(
                functional_id=gs[1].strip(),
                sender=gs[2].strip(),
                receiver=gs[3].strip(),
                date=gs[4].strip(),
                time=gs[5].strip(),
                control_number=gs[6].strip(),
                version=gs[8].strip(),
                transactions=tuple(self.transactions),
                complete=complete or implied,
                findings=tuple(self.group_findings),
                gs=None if implied else gs,
            )
        )
        self.gs, self.group_findings, self.transactions = None, [], []
        self.numbers = set()

    def _iea(self, iea: Segment, begin: int, _end: int) -> None:
        position = iea.position
        self._close_group(begin, position, complete=False)
        self.closed = True
        if not _same_number(iea[1], len(self.groups)):
            message = f"IEA01 differs from the {len(self.groups)} groups of the interchange"
            self.find("group_count", message, "IEA", position, 1)
        if iea[2].strip() != self.isa[13].strip() and not self.fragment:
            self.find("control_number", "IEA02 differs from ISA13", "IEA", position, 2)

    def _ta1(self, segment: Segment, _begin: int, _end: int) -> None:
        self.acknowledgments.append(segment)

    def _end_of_text(self, position: int) -> None:
        self._close_group(len(self.text), position, complete=False)
        if self.cut:
            self.find("unterminated", "the last segment has no terminator", "", position - 1)
            self._distrust_last_transaction()
        if not self.closed and not self.fragment:
            self.find("missing_trailer", "the interchange has no IEA", "IEA", position)

    def _distrust_last_transaction(self) -> None:
        """Cut in the middle of its SE, a transaction is complete only if count and number still agree."""
        if self.closed or not self.groups or not self.groups[-1].transactions:
            return
        group = self.groups[-1]
        last = group.transactions[-1]
        wrong = any(finding.segment == "SE" for finding in last.findings)
        if wrong and last.complete and not group.complete:
            kept = (*group.transactions[:-1], replace(last, complete=False))
            self.groups[-1] = replace(group, transactions=kept)

    def finished(self) -> Interchange:
        """The interchange as far as it could be read."""
        isa = self.isa
        whole = (self.closed or self.fragment) and all(group.complete for group in self.groups)
        settled = all(transaction.complete for group in self.groups for transaction in group.transactions)
        return Interchange(
            sender_qualifier=isa[5].strip(),
            sender_id=isa[6].strip(),
            receiver_qualifier=isa[7].strip(),
            receiver_id=isa[8].strip(),
            date=isa[9].strip(),
            time=isa[10].strip(),
            version=isa[12].strip(),
            control_number=isa[13].strip(),
            acknowledgment_requested=isa[14].strip() == "1",
            usage=isa[15].strip(),
            delimiters=self.delimiters,
            acknowledgments=tuple(self.acknowledgments),
            groups=tuple(self.groups),
            complete=whole and settled,
            findings=tuple(self.findings),
            isa=None if self.fragment else isa,
        )


def _same_number(text: str, count: int) -> bool:
    text = text.strip()
    return text.isdecimal() and len(text) <= _LONGEST_COUNT and int(text) == count
