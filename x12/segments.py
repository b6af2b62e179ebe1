"""Segments and delimiters: the lowest level of X12, independent of any transaction.

Inside this program the elements of a segment are plain strings in which components are separated by ASCII US
and repetitions by ASCII RS, whatever delimiters the text used. So a segment read from one partner's file can
be written with another's delimiters, and a colon in free text stays a colon.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import overload

from x12.making import maker

SEGMENT = "\x1c"
ELEMENT = "\x1d"
REPETITION = "\x1e"
COMPONENT = "\x1f"
SUBSTITUTE = "\x1a"
Part = str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Delimiters:
    """The four separators an interchange declares in its ISA. `repetition` is empty where ISA11 declares
    none.
    """

    element: str = "*"
    component: str = ":"
    segment: str = "~"
    repetition: str = "^"


STANDARD = Delimiters()


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment: `elements[0]` is its id, so `segment[2]` is the standard's element 02.

    `position` counts from 1 at the ST of its transaction (at the first segment of the text for envelope
    segments) and takes no part in equality.
    """

    elements: tuple[str, ...]
    position: int = field(default=0, compare=False)

    @classmethod
    def of(cls, *parts: Part) -> "Segment":
        """A segment from its id and elements; a tuple is a composite. Trailing empty parts are dropped."""
        elements = [part if isinstance(part, str) else _joined(part) for part in parts]
        while len(elements) > 1 and not elements[-1]:
            elements.pop()
        return cls(tuple(elements))

    @property
    def id(self) -> str:
        """The segment identifier, for example `CLM`."""
        return self.elements[0]

    def __getitem__(self, element: int) -> str:
        """The element with the standard's number; empty when the segment is shorter."""
        return self.elements[element] if element < len(self.elements) else ""

    def component(self, element: int, component: int) -> str:
        """One component of a composite element, both counted from 1; empty when absent."""
        components = self[element].split(COMPONENT)
        return components[component - 1] if component <= len(components) else ""

    def components(self, element: int) -> tuple[str, ...]:
        """All components of an element; empty tuple for an empty element."""
        text = self[element]
        return tuple(text.split(COMPONENT)) if text else ()

    def repetitions(self, element: int) -> tuple[str, ...]:
        """All repetitions of a repeating element; empty tuple for an empty element."""
        text = self[element]
        return tuple(text.split(REPETITION)) if text else ()

    def text(self, delimiters: Delimiters = STANDARD) -> str:
        """The segment as it is written, without its terminator, exactly as it stands: nothing cleaned or
        dropped.
        """
        line = delimiters.element.join(self.elements)
        return line.replace(COMPONENT, delimiters.component).replace(REPETITION, delimiters.repetition)


def _joined(components: tuple[str, ...]) -> str:
    return COMPONENT.join(components).rstrip(COMPONENT)


_segment = maker(Segment)


class Segments(Sequence[Segment]):
    """The segments of a text in their order, each made when it is asked for.

    Behaves like a tuple of `Segment` and equals one; `lines` are their texts, whose elements stand between
    `ELEMENT`. The first has position 1.
    """

    __slots__ = ("lines",)

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines

    @classmethod
    def of(cls, segments: Iterable[Segment]) -> "Segments":
        """These segments, numbered anew; what is already such a sequence is given back."""
        return segments if isinstance(segments, cls) else cls([line_of(segment) for segment in segments])

    @property
    def rows(self) -> list[list[str]]:
        """The elements of each segment, its id first: the cheapest way to look at all of them."""
        return [line.split(ELEMENT) for line in self.lines]

    def __len__(self) -> int:
        return len(self.lines)

    def __iter__(self) -> Iterator[Segment]:
        for position, line in enumerate(self.lines, 1):
            yield _segment(tuple(line.split(ELEMENT)), position)

    @overload
    def __getitem__(self, place: int) -> Segment: ...

    @overload
    def __getitem__(self, place: slice) -> tuple[Segment, ...]: ...

    def __getitem__(self, place: int | slice) -> Segment | tuple[Segment, ...]:
        if isinstance(place, slice):
            places = range(len(self.lines))[place]
            return tuple(_segment(tuple(self.lines[at].split(ELEMENT)), at + 1) for at in places)
        at = place if place >= 0 else place + len(self.lines)
        return segment_of(self.lines[place], at + 1)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Segments):
            return list(self.lines) == list(other.lines)
        if isinstance(other, list | tuple):
            return len(other) == len(self.lines) and all(a == b for a, b in zip(self, other, strict=True))
        return NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return f"Segments({tuple(self)!r})"


def line_of(segment: Segment) -> str:
    """The text of a segment with its elements between `ELEMENT`; that character cannot be data."""
    elements = segment.elements
    line = ELEMENT.join(elements)
    if line.count(ELEMENT) >= len(elements):
        return ELEMENT.join(element.replace(ELEMENT, SUBSTITUTE) for element in elements)
    return line


def segment_of_row(row: Sequence[str]) -> Segment:
    """The segment of these elements, without a position."""
    made: Segment = _segment(tuple(row), 0)
    return made


def segment_of(line: str, position: int) -> Segment:
    """The segment of such a text."""
    made: Segment = _segment(tuple(line.split(ELEMENT)), position)
    return made


def canonical(text: str, delimiters: Delimiters) -> str:
    """A text with our own four separators in place of its delimiters, each segment behind a `SEGMENT` mark.

    Line breaks are never data and are dropped, so are white space before a segment and segments without any
    character. Should one of our separators stand in the text as data, it becomes SUB.
    """
    marks = {REPETITION: delimiters.repetition, COMPONENT: delimiters.component}
    marks |= {ELEMENT: delimiters.element, SEGMENT: delimiters.segment}
    table: dict[int, str | None] = {ord(own): SUBSTITUTE for own in (SEGMENT, ELEMENT)}
    if delimiters.segment not in "\r\n":
        table |= {10: None, 13: None}
    table |= {ord(mark): own for own, mark in marks.items() if mark}
    text = SEGMENT + _translated(text, table)
    text = text.rstrip(SEGMENT)
    return _settled(text) if "\r" in text or _IRREGULAR.search(text) else text


_BLANK = f"[^\\S{SEGMENT}-{COMPONENT}]"
_IRREGULAR = re.compile(
    f"{SEGMENT}[{SEGMENT}\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"
)


def _translated(text: str, table: dict[int, str | None]) -> str:
    """`str.translate`, which is slow for anything but ASCII."""
    own = {ord(mark) for mark in (SEGMENT, ELEMENT, REPETITION, COMPONENT)}
    swapped = any(mark in own and becomes != SUBSTITUTE for mark, becomes in table.items())
    if swapped or text.isascii():
        return text.translate(table)
    for mark, becomes in table.items():
        text = text.replace(chr(mark), becomes or "")
    return text


def _settled(text: str) -> str:
    """Without blank segments and without white space around the others."""
    lines = [re.sub(f"^{_BLANK}+", "", line).rstrip("\r") for line in text.split(SEGMENT)]
    return SEGMENT + SEGMENT.join([line for line in lines if line])


def tokenize(text: str, delimiters: Delimiters) -> Iterator[tuple[str, ...]]:
    """The elements of each segment of a text without its ISA. Line breaks are never data and are dropped."""
    body = canonical(text, delimiters)[1:]
    return (tuple(line.split(ELEMENT)) for line in body.split(SEGMENT)) if body else iter(())
