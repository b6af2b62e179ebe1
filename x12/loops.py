"""Declaring a document once: which loop, segment and element each typed field comes from.

    @record
    class Note:
        code: str = el(1)
        text: str = el(2)

    @loop("CLM")
    class Claim(Loop):
        control_number: str = must("CLM", 1)
        charge: Decimal = must("CLM", 2)
        onset_date: date | None = dated("431")
        prior_authorization: str = at("REF", 2, where="G1")
        notes: tuple[Note, ...] = segments("NTE")
        rendering_provider: Provider | None = child("NM1", "82")
        lines: tuple[ServiceLine, ...] = child("LX")

A field's type chooses how its text is converted; the order of the fields is the order of the segments when
written. `x12.engine` reads and renders by these declarations; nothing else knows them. A text element that is
absent is `""`, an absent amount or date is None where the type allows it (an amount that must be there reads
as 0), an absent list is `()`. Fields declared by `must` have to be given when a document is built.
"""

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeVar, dataclass_transform, get_args

from x12.convert import Binding, Cells, Codec, Note, RecordCodec, Row, absent_value, conversion
from x12.segments import COMPONENT, Segment, segment_of

T = TypeVar("T")
PLACE = "x12"
_MISSING: Any = object()


class AsRead:
    """What a loop that was read, and not made or changed since, remembers: where it stands in its text."""

    __slots__ = ("read_first", "read_last", "read_lines")
    read_first: int
    read_last: int
    read_lines: Sequence[str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop(AsRead):
    """Base of every loop.

    `unread` are the loop's segments that no field covers, in their order; `layout` remembers the loop's own
    segments and the places of its children as they were read, so that an unchanged loop is written as it was
    read. It takes no part in equality.
    """

    unread: tuple[Segment, ...] = ()
    layout: tuple[Segment | int, ...] = field(default=(), compare=False, repr=False)

    if not TYPE_CHECKING:

        def __getattr__(self, name):
            """The layout of a loop that was read is made when it is asked for; one that was not read has no
            lines.
            """
            if name == "layout" and self.read_lines is not None:
                object.__setattr__(self, "layout", _layout(self))
                return self.layout
            if name in ("layout", "read_lines"):
                return () if name == "layout" else None
            raise AttributeError(name, name=name, obj=self)


def _layout(node: Loop) -> tuple[Segment | int, ...]:
    """The loop's own segments in their order, and in the place of each child loop its number."""
    lines, at = node.read_lines, node.read_first
    assert lines is not None
    inside = sorted(
        (kid.read_first, kid.read_last, child.order)
        for child in _SPECS[type(node)].children
        for kid in child.nodes(node)
        if kid.read_lines is lines
    )
    found: list[Segment | int] = []
    for first, last, order in inside:
        found += [segment_of(lines[place], place + 1) for place in range(at, first)]
        found.append(order)
        at = last
    return (*found, *(segment_of(lines[place], place + 1) for place in range(at, node.read_last)))


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
    default: Any = _MISSING
    required: bool = False
    leaf: bool = False


def at(
    segment: str,
    element: int,
    component: int = 0,
    *,
    where: str | tuple[str, ...] = (),
    qualifier_at: int = 1,
    through: int = 0,
    fixed: dict[int, str] | None = None,
    role: str = "",
    default: Any = _MISSING,
) -> Any:
    """A field that is one element (or component) of a segment of this loop.

    `where` names the qualifiers that tell this segment from others with its id, found in element
    `qualifier_at`; the first is written. `through` makes a tuple of a run of elements. `fixed` are elements
    written along with the field whenever it says something. `default` is for building only: what is absent in
    a text reads as absent.
    """
    return Place(
        "element",
        segment,
        _texts(where),
        qualifier_at,
        element,
        component,
        through,
        role,
        fixed or {},
        default=default,
    )


def must(
    segment: str,
    element: int,
    component: int = 0,
    *,
    where: str | tuple[str, ...] = (),
    qualifier_at: int = 1,
    through: int = 0,
    fixed: dict[int, str] | None = None,
    role: str = "",
) -> Any:
    """Like `at`, for a field that has to be given when the loop is built."""
    return Place(
        "element",
        segment,
        _texts(where),
        qualifier_at,
        element,
        component,
        through,
        role,
        fixed or {},
        required=True,
    )


def el(element: int, *, through: int = 0, default: Any = _MISSING) -> Any:
    """A field of a `record`: an element of its segment, or a component when the record is a composite."""
    return Place("element", "", element=element, through=through, default=default)


def dated(qualifier: str | tuple[str, ...], *, segment: str = "DTP") -> Any:
    """A day in DTP03 under its DTP01 qualifier (format D8, or the first day of an RD8 range)."""
    return Place("element", segment, _texts(qualifier), element=3, role="from")


def dated_through(qualifier: str | tuple[str, ...], *, segment: str = "DTP") -> Any:
    """The last day of the range (RD8) whose first day is the field declared by `dated` just before."""
    return Place("element", segment, _texts(qualifier), element=3, role="through")


def segments(
    segment: str, *, where: str | tuple[str, ...] = (), qualifier_at: int = 1, codec: Codec | None = None
) -> Any:
    """A field that is a whole segment (its type is a record) or all such segments (its type is a tuple of
    records).
    """
    return Place("segments", segment, _texts(where), qualifier_at, codec=codec)


def child(segment: str, *where: str, at: int = 1, leaf: bool = False) -> Any:
    """A field that is a child loop, or a tuple of them; the loop begins at this segment with one of these
    codes.

    With exactly one code, element `at` of the beginning segment is written with it. A `leaf` is an HL level
    whose HL04 the guide does not use.
    """
    return Place("child", segment, where, at, leaf=leaf)


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(must,))
def record(cls: type[T]) -> type[T]:
    """Make a class of `el` fields a frozen record of one segment or composite."""
    made = _dataclass(cls)
    declared: Any = made
    bindings = [
        _binding(f.name, f.type, f.metadata[PLACE]) for f in dataclasses.fields(declared) if f.metadata
    ]
    RecordCodec.register(made, bindings)
    return made


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(must,))
def loop(begins: str) -> Callable[[type[T]], type[T]]:
    """Make a class of declared fields a loop that begins with segments of this id."""

    def decorate(cls: type[T]) -> type[T]:
        made = _dataclass(cls)
        _SPECS[made] = Spec(made, begins)
        return made

    return decorate


def spec_of(cls: type[Any]) -> "Spec":
    """The compiled declaration of a loop class."""
    return _SPECS[cls]


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

    `known` holds, by segment id, where its qualifier is, what each code leads to, and what any other does.
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
        optional, many, inner = _shape(annotation)
        if place.kind == "child":
            spec = _SPECS[inner]
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
            slot.row = Row((*slot.row.bindings, _binding(name, annotation, place)))
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


_SPECS: dict[type[Any], Spec] = {}


def _dataclass(cls: type[T]) -> type[T]:
    """The frozen, slotted dataclass of a declaration; every Place becomes a field with the right default."""
    for name, annotation in cls.__annotations__.items():
        place = cls.__dict__.get(name)
        if isinstance(place, Place):
            default: Any = dataclasses.MISSING if place.required else place.default
            if default is _MISSING:
                default = _default(annotation, place)
            setattr(cls, name, field(default=default, metadata={PLACE: place}))
    return dataclass(frozen=True, slots=True, kw_only=True)(cls)


def _default(annotation: Any, place: Place) -> Any:
    if place.kind == "element":
        return absent_value(annotation)
    optional, many, inner = _shape(annotation)
    if many or optional:
        return () if many else None
    return _SPECS[inner].blank if place.kind == "child" else RecordCodec.of(inner).blank


def _shape(annotation: Any) -> tuple[bool, bool, Any]:
    """Whether the annotation is `X | None`, whether it is `tuple[X, ...]`, and X."""
    arguments = get_args(annotation)
    if type(None) in arguments:
        return True, False, next(a for a in arguments if a is not type(None))
    if len(arguments) == 2 and arguments[1] is Ellipsis:
        return False, True, arguments[0]
    return False, False, annotation


def _binding(name: str, annotation: Any, place: Place) -> Binding:
    parse, show = conversion(annotation, run=bool(place.through), role=place.role)
    return Binding(name, place.element, place.component, place.through, parse, show, absent_value(annotation))


def _texts(codes: str | tuple[str, ...]) -> tuple[str, ...]:
    return (codes,) if isinstance(codes, str) else codes
