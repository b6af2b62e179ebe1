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
written. `x12.specs` compiles the declarations, `x12.engine` reads and renders by them; nothing else knows
them. A text element that is absent is `""`, an absent amount or date is None where the type allows it (an
amount that must be there reads as 0), an absent list is `()`. Fields declared by `must` have to be given when
a document is built.
"""

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar, dataclass_transform

from x12.convert import Codec, RecordCodec, absent_value
from x12.segments import Segment
from x12.specs import MISSING, PLACE, SPECS, Child, Place, Spec, binding_of, layout_of, shape_of_type, spec_of

__all__ = [
    "Child",
    "Loop",
    "Place",
    "Spec",
    "at",
    "child",
    "dated",
    "dated_through",
    "el",
    "loop",
    "must",
    "record",
    "segments",
    "spec_of",
]

T = TypeVar("T")


class AsRead:
    """What a loop that was read, and not made or changed since, remembers: where it stands in its text.

    `kept_layout` is None for such a loop, else the layout it was made with.
    """

    __slots__ = ("kept_layout", "read_first", "read_last", "read_lines")
    kept_layout: tuple[Segment | int, ...] | None
    read_first: int
    read_last: int
    read_lines: Sequence[str]


def _layout_when_asked(cls: type[T]) -> type[T]:
    """Make the layout of a loop that was read when somebody looks at it."""

    def get(node: Any) -> tuple[Segment | int, ...]:
        kept: tuple[Segment | int, ...] | None = node.kept_layout
        return layout_of(node) if kept is None else kept

    def put(node: Any, layout: tuple[Segment | int, ...]) -> None:
        object.__setattr__(node, "kept_layout", layout)

    declared: Any = cls
    declared.layout = property(get, put)
    return cls


@_layout_when_asked
@dataclass(frozen=True, slots=True, kw_only=True)
class Loop(AsRead):
    """Base of every loop.

    `unread` are the loop's segments that no field covers, in their order; `layout` remembers the loop's own
    segments and the places of its children as they were read, so that an unchanged loop is written as it was
    read. It takes no part in equality.
    """

    unread: tuple[Segment, ...] = ()
    layout: tuple[Segment | int, ...] = field(default=(), compare=False, repr=False)


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
    default: Any = MISSING,
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


def el(element: int, *, through: int = 0, default: Any = MISSING) -> Any:
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
        binding_of(f.name, f.type, f.metadata[PLACE]) for f in dataclasses.fields(declared) if f.metadata
    ]
    RecordCodec.register(made, bindings)
    return made


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(must,))
def loop(begins: str) -> Callable[[type[T]], type[T]]:
    """Make a class of declared fields a loop that begins with segments of this id."""

    def decorate(cls: type[T]) -> type[T]:
        made = _dataclass(cls)
        SPECS[made] = Spec(made, begins)
        return made

    return decorate


def _dataclass(cls: type[T]) -> type[T]:
    """The frozen, slotted dataclass of a declaration; every Place becomes a field with the right default."""
    for name, annotation in cls.__annotations__.items():
        place = cls.__dict__.get(name)
        if isinstance(place, Place):
            default: Any = dataclasses.MISSING if place.required else place.default
            if default is MISSING:
                default = _default(annotation, place)
            setattr(cls, name, field(default=default, metadata={PLACE: place}))
    return dataclass(frozen=True, slots=True, kw_only=True)(cls)


def _default(annotation: Any, place: Place) -> Any:
    if place.kind == "element":
        return absent_value(annotation)
    optional, many, inner = shape_of_type(annotation)
    if many or optional:
        return () if many else None
    return SPECS[inner].blank if place.kind == "child" else RecordCodec.of(inner).blank


def _texts(codes: str | tuple[str, ...]) -> tuple[str, ...]:
    return (codes,) if isinstance(codes, str) else codes
