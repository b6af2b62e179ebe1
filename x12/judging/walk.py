"""The walk through a transaction: every segment to its loop, by the tables of a compiled guide.

What does not fit is handed to `x12.judging.recovery`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Final

from x12.errors import Finding
from x12.judging import recovery
from x12.judging.compiled import Compiled, Loop, Move
from x12.judging.elements import examine
from x12.judging.words import finding
from x12.segments import COMPONENT, ELEMENT

Row = Sequence[str]
Placed = tuple[Row, int]
"""The elements of a segment (its id first) and its position."""


class Node:
    """A loop of a transaction: `parts` are its segments and `nodes` the loops in it, both by key.

    `place` is how far it has come in its order, `implied` whether its first segment is missing, `strays` the
    ids of segments that were meant for it but could not be placed.
    """

    __slots__ = ("implied", "nodes", "parent", "parts", "place", "position", "rule", "strays")

    def __init__(self, rule: Loop, parent: "Node | None", position: int) -> None:
        self.rule, self.parent, self.position = rule, parent, position
        self.parts: dict[str, list[Placed]] = {}
        self.nodes: dict[str, list[Node]] = {}
        self.place, self.implied = 0, False
        self.strays: frozenset[str] = frozenset()

    def first(self, key: str) -> Row:
        """The elements of the first segment of a key; an empty tuple where there is none."""
        there = self.parts.get(key)
        return there[0][0] if there else ()

    def forget(self) -> None:
        """Let go what is in it."""
        self.parts, self.nodes = _NOTHING, _NO_NODES

    @property
    def complete(self) -> bool:
        """Whether nothing is missing so far that the guide requires."""
        rule = self.rule
        return rule.required <= self.parts.keys() and rule.required_loops <= self.nodes.keys()


_NOTHING: dict[str, list[Placed]] = {}
_NO_NODES: dict[str, list[Node]] = {}

HOPELESS: Final = 20_000
"""With so many findings, and more than one for each segment, a text is given up."""

Rules = Mapping[str, Callable[[Node, date | None], Iterable[Finding]]]
"""What is asked of a loop when it ends, by its id. Afterwards its content is forgotten."""


class Walk:
    """One walk through one transaction; `findings` come in the order they are found."""

    def __init__(self, guide: Compiled, rules: Rules, today: date | None) -> None:
        self.guide, self.rules, self.today = guide, rules, today
        self.findings: list[Finding] = []
        self.root = self.node = Node(guide.root, None, 1)
        self.level, self.odd_level, self.wrong_levels = 0, "", set[str]()
        self.trouble = recovery.Trouble()
        self.lines: Sequence[str] = ()

    def through(self, lines: Sequence[str], *, complete: bool) -> None:
        """Take all segments from ST on, as texts with `x12.segments.ELEMENT` between their elements. What a
        transaction that is not `complete` lacks at its end is not told.
        """
        self.lines = lines
        start = self.root.rule.start
        for position, line in enumerate(lines, 1):
            row = line.split(ELEMENT)
            if position > 1 or row[0] != "ST":
                self._take(row, line, position)
                if len(self.findings) > max(HOPELESS, position):
                    self._give_up(position)
                    return
                continue
            self.root.parts["ST"] = [(row, 1)]
            if not start.passes_line(line, row):
                self.findings += examine(start, row, 1)
        if complete:
            self.leave(None, len(lines))
        _let_go(self.root)

    def _give_up(self, position: int) -> None:
        words = "more is wrong so far than there are segments: what follows is not judged"
        self.findings.append(Finding("hopeless", words, self.row(position)[0], position))
        _let_go(self.root)

    def row(self, position: int) -> Row:
        """The elements of the segment at a position; none, not even an id, beyond the last."""
        return self.lines[position - 1].split(ELEMENT) if position <= len(self.lines) else [""]

    def _take(self, row: Row, line: str, position: int) -> None:
        """Put one segment where it belongs, or ask for help."""
        node = self.node
        entry = node.rule.moves.get(row[0])
        if entry is None:
            recovery.misplaced(self, row, position)
            return
        number, component, by_code, otherwise = entry
        code = row[number] if number < len(row) else ""
        if component:
            code = code.partition(COMPONENT)[0]
        moves = by_code.get(code, otherwise)
        for move in moves:
            target = self.target(move) if move.up else node
            if move.place >= target.place and self._suits(move, target, row, moves):
                self._put(move, target, row, line, position)
                return
        if moves:
            recovery.crowded(self, moves, row, position)
        else:
            recovery.ill_coded(self, row, position)

    @staticmethod
    def _suits(move: Move, target: Node, row: Row, moves: Sequence[Move]) -> bool:
        there = target.parts.get(move.key) if move.loop is None else target.nodes.get(move.key)
        if there is not None and len(there) >= move.most:
            return False
        if not move.doubtful or move.slot.passes(row):
            return True
        return not any(other.slot.passes(row) for other in moves)

    def takes(self, move: Move, row: Row) -> bool:
        """Whether there is room for a segment where a move would put it."""
        target = self.target(move)
        return move.place >= target.place and self._suits(move, target, row, ())

    def target(self, move: Move) -> Node:
        """The loop a move goes to, or begins in."""
        node = self.node
        up = move.up
        while up:
            node, up = node.parent, up - 1  # type: ignore[assignment]  # moves stay within the outermost loop
        return node

    def put(self, move: Move, row: Row, position: int) -> None:
        """Make a move, whether or not there is room for it."""
        self._put(move, self.target(move), row, ELEMENT.join(row), position)

    def _put(self, move: Move, target: Node, row: Row, line: str, position: int) -> None:
        slot, loop = move.slot, move.loop
        if loop is not None and loop is self.node.rule and recovery.begins_again(self, row, position):
            return
        if target is not self.node:
            self.leave(target, position)
        if move.place > target.place:
            target.place = move.place
        if loop is not None:
            self.node = target = self.begin(loop, target, position)
            target.parts[slot.key] = [(row, position)]
            if loop.level:
                self.count_level(target, row, position)
        elif (there := target.parts.get(slot.key)) is None:
            target.parts[slot.key] = [(row, position)]
        else:
            there.append((row, position))
        if not slot.passes_line(line, row):
            self.findings += examine(slot, row, position)

    @staticmethod
    def begin(loop: Loop, parent: Node, position: int) -> Node:
        """A loop in another, still empty."""
        node = Node(loop, parent, position)
        there = parent.nodes.get(loop.key)
        if there is None:
            parent.nodes[loop.key] = [node]
        else:
            there.append(node)
        return node

    @staticmethod
    def aside(loop: Loop, parent: Node, row: Row, position: int) -> Node:
        """A loop that is remembered, but not entered."""
        node = Node(loop, parent, position)
        node.parts[loop.start.key] = [(row, position)]
        return node

    def leave(self, target: Node | None, position: int) -> None:
        """Close loops up to, but not with, the target. The segment at `position` is the reason."""
        node: Node | None = self.node
        while node is not None and node is not target:
            rule = node.rule
            if not (rule.required <= node.parts.keys() and rule.required_loops <= node.nodes.keys()):
                self.findings += recovery.missing(node, position)
            if rule.level:
                self._children(node, position)
            if rule.id in self.rules:
                if not node.implied:
                    self.findings += self.rules[rule.id](node, self.today)
                node.forget()
            elif not self.rules:
                node.forget()
            node = node.parent
        if node is not None:
            self.node = node

    def count_level(self, node: Node, row: Row, position: int) -> None:
        """HL01 counts the levels, HL02 names the one this stands in. After a number too many or too few,
        counting may go on either way.
        """
        number, parent = (*row, "", "", "")[1:3]
        self.level += 1
        if number and number == self.odd_level:
            self.level = int(number)
        if number and number != str(self.level):
            self.findings.append(finding("level_number", "HL", position, node.rule.id, 1))
            self.wrong_levels.add(str(self.level))
            counts = number.isascii() and number.isdigit() and len(number) < 10
            self.odd_level = str(int(number) + 1) if counts else ""
        assert node.parent is not None
        above = node.parent.first(node.parent.rule.start.key) if node.parent.rule.level else ("HL", "")
        expected = above[1] if len(above) > 1 else parent
        if parent != expected and parent and expected and parent not in self.wrong_levels:
            self.findings.append(finding("level_parent", "HL", position, node.rule.id, 2))

    def _children(self, node: Node, position: int) -> None:
        """HL04 says whether levels follow below."""
        row = node.first(node.rule.start.key)
        said = row[4] if len(row) > 4 else ""
        below = any(nodes[0].rule.level for nodes in node.nodes.values())
        if said == "1" and not below:
            self.findings += recovery.missing_level(node, position)
        elif said == "0" and below:
            self.findings.append(finding("level_children", "HL", node.position, node.rule.id, 4))


def _let_go(node: Node) -> None:
    """Part the loops from those around them: they know each other in a circle, and would outlive the walk."""
    for nodes in node.nodes.values():
        for kid in nodes:
            _let_go(kid)
    node.nodes = {}
