"""An answer that comes again: in the same bytes, in a new envelope, or in the old one written otherwise.

Each is told apart from news in another way: by the bytes, by the envelope's numbers, by what the document
itself says (the trace of an 835).
"""

from collections.abc import Callable
from typing import Final

SEGMENT_END, ELEMENT = "~", "*"


def same(body: str) -> str:
    """Byte for byte."""
    return body


def reformatted(body: str) -> str:
    """The same interchange with a line break after every segment."""
    return body.replace("\r", "").replace("\n", "").replace(SEGMENT_END, f"{SEGMENT_END}\r\n")


def reenveloped(body: str) -> str:
    """The same transactions under control numbers of a new interchange and group."""
    segments = [segment.split(ELEMENT) for segment in body.split(SEGMENT_END)]
    for segment in segments:
        place = _NUMBERS.get(segment[0].strip(), 0)
        if place:
            segment[place] = _next(segment[place])
    return SEGMENT_END.join(ELEMENT.join(segment) for segment in segments)


def _next(number: str) -> str:
    """A number far from those that our own count comes to; in its width, so that an ISA keeps its length."""
    return str((int(number) + _FAR) % 10**9).zfill(len(number))


_FAR: Final = 500_000_000
_NUMBERS: Final = {"ISA": 13, "GS": 6, "GE": 2, "IEA": 2}

AGAIN: Final[dict[str, Callable[[str], str]]] = {
    "duplicated_answers": same,
    "reformatted_answers": reformatted,
    "reenveloped_answers": reenveloped,
}
"""The fault by its name, and what comes the second time."""
