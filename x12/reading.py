"""Reading a text by the declaration of its document, with code generated from that declaration.

A segment goes to the innermost open loop that knows it; loops it does not belong to are closed. A segment
that nobody knows, that comes too often, or that stands where its loop has already gone on to its children,
stays in place in `unread` of the innermost loop.

What the declarations alone decide is decided once. For every place that a segment can stand in there is a
`Scope`, which knows by the segment's id and qualifier where it goes; for every loop class there are generated
functions that make the loop from its first segment, put a later segment's values into it, and close it
(docs/adr/0019). Within one text a segment that was seen before is not taken apart again.
"""

import gc
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import islice
from typing import Any, NamedTuple

from x12.errors import Finding
from x12.segments import COMPONENT, ELEMENT, Segment, segment_of
from x12.shaping import Put, Shape, SlotShape, shape_of
from x12.specs import Child, Slot, Spec

_MESSAGES = {
    "bad_value": "{place} cannot be read as its type",
    "unread_segment": "{place} is unknown, repeated or misplaced here; it was kept unread",
}
_REMEMBERED = 1 << 10


class Step(NamedTuple):
    """One thing that a segment may be: part of the loop `up` levels out, or what opens a child loop of it.

    `slot` is a `SlotShape` or None. `around` are the loops opened with the child because the sender left out
    what begins them, outermost first.
    """

    up: int
    slot: Any
    opened: "Opened | None" = None
    around: tuple["Opened", ...] = ()


class Opened(NamedTuple):
    """One loop that is opened.

    What its parent may not hold yet, what its parent holds from then on, how it is put into its parent, its
    scope and its shape, and how it is made from its first segment.
    """

    refused_by: int
    passed: int
    attach: Put
    scope: "Scope"
    shape: Shape
    begin: Callable[[list[str]], Any]


Steps = tuple[Step, ...]


class _Entry(NamedTuple):
    """Where segments of one id go: the element that tells, what each code leads to, and any other."""

    position: int
    by_code: dict[str, Steps]
    other: Steps


class Scope:
    """A loop class at one place of its document: under these loops and no others."""

    def __init__(self, spec: Spec, parent: "Scope | None" = None) -> None:
        self.spec, self.parent = spec, parent
        self.shape = shape_of(spec)
        self.under: dict[Child, Scope] = {}
        self.entries: dict[str, _Entry] = {}

    def steps(self, row: Sequence[str]) -> Steps:
        """What a segment may be here, innermost first; what opens loops comes last."""
        position, by_code, other = self.entries.get(row[0]) or self._entry(row[0])
        if not position:
            return other
        if position < 0:
            return self._asked(row)
        code = row[position] if position < len(row) else ""
        if code not in by_code:
            code = code.split(COMPONENT, 1)[0]
            code = code if code in by_code else code.strip()
        return by_code.get(code, other)

    def _entry(self, name: str) -> _Entry:
        """What the declarations say of an id; position -1 where loops tell it by different elements."""
        known = [scope.spec.known[name] for scope in self.outwards() if name in scope.spec.known]
        if not known:
            return _UNKNOWN
        positions = {position for position, qualified, _ in known if qualified}
        position = max(positions, default=0) if len(positions) < 2 else -1
        row = [name, *[""] * position]
        codes = {code for _, qualified, _ in known for code in qualified if position > 0}
        by_code = {code: self._asked([*row[:position], code]) for code in codes}
        other = self._asked([*row[:position], _NO_CODE] if position > 0 else row)
        self.entries[name] = entry = _Entry(position, by_code, other)
        return entry

    def _asked(self, row: Sequence[str]) -> Steps:
        """The steps of a segment by asking each loop around in turn."""
        steps = []
        for up, around in enumerate(self.outwards()):
            target = around.spec.find(row)
            if isinstance(target, Slot):
                steps.append(Step(up, around.shape.slots[target]))
            elif target is not None:
                *outer, opened = around.opening(target)
                steps.append(Step(up, None, opened, tuple(outer)))
                break
        return tuple(steps)

    def outwards(self) -> Iterator["Scope"]:
        """This scope and those around it."""
        scope: Scope | None = self
        while scope is not None:
            yield scope
            scope = scope.parent

    def opening(self, chain: Sequence[Child]) -> tuple[Opened, ...]:
        """The loops that a chain of children opens here."""
        opened, scope = [], self
        for child in chain:
            if child not in scope.under:
                scope.under[child] = Scope(child.spec, scope)
            kid = scope.under[child]
            opened.append(Opened(*scope.shape.kids[child], kid, kid.shape, kid.shape.begin))
            scope = kid
        return tuple(opened)


_NO_CODE = "\0"
_UNKNOWN = _Entry(0, {}, ())


@cache
def scope_of(spec: Spec) -> Scope:
    """The scope of an outermost loop; what it has learned of a declaration serves every text."""
    return Scope(spec)


Hit = tuple[SlotShape, Any]
Frame = tuple[Any, Scope, dict[str, Hit], int, int]


class Reader:
    """Reads the segments of one document.

    Loops of the classes `apart` are handed to `keep` when they are closed and are not put into the loop they
    stand in: for files larger than memory.
    """

    def __init__(
        self,
        spec: Spec,
        *,
        apart: frozenset[type[Any]] = frozenset(),
        keep: Callable[[Any], None] | None = None,
    ) -> None:
        self.findings: list[Finding] = []
        self.memos: dict[Shape, dict[str, Hit]] = defaultdict(dict)
        self.scope = scope_of(spec)
        self.stack: list[Frame] = []
        self.apart, self.keep = apart, keep or _ignore
        self.before = 0

    def note(self, segment: Segment, element: int, code: str) -> None:
        """Keep a finding about one segment; what is no segment id may be a patient's data and is not told."""
        name = segment.id if len(segment.id) <= 3 and segment.id.isalnum() else "?"
        message = _MESSAGES[code].format(place=f"{name}{element:02d}" if element else name)
        self.findings.append(Finding(code, message, name, segment.position, element))

    def document(self, lines: Sequence[str], stop: int, trailer: tuple[Segment, ...]) -> Any:
        """The outermost loop of the lines before `stop`; it begins with the first."""
        frame = self.take(self.begun(lines[0]), lines, 1, stop)
        while self.stack:
            frame = self.closed(frame, lines, stop)
        root = frame[0]
        root.findings, root.trailer = tuple(self.findings), trailer
        self.scope.shape.seal(root, lines, 0, stop)
        return root

    def begun(self, line: str) -> Frame:
        """The outermost loop, made from its first segment, to be taken on with."""
        return self._begun(self.scope.shape, line, 0), self.scope, self.memos[self.scope.shape], 0, 0

    def take(  # noqa: C901, PLR0915 - one loop, as a call for each segment would cost a tenth more
        self, frame: Frame, lines: Sequence[str], start: int, stop: int
    ) -> Frame:
        """Put each line where it belongs; gives what is open at the end."""
        node, scope, memo, taken, first = frame
        stack, memos, apart = self.stack, self.memos, self.apart
        for at, line in enumerate(islice(lines, start, stop), start):
            if line in memo:
                slot, value = memo[line]
                if not taken & slot.bit:
                    taken |= slot.once
                    slot.put(node, value)
                    continue
            row = line.split(ELEMENT)
            try:
                position, by_code, steps = scope.entries[row[0]]
                if position:
                    steps = by_code.get(row[position]) or scope.steps(row)
            except (KeyError, IndexError):
                steps = scope.steps(row)
            for up, slot, opened, around in steps:
                if slot is not None and slot.bit & (stack[-up][3] if up else taken):
                    continue
                while up:
                    scope.shape.seal(node, lines, first, at)
                    if apart and scope.spec.cls in apart:
                        self.keep(node)
                    node, scope, memo, taken, first = stack.pop()
                    up -= 1
                if opened is not None:
                    if taken & (around[0] if around else opened).refused_by:
                        self._unread(node, line, at)
                        break
                    for outer in around:
                        stack.append((node, scope, memo, taken | outer.passed, first))
                        node, scope = self._blank(node, outer), outer.scope
                        memo, taken, first = memos[outer.shape], 0, at
                    _, passed, attach, inner, shape, begin = opened
                    stack.append((node, scope, memo, taken | passed, first))
                    try:
                        kid = begin(row)
                    except ValueError:
                        kid = self._begun(shape, line, at)
                    if not apart or inner.spec.cls not in apart:
                        attach(node, kid)
                    node, scope, memo, taken, first = kid, inner, memos[shape], 0, at
                else:
                    taken |= slot.once
                    try:
                        value = slot.parse(row)
                        memo[line] = (slot, value)
                    except ValueError:
                        value = slot.parse_noting(segment_of(line, self.before + at + 1), self.note)
                    slot.put(node, value)
                    if len(memo) > _REMEMBERED:
                        memo.clear()
                break
            else:
                self._unread(node, line, at)
        return node, scope, memo, taken, first

    def _blank(self, parent: Any, opened: Opened) -> Any:
        """A loop that begins without its first segment."""
        node = opened.shape.blank()
        if opened.scope.spec.cls not in self.apart:
            opened.attach(parent, node)
        return node

    def _begun(self, shape: Shape, line: str, at: int) -> Any:
        """A loop made from its first segment."""
        try:
            return shape.begin(line.split(ELEMENT))
        except ValueError:
            return shape.begin_noting(segment_of(line, self.before + at + 1), self.note)

    def _unread(self, node: Any, line: str, at: int) -> None:
        segment = segment_of(line, self.before + at + 1)
        if node.unread:
            node.unread.append(segment)
        else:
            node.unread = [segment]
        self.note(segment, 0, "unread_segment")

    def closed(self, frame: Frame, lines: Sequence[str], at: int) -> Frame:
        """Close the innermost loop before the line `at`; gives the frame of the one around it."""
        node, scope, _, _, first = frame
        scope.shape.seal(node, lines, first, at)
        if scope.spec.cls in self.apart:
            self.keep(node)
        return self.stack.pop()


def _ignore(_node: Any) -> None:
    """Nobody keeps it."""


_MOST_HANDED_ON = 300_000
_handed_on = 0


@contextmanager
def uncollected() -> Iterator[None]:
    """Without a search for reference cycles: a document has none, and looking for them costs a third of the
    time that reading it takes.

    Restored afterwards; the new objects are then handed to the oldest generation without being looked at, so
    that the search is not made up for at once. What cycles there are is looked for before, and after some
    hundred thousand objects handed on so: else it would never be found. Left alone where it was off.
    """
    global _handed_on
    if not gc.isenabled():
        yield
        return
    gc.collect(1)
    gc.disable()
    try:
        yield
    finally:
        if not gc.get_freeze_count():
            _handed_on += gc.get_count()[0]
            gc.freeze()
            gc.unfreeze()
        gc.enable()
        if _handed_on > _MOST_HANDED_ON:
            _handed_on = 0
            gc.collect()
