"""Reading and rendering any document by its declaration (`x12.loops`).

A segment goes to the innermost open loop that knows it; loops it does not belong to are closed. A segment
that nobody knows, that comes too often, or that stands where its loop has already gone on to its children,
stays in place in `unread` of the innermost loop. So every segment is kept, and `render(read(x))` gives the
segments of x.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from x12.envelope import Transaction
from x12.errors import Finding, WrongTransaction, X12Error
from x12.loops import Loop
from x12.reading import Reader, uncollected
from x12.segments import ELEMENT, Segment, Segments, line_of, segment_of
from x12.specs import Child, Slot, Spec, spec_of
from x12.writing import Kids, line_of_cells, start_cells, writer_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Document(Loop):
    """Base of every transaction's outermost loop; it begins at ST.

    `findings` are the elements that could not be converted and the segments left unread; `trailer` is the SE
    as it was read. Neither takes part in equality.
    """

    findings: tuple[Finding, ...] = field(default=(), compare=False)
    trailer: tuple[Segment, ...] = field(default=(), compare=False, repr=False)


D = TypeVar("D", bound=Document)


def read_document(cls: type[D], transaction: Transaction, *kinds: str) -> D:
    """The typed document of a transaction. Raises `WrongTransaction` when its kind is none of `kinds`."""
    if transaction.kind not in kinds:
        raise WrongTransaction(f"expected {' or '.join(kinds)}", segment="ST", position=1)
    return read_segments(cls, transaction.segments)


def read_segments(cls: type[D], segments: Sequence[Segment]) -> D:
    """The typed document of a body from ST on; SE may be missing. Raises `X12Error` when it does not begin at
    ST.
    """
    if not segments or segments[0].id != "ST":
        raise X12Error(
            "a transaction must begin at ST", segment=segments[0].id if segments else "ST", position=1
        )
    trailer = segments[-1:] if segments[-1].id == "SE" else ()
    lines = Segments.of(segments).lines
    with uncollected():
        document: D = Reader(spec_of(cls)).document(lines, len(lines) - len(trailer), tuple(trailer))
    return document


def render_document(document: Document) -> list[Segment]:
    """The segments from ST to SE.

    Loops that were read and not changed are given as they were read; everything else is written from its
    fields. As soon as anything is, HL numbers and the SE count are written anew.
    """
    with uncollected():
        return list(Segments(lines_of(document)))


def lines_of(document: Document) -> list[str]:
    """The texts of the same segments, their elements between `x12.segments.ELEMENT`."""
    spec = spec_of(type(document))
    writer = _Writer(renumber=not _unchanged(document, spec))
    writer.node(document, spec, None, "")
    lines = writer.lines
    if not writer.renumber:
        return [*lines, *(line_of(segment) for segment in document.trailer)]
    number = segment_of(lines[0], 1)[2]
    return [*lines, ELEMENT.join(("SE", str(len(lines) + 1), number))]


_Taken = dict[Slot, list[Segment]]


class _Frame:
    """A loop while it is being read."""

    __slots__ = ("child", "children", "latest", "layout", "spec", "taken", "unread")

    def __init__(self, spec: Spec, child: Child | None) -> None:
        self.spec, self.child = spec, child
        self.taken: _Taken = {}
        self.children: dict[Child, list[Any]] = {}
        self.unread: list[Segment] = []
        self.layout: list[Segment | int] = []
        self.latest = -1

    def begin(self, segment: Segment | None) -> None:
        if segment is not None:
            self.taken[self.spec.start] = [segment]
            self.layout.append(segment)

    def accepts(self, slot: Slot) -> bool:
        return slot.order > self.latest and (slot.many or slot not in self.taken)

    def put(self, slot: Slot, segment: Segment) -> None:
        if slot in self.taken:
            self.taken[slot].append(segment)
        else:
            self.taken[slot] = [segment]
        self.layout.append(segment)

    def put_unread(self, segment: Segment) -> None:
        self.unread.append(segment)
        self.layout.append(segment)

    def open_child(self, child: Child) -> None:
        self.layout.append(child.order)
        self.children.setdefault(child, [])
        self.latest = max(self.latest, child.order)

    def own_values(self, note: Any) -> dict[str, Any]:
        values = self.spec.absent.copy()
        for slot, segments in self.taken.items():
            slot.read(segments, values, note)
        values["unread"] = tuple(self.unread)
        return values


def _ignore(segment: Segment, element: int, code: str) -> None:
    """Findings were noted when the text was read."""


def _nodes(node: Any, child: Child) -> Sequence[Any]:
    value = getattr(node, child.name)
    if child.many:
        return tuple(value)
    return () if value is None or value == child.spec.blank else (value,)


def _replayed(node: Any, spec: Spec) -> _Frame:
    """The loop's own segments put where they belong once more, from its layout."""
    frame = _Frame(spec, None)
    for n, entry in enumerate(node.layout):
        if isinstance(entry, int):
            child = spec.items[entry]
            assert isinstance(child, Child)
            frame.open_child(child)
            continue
        target = spec.find(entry.elements)
        if n == 0 and entry.id == spec.begins:
            frame.begin(entry)
        elif isinstance(target, Slot) and frame.accepts(target):
            frame.put(target, entry)
        else:
            frame.put_unread(entry)
    return frame


def _own_unchanged(node: Any, spec: Spec) -> bool:
    """Whether the loop's own segments, read again from its layout, give what its fields say."""
    if node.kept_layout is None:
        return True
    if not node.layout:
        return False
    for child in spec.children:
        if node.layout.count(child.order) != len(_all_nodes(node, child)):
            return False
    values = _replayed(node, spec).own_values(_ignore)
    return all(getattr(node, name) == values[name] for name in (*spec.own_names, "unread"))


def _all_nodes(node: Any, child: Child) -> Sequence[Any]:
    """The child nodes that stand in the layout: a blank that was never read does not."""
    value = getattr(node, child.name)
    if child.many:
        return tuple(value)
    return () if value is None or not (value.layout or value != child.spec.blank) else (value,)


def _unchanged(node: Any, spec: Spec) -> bool:
    return _own_unchanged(node, spec) and all(
        _unchanged(kid, child.spec) for child in spec.children for kid in _all_nodes(node, child)
    )


class _Writer:
    """Collects the lines of a document, numbering its HL levels on the way."""

    def __init__(self, *, renumber: bool) -> None:
        self.renumber = renumber
        self.lines: list[str] = []
        self.levels = 0

    def node(self, node: Any, spec: Spec, child: Child | None, parent: str) -> None:
        """Write a loop and everything in it; `parent` is the HL01 of the level it stands in."""
        as_read = node.kept_layout is None
        if as_read and not (self.renumber and spec.numbered):
            self.lines += node.read_lines[node.read_first : node.read_last]
            return
        level, layout = parent, node.layout
        if self.renumber and spec.begins == "HL" and (not layout or isinstance(layout[0], Segment)):
            level = self._hl(node, spec, child, parent)
        if as_read or (layout and (not self.renumber or _own_unchanged(node, spec))):
            self._as_read(node, spec, level)
        elif layout:
            self._changed(node, spec, child, level)
        else:
            unread = [line_of(segment) for segment in node.unread]
            writer_of(spec, child)(node, self.lines.append, self._kids(level), unread)

    def _kids(self, level: str) -> Kids:
        def kids(nodes: Sequence[Any], child: Child) -> None:
            for node in nodes:
                self.node(node, child.spec, child, level)

        return kids

    def _hl(self, node: Any, spec: Spec, child: Child | None, parent: str) -> str:
        self.levels += 1
        code = child.where[0] if child is not None and child.where else ""
        if node.layout:
            code = node.layout[0][3] or code
        below = any(kid.segment == "HL" and _nodes(node, kid) for kid in spec.children)
        number = str(self.levels)
        has_children = "" if child is not None and child.leaf else "1" if below else "0"
        self.lines.append(line_of(Segment.of("HL", number, parent, code, has_children)))
        return number

    def _as_read(self, node: Any, spec: Spec, level: str) -> None:
        queues = {child.order: iter(_all_nodes(node, child)) for child in spec.children}
        for n, entry in enumerate(node.layout):
            if isinstance(entry, int):
                child = spec.items[entry]
                assert isinstance(child, Child)
                self.node(next(queues[entry]), child.spec, child, level)
            elif not (self.renumber and n == 0 and spec.begins == "HL"):
                self.lines.append(line_of(entry))

    def _changed(self, node: Any, spec: Spec, child: Child | None, level: str) -> None:
        """Like a loop made anew, but segments whose fields still say the same stay as they were read."""
        kept = _replayed(node, spec).taken
        if spec.begins != "HL":
            self.lines += self._start(node, spec, child, kept)
        unread = [line_of(segment) for segment in node.unread]
        for item in spec.items:
            if isinstance(item, Slot):
                if item is not spec.start:
                    self.lines += self._slot(node, item, kept)
                continue
            self.lines += unread
            unread = []
            for kid in _nodes(node, item):
                self.node(kid, item.spec, item, level)
        self.lines += unread

    def _slot(self, node: Any, slot: Slot, kept: _Taken) -> list[str]:
        """The lines of a slot: as they were read while their fields still say the same."""
        if _still_says(node, slot, kept):
            return [line_of(segment) for segment in kept[slot]]
        return [line_of_cells(slot.segment, cells) for cells in slot.write(node)]

    def _start(self, node: Any, spec: Spec, child: Child | None, kept: _Taken) -> list[str]:
        if _still_says(node, spec.start, kept):
            return [line_of(segment) for segment in kept[spec.start]]
        cells = start_cells(node, spec, child)
        return [] if cells is None else [line_of_cells(spec.begins, cells)]


def _still_says(node: Any, slot: Slot, kept: _Taken) -> bool:
    """Whether the segments of a slot, read again, give what its fields say."""
    if slot not in kept:
        return False
    values = slot.absent.copy()
    slot.read(kept[slot], values, _ignore)
    return all(getattr(node, name) == value for name, value in values.items())
