"""Segments and delimiters: the lowest level of X12, independent of any transaction.

Inside this program the elements of a segment are plain strings in which components are separated by ASCII US
and repetitions by ASCII RS, whatever delimiters the text used. So a segment read from one partner's file can
be written with another's delimiters, and a colon in free text stays a colon.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

REPETITION = "\x1e"
COMPONENT = "\x1f"
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


def tokenize(text: str, delimiters: Delimiters) -> Iterator[tuple[str, ...]]:
    """The elements of each segment of a text without its ISA. Line breaks are never data and are dropped."""
    if delimiters.segment not in "\r\n" and ("\n" in text or "\r" in text):
        text = text.replace("\r", "").replace("\n", "")
    if delimiters.component:
        text = text.replace(delimiters.component, COMPONENT)
    if delimiters.repetition:
        text = text.replace(delimiters.repetition, REPETITION)
    separator = delimiters.element
    for line in text.split(delimiters.segment):
        if line and (line[0].isspace() or line[-1] == "\r"):
            line = line.lstrip().rstrip("\r")
        if line:
            yield tuple(line.split(separator))
