"""Transactions in levels (HL) as rules about them see them: one list of segments per level."""

from collections.abc import Iterator, Sequence

from x12.judging.values import Elements, element

Placed = tuple[int, Elements]
"""A segment and its position."""

LOOPS = {"20": "2000A", "21": "2000B", "19": "2000C"}


class Level:
    """One HL with the segments up to the next: `code` is HL03, `children` HL04, `parent` what it names."""

    __slots__ = ("children", "code", "number", "parent", "position", "segments")

    def __init__(self, position: int, row: Elements, parent: "Level | None") -> None:
        """From HL."""
        self.position, self.parent = position, parent
        self.number, self.code, self.children = element(row, 1), element(row, 3), element(row, 4)
        self.segments: list[Placed] = []

    def all(self, *names: str) -> Iterator[Placed]:
        """Its segments with one of these ids, in order."""
        return (placed for placed in self.segments if placed[1][0] in names)

    def has(self, *names: str) -> bool:
        """Whether it has a segment with one of these ids."""
        return any(True for _ in self.all(*names))

    def split(self, name: str) -> Iterator[list[Placed]]:
        """Its segments from each with this id up to the next with it."""
        part: list[Placed] = []
        for placed in self.segments:
            if placed[1][0] == name:
                if part:
                    yield part
                part = [placed]
            elif part:
                part.append(placed)
        if part:
            yield part


def levels(rows: Sequence[Elements]) -> list[Level]:
    """All levels in order."""
    found: list[Level] = []
    by_number: dict[str, Level] = {}
    for position, row in enumerate(rows, 1):
        if row[0] == "HL":
            level = Level(position, row, by_number.get(element(row, 2)))
            by_number[level.number] = level
            found.append(level)
        elif found and row[0] != "SE":
            found[-1].segments.append((position, row))
    return found
