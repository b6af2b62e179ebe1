"""The values of one segment: named, and spelled as people write them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from x12.convert import amount, day
from x12.explain.lists import ElementName, element_name, word
from x12.segments import COMPONENT, REPETITION, Delimiters, Segment

MINUS = "\N{MINUS SIGN}"
_TELEPHONE = 10
_ZIP_PLUS_4 = 9


@dataclass(frozen=True, slots=True)
class Value:
    """One element or component: its place (`CLM05-1`), its name, the text as it stands, and the words for it.

    `words` is empty where the text says it itself.
    """

    place: str
    name: str
    text: str
    words: str = ""


def values_of(segment: Segment, kind: str, delimiters: Delimiters) -> tuple[Value, ...]:
    """Every value of a segment, in order, as a document of this kind means it; empty ones left out."""
    return tuple(
        value
        for element in range(1, len(segment.elements))
        if segment[element]
        for value in _element(segment, element, kind, delimiters)
    )


def _element(segment: Segment, element: int, kind: str, delimiters: Delimiters) -> Iterator[Value]:
    text, place = segment[element], f"{segment.id}{element:02d}"
    if segment.id == "ISA":
        # What would be a separator elsewhere is the value here.
        plain = text.replace(COMPONENT, delimiters.component).replace(REPETITION, delimiters.repetition)
        known = element_name(kind, segment.id, element, 0)
        if plain.strip():
            yield Value(place, known.name, plain.strip(), _spelled(known, plain.strip()))
        return
    for repetition in text.split(REPETITION):
        parts = repetition.split(COMPONENT)
        if len(parts) == 1 and _is_plain(kind, segment.id, element):
            yield _value(segment, element, 0, place, repetition, parts, kind)
            continue
        for component, part in enumerate(parts, 1):
            if part:
                yield _value(segment, element, component, f"{place}-{component}", part, parts, kind)


def _value(
    segment: Segment, element: int, component: int, place: str, text: str, parts: list[str], kind: str
) -> Value:
    known = element_name(kind, segment.id, element, component)
    name = known.name
    if known.named_by:
        code = parts[known.named_by - 1] if component else segment[known.named_by]
        giver = element_name(
            kind, segment.id, element if component else known.named_by, component and known.named_by
        )
        name = word(giver.code_list, code) or name
    return Value(place, name, text, _spelled(known, text))


def _is_plain(kind: str, segment_id: str, element: int) -> bool:
    """Whether the element is known as one value, not as a composite of which only the first part is there."""
    return element_name(kind, segment_id, element, 1).name.startswith("Element ")


def _spelled(known: ElementName, text: str) -> str:
    if known.code_list:
        return word(known.code_list, text)
    spell = _FORMS.get(known.form)
    if spell is None:
        return ""
    try:
        return spell(text)
    except ValueError:
        return ""


def _money(text: str) -> str:
    value = amount(text)
    sign = MINUS if value < 0 else ""
    return f"{sign}${abs(value):,.2f}"


def _date(text: str) -> str:
    first, _, last = text.partition("-")
    days = [f"{day(part):%m/%d/%Y}" for part in (first, last) if part]
    return " to ".join(dict.fromkeys(days))


def _short_date(text: str) -> str:
    return _date(f"20{text}") if len(text) == 6 else ""


def _time(text: str) -> str:
    if len(text) < 4 or not text.isdecimal():
        return ""
    hour, minute = int(text[:2]), text[2:4]
    return f"{hour % 12 or 12}:{minute} {'AM' if hour < 12 else 'PM'}"


def _percent(text: str) -> str:
    return f"{(amount(text) * 100).normalize():f}%"


def _icd(text: str) -> str:
    return f"{text[:3]}.{text[3:]}" if len(text) > 3 and text[:1].isalpha() else ""


def _zip(text: str) -> str:
    return f"{text[:5]}-{text[5:]}" if len(text) == _ZIP_PLUS_4 else ""


def _phone(text: str) -> str:
    if len(text) != _TELEPHONE or not text.isdecimal():
        return ""
    return f"({text[:3]}) {text[3:6]}-{text[6:]}"


_FORMS: dict[str, Callable[[str], str]] = {
    "money": _money,
    "date": _date,
    "date6": _short_date,
    "time": _time,
    "percent": _percent,
    "icd": _icd,
    "zip": _zip,
    "phone": _phone,
}
