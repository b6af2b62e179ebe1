"""Declarations compiled: the slots and children of a loop class, and where a segment belongs in it.

`x12.loops` is for declaring; here is what reading and writing look things up in.
"""

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from x12.convert import Binding, Cells, Codec, Note, RecordCodec, Row, absent_value, conversion
from x12.segments import COMPONENT, Segment, segment_of

PLACE = "x12"
MISSING: Any = object()


@dataclass(slots=True)
class Place:
    """Where a field comes from, as declared; resolved when the class is decorated."""

    kind: Literal["element", "segments", "child"]
    segment: str = ""
    where: tuple[str, ...] = ()
    at: int = 1
    element: int = 0
    component: int = 0
    through: int = 0
    role: str = ""
    fixed: dict[int, str] = field(default_factory=dict)
    codec: Codec | None = None
    default: Any = MISSING
    required: bool = False
    leaf: bool = False


class Slot:
    """One kind of segment that stands in a loop itself: the fields it fills, and how."""

    def __init__(self, place: Place, order: int) -> None:
        self.segment, self.where, self.at, self.order = place.segment, place.where, place.at, order
        self.fixed: dict[str, dict[int, str]] = {}
        self.row = Row(())
        self.absent: dict[str, Any] = {}
        self.codec: Codec | None = None
        self.name = ""
        self.many = False

    @property
    def bindings(self) -> tuple[Binding, ...]:
        """The fields that are single elements; none where the whole segment is one field."""
        return self.row.bindings

    def read(self, taken: Sequence[Segment], values: dict[str, Any], note: Note) -> None:
        """Put what the segments say into `values`, by field name; `values` already holds the absent ones."""
        if self.codec is None:
            self.row.read(taken[0].elements, taken[0], note, values)
        elif self.many:
            found: list[Any] = []
            for segment in taken:
                found += self.codec.read(segment.elements, segment, note)
            values[self.name] = tuple(found)
        else:
            values[self.name] = self.codec.read(taken[0].elements, taken[0], note)[0]

    def write(self, node: Any) -> Iterable[Cells]:
        """The cells of each segment to write for these fields; none when all are absent."""
        if self.codec is not None:
            value = getattr(node, self.name)
            rows = self.codec.write(value if self.many else [] if value is None else [value])
        else:
            values = [(binding, getattr(node, binding.name)) for binding in self.bindings]
            rows = (
                [self._row(values)] if any(not binding.is_absent(value) for binding, value in values) else []
            )
        for cells in rows:
            if self.where and not cells.get((self.at, 0)) and (self.at, 1) not in cells:
                cells[self.at, 0] = self.where[0]
            yield cells

    def _row(self, values: Iterable[tuple[Binding, Any]]) -> Cells:
        cells: Cells = {}
        for binding, value in values:
            binding.write(value, cells)
            if value not in (None, "", ()):
                cells.update(
                    {(element, 0): text for element, text in self.fixed.get(binding.name, {}).items()}
                )
        return cells


class Child:
    """One kind of child loop: the field it fills and how it begins."""

    def __init__(
        self, name: str, place: Place, spec: "Spec", order: int, *, many: bool, optional: bool
    ) -> None:
        self.name, self.spec, self.order, self.many, self.optional = name, spec, order, many, optional
        self.segment, self.where, self.at, self.leaf = place.segment, place.where, place.at, place.leaf

    def nodes(self, parent: Any) -> Sequence[Any]:
        """The loops of this kind in their parent."""
        value = getattr(parent, self.name)
        return value if self.many else () if value is None else (value,)


Target = Slot | tuple[Child, ...]
_Entry = tuple[int, dict[str, Target], Target | None]


class Spec:
    """A loop class compiled: its slots and children in order, and where each segment belongs.

    It is `numbered` when HL levels stand in it. `known` holds, by segment id, where its qualifier is, what
    each code leads to, and what any other does.
    """

    def __init__(self, cls: type[Any], begins: str) -> None:
        self.cls, self.begins = cls, begins
        self.items: list[Slot | Child] = []
        self.absent: dict[str, Any] = {}
        slots: dict[tuple[str, tuple[str, ...]], Slot] = {}
        for declared in dataclasses.fields(cls):
            place = declared.metadata.get(PLACE)
            if place is not None:
                self._add(declared.name, declared.type, place, slots)
        start = slots.get((begins, ()))
        if start is None:
            start = Slot(Place("element", begins), len(self.items))
            self.items.append(start)
        self.start = start
        self.slots = [item for item in self.items if isinstance(item, Slot) and item is not self.start]
        self.children = [item for item in self.items if isinstance(item, Child)]
        self.own_names = tuple(
            name for name in self.absent if name not in {kid.name for kid in self.children}
        )
        self.blank = cls(**self.absent)
        self.numbered: bool = begins == "HL" or any(child.spec.numbered for child in self.children)
        self.known: dict[str, _Entry] = {}
        self._index()

    def find(self, elements: Sequence[str]) -> Target | None:
        """The slot a segment belongs to, or the chain of child loops it begins; None when it is not known
        here.
        """
        entry = self.known.get(elements[0])
        if entry is None:
            return None
        position, qualified, default = entry
        if not qualified:
            return default
        code = elements[position] if position < len(elements) else ""
        if COMPONENT in code:
            code = code.split(COMPONENT, 1)[0]
        target = qualified.get(code)
        return target or qualified.get(code.strip(), default)

    def _add(self, name: str, annotation: Any, place: Place, slots: dict[Any, Slot]) -> None:
        optional, many, inner = shape_of_type(annotation)
        if place.kind == "child":
            spec = SPECS[inner]
            self.items.append(Child(name, place, spec, len(self.items), many=many, optional=optional))
            self.absent[name] = () if many else None if optional else spec.blank
            return
        slot = slots.get((place.segment, place.where))
        if slot is None:
            slot = slots[place.segment, place.where] = Slot(place, len(self.items))
            self.items.append(slot)
        slot.fixed[name] = place.fixed
        if place.kind == "segments":
            slot.codec, slot.name, slot.many = place.codec or RecordCodec.of(inner), name, many
            slot.absent[name] = () if many else None if optional else RecordCodec.of(inner).blank
        else:
            slot.row = Row((*slot.row.bindings, binding_of(name, annotation, place)))
            slot.absent = slot.row.absent
        self.absent.update(slot.absent)

    def _index(self) -> None:
        for slot in self.slots:
            self._enter(slot.segment, slot.at, slot.where, slot)
        for kid in self.children:
            self._enter(kid.segment, kid.at, kid.where, (kid,))
        for kid in self.children:
            for begin, position, codes, chain in kid.spec.beginnings():
                if begin not in self.known or (codes and codes[0] not in self.known[begin][1]):
                    self._enter(begin, position, codes, (kid, *chain))

    def beginnings(self) -> Iterable[tuple[str, int, tuple[str, ...], tuple[Child, ...]]]:
        """How the children of a numbered level (LX, HL) begin, so that they can stand without it, as some
        senders do.
        """
        if self.begins not in ("LX", "HL"):
            return
        for kid in self.children:
            if kid.segment in ("CLP", "CLM", "HL"):
                yield kid.segment, kid.at, kid.where, (kid,)
            for begin, position, codes, chain in kid.spec.beginnings():
                yield begin, position, codes, (kid, *chain)

    def _enter(self, segment: str, position: int, codes: tuple[str, ...], target: Target) -> None:
        known = self.known.get(segment, (position, {}, None))
        if codes:
            for code in codes:
                known[1].setdefault(code, target)
            self.known[segment] = (position, known[1], known[2])
        elif known[2] is None:
            self.known[segment] = (known[0], known[1], target)


SPECS: dict[type[Any], Spec] = {}


def spec_of(cls: type[Any]) -> "Spec":
    """The compiled declaration of a loop class."""
    return SPECS[cls]


def layout_of(node: Any) -> tuple[Segment | int, ...]:
    """The own segments of a loop that was read, in their order, and in each child loop's place its number."""
    lines, at = node.read_lines, node.read_first
    inside = sorted(
        (kid.read_first, kid.read_last, child.order)
        for child in SPECS[type(node)].children
        for kid in child.nodes(node)
        if kid.kept_layout is None and kid.read_lines is lines
    )
    found: list[Segment | int] = []
    for first, last, order in inside:
        found += [segment_of(lines[place], place + 1) for place in range(at, first)]
        found.append(order)
        at = last
    return (*found, *(segment_of(lines[place], place + 1) for place in range(at, node.read_last)))


def shape_of_type(annotation: Any) -> tuple[bool, bool, Any]:
    """Whether the annotation is `X | None`, whether it is `tuple[X, ...]`, and X."""
    arguments = get_args(annotation)
    if type(None) in arguments:
        return True, False, next(a for a in arguments if a is not type(None))
    if len(arguments) == 2 and arguments[1] is Ellipsis:
        return False, True, arguments[0]
    return False, False, annotation


def binding_of(name: str, annotation: Any, place: Place) -> Binding:
    parse, show = conversion(annotation, run=bool(place.through), role=place.role)
    return Binding(name, place.element, place.component, place.through, parse, show, absent_value(annotation))
