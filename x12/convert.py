"""Text of an element to a Python value and back: amounts, days, counts, composites, lists.

What cannot be converted reads as absent and is reported through `note(segment, element, code)`; it never
raises.
"""

from collections.abc import Callable, Sequence
from dataclasses import fields
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache
from types import UnionType
from typing import Any, Protocol, get_args, get_origin, runtime_checkable

from x12.making import compiled, twin_of
from x12.segments import COMPONENT, REPETITION, Segment
from x12.sources import Source, plain_text
from x12.values import AMOUNTS, Memory, amount, day, shown_amount, shown_day

__all__ = [
    "AMOUNTS",
    "Binding",
    "Cells",
    "Codec",
    "CompositesCodec",
    "FastCodec",
    "Note",
    "RecordCodec",
    "Row",
    "absent_value",
    "amount",
    "conversion",
    "day",
    "shown_amount",
    "shown_day",
    "shown_first_day",
    "shown_last_day",
]

Cells = dict[tuple[int, int], str]
Note = Callable[[Segment, int, str], None]
Parse = Callable[[str], Any]
Show = Callable[[Any], str]


def _last_day(text: str) -> date | None:
    return day(text[9:]) if len(text) > 8 and text[8] == "-" else None


def _whole(text: str) -> int:
    text = text.strip()
    if not (text.isascii() and text.isdecimal()):
        raise ValueError("not a whole number")
    return int(text)


def _same(text: str) -> str:
    return text


_SIMPLE: dict[Any, tuple[Parse, Show, Any]] = {
    str: (_same, plain_text, ""),
    Decimal: (amount, shown_amount, Decimal(0)),
    int: (_whole, str, 0),
    date: (day, shown_day, None),
}


_MEMORIES: dict[Any, Memory] = {amount: AMOUNTS, day: Memory(day), _whole: Memory(_whole)}


class Codec(Protocol):
    """One segment to any number of values, and values to any number of segments."""

    def read(self, parts: Sequence[str], segment: Segment, note: Note) -> list[Any]:
        """The values in a segment; `parts[n]` is element n."""

    def write(self, values: Sequence[Any]) -> list[Cells]:
        """The cells of the segments to write; empty for no values."""


@runtime_checkable
class FastCodec(Codec, Protocol):
    """A codec that also reads without a segment at hand, for lists that come with every line."""

    def parse(self, parts: Sequence[str]) -> Sequence[Any]:
        """The same values as `read` gives. Raises ValueError where `read` would note something."""


class Binding:
    """One field and its element (or component, or run of elements `through` a last one)."""

    __slots__ = ("absent", "component", "element", "name", "parse", "run", "show", "through")

    def __init__(
        self, name: str, element: int, component: int, through: int, parse: Parse, show: Show, absent: Any
    ) -> None:
        self.name, self.element, self.component, self.through = name, element, component, through
        self.parse, self.show, self.absent = parse, show, absent

    @property
    def plain(self) -> bool:
        """Whether the text itself is the value."""
        return self.parse is _same

    @property
    def ranged(self) -> bool:
        """Whether it is a day of a DTP, which is written with its format."""
        return self.show in (shown_first_day, shown_last_day)

    @property
    def memory(self) -> Memory | None:
        """The values of texts seen before; None where they are not kept."""
        return _MEMORIES.get(self.parse)

    def read(self, parts: Sequence[str], segment: Segment, note: Note) -> Any:
        """The value; absent (and noted) when the text cannot be converted."""
        if self.through:
            return self._run(parts, segment, note)
        text = parts[self.element] if self.element < len(parts) else ""
        if self.component:
            pieces = text.split(COMPONENT)
            text = pieces[self.component - 1] if self.component <= len(pieces) else ""
        if not text:
            return self.absent
        try:
            return self.parse(text)
        except ValueError:
            note(segment, self.element, "bad_value")
            return self.absent

    def _run(self, parts: Sequence[str], segment: Segment, note: Note) -> Any:
        texts = list(parts[self.element : self.through + 1])
        while texts and not texts[-1]:
            texts.pop()
        try:
            return tuple(self.parse(text) for text in texts)
        except ValueError:
            note(segment, self.element, "bad_value")
            return ()

    def write(self, value: Any, cells: Cells) -> None:
        """Put the value's text into the cells of its segment."""
        if self.through:
            for offset, item in enumerate(value):
                cells[self.element + offset, 0] = self.show(item)
        elif value is None:
            return
        elif self.show is shown_first_day:
            cells[2, 0] = "D8"
            cells[3, 0] = shown_day(value)
        elif self.show is shown_last_day:
            cells[2, 0] = "RD8"
            cells[3, 0] = f"{cells.get((3, 0), '')}-{shown_day(value)}"
        else:
            text = self.show(value)
            if text or (self.element, self.component) not in cells:
                cells[self.element, self.component] = text

    def is_absent(self, value: Any) -> bool:
        """Whether the value says nothing."""
        return bool(value == self.absent)


class Row:
    """The bindings of one segment or composite, read in one pass."""

    __slots__ = ("absent", "bindings", "composed", "simple")

    def __init__(self, bindings: Sequence[Binding]) -> None:
        self.bindings = tuple(bindings)
        self.absent = {binding.name: binding.absent for binding in bindings}
        whole = [binding for binding in bindings if not binding.component and not binding.through]
        self.simple = sorted(
            ((b.element, b.name, None if b.parse is _same else b.parse) for b in whole),
            key=lambda item: item[0],
        )
        self.composed = [binding for binding in bindings if binding.component or binding.through]

    def read(self, parts: Sequence[str], segment: Segment, note: Note, values: dict[str, Any]) -> None:
        """Put what the elements say into `values`, which already holds the absent ones."""
        size = len(parts)
        for element, name, parse in self.simple:
            if element >= size:
                break
            text = parts[element]
            if not text:
                continue
            if parse is None:
                values[name] = text
                continue
            try:
                values[name] = parse(text)
            except ValueError:
                note(segment, element, "bad_value")
        for binding in self.composed:
            values[binding.name] = binding.read(parts, segment, note)


class RecordCodec:
    """A record class as a segment (one value per segment) or as a composite."""

    _known: dict[type[Any], "RecordCodec"] = {}

    def __init__(self, cls: type[Any], bindings: list[Binding]) -> None:
        self.cls, self.row = cls, Row(bindings)
        self.blank = cls(**self.row.absent)
        self.parse = lru_cache(maxsize=4096)(self._parse)

    @classmethod
    def register(cls, record: type[Any], bindings: list[Binding]) -> None:
        """Make a record class known."""
        cls._known[record] = cls(record, bindings)

    @classmethod
    def of(cls, record: type[Any]) -> "RecordCodec":
        """The codec of a record class."""
        return cls._known[record]

    @classmethod
    def knows(cls, record: Any) -> bool:
        """Whether this is a record class."""
        return record in cls._known

    def read(self, parts: Sequence[str], segment: Segment, note: Note) -> list[Any]:
        """One value per segment."""
        try:
            return [self.make(list(parts))]
        except ValueError:
            return [self._noting(parts, segment, note)]

    @cached_property
    def make(self) -> Callable[[list[str]], Any]:
        """Makes the record of a row. Raises ValueError when an element cannot be converted."""
        source = Source(Twin=twin_of(self.cls), Made=self.cls)
        source.add("def make(row):", indent=0)
        values = source.reads(self.row.bindings)
        source.add("it = Twin()", *(f"it.{name} = {value}" for name, value in values))
        read = {name for name, _ in values}
        others = [field for field in fields(self.cls) if field.name not in read]
        source.add(*(f"it.{field.name} = {source.name(field.default)}" for field in others))
        source.add("it.__class__ = Made", "return it")
        made: Callable[[list[str]], Any]
        made = compiled(source.text, source.names, f"record {self.cls.__name__}")["make"]
        return made

    def _noting(self, parts: Sequence[str], segment: Segment, note: Note) -> Any:
        values = self.row.absent.copy()
        self.row.read(parts, segment, note, values)
        return self.cls(**values)

    def write(self, values: Sequence[Any]) -> list[Cells]:
        """One segment per value; a value that says nothing is not written."""
        return [self._cells(value) for value in values if value != self.blank]

    def _parse(self, text: str) -> Any:
        """A composite's value; the same few codes come again and again. Raises ValueError when a component
        cannot be converted.
        """
        return self.make(["", *text.split(COMPONENT)])

    def show(self, value: Any) -> str:
        """A composite's text, trailing empty components dropped."""
        return self._shown(value)

    @cached_property
    def _shown(self) -> Callable[[Any], str]:
        bindings, source = self.row.bindings, Source()
        texts = source.texts(bindings, "it")
        assert texts is not None, "a composite's components are whole"
        source.add(
            "def show(it):", f" return US.join(({source.joined(texts, bindings)},)).rstrip(US)", indent=0
        )
        show: Callable[[Any], str]
        show = compiled(source.text, source.names, f"composite {self.cls.__name__}")["show"]
        return show

    def _cells(self, value: Any) -> Cells:
        cells: Cells = {}
        for binding in self.row.bindings:
            binding.write(getattr(value, binding.name), cells)
        return cells


class CompositesCodec:
    """A segment whose elements from `first` to `last` are each one composite: HI, and others of its shape."""

    def __init__(self, record: type[Any], first: int = 1, last: int = 12) -> None:
        self.codec, self.first, self.last = RecordCodec.of(record), first, last

    def read(self, parts: Sequence[str], segment: Segment, note: Note) -> list[Any]:
        """One value per non-empty element."""
        found = []
        for element in range(self.first, min(self.last + 1, len(parts))):
            if parts[element]:
                try:
                    found.append(self.codec.parse(parts[element]))
                except ValueError:
                    note(segment, element, "bad_value")
        return found

    def write(self, values: Sequence[Any]) -> list[Cells]:
        """As few segments as hold them."""
        size = self.last - self.first + 1
        return [
            {
                (self.first + n, 0): self.codec.show(value)
                for n, value in enumerate(values[start : start + size])
            }
            for start in range(0, len(values), size)
        ]


def conversion(annotation: Any, *, run: bool = False, role: str = "") -> tuple[Parse, Show]:
    """How the text of a field of this type is read and written; `run` when each element holds one item."""
    if role == "from":
        return day, shown_first_day
    if role == "through":
        return _last_day, shown_last_day
    inner = _inner(annotation)
    if inner in _SIMPLE:
        return _SIMPLE[inner][:2]
    if RecordCodec.knows(inner):
        codec = RecordCodec.of(inner)
        return codec.parse, codec.show
    item_parse, item_show = conversion(get_args(inner)[0])
    if run:
        return item_parse, item_show
    return _list_of(item_parse, item_show, REPETITION if role == "repeated" else COMPONENT)


def _list_of(item_parse: Parse, item_show: Show, mark: str) -> tuple[Parse, Show]:
    """A list in one element. Some senders declare one character as both separators; texts bear it."""
    other = COMPONENT if mark == REPETITION and item_parse is _same else mark

    def parse(text: str) -> tuple[Any, ...]:
        return tuple([item_parse(piece) for piece in text.replace(other, mark).split(mark)])

    def show(values: Sequence[Any]) -> str:
        return mark.join(item_show(value) for value in values)

    return parse, show


def absent_value(annotation: Any) -> Any:
    """What a field of this type holds when its element is absent."""
    if type(None) in get_args(annotation):
        return None
    if annotation in _SIMPLE:
        return _SIMPLE[annotation][2]
    if RecordCodec.knows(annotation):
        return RecordCodec.of(annotation).blank
    return ()


def shown_first_day(value: date) -> str:
    """The day of a D8 date; marks the first field of a DTP."""
    return shown_day(value)


def shown_last_day(value: date) -> str:
    """The last day of an RD8 range; marks the second field of a DTP."""
    return shown_day(value)


def _inner(annotation: Any) -> Any:
    if isinstance(annotation, UnionType) or get_origin(annotation) is UnionType:
        return next(a for a in get_args(annotation) if a is not type(None))
    return annotation
