"""A guide made ready for judging: for every use of a segment one regular expression, for every loop its
moves.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product

from x12.judging.notation import Element, Form, LoopUse, Note, SegmentUse, guide
from x12.judging.shapes import SHAPES, Shape
from x12.segments import COMPONENT, ELEMENT, REPETITION

_DAY = (
    r"(?:19|20)\d\d(?:(?:0[13578]|1[02])(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)(?:0[1-9]|[12]\d|30)"
    r"|02(?:0[1-9]|1\d|2[0-8]))"
)
_MINUTE = r"(?:[01]\d|2[0-3])[0-5]\d"
_DATED = {"D8": _DAY, "RD8": f"{_DAY}-{_DAY}", "TM": _MINUTE, "DT": _DAY + _MINUTE}


class Slot:
    """A use of a segment, compiled. `good` holds for the text of a segment nothing of which is objectionable,
    unless one of its `notes` or `checks` objects.
    """

    __slots__ = (
        "checks",
        "good",
        "key",
        "loop",
        "most",
        "notes",
        "order",
        "place",
        "plain",
        "required",
        "use",
    )

    def __init__(self, use: SegmentUse, loop: str, order: int) -> None:
        self.use, self.loop, self.key, self.place = use, loop, use.key, use.place
        self.order = order
        self.most = use.most or 1_000_000_000
        self.required = use.usage == "R"
        self.good = re.compile(_segment_pattern(use), re.ASCII).fullmatch
        self.notes = tuple(_notes_that_can_fail(use))
        self.checks: tuple[tuple[int, Shape], ...] = tuple(
            (element.number, SHAPES[element.shape])
            for element in use.elements
            if element.shape and SHAPES[element.shape].checked
        )
        self.plain = not self.notes and not self.checks

    def passes(self, elements: Sequence[str]) -> bool:
        """Whether nothing of a segment is objectionable."""
        return self.passes_line(ELEMENT.join(elements), elements)

    def passes_line(self, line: str, elements: Sequence[str]) -> bool:
        """The same for a segment whose text is at hand already. Cheap."""
        if self.good(line) is None or not elements[-1]:
            return False
        return self.plain or self._agrees(elements)

    def _agrees(self, elements: Sequence[str]) -> bool:
        size = len(elements)
        for lowest, note in self.notes:
            if size > lowest and is_broken(note, elements):
                return False
        for number, shape in self.checks:
            if size > number and elements[number] and not shape.is_good(elements[number], elements):
                return False
        return True


@dataclass(slots=True, eq=False)
class Move:
    """Where a segment goes from inside a loop: `up` loops are left, then it is put into `slot`, or `loop`
    begins.

    `doubtful` marks one beside which there are others for the same code: a segment that satisfies another of
    them, but not this, is not meant here.
    """

    up: int
    slot: Slot
    key: str
    place: int
    most: int
    loop: "Loop | None" = None
    doubtful: bool = False


Moves = dict[str, tuple[int, int, dict[str, tuple[Move, ...]], tuple[Move, ...]]]
"""By segment id: element and component that tell apart, the moves by code, and those for any other code."""


class Loop:
    """A loop, compiled. `required` and `required_loops` are the keys of what it cannot be without, `moves`
    where segments go from it. `level` loops begin with HL. A loop is `likely` to have lost its first segment,
    where only its others are found, if it is required or may come again and again.
    """

    __slots__ = (
        "id",
        "key",
        "level",
        "likely",
        "loops",
        "most",
        "moves",
        "order",
        "parent",
        "place",
        "required",
        "required_loop",
        "required_loops",
        "slots",
        "start",
    )

    def __init__(self, use: LoopUse, parent: "Loop | None", order: int = 0) -> None:
        self.order = order
        self.parent, self.id, self.key, self.place = parent, use.id, use.id, use.place
        self.most = use.most or 1_000_000_000
        items = {item.id if isinstance(item, LoopUse) else item.key: n for n, item in enumerate(use.items)}
        self.slots = {segment.key: Slot(segment, use.id, items[segment.key]) for segment in use.segments}
        self.start = self.slots[use.start.key]
        self.level = self.start.use.id == "HL"
        self.loops = {loop.id: Loop(loop, self, items[loop.id]) for loop in use.loops}
        self.required_loop = use.usage == "R"
        self.likely = self.required_loop or self.level or self.most >= 10
        self.required = frozenset(slot.key for slot in self.slots.values() if slot.required)
        self.required_loops = frozenset(loop.id for loop in use.loops if loop.usage == "R")
        self.moves: Moves = {}

    def compile_moves(self) -> None:
        """Fill `moves` of this loop and of those in it; its own come before those of the loops around it."""
        found: dict[str, list[Move]] = {}
        loop: Loop | None = self
        up = 0
        while loop is not None:
            for move in loop.own_moves(up):
                found.setdefault(move.slot.use.id, []).append(move)
            loop, up = loop.parent, up + 1
        self.moves = {name: _by_code(moves) for name, moves in found.items()}
        for child in self.loops.values():
            child.compile_moves()

    def own_moves(self, up: int) -> Iterator[Move]:
        """The moves to its own segments and into its loops, from `up` loops below."""
        for slot in self.slots.values():
            if slot is not self.start:
                yield Move(up, slot, slot.key, slot.place, slot.most)
        for loop in self.loops.values():
            yield Move(up, loop.start, loop.key, loop.place, loop.most, loop)


class Compiled:
    """A guide, ready. `known` are all its segment ids."""

    def __init__(self, name: str) -> None:
        self.guide = guide(name)
        self.root = Loop(self.guide.root, None)
        self.root.compile_moves()
        self.known = frozenset(_ids(self.root))
        self._holders: dict[str, frozenset[int]] = {}

    def holders(self, segment: str) -> frozenset[int]:
        """The loops that know a segment id, by their identity."""
        if segment not in self._holders:
            self._holders[segment] = frozenset(_holding(self.root, segment))
        return self._holders[segment]


@cache
def compiled(name: str) -> Compiled:
    """The guide of `guides/<name>.txt`, compiled once."""
    return Compiled(name)


def _ids(loop: Loop) -> Iterator[str]:
    yield from (slot.use.id for slot in loop.slots.values())
    for child in loop.loops.values():
        yield from _ids(child)


def _holding(loop: Loop, segment: str) -> Iterator[int]:
    if any(slot.use.id == segment for slot in loop.slots.values()):
        yield id(loop)
    for child in loop.loops.values():
        yield from _holding(child, segment)


def _by_code(moves: list[Move]) -> tuple[int, int, dict[str, tuple[Move, ...]], tuple[Move, ...]]:
    number, component = moves[0].slot.use.form.told_by
    codes = dict.fromkeys(code for move in moves for code in move.slot.use.told_apart)
    found = {
        code: tuple(move for move in moves if code in (move.slot.use.told_apart or (code,))) for code in codes
    }
    otherwise = tuple(move for move in moves if not move.slot.use.told_apart)
    for rivals in (*found.values(), otherwise):
        for move in rivals if len(rivals) > 1 else ():
            named = move.loop is not None and move.slot.use.told_apart
            move.doubtful = move.doubtful or bool(named) or _has_rival(move, rivals)
    return number, component, found, otherwise


def _has_rival(move: Move, moves: tuple[Move, ...]) -> bool:
    """Whether another segment of the same loop is for the same code."""
    return any(other is not move and other.up == move.up and other.loop is None for other in moves)


# --- syntax notes -------------------------------------------------------------------------------------------


def is_broken(note: Note, elements: Sequence[str]) -> bool:
    """Whether a segment (or the components of a composite after one blank) breaks a syntax note."""
    size = len(elements)
    return not _holds(note.kind, [number < size and elements[number] != "" for number in note.elements])


def _holds(kind: str, there: Sequence[bool]) -> bool:
    match kind:
        case "P":
            return all(there) or not any(there)
        case "R":
            return any(there)
        case "E":
            return sum(there) <= 1
        case "C":
            return not there[0] or all(there)
        case _:
            return not there[0] or any(there[1:])


def _can_fail(note: Note, elements: Sequence[Element]) -> bool:
    """Whether a note can be broken at all by what keeps to the usage of its elements."""
    usages = [elements[number - 1].usage for number in note.elements]
    choices = [{"R": (True,), "N": (False,)}.get(usage, (True, False)) for usage in usages]
    return not all(_holds(note.kind, there) for there in product(*choices))


def _notes_that_can_fail(use: SegmentUse) -> Iterator[tuple[int, Note]]:
    for note in use.form.notes:
        if _can_fail(note, use.elements):
            yield (-1 if note.kind == "R" else min(note.elements)), note


# --- expressions --------------------------------------------------------------------------------------------


def _segment_pattern(use: SegmentUse) -> str:
    return f"{re.escape(use.id)}(?={ELEMENT}){_chain(use.elements, ELEMENT, first=False)}"


def _chain(elements: Sequence[Element], mark: str, *, first: bool) -> str:
    """Elements one after the other, each after a mark; those that may be absent at the end, absent."""
    used = max((element.number for element in elements if element.usage != "N"), default=0)
    needed = max((element.number for element in elements if element.usage == "R"), default=0)
    text = ""
    for element in reversed(elements[:used]):
        lead = "" if first and element.number == 1 else mark
        own = _element_pattern(element, elements) if element.usage != "N" else ""
        own = own if element.usage == "R" else f"(?:{own})?" if own else ""
        text = f"{lead}{own}{text}"
        if element.number > needed and lead:
            text = f"(?:{text})?"
    return text


def _element_pattern(element: Element, beside: Sequence[Element]) -> str:
    once = _once(element, beside)
    return (
        once if element.form.repeats == 1 else f"{once}(?:{REPETITION}{once}){{0,{element.form.repeats - 1}}}"
    )


def _once(element: Element, beside: Sequence[Element]) -> str:
    form = element.form
    if element.parts:
        fails = any(_can_fail(note, element.parts) for note in form.notes)
        return "(?!)" if fails else rf"{_chain(element.parts, COMPONENT, first=True)}(?<!{COMPONENT})"
    if element.shape:
        return f"(?:{SHAPES[element.shape].pattern})"
    if element.codes:
        return f"(?:{'|'.join(map(re.escape, element.codes))})"
    if form.dated_by:
        return _dated(beside[form.dated_by - 1].codes)
    return _plain(form)


def _dated(codes: Sequence[str]) -> str:
    """A date in the form that the element just before it names."""
    marks = f"[{ELEMENT}{COMPONENT}]"
    known = [f"(?<={marks}{code}{marks}){_DATED[code]}" for code in codes if code in _DATED]
    return f"(?:{'|'.join(known)})" if known else "(?!)"


def _plain(form: Form) -> str:
    least, most = form.shortest, form.longest
    match form.kind:
        case "R":
            decimals = min(4, most - 1)
            whole = most - decimals if least == 1 else 0
            return (
                rf"-?(?:\d{{1,{whole}}}(?:\.\d{{1,{decimals}}})?|\.\d{{1,{decimals}}})" if whole else "(?!)"
            )
        case "DT":
            return _DAY if least == 8 else _DAY.removeprefix(r"(?:19|20)")
        case "TM":
            return rf"{_MINUTE}(?:[0-5]\d(?:\d\d?)?)?" if (least, most) == (4, 8) else _MINUTE
        case "AN" | "ID":
            return rf"[ -~]{{{least - 1},{most - 1}}}[!-~]"
        case _:
            return rf"-?\d{{{least},{most}}}"
