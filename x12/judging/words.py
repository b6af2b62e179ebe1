"""The kinds of findings of SNIP types 1 and 2: their words, and the code of the 999 they map to."""

from typing import Final

from x12.errors import Finding

SEGMENT, ELEMENT, SET, GROUP, INTERCHANGE = "segment", "element", "set", "group", "interchange"

# code word: SNIP type, element of the 999, its code, what is said of the place
KINDS: Final[dict[str, tuple[int, str, str, str]]] = {
    "unknown_segment": (1, SEGMENT, "1", "is no segment of this transaction"),
    "unexpected_segment": (1, SEGMENT, "2", "is not expected here"),
    "missing_segment": (2, SEGMENT, "3", "is missing"),
    "too_many_loops": (2, SEGMENT, "4", "begins a loop that has come often enough"),
    "too_many_segments": (2, SEGMENT, "5", "comes too often"),
    "out_of_sequence": (1, SEGMENT, "7", "comes too late in its loop"),
    "missing_element": (2, ELEMENT, "1", "is missing"),
    "missing_paired_element": (1, ELEMENT, "2", "is missing beside what it belongs to"),
    "too_many_elements": (1, ELEMENT, "3", "is an element more than there can be"),
    "trailing_separator": (1, ELEMENT, "3", "is empty and last: its separator must not be sent"),
    "too_short": (1, ELEMENT, "4", "is too short"),
    "too_long": (1, ELEMENT, "5", "is too long"),
    "bad_character": (1, ELEMENT, "6", "holds characters its type does not allow"),
    "bad_code": (2, ELEMENT, "7", "is no code that may stand here"),
    "bad_date": (1, ELEMENT, "8", "is no date in its form"),
    "bad_time": (1, ELEMENT, "9", "is no time"),
    "excluded_element": (1, ELEMENT, "10", "excludes another element that is there"),
    "too_many_repetitions": (1, ELEMENT, "12", "is repeated too often"),
    "too_many_components": (1, ELEMENT, "13", "has more components than there can be"),
    "not_used_element": (2, ELEMENT, "I10", "is not used here"),
    "level_number": (1, ELEMENT, "7", "does not go on counting from the level before"),
    "level_parent": (1, ELEMENT, "7", "does not name the level it stands in"),
    "level_children": (2, ELEMENT, "7", "does not say whether levels follow below"),
}


def named(segment: str) -> str:
    """A segment id as it may be told: what is none may be a patient's data."""
    return segment if 2 <= len(segment) <= 3 and segment.isalnum() and segment.isupper() else "?"


def place(segment: str, element: int, component: int = 0) -> str:
    """How an element is called: `NM103`, `HI01-2`."""
    name = f"{named(segment)}{element:02d}" if element else named(segment)
    return f"{name}-{component}" if component else name


def finding(
    code: str,
    segment: str,
    position: int,
    loop: str,
    element: int = 0,
    component: int = 0,
    repetition: int = 0,
) -> Finding:
    """A finding of one of the `KINDS`."""
    snip, ack_at, ack, said = KINDS[code]
    where = f" in loop {loop}" if loop else ""
    return Finding(
        code,
        f"{place(segment, element, component)} {said}{where}",
        named(segment),
        position,
        element,
        snip=snip,
        loop=loop,
        component=component,
        repetition=repetition,
        ack=ack,
        ack_at=ack_at,
    )
