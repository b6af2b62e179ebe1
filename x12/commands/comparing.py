"""Two loops of the same kind compared field by field, the differences in words.

Loops within them are paired by what numbers them (line number, payer id) or by their order; lists of records
by their content, so that one more identifier is one difference, whatever comes after it.
"""

import dataclasses
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from x12.convert import RecordCodec
from x12.explain.lists import element_name, word
from x12.loops import Loop, spec_of
from x12.segments import COMPONENT, REPETITION, Segment

_NUMBERING = frozenset({"unread", "layout", "findings", "trailer"})
_DOCUMENT = frozenset({"control_number", "created_on", "created_time", "produced_on"})
_KEYS = ("number", "control_number", "sequence", "payer_id", "code")


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference: where, and what stands on either side; an empty text where nothing does."""

    path: tuple[str, ...]
    before: str
    after: str


def compared(first: Any, second: Any, kind: str, *, below: bool = True) -> Iterator[Difference]:
    """The differences of two loops or tuples of segments; None stands for one that is not there.

    Without `below`, lists of loops in them are left out.
    """
    if all(isinstance(side, tuple) for side in (first, second)):
        yield from _items((), first, second)
        return
    if first is None or second is None or type(first) is not type(second):
        yield Difference((), _named(first), _named(second))
        return
    yield from _loop(first, second, kind, (), below=below)


def _loop(
    first: Loop, second: Loop, kind: str, path: tuple[str, ...], *, below: bool = True
) -> Iterator[Difference]:
    spec = spec_of(type(first))
    children = {child.name: child for child in spec.children}
    for declared in dataclasses.fields(first):
        name = declared.name
        left, right = getattr(first, name), getattr(second, name)
        if left == right or name in _NUMBERING - {"unread"} or (spec.begins == "ST" and name in _DOCUMENT):
            continue
        label = (*path, _words(name))
        if name in children:
            if below or not children[name].many:
                yield from _children(label, left, right, kind)
        elif isinstance(left, tuple) and not isinstance(left[:1] or right[:1], str):
            yield from _items(label, left, right)
        elif RecordCodec.knows(type(left)) and RecordCodec.knows(type(right)):
            yield from _record(label, left, right)
        else:
            place = declared.metadata.get("x12")
            yield Difference(label, _told(left, place, kind), _told(right, place, kind))


def _children(path: tuple[str, ...], left: Any, right: Any, kind: str) -> Iterator[Difference]:
    if not (isinstance(left, tuple) and isinstance(right, tuple)):
        yield from _pair(path, left, right, kind)
        return
    befores, afters = _keyed(left), _keyed(right)
    for key in {**befores, **afters}:
        place = (*path[:-1], f"{_singular(path[-1])} {key}")
        yield from _pair(place, befores.get(key), afters.get(key), kind)


def _pair(path: tuple[str, ...], left: Any, right: Any, kind: str) -> Iterator[Difference]:
    if left is None or right is None:
        yield Difference(path, _named(left), _named(right))
    elif left != right:
        yield from _loop(left, right, kind, path)


def _keyed(nodes: Sequence[Any]) -> dict[str, Any]:
    """Loops by what numbers them; by their order where nothing does, or not each of them alone."""
    keys = [next((str(getattr(node, key)) for key in _KEYS if getattr(node, key, "")), "") for node in nodes]
    if len(set(keys)) < len(keys) or "" in keys:
        keys = [str(n) for n in range(1, len(nodes) + 1)]
    return dict(zip(keys, nodes, strict=True))


def _record(path: tuple[str, ...], left: Any, right: Any) -> Iterator[Difference]:
    for declared in dataclasses.fields(left):
        one, other = getattr(left, declared.name), getattr(right, declared.name, "")
        if one != other:
            yield Difference((*path, _words(declared.name)), _text(one), _text(other))


def _items(path: tuple[str, ...], left: Sequence[Any], right: Sequence[Any]) -> Iterator[Difference]:
    """Lists by their content; a list in another order is one difference."""
    befores, afters = [_text(item) for item in left], [_text(item) for item in right]
    gone, come = Counter(befores) - Counter(afters), Counter(afters) - Counter(befores)
    if not gone and not come:
        yield Difference(path, ", ".join(befores), ", ".join(afters))
    for before, after in zip_longest(gone.elements(), come.elements(), fillvalue=""):
        yield Difference(path, before, after)


def _told(value: Any, place: Any, kind: str) -> str:
    """A value with the words for it, where it is a code of a list."""
    text = _text(value)
    if place is not None and place.kind == "element" and text and isinstance(value, str):
        known = element_name(kind, place.segment, place.element, place.component)
        if known.code_list and (words := word(known.code_list, text)):
            return f"{text} ({words})"
    return text


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:,.2f}" if value == value.quantize(Decimal("0.01")) else f"{value:f}"
    if isinstance(value, date):
        return f"{value:%m/%d/%Y}"
    if isinstance(value, Segment):
        return value.text().replace(COMPONENT, ":").replace(REPETITION, "^")
    if isinstance(value, tuple):
        return ", ".join(_text(item) for item in value)
    if dataclasses.is_dataclass(value):
        parts = (_text(getattr(value, declared.name)) for declared in dataclasses.fields(value))
        return " ".join(part for part in parts if part)
    return str(value)


def _named(node: Any) -> str:
    """A whole loop in a few words: who or what it is."""
    if node is None:
        return ""
    if isinstance(node, tuple):
        return f"{len(node)} segments of a version that is not read"
    if isinstance(node, Loop):
        own = (getattr(node, name) for name in spec_of(type(node)).own_names)
        said = (_text(value) for value in own if not isinstance(value, tuple))
        return ", ".join([text for text in said if text][:6]) or "present"
    return _text(node)


def _words(name: str) -> str:
    return name.replace("_", " ")


def _singular(words: str) -> str:
    return words[:-3] + "y" if words.endswith("ies") else words.removesuffix("s")
