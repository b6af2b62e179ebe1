"""Every element of a segment that its expression does not let pass, looked at one by one."""

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from functools import lru_cache

from x12.errors import Finding
from x12.judging.compiled import Slot, is_broken
from x12.judging.notation import Element, Form, Note
from x12.judging.shapes import SHAPES
from x12.judging.words import finding, place
from x12.segments import COMPONENT, REPETITION

_TEXT = re.compile(r"[ -~]*", re.ASCII).fullmatch
_WHOLE = re.compile(r"-?\d+", re.ASCII).fullmatch
_DECIMAL = re.compile(r"-?(?:\d+(?:\.\d+)?|\.\d+)", re.ASCII).fullmatch
_NOTE_CODES = {"E": "excluded_element"}
_FIRST_YEAR = 1800
_DATED = ("D8", "D6", "RD8", "RD6", "DT", "TM", "DTS", "RTM")


def examine(slot: Slot, elements: Sequence[str], position: int) -> Iterator[Finding]:
    """What is objectionable in a segment; nothing for one that only its expression did not foresee."""
    seen = _Segment(slot, elements, position)
    yield from seen.findings()


class _Segment:
    """One segment while it is examined."""

    def __init__(self, slot: Slot, elements: Sequence[str], position: int) -> None:
        self.slot, self.elements, self.position = slot, elements, position

    def _find(self, code: str, element: int, component: int = 0, repetition: int = 0) -> Finding:
        slot = self.slot
        return finding(code, slot.use.id, self.position, slot.loop, element, component, repetition)

    def findings(self) -> Iterator[Finding]:
        """The findings of all elements, in order, then those of the syntax notes."""
        use, last = self.slot.use, len(self.elements) - 1
        if last > len(use.elements):
            yield self._find("too_many_elements", len(use.elements) + 1)
        elif last and not self.elements[last] and use.elements[last - 1].usage != "R":
            yield self._find("trailing_separator", last)
        elif not last and all(element.usage != "R" for element in use.elements):
            yield self._find("missing_element", 1)
        given = dict(zip(use.elements, (*self.elements[1:], *[""] * len(use.elements)), strict=False))
        for element, text in given.items():
            yield from self._element(element, text)
        told = {element.number for element in use.elements if _ill_used(element, given[element])}
        yield from self._notes(use.form.notes, self.elements, told)

    def _excuses(self, element: Element) -> bool:
        """Whether the element is there that makes another dispensable."""
        return 0 < element.unless < len(self.elements) and self.elements[element.unless] != ""

    def _notes(
        self, notes: Sequence[Note], elements: Sequence[str], told: set[int], within: int = 0
    ) -> Iterator[Finding]:
        for note in notes:
            if told.isdisjoint(note.elements) and is_broken(note, elements):
                code = _NOTE_CODES.get(note.kind, "missing_paired_element")
                absent = [n for n in note.elements if n >= len(elements) or not elements[n]]
                number = note.elements[-1] if note.kind == "E" or not absent else absent[0]
                yield self._find(code, within or number, number if within else 0)

    def _element(self, element: Element, text: str) -> Iterator[Finding]:
        if not text:
            if element.usage == "R" and not self._excuses(element):
                yield self._find("missing_element", element.number)
            return
        if element.usage == "N":
            yield self._find("not_used_element", element.number)
            return
        repetitions = text.split(REPETITION)
        if len(repetitions) > element.form.repeats:
            yield self._find("too_many_repetitions", element.number)
            return
        for n, one in enumerate(repetitions, 1):
            repetition = n if len(repetitions) > 1 else 0
            if element.parts:
                yield from self._composite(element, one, repetition)
            elif one or repetition:
                yield from self._simple(element, one, self.elements, element.number, 0, repetition)

    def _composite(self, element: Element, text: str, repetition: int) -> Iterator[Finding]:
        components = ["", *text.split(COMPONENT)]
        number = element.number
        if len(components) - 1 > len(element.parts):
            yield self._find("too_many_components", number, repetition=repetition)
        elif len(components) > 2 and not components[-1]:
            yield self._find("trailing_separator", number, len(components) - 1, repetition)
        told = set()
        for part in element.parts:
            value = components[part.number] if part.number < len(components) else ""
            found = list(self._component(element, part, value, components, repetition))
            yield from found
            if found and part.number == 1:
                return
            if _ill_used(part, value):
                told.add(part.number)
        yield from self._notes(element.form.notes, components, told, number)

    def _component(
        self, element: Element, part: Element, text: str, beside: Sequence[str], repetition: int
    ) -> Iterator[Finding]:
        if _ill_used(part, text):
            code = "not_used_element" if text else "missing_element"
            yield self._find(code, element.number, part.number, repetition)
        elif text:
            yield from self._simple(part, text, beside, element.number, part.number, repetition)

    def _simple(
        self, element: Element, text: str, beside: Sequence[str], number: int, component: int, repetition: int
    ) -> Iterator[Finding]:
        code = _objection(element, text, beside)
        if code:
            yield self._find(code, number, component, repetition)
        elif element.shape:
            shape = SHAPES[element.shape]
            if not shape.is_good(text, self.elements):
                yield self._ill_shaped(element.shape, number, component)

    def _ill_shaped(self, name: str, number: int, component: int) -> Finding:
        slot, shape = self.slot, SHAPES[name]
        entity = self.elements[1] if slot.use.id == "NM1" else ""
        where = f" in loop {slot.loop}" if slot.loop else ""
        return Finding(
            f"bad_{name}",
            f"{place(slot.use.id, number, component)} {shape.told}{where}",
            slot.use.id,
            self.position,
            number,
            snip=5,
            loop=slot.loop,
            component=component,
            ack="7",
            ack_at="element",
            status=("A7", shape.status, entity),
            severity=shape.severity,
        )


def _ill_used(element: Element, text: str) -> bool:
    """Whether an element is missing, or there though it is not used."""
    return element.usage == ("N" if text else "R")


def _objection(element: Element, text: str, beside: Sequence[str]) -> str:
    """The code word of what is wrong with one value; empty when nothing is."""
    form = element.form
    wrong = _of_length(form, text) or _of_type(form, text)
    if not wrong and element.codes and text not in element.codes:
        return "bad_code"
    if not wrong and form.dated_by:
        named = beside[form.dated_by] if form.dated_by < len(beside) else ""
        return "" if is_dated(text, named) else "bad_time" if named == "TM" else "bad_date"
    return wrong


def _of_length(form: Form, text: str) -> str:
    size = sum(map(str.isdigit, text)) if form.kind[0] in "RN" else len(text)
    if size < form.shortest and form.kind[0] not in "RN":
        return "too_short"
    return "too_long" if size > form.longest else ""


def _of_type(form: Form, text: str) -> str:
    match form.kind:
        case "AN" | "ID":
            return "" if _TEXT(text) and text[-1] != " " else "bad_character"
        case "DT":
            return "" if _is_date(text) else "bad_date"
        case "TM":
            return "" if _is_time(text) else "bad_time"
        case "R":
            return "" if is_decimal(text) else "bad_character"
        case _:
            return "" if _WHOLE(text) else "bad_character"


def is_decimal(text: str) -> bool:
    """Whether a text is a number as type R has it: digits, at most one point, no exponent."""
    return _DECIMAL(text) is not None


@lru_cache(maxsize=8192)
def _is_date(text: str) -> bool:
    """CCYYMMDD or YYMMDD."""
    if not (text.isascii() and text.isdigit() and len(text) in (6, 8)):
        return False
    year, month, day = int(text[:-4]), int(text[-4:-2]), int(text[-2:])
    if len(text) == 6:
        year += 2000
    return year >= _FIRST_YEAR and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]


def _is_time(text: str) -> bool:
    """HHMM, HHMMSS and on to hundredths of a second."""
    if not (text.isascii() and text.isdigit() and 4 <= len(text) <= 8 and len(text) != 5):
        return False
    return text[:2] < "24" and text[2:4] < "60" and text[4:6] < "60"


def is_dated(text: str, form: str) -> bool:
    """Whether a text is a date or time in the form a qualifier names; a form we do not know is taken as it
    is.
    """
    match form:
        case "D8":
            return len(text) == 8 and _is_date(text)
        case "D6":
            return len(text) == 6 and _is_date(text)
        case "RD8" | "RD6":
            first, mark, last = text.partition("-")  # one day alone is borne: from and through are the same
            return is_dated(first, form[1:]) and (not mark or is_dated(last, form[1:]))
        case "TM":
            return _is_time(text)
        case "DT":
            return _is_date(text[:8]) and len(text) == 12 and _is_time(text[8:])
        case "DTS":
            return is_dated(text[:8], "D8") and _is_time(text[8:])
        case _:
            return True
