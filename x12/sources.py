"""The source of generated functions: how the elements of a row become the values of fields.

A row is a list of texts, element n at place n. The expressions are those a person would write for each class
by hand, with everything that the declaration decides already decided.
"""

from collections.abc import Callable, Iterable
from typing import Any, Protocol

from x12.segments import COMPONENT


class Bound(Protocol):
    """One field and where its text stands: see `x12.convert.Binding`."""

    name: str
    element: int
    component: int
    through: int
    absent: Any
    parse: Callable[[str], Any]

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
        self.names: dict[str, Any] = {"US": COMPONENT, **names}

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


def _plain_run(texts: list[str]) -> tuple[str, ...]:
    while texts and not texts[-1]:
        texts.pop()
    return tuple(texts)


def _run_of(parse: Callable[[str], Any]) -> Callable[[list[str]], tuple[Any, ...]]:
    def run(texts: list[str]) -> tuple[Any, ...]:
        return tuple(parse(text) for text in _plain_run(texts))

    return run
