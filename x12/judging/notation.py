"""Guides as they are declared in `guides/*.txt`: the declarations, and how they are read.

The notation is explained in `guides/README.md`. Whatever cannot be meant (a word too many, a code that does
not fit its element, a composite where there is none) raises `GuideError` with the file and line when the
guide is read.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

GUIDES = Path(__file__).parent / "guides"

_TYPE = re.compile(r"(AN|ID|N\d|R|DT|TM)(\d+)(?:-(\d+))?(?:@(\d+))?(?:\^(\d+))?")
_NOTE = re.compile(r"([PRECL])((?:\d\d){2,})")


class GuideError(Exception):
    """A guide that cannot be meant as it is written; names its file and line."""


@dataclass(frozen=True, slots=True)
class Form:
    """What the standard says of an element: type, length, repetitions; `parts` for a composite.

    `dated_by` is the element (or component) beside it that names the form of a date.
    """

    kind: str
    shortest: int = 0
    longest: int = 0
    repeats: int = 1
    dated_by: int = 0
    parts: tuple["Form", ...] = ()
    notes: tuple["Note", ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """A syntax note: `P` all or none, `R` at least one, `E` at most one, `C` if the first then all others,
    `L` if the first then one of the others.
    """

    kind: str
    elements: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SegmentForm:
    """What the standard says of a segment: its elements, notes, and the element that tells its uses apart."""

    id: str
    elements: tuple[Form, ...]
    notes: tuple[Note, ...] = ()
    told_by: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Element:
    """What a guide says of an element or component: usage `R`, `S` or `N`, codes, outside list (`shape`).

    One that is required need not be there where the element `unless` is.
    """

    number: int
    form: Form
    usage: str = "N"
    codes: tuple[str, ...] = ()
    shape: str = ""
    parts: tuple["Element", ...] = ()
    unless: int = 0


@dataclass(frozen=True, slots=True)
class SegmentUse:
    """A segment of a loop. `key` names it within its loop (`CLM`, `DTP*472`), `most` is 0 for no limit,
    `place` its place in the order of the loop.
    """

    form: SegmentForm
    usage: str
    most: int
    elements: tuple[Element, ...]
    key: str
    place: int

    @property
    def id(self) -> str:
        """The segment id."""
        return self.form.id

    @property
    def told_apart(self) -> tuple[str, ...]:
        """The codes of the element that tells this use from others; empty when anything is taken."""
        number, component = self.form.told_by
        if not number:
            return ()
        element = self.elements[number - 1]
        return element.parts[component - 1].codes if component else element.codes


@dataclass(frozen=True, slots=True)
class LoopUse:
    """A loop: it begins with its first segment. The outermost has no id and begins with ST."""

    id: str
    usage: str
    most: int
    place: int
    items: tuple["SegmentUse | LoopUse", ...]

    @property
    def start(self) -> SegmentUse:
        """The segment it begins with."""
        first = self.items[0]
        assert isinstance(first, SegmentUse)
        return first

    @property
    def segments(self) -> Iterator[SegmentUse]:
        """Its own segments."""
        return (item for item in self.items if isinstance(item, SegmentUse))

    @property
    def loops(self) -> Iterator["LoopUse"]:
        """The loops directly in it."""
        return (item for item in self.items if isinstance(item, LoopUse))


@dataclass(frozen=True, slots=True)
class Guide:
    """A guide for one kind of transaction. `versions` begins with its own; the others are judged alike."""

    kind: str
    versions: tuple[str, ...]
    root: LoopUse


@cache
def guide(name: str) -> Guide:
    """The guide of a file in `guides/`, for example `837P`. Raises `GuideError`, or OSError without one."""
    path = GUIDES / f"{name}.txt"
    return read_guide(path.read_text(encoding="utf-8"), path.name)


@cache
def guides() -> tuple[str, ...]:
    """The names of all guides there are."""
    return tuple(sorted(path.stem for path in GUIDES.glob("*.txt") if path.stem != "segments"))


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a file, and the lines indented below it."""

    where: str
    words: list[str]
    below: list["_Line"] = field(default_factory=list)

    def error(self, reason: str) -> GuideError:
        return GuideError(f"{self.where}: {reason}")


def _lines(text: str, name: str) -> list[_Line]:
    """The lines as a tree by their indentation; `#` begins a remark."""
    top: list[_Line] = []
    open_: list[tuple[int, list[_Line]]] = [(-1, top)]
    for number, raw in enumerate(text.splitlines(), 1):
        content = re.sub(r"(^|\s)#.*", "", raw).rstrip()
        if not content.strip():
            continue
        depth = len(content) - len(content.lstrip())
        while open_[-1][0] >= depth:
            open_.pop()
        line = _Line(f"{name}:{number}", _words(content))
        open_[-1][1].append(line)
        open_.append((depth, line.below))
    return top


def _words(content: str) -> list[str]:
    """Words at blanks, except within parentheses."""
    return re.findall(r"(?:[^\s()]*\([^()]*\)[^\s()]*|[^\s()]+)", content)


# --- what the standard says ---------------------------------------------------------------------------------


@cache
def segment_forms() -> dict[str, SegmentForm]:
    """The segments of `guides/segments.txt` by id."""
    composites: dict[str, Form] = {}
    forms: dict[str, SegmentForm] = {}
    text = (GUIDES / "segments.txt").read_text(encoding="utf-8")
    for line in _lines(text, "segments.txt"):
        what, name, *rest = line.words
        told_by = (0, 0)
        if rest[0] == "by":
            number, _, component = rest[1].partition("-")
            told_by, rest = (int(number), int(component or 0)), rest[2:]
        bar = rest.index("|") if "|" in rest else len(rest)
        elements = tuple(_forms(rest[:bar], composites, line))
        notes = tuple(_note(word, line) for word in rest[bar + 1 :])
        if what == "composite":
            composites[name] = Form("composite", parts=elements, notes=notes)
        else:
            forms[name] = SegmentForm(name, elements, notes, told_by)
    return forms


def _forms(words: list[str], composites: dict[str, Form], line: _Line) -> Iterator[Form]:
    for word in words:
        times, _, rest = word.rpartition("*")
        name, _, repeats = rest.partition("^")
        if name in composites:
            form = replace(composites[name], repeats=int(repeats or 1))
        elif match := _TYPE.fullmatch(rest):
            kind, least, most, dated_by, repeats = match.groups()
            form = Form(kind, int(least), int(most or least), int(repeats or 1), int(dated_by or 0))
        else:
            raise line.error(f"no type or composite: {word}")
        yield from [form] * int(times or 1)


def _note(word: str, line: _Line) -> Note:
    match = _NOTE.fullmatch(word)
    if match is None:
        raise line.error(f"no syntax note: {word}")
    numbers = match[2]
    return Note(match[1], tuple(int(numbers[n : n + 2]) for n in range(0, len(numbers), 2)))


# --- what a guide says --------------------------------------------------------------------------------------


def read_guide(text: str, name: str) -> Guide:
    """The guide in a text; `name` is told in errors. Raises `GuideError`."""
    reader = _Reader()
    body: list[_Line] = []
    kind, versions = "", []
    for line in _lines(text, name):
        match line.words[0]:
            case "guide":
                kind, versions = line.words[1], [line.words[2]]
            case "also":
                versions += line.words[1:]
            case "list":
                reader.lists.setdefault(line.words[1], []).extend(line.words[2:])
            case "part":
                reader.parts[line.words[1]] = line.below
            case _:
                body.append(line)
    if not kind:
        raise GuideError(f"{name}: no line `guide KIND VERSION`")
    return Guide(kind, tuple(versions), LoopUse("", "R", 1, 0, reader.items(body)))


class _Reader:
    """Reads the loops and segments of one guide."""

    def __init__(self) -> None:
        self.lists: dict[str, list[str]] = {}
        self.parts: dict[str, list[_Line]] = {}

    def items(self, lines: list[_Line]) -> tuple[SegmentUse | LoopUse, ...]:
        """What is in a loop, placed: neighbours that begin with the same segment id share a place."""
        items: list[SegmentUse | LoopUse] = []
        keys: set[str] = set()
        place, before = 0, ""
        for line in self._spread(lines):
            item = self._loop(line) if line.words[0] == "loop" else self._segment(line)
            begins = item.start.id if isinstance(item, LoopUse) else item.id
            place += begins != before or before == "HL"
            before = begins
            name = item.id if isinstance(item, LoopUse) else item.key
            while name in keys:
                name += "'"
            keys.add(name)
            item = (
                replace(item, place=place)
                if isinstance(item, LoopUse)
                else replace(item, place=place, key=name)
            )
            items.append(item)
        if not items or not isinstance(items[0], SegmentUse):
            raise GuideError(f"{lines[0].where if lines else 'guide'}: a loop begins with a segment")
        return tuple(items)

    def _spread(self, lines: list[_Line]) -> Iterator[_Line]:
        for line in lines:
            if line.words[0] != "use":
                yield line
            elif line.words[1] in self.parts:
                yield from self._spread(self.parts[line.words[1]])
            else:
                raise line.error(f"no part {line.words[1]}")

    def _loop(self, line: _Line) -> LoopUse:
        if len(line.words) < 4:
            raise line.error("loop ID USAGE MOST")
        return LoopUse(line.words[1], self._usage(line, 2), self._most(line, 3), 0, self.items(line.below))

    @staticmethod
    def _usage(line: _Line, at: int) -> str:
        if line.words[at] not in ("R", "S"):
            raise line.error(f"usage R or S, not {line.words[at]}")
        return line.words[at]

    @staticmethod
    def _most(line: _Line, at: int) -> int:
        word = line.words[at]
        if word != "*" and not word.isdigit():
            raise line.error(f"most is a number or *, not {word}")
        return 0 if word == "*" else int(word)

    def _segment(self, line: _Line) -> SegmentUse:
        form = segment_forms().get(line.words[0])
        if form is None or len(line.words) < 3 or line.below:
            raise line.error(f"no segment: {' '.join(line.words[:3])}")
        elements = self._elements(line.words[3:], form.elements, line)
        use = SegmentUse(form, self._usage(line, 1), self._most(line, 2), elements, form.id, 0)
        apart = use.told_apart
        return replace(use, key=f"{form.id}*{apart[0]}") if apart else use

    def _elements(self, words: list[str], forms: tuple[Form, ...], line: _Line) -> tuple[Element, ...]:
        """One element for every form; those no word speaks of are not used."""
        elements = [Element(number, form) for number, form in enumerate(forms, 1)]
        number = 1
        for word in words:
            jump = re.match(r"(\d+):", word)
            if jump:
                if int(jump[1]) < number:
                    raise line.error(f"{word} steps back")
                number, word = int(jump[1]), word[jump.end() :]
            times = re.match(r"(\d+)\*", word)
            for _ in range(int(times[1]) if times else 1):
                if number > len(forms):
                    raise line.error(f"{word} is one element too many")
                bare = word[times.end() :] if times else word
                elements[number - 1] = self._element(bare, number, forms[number - 1], line)
                number += 1
        return tuple(elements)

    def _element(self, word: str, number: int, form: Form, line: _Line) -> Element:
        word, _, shape = word.partition("~") if "(" not in word else (word, "", "")
        if word == "-":
            return Element(number, form)
        if bool(form.parts) != ("(" in word or (word in "RS" and bool(form.parts))):
            raise line.error(f"{word} does not fit element {number}")
        if "(" in word:
            inner = word[word.index("(") + 1 : -1].split()
            usage = "S" if word.startswith("?") else "R"
            return Element(number, form, usage, parts=self._elements(inner, form.parts, line))
        if word in ("R", "S"):
            return Element(number, form, word, shape=shape)
        if match := re.fullmatch(r"R/(\d+)", word):
            return Element(number, form, "R", shape=shape, unless=int(match[1]))
        usage = "S" if word.startswith("?") else "R"
        codes = self._codes(word.removeprefix("?"), line)
        for code in codes:
            if not form.shortest <= len(code) <= form.longest:
                raise line.error(f"the code {code} does not fit element {number}")
        return Element(number, form, usage, tuple(codes), shape)

    def _codes(self, word: str, line: _Line) -> list[str]:
        if not word.startswith("@"):
            return [code.strip("'") for code in word.split("|")]
        if word[1:] not in self.lists:
            raise line.error(f"no list {word[1:]}")
        return self.lists[word[1:]]
