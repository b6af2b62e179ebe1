"""The coder's bench: what is typed so far, right or wrong, and the moves on it. Nothing here is saved.

Diagnoses are lettered A to L. Lines point at them by letters, weightiest first; when diagnoses move, the
letters move along.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from coding.rules.lines import MOST_DIAGNOSES, MOST_LINES, CodedLine, bare

LETTERS = "ABCDEFGHIJKL"
_NUMBER = re.compile(r"-?([0-9]{1,9}(\.[0-9]{0,9})?|\.[0-9]{1,9})")
CIRCUMSTANCES = (
    "place_of_service_code",
    "authorization",
    "referring_provider",
    "related_cause",
    "accident_date",
    "accident_state",
    "admission_date",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchLine:
    """One service line as typed: modifiers divided by spaces, pointers as letters."""

    procedure_code: str = ""
    modifiers: str = ""
    units: str = "1"
    pointers: str = ""
    description: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing of weight was typed: such a line is passed over."""
        return not (self.procedure_code.strip() or self.modifiers.strip() or self.description.strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """Everything on the bench. `circumstances` are the encounter's own fields as typed, by name."""

    diagnoses: tuple[str, ...] = ()
    lines: tuple[BenchLine, ...] = ()
    circumstances: Mapping[str, str] = field(default_factory=dict)

    @property
    def filled(self) -> "Bench":
        """The bench without its empty lines."""
        return replace(self, lines=tuple(line for line in self.lines if not line.is_empty))

    @property
    def is_empty(self) -> bool:
        """Whether there is neither a diagnosis nor a line."""
        return not self.diagnoses and not self.filled.lines

    def as_data(self) -> dict[str, Any]:
        """Plain data that JSON can carry; `bench_from` reads it."""
        return {
            "diagnoses": list(self.diagnoses),
            "lines": [
                {name: getattr(line, name) for name in BenchLine.__slots__} for line in self.filled.lines
            ],
            "circumstances": dict(self.circumstances),
        }


def bench_from(data: Mapping[str, Any]) -> Bench:
    """The bench that `as_data` described; what it does not know is left out."""
    return Bench(
        diagnoses=tuple(str(code) for code in data.get("diagnoses", ())),
        lines=tuple(
            BenchLine(**{name: str(line[name]) for name in BenchLine.__slots__ if name in line})
            for line in data.get("lines", ())
        ),
        circumstances={
            name: str(value) for name, value in data.get("circumstances", {}).items() if name in CIRCUMSTANCES
        },
    )


def bench_of(diagnoses: tuple[str, ...], lines: tuple[CodedLine, ...]) -> Bench:
    """The bench that would sign as these codes."""
    return Bench(
        diagnoses=diagnoses,
        lines=tuple(
            BenchLine(
                procedure_code=line.procedure_code,
                modifiers=" ".join(line.modifiers),
                units=f"{line.units.normalize():f}",
                pointers="".join(LETTERS[place - 1] for place in line.pointers),
                description=line.description,
            )
            for line in lines
        ),
    )


def with_diagnosis(bench: Bench, code: str) -> Bench:
    """The code added at the end, unless it is there or the claim is full; lines without a pointer get A."""
    wanted = bare(code)[:7]
    if not wanted or wanted in bench.diagnoses or len(bench.diagnoses) >= MOST_DIAGNOSES:
        return bench
    lines = bench.lines
    if not bench.diagnoses:
        lines = tuple(replace(line, pointers=line.pointers or "A") for line in lines)
    return replace(bench, diagnoses=(*bench.diagnoses, wanted), lines=lines)


def without_diagnosis(bench: Bench, place: int) -> Bench:
    """The diagnosis at a place (from 0) taken out; letters behind it close up."""
    if not 0 <= place < len(bench.diagnoses):
        return bench
    order = [old for old in range(len(bench.diagnoses)) if old != place]
    return _reordered(bench, order)


def with_diagnosis_moved(bench: Bench, place: int, by: int) -> Bench:
    """The diagnosis at a place (from 0) one up (-1) or down (1), if there is room."""
    other = place + by
    if not (0 <= place < len(bench.diagnoses) and 0 <= other < len(bench.diagnoses)):
        return bench
    order = list(range(len(bench.diagnoses)))
    order[place], order[other] = order[other], order[place]
    return _reordered(bench, order)


def with_line(bench: Bench) -> Bench:
    """One more empty line, pointing at A once there is one."""
    if len(bench.lines) >= MOST_LINES:
        return bench
    return replace(bench, lines=(*bench.lines, BenchLine(pointers="A" if bench.diagnoses else "")))


def without_line(bench: Bench, place: int) -> Bench:
    """The line at a place (from 0) taken out."""
    return replace(bench, lines=tuple(line for at, line in enumerate(bench.lines) if at != place))


def with_pointer_turned(bench: Bench, place: int, letter: str) -> Bench:
    """The line at a place (from 0) points at this diagnosis, or no longer does."""
    if not 0 <= place < len(bench.lines) or letter not in LETTERS:
        return bench
    line = bench.lines[place]
    there = line.pointers.upper()
    turned = there.replace(letter, "") if letter in there else there + letter
    lines = list(bench.lines)
    lines[place] = replace(line, pointers=turned)
    return replace(bench, lines=tuple(lines))


def pointed_at(line: BenchLine) -> tuple[int, ...]:
    """The places, from 1, that a line's letters name; what is no letter of a diagnosis names place 0."""
    return tuple(LETTERS.find(letter) + 1 for letter in line.pointers.upper() if letter not in " ,")


def played(bench: Bench, move: str) -> Bench:
    """The bench after a move as a button names it; what is no move changes nothing.

    `add:E119`, `up:0`, `down:0`, `remove:0` (diagnoses), `line`, `drop:0`, `point:0:B` (lines).
    """
    name, _, rest = move.partition(":")
    place, _, letter = rest.partition(":")
    if name == "add":
        return with_diagnosis(bench, rest)
    if name == "line":
        return with_line(bench)
    if not (place.isascii() and place.isdecimal()):
        return bench
    at = int(place)
    moves = {
        "up": lambda: with_diagnosis_moved(bench, at, -1),
        "down": lambda: with_diagnosis_moved(bench, at, 1),
        "remove": lambda: without_diagnosis(bench, at),
        "drop": lambda: without_line(bench, at),
        "point": lambda: with_pointer_turned(bench, at, letter),
    }
    return moves[name]() if name in moves else bench


def as_coded(line: BenchLine) -> CodedLine:
    """The line as it would be signed. Units that are no number become zero, which no claim takes."""
    return CodedLine(
        procedure_code=bare(line.procedure_code),
        modifiers=tuple(line.modifiers.upper().replace(",", " ").replace("-", " ").split()),
        units=_number(line.units),
        pointers=pointed_at(line),
        description=line.description.strip(),
    )


def _number(text: str) -> Decimal:
    """A number as people write it; `NaN`, `1e9` and the like are none."""
    return Decimal(text.strip()) if _NUMBER.fullmatch(text.strip()) else Decimal(0)


def _reordered(bench: Bench, order: list[int]) -> Bench:
    """Diagnoses in a new order of their old places; the lines' letters follow, those of absent ones go."""
    new = {LETTERS[old]: LETTERS[place] for place, old in enumerate(order)}
    return replace(
        bench,
        diagnoses=tuple(bench.diagnoses[old] for old in order),
        lines=tuple(
            replace(line, pointers="".join(new.get(letter, "") for letter in line.pointers.upper()))
            for line in bench.lines
        ),
    )
