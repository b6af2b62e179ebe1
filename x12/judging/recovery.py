"""What to make of a segment that does not fit, so that one defect gives one finding.

A segment is put where it was most likely meant to be: a wrong qualifier stands for the one that is still
required, a loop whose first segment was lost is opened without it, and what follows from a finding is not
told again.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from x12.errors import Finding
from x12.judging.compiled import Loop, Move, Slot
from x12.judging.words import finding
from x12.segments import COMPONENT

if TYPE_CHECKING:
    from x12.judging.walk import Node, Row, Walk


class Trouble:
    """The last segment that could not be placed properly: where it stood and which loops it may belong to."""

    __slots__ = ("loops", "position")

    def __init__(self) -> None:
        self.position, self.loops = -1, frozenset[int]()

    def goes_on(self, position: int, loops: frozenset[int]) -> bool:
        """Whether a segment only follows from the trouble just before it; remembers it."""
        same = position == self.position + 1 and bool(self.loops & loops)
        self.position = position
        self.loops = self.loops & loops if same else loops
        return same


def misplaced(walk: "Walk", row: "Row", position: int) -> None:
    """A segment that may not stand here at all."""
    if _just_missed(walk, row[0], position):
        return
    move = _misspelt(walk, row)
    if move is not None or row[0] not in walk.guide.known:
        code = "unexpected_segment" if row[0] in walk.guide.known else "unknown_segment"
        loop = walk.node.rule if move is None else move.loop or walk.target(move).rule
        walk.findings.append(finding(code, row[0], position, loop.id))
        if move is not None:
            walk.put(move, (move.slot.use.id, *row[1:]), position)
    elif not _opened(walk, row, position):
        _stray(walk, row, position, "unexpected_segment")


def ill_coded(walk: "Walk", row: "Row", position: int) -> None:
    """A segment that may stand here, but not with this qualifier."""
    if _just_missed(walk, row[0], position) or _opened(walk, row, position):
        return
    number, component, by_code, _ = walk.node.rule.moves[row[0]]
    moves = list(dict.fromkeys(move for moves in by_code.values() for move in moves))
    due = [move for move in moves if _is_due(walk, move, row, position)]
    if due:
        walk.put(due[0], row, position)
    elif (move := _misspelt(walk, row)) is not None:
        walk.findings.append(finding("unexpected_segment", row[0], position, walk.node.rule.id))
        walk.put(move, (move.slot.use.id, *row[1:]), position)
    elif all(move.place < walk.target(move).place for move in moves):
        _stray(walk, row, position, "unexpected_segment")
    elif _stray(walk, row, position, ""):
        code = "bad_code" if number < len(row) and row[number] else "missing_element"
        walk.findings.append(finding(code, row[0], position, walk.node.rule.id, number, component))


def _just_missed(walk: "Walk", segment: str, position: int) -> bool:
    """Whether this segment was told to be missing where the one before it stands: they changed places."""
    return any(
        found.code == "missing_segment" and found.segment == segment and found.position == position - 1
        for found in walk.findings[-4:]
    )


def _misspelt(walk: "Walk", row: "Row") -> Move | None:
    """The move of a segment that would be good here under an id that differs by one letter."""
    if len(row) < 2 and row[0] not in walk.guide.known:
        return None
    for name, (_, _, by_code, otherwise) in walk.node.rule.moves.items():
        if not _differ_by_one(name, row[0]):
            continue
        meant = (name, *row[1:])
        for moves in (*by_code.values(), otherwise):
            for move in moves:
                if move.slot.passes(meant) and walk.takes(move, meant):
                    return move
    return None


def _differ_by_one(known: str, told: str) -> bool:
    """Whether one letter was changed, added or left out."""
    if len(known) == len(told):
        return sum(a != b for a, b in zip(known, told, strict=True)) == 1
    shorter, longer = sorted((known, told), key=len)
    return len(longer) - len(shorter) == 1 and any(
        longer[:n] + longer[n + 1 :] == shorter for n in range(len(longer))
    )


def _is_due(walk: "Walk", move: Move, row: "Row", position: int) -> bool:
    """Whether a segment with a wrong qualifier must be one that is still required here, or begins a level
    that the next segment belongs to.
    """
    target = walk.target(move)
    if move.place < target.place:
        return False
    if move.loop is None:
        due = move.up == 0 and move.slot.required and move.key not in target.parts
        return due and move.slot.passes(_coded(move.slot, row))
    if move.loop.level:
        following = walk.row(position + 1)
        above = target.first(target.rule.start.key)
        knows = any(slot.use.id == following[0] for slot in move.loop.slots.values())
        knows = knows or _beginning(move.loop, following) is not None
        return knows and (not target.rule.level or tuple(row[2:3]) == tuple(above[1:2]))
    return (
        move.loop.required_loop and move.key not in target.nodes and move.slot.passes(_coded(move.slot, row))
    )


def _coded(slot: Slot, row: "Row") -> "Row":
    """A segment with the qualifier it should have."""
    number, component = slot.use.form.told_by
    code = slot.use.told_apart[0]
    if component and number < len(row):
        code = COMPONENT.join((code, *row[number].split(COMPONENT)[1:]))
    return (*row[:number], code, *row[number + 1 :])


def crowded(walk: "Walk", moves: tuple[Move, ...], row: "Row", position: int) -> None:
    """A segment whose places are taken, or already behind."""
    if any(move.loop is walk.node.rule for move in moves) and begins_again(walk, row, position):
        return
    if _just_missed(walk, row[0], position) or _opened(walk, row, position, again=True):
        return
    move = next((move for move in moves if move.slot.passes(row)), moves[0])
    target = walk.target(move)
    if move.loop is None:
        _crowded_segment(walk, move, target, row, position)
    elif move.place < target.place:
        walk.findings.append(finding("out_of_sequence", row[0], position, move.loop.id))
        target.nodes.setdefault(move.key, []).append(walk.aside(move.loop, target, row, position))
        walk.trouble.goes_on(position, frozenset([id(move.loop)]))
    else:
        walk.findings.append(finding("too_many_loops", row[0], position, move.loop.id))
        walk.put(move, row, position)


def _crowded_segment(walk: "Walk", move: Move, target: "Node", row: "Row", position: int) -> None:
    there = target.parts.get(move.key, ())
    behind = move.place < target.place and len(there) < move.most
    if not walk.trouble.goes_on(position, frozenset([id(target.rule)])):
        code = "out_of_sequence" if behind else "too_many_segments"
        walk.findings.append(finding(code, row[0], position, target.rule.id))
    if not there:
        target.parts[move.key] = [(row, position)]


def begins_again(walk: "Walk", row: "Row", position: int) -> bool:
    """Whether the first segment of the open loop, come once more, does not begin another: the loop was opened
    just before without it, or it is the same segment twice.
    """
    node = walk.node
    key = node.rule.start.key
    if not node.implied or key in node.parts or position != node.position + 1:
        return _repeats_start(walk, row, position)
    known = any(node.rule.slots[key].required for key in node.parts)
    if known and walk.row(position + 1)[0] == walk.row(position - 1)[0]:
        return False
    node.parts[key], node.implied = [(row, position)], False
    moved = finding("out_of_sequence", row[0], position, node.rule.id)
    for n, found in list(enumerate(walk.findings))[-4:]:
        if found.position == position - 1 and found.code == "missing_segment" and found.segment == row[0]:
            walk.findings[n] = moved
    if node.rule.level:
        walk.level -= 1
        walk.count_level(node, row, position)
    return True


def _repeats_start(walk: "Walk", row: "Row", position: int) -> bool:
    """The first segment of a loop that has just begun, once more the same: told as repeated, not obeyed."""
    node = walk.node
    start = node.parts.get(node.rule.start.key)
    if not start or len(node.parts) > 1 or node.nodes or start[0][0] != row:
        return False
    walk.findings.append(finding("too_many_segments", row[0], position, node.rule.id))
    return True


def _stray(walk: "Walk", row: "Row", position: int, code: str) -> bool:
    """Note a segment that could not be placed; whether it is worth a finding of its own."""
    walk.node.strays |= {row[0]}
    if walk.trouble.goes_on(position, walk.guide.holders(row[0])):
        return False
    if code:
        walk.findings.append(finding(code, row[0], position, walk.node.rule.id))
    return True


# --- loops whose first segment is missing -------------------------------------------------------------------


def _opened(walk: "Walk", row: "Row", position: int, *, again: bool = False) -> bool:
    """Open the loop a segment belongs to without its first segment, where that must have been lost. With
    `again` only a loop of a kind that is open already.
    """
    node: Node | None = walk.node
    child: Node | None = None
    up = 0
    while node is not None:
        for loop in node.rule.loops.values():
            slot = _slot_for(loop, row)
            changed = not loop.level and walk.row(position + 1)[0] == loop.start.use.id
            begins = _beginning(loop, row) if slot is None and not changed else None
            if begins is not None and _lost_its_level(node, child, loop, begins):
                _open_level(walk, up, loop, begins, row, position)
                return True
            if slot is None or (again and not _is_meant(walk, node, child, loop, slot, position)):
                continue
            if _lost_its_start(node, child, loop, slot) and not _goes_on_before(walk, node, loop, position):
                _open(walk, up, loop, slot, row, position)
                return True
        node, child, up = node.parent, node, up + 1
    return False


def _goes_on_before(walk: "Walk", node: "Node", loop: Loop, position: int) -> bool:
    """Whether the next segment stands in a loop before the place of one within it, and not in that, which
    thus has not begun.
    """
    row = walk.row(position + 1)
    slot = _slot_for(node.rule, row) if node is walk.node and _slot_for(loop, row) is None else None
    return slot is not None and slot.order < loop.order


def _is_meant(
    walk: "Walk", node: "Node", child: "Node | None", loop: Loop, slot: Slot, position: int
) -> bool:
    """Whether a segment whose own place is taken may rather belong to this loop: one of the kind that is
    open, a level that cannot be without it, or the neighbour that is still missing and does not come.
    """
    if child is not None and child.rule is loop:
        return _comes_again(walk, child, loop, slot, position)
    if loop.level and slot.required:
        return True
    if node is not walk.node.parent or not loop.required_loop or loop.key in node.nodes:
        return False
    for row in map(walk.row, range(position + 1, position + 9)):
        if row[0] == "HL":
            break
        if row[0] == loop.start.use.id and tuple(row[1:2]) == loop.start.use.told_apart[:1]:
            return False
    return True


def _comes_again(walk: "Walk", child: "Node", loop: Loop, slot: Slot, position: int) -> bool:
    """Whether what a loop requires comes once more before its next beginning, and is not what was there
    before.
    """
    if any(list(row) == walk.row(position) for row, _ in child.parts.get(slot.key, ())):
        return False
    required = [other for other in loop.slots.values() if other.required and other is not loop.start]
    if slot in required[:1] and walk.row(position + 1)[0] == loop.start.use.id:
        return True
    needed = {other.use.id for other in required}
    for row in map(walk.row, range(position, position + 31)):
        needed.discard(row[0])
        if not needed or row[0] in (loop.start.use.id, "HL"):
            break
    return not needed


def _slot_for(loop: Loop, row: "Row") -> Slot | None:
    """The use of a loop, other than its first, that takes a segment."""
    for slot in loop.slots.values():
        if slot is loop.start or slot.use.id != row[0]:
            continue
        if _takes(slot, row):
            return slot
    return None


def _takes(slot: Slot, row: "Row") -> bool:
    """Whether a segment has the id of a use, and a code that is its own."""
    number, component = slot.use.form.told_by
    code = row[number] if number < len(row) else ""
    if component:
        code = code.partition(COMPONENT)[0]
    return slot.use.id == row[0] and (not slot.use.told_apart or code in slot.use.told_apart)


def _beginning(level: Loop, row: "Row") -> Loop | None:
    """The loop of a level that a segment begins, where nothing of the level itself must come before it."""
    if len(level.required) > 1:
        return None
    inner = (loop for loop in level.loops.values() if loop.required_loop and not loop.level)
    return next((loop for loop in inner if _takes(loop.start, row)), None)


def _lost_its_level(node: "Node", child: "Node | None", level: Loop, begins: Loop) -> bool:
    """Whether a level begins here without its HL: the one before it, if there is one, is whole."""
    if level.place < node.place or not level.likely:
        return False
    if child is not None and child.rule is level:
        return child.complete and len(child.nodes.get(begins.key, ())) >= begins.most
    return True


def _lost_its_start(node: "Node", child: "Node | None", loop: Loop, slot: Slot) -> bool:
    """Whether a loop may begin here without its first segment: the one before it is whole and has this
    already.
    """
    if loop.place < node.place or not loop.likely:
        return False
    before = node.nodes.get(loop.key, ())
    if len(before) >= loop.most:
        return False
    if child is not None and child.rule is loop:
        return child.complete and len(child.parts.get(slot.key, ())) >= slot.most
    return slot.required or not before


def _open_level(walk: "Walk", up: int, level: Loop, begins: Loop, row: "Row", position: int) -> None:
    """Begin a level without its HL, and in it the loop whose first segment this is."""
    _begin(walk, up, level, position)
    walk.put(Move(0, begins.start, begins.key, begins.place, begins.most, begins), row, position)


def _open(walk: "Walk", up: int, loop: Loop, slot: Slot, row: "Row", position: int) -> None:
    _begin(walk, up, loop, position)
    walk.put(Move(0, slot, slot.key, slot.place, slot.most), row, position)


def _begin(walk: "Walk", up: int, loop: Loop, position: int) -> None:
    """Begin a loop whose first segment was lost."""
    walk.findings.append(finding("missing_segment", loop.start.use.id, position, loop.id))
    parent = walk.node
    for _ in range(up):
        assert parent.parent is not None
        parent = parent.parent
    walk.leave(parent, position)
    parent.place = max(parent.place, loop.place)
    walk.node = walk.begin(loop, parent, position)
    walk.node.implied = True
    walk.level += loop.level


# --- what is missing ----------------------------------------------------------------------------------------


def missing(node: "Node", position: int) -> Iterator[Finding]:
    """What a loop lacks at its end. Each is told where it should have been: at the first segment that should
    have come after it.
    """
    if node.implied:
        return
    rule = node.rule
    for slot in rule.slots.values():
        if slot.required and slot.key not in node.parts and slot.use.id not in node.strays:
            at = _first_after(node, slot.order, position)
            yield finding("missing_segment", slot.use.id, at, rule.id)
    for loop in rule.loops.values():
        if loop.required_loop and loop.key not in node.nodes and loop.start.use.id not in node.strays:
            at = _first_after(node, loop.order, position)
            yield finding("missing_segment", loop.start.use.id, at, loop.id)


def missing_level(node: "Node", position: int) -> Iterator[Finding]:
    """The level that HL04 says follows below, where none does."""
    for loop in node.rule.loops.values():
        if loop.level:
            meant = [there[0].position for key, there in node.nodes.items() if key in loop.loops]
            yield finding("missing_segment", "HL", min(meant, default=position), loop.id)
            return


def _first_after(node: "Node", order: int, position: int) -> int:
    """The position of the first of what the guide names later in a loop; `position` where it ends before."""
    slots, loops = node.rule.slots, node.rule.loops
    after = [there[0][1] for key, there in node.parts.items() if slots[key].order > order]
    after += [there[0].position for key, there in node.nodes.items() if loops[key].order > order]
    return min(after, default=position)
