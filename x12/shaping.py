"""What is generated for a loop class: how it is made from segments, step by step.

A loop is made from its first segment, is given the values of the others and its child loops as they come,
and is closed. Until then it is an instance of a twin class (`x12.making`), with lists where the loop has
tuples. `x12.reading` decides what goes where.
"""

import dataclasses
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from x12.convert import FastCodec, Note, RecordCodec
from x12.making import compiled, twin_of
from x12.segments import Segment, segment_of_row
from x12.sources import Source
from x12.specs import PLACE, Child, Slot, Spec

Put = Callable[[Any, Any], None]


class SlotShape:
    """How one kind of segment of a loop becomes values.

    `bit` is the slot's own in the set of those that take no more segments; `once` is the same where one
    segment is all it takes, else 0. `parse` makes the value from a row, raising ValueError where an element
    cannot be converted; `put` puts it into a loop being made.
    """

    __slots__ = ("bit", "once", "parse", "put", "slot")

    def __init__(self, slot: Slot, bit: int) -> None:
        self.slot, self.bit, self.once = slot, bit, 0 if slot.many else bit
        self.parse, self.put = _parse_of(slot), _put_of(slot)

    def parse_noting(self, segment: Segment, note: Note) -> Any:
        """The value of a segment of which some elements cannot be converted: each is noted and absent."""
        values = self.slot.absent.copy()
        self.slot.read([segment], values, note)
        given = tuple(values[name] for name in self.slot.absent)
        if isinstance(self.slot.codec, RecordCodec):
            return given[0][0] if self.slot.many else given[0]
        return given if len(given) > 1 else given[0]


class Shape:
    """A loop class as it is made. `slots` and `kids` hold the bits of each slot and child.

    A child's bits are: whether it still may be opened, what to set when it is (the earlier slots, and its own
    bit where one such loop is all there may be), and how it is put into its parent.
    """

    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        self.twin = twin_of(spec.cls)
        self.slots = {slot: SlotShape(slot, 1 << number) for number, slot in enumerate(spec.slots)}
        self.kids: dict[Child, tuple[int, int, Put]] = {}
        for number, child in enumerate(spec.children, len(spec.slots)):
            bit = 0 if child.many else 1 << number
            passed = sum(shape.bit for slot, shape in self.slots.items() if slot.order < child.order)
            self.kids[child] = (bit, bit | passed, _attach(child))
        self.names = [it.name for it in dataclasses.fields(spec.cls) if it.name != "layout"]
        made = compiled(*self._source(), f"loop {spec.cls.__name__}")
        self.begin: Callable[[list[str]], Any] = made["begin"]
        self.blank: Callable[[], Any] = made["blank"]
        self.seal: Callable[[Any, Sequence[str], int, int], None] = made["seal"]

    def begin_noting(self, segment: Segment, note: Note) -> Any:
        """Like `begin`, for a segment with elements that cannot be converted: each is noted and absent."""
        it, values = self.blank(), self.spec.start.absent.copy()
        self.spec.start.read([segment], values, note)
        for name, value in values.items():
            setattr(it, name, value)
        return it

    def copied(self, node: Any) -> Any:
        """A loop as far as it has been made, closed; it remembers nothing of a text."""
        it = self.twin()
        for name in self.names:
            setattr(it, name, getattr(node, name))
        self.seal(it, (), -1, 0)
        return it

    def _source(self) -> tuple[str, dict[str, Any]]:
        source = Source(Twin=self.twin, Made=self.spec.cls)
        read = set(self.spec.start.absent)
        source.add("def begin(row):", indent=0)
        values = source.reads(self.spec.start.bindings) if self.spec.start.codec is None else []
        if self.spec.start.codec is not None:
            values = [(self.spec.start.name, f"{source.name(_parse_of(self.spec.start))}(row)")]
        source.add("it = Twin()", *(f"it.{name} = {value}" for name, value in values))
        self._absent(source, skipped=read)
        source.add("return it")
        source.add("def blank():", indent=0)
        source.add("it = Twin()")
        self._absent(source, skipped=set())
        source.add("return it")
        source.add("def seal(it, lines, first, last):", indent=0)
        lists = [item.name for item in self.spec.items if item.many]
        for name in ("unread", *lists):
            source.add(f"if it.{name}: it.{name} = tuple(it.{name})")
        source.add(
            "it.kept_layout = None if first >= 0 else ()",
            "it.read_lines = lines",
            "it.read_first = first",
            "it.read_last = last",
            "it.__class__ = Made",
        )
        return source.text, source.names

    def _absent(self, source: Source, skipped: set[str]) -> None:
        for declared in dataclasses.fields(self.spec.cls):
            if declared.name not in skipped and declared.name != "layout":
                own = PLACE in declared.metadata
                value = self.spec.absent[declared.name] if own else declared.default
                source.add(f"it.{declared.name} = {source.name(value)}")


@cache
def shape_of(spec: Spec) -> Shape:
    """The shape of a loop class; its code is generated when it is first read."""
    return Shape(spec)


def _parse_of(slot: Slot) -> Callable[[list[str]], Any]:
    codec = slot.codec
    if isinstance(codec, RecordCodec):
        return codec.make
    if isinstance(codec, FastCodec) and slot.many:
        return codec.parse
    if codec is not None:

        def parse(row: list[str]) -> Any:
            found = codec.read(row, segment_of_row(row), _refuse)
            return found if slot.many else found[0]

        return parse
    source = Source()
    source.add("def parse(row):", indent=0)
    values = [value for _, value in source.reads(slot.bindings)]
    source.add(f"return {', '.join(values)}")
    made: Callable[[list[str]], Any] = compiled(source.text, source.names, f"slot {slot.segment}")["parse"]
    return made


def _put_of(slot: Slot) -> Put:
    names = list(slot.absent)
    if not slot.many:
        body = f" {', '.join(f'it.{name}' for name in names)} = value"
    elif isinstance(slot.codec, RecordCodec):
        body = _appended(slot.name)
    else:
        body = f" if it.{slot.name}: it.{slot.name}.extend(value)\n else: it.{slot.name} = list(value) or ()"
    put: Put = compiled(f"def put(it, value):\n{body}", {}, f"slot {slot.segment}")["put"]
    return put


def _attach(child: Child) -> Put:
    body = _appended(child.name) if child.many else f" it.{child.name} = value"
    put: Put = compiled(f"def put(it, value):\n{body}", {}, f"child {child.name}")["put"]
    return put


def _appended(name: str) -> str:
    return f" if it.{name}: it.{name}.append(value)\n else: it.{name} = [value]"


def _refuse(_segment: Segment, _element: int, code: str) -> None:
    raise ValueError(code)
