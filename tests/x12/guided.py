"""Documents made from the guides themselves (`x12.judging.notation`): every loop and segment in them, every
element filled in.

Where a guide takes one of several codes, variant n takes the nth; so all variants together hold them all.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from x12.judging.notation import Element, Form, LoopUse, SegmentUse, guide
from x12.segments import COMPONENT, Segment

VALUES = {"R": "7", "DT": "20260310", "TM": "1230", "ID": "AB", "AN": "TEXT"}
DATED = {"RD8": "20260310-20260311", "D6": "260310", "DT": "202603101230", "TM": "1230"}


@dataclass
class Written:
    """A document in the making: its segments, and how many levels (HL) it has."""

    variant: int
    segments: list[Segment] = field(default_factory=list)
    levels: int = 0

    def add(self, use: SegmentUse, code: str, parent: str, *, below: bool = False) -> None:
        """One segment with all elements its guide uses."""
        cells = [_value(element, use.elements, self.variant) for element in use.elements]
        number, component = use.form.told_by
        if code and number:
            parts = cells[number - 1].split(COMPONENT)
            parts[max(component, 1) - 1] = code
            cells[number - 1] = COMPONENT.join(parts)
        if use.id == "HL":
            self.levels += 1
            cells = [str(self.levels), parent, cells[2], ("1" if below else "0") if any(cells[3:]) else ""]
        self.segments.append(Segment.of(use.id, *cells))


def full(kind: str, variant: int) -> list[Segment]:
    """A whole document of a kind, ST to SE."""
    written = Written(variant)
    _loop(written, guide(kind).root, "", "")
    body = [segment for segment in written.segments if segment.id != "SE"]
    st = Segment.of("ST", kind[:3], "0001", *([guide(kind).versions[0]] if kind != "835" else []))
    return [st, *body[1:], Segment.of("SE", str(len(body) + 1), "0001")]


def _loop(written: Written, use: LoopUse, code: str, parent: str) -> None:
    own = parent
    for item in use.items:
        if item.usage == "N":
            continue
        if isinstance(item, LoopUse):
            for begun in _codes(item.start, item.most, written.variant):
                _loop(written, item, begun, own)
        elif item is use.items[0]:
            below = any(isinstance(kid, LoopUse) and kid.start.id == "HL" for kid in use.items)
            written.add(item, code, parent, below=below)
            own = str(written.levels) if item.id == "HL" else parent
        else:
            for told in _codes(item, item.most, written.variant):
                written.add(item, told, own)


def _codes(use: SegmentUse, most: int, variant: int) -> Iterator[str]:
    """The codes to write a segment with: all where there is room for them, else one."""
    codes = use.told_apart or ("",)
    if most == 0 or most >= len(codes):
        yield from codes
    else:
        yield codes[variant % len(codes)]


def _value(element: Element, beside: tuple[Element, ...], variant: int) -> str:
    if element.usage == "N":
        return ""
    if element.parts:
        return COMPONENT.join(_value(part, element.parts, variant) for part in element.parts).rstrip(
            COMPONENT
        )
    if element.codes:
        return element.codes[variant % len(element.codes)]
    if element.form.dated_by:
        teller = beside[element.form.dated_by - 1]
        form = teller.codes[variant % len(teller.codes)] if teller.codes else ""
        return DATED.get(form, VALUES["DT"])
    return _of_form(element.form, element.shape)


def _of_form(form: Form, shape: str) -> str:
    if form.kind.startswith("N"):
        return "7"
    if form.kind == "ID" and not shape:
        return "ABCDE"[: max(form.shortest, 1)]
    return VALUES.get(form.kind, "TEXT")[: form.longest or None]
