"""Writing loops from their fields, with code generated from their declarations.

A loop class has one generated function that adds the texts of its segments in the order of the declaration
and hands its child loops on where they stand. What few segments need (runs of elements, ranges of days,
codecs of their own) goes the longer way through the cells of a segment.
"""

from collections.abc import Callable, Sequence
from datetime import date
from functools import cache
from typing import Any

from x12.convert import Binding, Cells, RecordCodec, shown_day, shown_first_day, shown_last_day
from x12.making import compiled
from x12.segments import COMPONENT, ELEMENT
from x12.sources import Source
from x12.specs import Child, Slot, Spec

Add = Callable[[str], None]
Kids = Callable[[Sequence[Any], Child], None]
Write = Callable[[Any, Add, Kids, Sequence[str]], None]


@cache
def writer_of(spec: Spec, child: Child | None) -> Write:
    """Adds the segments of a loop that stands as this child in its parent; HL segments are left out.

    `unread` segments stand before the first child loop.
    """
    source = Source(line_of_cells=line_of_cells, NOTHING=(None, "", ()))
    source.add("def write(it, add, kids, unread):", indent=0)
    if spec.begins != "HL":
        _add_start(source, spec, child)
    told = False
    for item in spec.items:
        if isinstance(item, Child):
            if not told:
                source.add("for line in unread: add(line)")
                told = True
            _add_child(source, item)
        elif item is not spec.start:
            _add_slot(source, item)
    if not told:
        source.add("for line in unread: add(line)")
    write: Write = compiled(source.text, source.names, f"write {spec.cls.__name__}")["write"]
    return write


def line_of_cells(name: str, cells: Cells) -> str:
    """The text of a segment from its cells; trailing empty elements and components are dropped."""
    size = max((element for element, _ in cells), default=0)
    parts: list[list[str]] = [[] for _ in range(size)]
    for (element, component), text in sorted(cells.items()):
        place = parts[element - 1]
        while len(place) < max(component, 1):
            place.append("")
        place[max(component, 1) - 1] = text
    elements = [COMPONENT.join(part).rstrip(COMPONENT) for part in parts]
    return ELEMENT.join((name, *elements)).rstrip(ELEMENT)


def start_cells(node: Any, spec: Spec, child: Child | None) -> Cells | None:
    """The cells of a loop's first segment; None where it says nothing and is left out."""
    rows = list(spec.start.write(node))
    if not rows and spec.start.bindings:
        return None
    cells = rows[0] if rows else {}
    if child is not None and child.where and not cells.get((child.at, 0)):
        cells[child.at, 0] = child.where[0]
    return cells


def _add_start(source: Source, spec: Spec, child: Child | None) -> None:
    start = spec.start
    code = {child.at: child.where[0]} if child is not None and child.where else {}
    if isinstance(start.codec, RecordCodec) and not start.many and (line := _line(source, start, "r", code)):
        blank = ELEMENT.join([spec.begins, *(code.get(n, "") for n in range(1, max(code, default=0) + 1))])
        source.add(f"r = it.{start.name}", f"if r is not None and ({source.says(_bindings(start), 'r')}):")
        source.add(f"add({line})", indent=2)
        source.add("else:", f" add({source.name(blank)})")
        return
    line = _line(source, start, "it", code) if start.bindings and start.codec is None else None
    if line is not None:
        source.add(f"if {source.says(start.bindings, 'it')}: add({line})")
        return
    slow = source.name(lambda node: start_cells(node, spec, child))
    source.add(f"cells = {slow}(it)", f"if cells is not None: add(line_of_cells({spec.begins!r}, cells))")


def _add_child(source: Source, child: Child) -> None:
    name, kind = f"it.{child.name}", source.name(child)
    if child.many:
        source.add(f"if {name}: kids({name}, {kind})")
    else:
        given = f"{name} is not None and " if child.optional else ""
        source.add(f"if {given}{name} != {source.name(child.spec.blank)}: kids(({name},), {kind})")


def _add_slot(source: Source, slot: Slot) -> None:
    """One kind of segment, as its fields say; none where they say nothing."""
    if isinstance(slot.codec, RecordCodec) and (line := _line(source, slot, "r", {})):
        if slot.many:
            source.add(f"for r in it.{slot.name}:", f" if {source.says(_bindings(slot), 'r')}: add({line})")
        else:
            source.add(f"r = it.{slot.name}")
            source.add(f"if r is not None and ({source.says(_bindings(slot), 'r')}): add({line})")
        return
    if slot.codec is None and (line := _line(source, slot, "it", {})):
        source.add(f"if {source.says(slot.bindings, 'it')}: add({line})")
        return
    if slot.codec is None:
        source.add(f"if {source.says(slot.bindings, 'it')}:")
    else:
        source.add(f"if it.{slot.name}:" if slot.many else f"if it.{slot.name} is not None:")
    source.add(
        f"for cells in {source.name(slot)}.write(it): add(line_of_cells({slot.segment!r}, cells))", indent=2
    )


def _bindings(slot: Slot) -> tuple[Binding, ...]:
    return slot.codec.row.bindings if isinstance(slot.codec, RecordCodec) else slot.bindings


def _line(source: Source, slot: Slot, owner: str, codes: dict[int, str]) -> str | None:
    """The expression of a segment's text; None where it takes more than one expression for each element.

    `codes` are written where an element would else be empty.
    """
    bindings = _bindings(slot)
    if [it.show for it in bindings] in ([shown_first_day], [shown_first_day, shown_last_day]):
        days = ", ".join(f"{owner}.{it.name}" for it in bindings)
        return f"{source.name(_days)}({slot.segment + ELEMENT + slot.where[0]!r}, {days})"
    texts = source.texts(bindings, owner)
    if texts is None:
        return None
    for field, fixed in slot.fixed.items():
        for element, said in fixed.items():
            if element in texts:
                return None
            texts[element] = f"({said!r} if {owner}.{field} not in NOTHING else '')"
    for element, code in (({slot.at: slot.where[0]} if slot.where else {}) | codes).items():
        texts[element] = f"({texts[element]} or {code!r})" if element in texts else repr(code)
    return f"E.join(({slot.segment!r}, {source.joined(texts, bindings)})).rstrip(E)"


def _days(begins: str, first: date | None, last: date | None = None) -> str:
    """A DTP of one day, or of a range when there is a last one."""
    day = shown_day(first) if first else ""
    return (
        f"{begins}{ELEMENT}RD8{ELEMENT}{day}-{shown_day(last)}"
        if last
        else f"{begins}{ELEMENT}D8{ELEMENT}{day}"
    )
