"""The source of generated functions: how the elements of a row become the values of fields.

A row is a list of texts, element n at place n. The expressions are those a person would write for each class
by hand, with everything that the declaration decides already decided.
"""

from collections.abc import Callable, Iterable
from typing import Any, Protocol

from x12.segments import COMPONENT, ELEMENT

_SEPARATORS = dict.fromkeys(range(0x1C, 0x20), " ")


def plain_text(text: str) -> str:
    """Text without the separators that structure a segment: no value can change what stands around it."""
    return text if text.isprintable() else text.translate(_SEPARATORS)


class Bound(Protocol):
    """One field and where its text stands: see `x12.convert.Binding`."""

    name: str
    element: int
    component: int
    through: int
    absent: Any
    parse: Callable[[str], Any]
    show: Callable[[Any], str]

    @property
    def ranged(self) -> bool:
        """Whether it is a day of a DTP, which is written with its format."""

    @property
    def plain(self) -> bool:
        """Whether the text itself is the value."""

    @property
    def memory(self) -> dict[str, Any] | None:
        """The values of texts seen before, which also makes those of new ones; None where none are kept."""


class Source:
    """Lines of one generated module and the objects that they name."""

    def __init__(self, **names: Any) -> None:
        self.lines: list[str] = []
        self.names: dict[str, Any] = {"US": COMPONENT, "E": ELEMENT, **names}

    def add(self, *lines: str, indent: int = 1) -> None:
        """Add lines at one depth."""
        self.lines += [" " * indent + line for line in lines]

    def name(self, value: Any) -> str:
        """A constant: written out where that says the same, else under a name."""
        if value is None or (type(value) in (str, int, tuple) and not value):
            return repr(value)
        for name, known in self.names.items():
            if known is value:
                return name
        name = f"c{len(self.names)}"
        self.names[name] = value
        return name

    @property
    def text(self) -> str:
        """The whole source."""
        return "\n".join(self.lines)

    def reads(self, bindings: Iterable[Bound]) -> list[tuple[str, str]]:
        """Add what takes `row` apart, padding it; gives each field's name and the expression of its value.

        A text that cannot be converted raises ValueError.
        """
        bindings = list(bindings)
        last = max((max(it.element, it.through) for it in bindings), default=0)
        if not bindings:
            return []
        if any(it.through for it in bindings):
            self.add("size = len(row)")
        self.add(f"if len(row) <= {last}:", f" row += {self.name([''] * last)}")
        for element in sorted({it.element for it in bindings if it.component}):
            pieces = max(it.component for it in bindings if it.element == element)
            self.add(f"p{element} = row[{element}].split(US)")
            self.add(f"if len(p{element}) < {pieces}:", f" p{element} += {self.name([''] * pieces)}")
        return [(it.name, self._value(it)) for it in bindings]

    def _value(self, it: Bound) -> str:
        absent = self.name(it.absent)
        if it.through:
            run = self.name(_plain_run if it.plain else _run_of(it.parse))
            return f"{run}(row[{it.element}:{it.through + 1}]) if size > {it.element} else ()"
        text = f"p{it.element}[{it.component - 1}]" if it.component else f"row[{it.element}]"
        if it.plain:
            return text if it.absent == "" else f"{text} or {absent}"
        memory = it.memory
        made = f"{self.name(it.parse)}({text})" if memory is None else f"{self.name(memory)}[{text}]"
        return f"{made} if {text} else {absent}"

    def texts(self, bindings: Iterable[Bound], owner: str) -> dict[int, str] | None:
        """The expression of each element's text from the fields of `owner`; one for a run of elements is
        starred and stands at the first of them. None where elements depend on one another.
        """
        texts: dict[int, str] = {}
        inside: dict[int, list[Bound]] = {}
        for it in bindings:
            inside.setdefault(it.element, []).append(it)
        for element, those in inside.items():
            first = those[0]
            by_place = {it.component: it for it in those}
            if (
                len(by_place) < len(those)
                or (len(those) > 1 and 0 in by_place)
                or any(it.ranged for it in those)
            ):
                return None
            if first.through:
                size = first.through - element + 1
                run = f"({owner}.{first.name}, {self.name(first.show)}, {size})"
                texts[element] = f"*{self.name(_padded)}{run}"
            elif first.component:
                places = range(1, max(by_place) + 1)
                pieces = [self._text(by_place[n], owner) if n in by_place else "''" for n in places]
                texts[element] = f"US.join(({', '.join(pieces)},)).rstrip(US)"
            else:
                texts[element] = self._text(first, owner)
        return texts

    def joined(self, texts: dict[int, str], bindings: Iterable[Bound]) -> str:
        """These expressions in the order of their elements, empty texts between them."""
        runs = {it.element: it.through for it in bindings if it.through}
        found, element = [], 1
        while element <= max(texts, default=0):
            found.append(texts.get(element, "''"))
            element = runs.get(element, element) + 1
        return ", ".join(found)

    def _text(self, it: Bound, owner: str) -> str:
        field = f"{owner}.{it.name}"
        if it.plain:
            text = f"({field} if {field}.isprintable() else {self.name(plain_text)}({field}))"
        else:
            text = f"{self.name(it.show)}({field})"
            text = f"{text}.rstrip(US)" if it.memory is None else text
        return f"('' if {field} is None else {text})" if it.absent is None else text

    def says(self, bindings: Iterable[Bound], owner: str) -> str:
        """The expression of whether any field differs from absence."""
        tests = []
        for it in bindings:
            field = f"{owner}.{it.name}"
            if it.absent is None:
                tests.append(f"{field} is not None")
            elif it.absent in ("", ()):
                tests.append(field)
            else:
                tests.append(f"{field} != {self.name(it.absent)}")
        return " or ".join(tests) or "False"


def _padded(values: Iterable[Any], show: Callable[[Any], str], size: int) -> list[str]:
    texts = [show(value) for value in values]
    return texts + [""] * (size - len(texts))


def _plain_run(texts: list[str]) -> tuple[str, ...]:
    while texts and not texts[-1]:
        texts.pop()
    return tuple(texts)


def _run_of(parse: Callable[[str], Any]) -> Callable[[list[str]], tuple[Any, ...]]:
    def run(texts: list[str]) -> tuple[Any, ...]:
        return tuple(parse(text) for text in _plain_run(texts))

    return run
