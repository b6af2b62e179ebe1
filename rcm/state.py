"""Moves along a table of states: allowed, compared and set in one statement, and on the record."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from django.db import transaction

from rcm import audit
from rcm.db import require_transaction

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

Moves = Mapping[Any, frozenset[Any]]


class HasStatus(Protocol):
    """A row with a `status`, whose class states the allowed moves: from each status, to which others."""

    MOVES: ClassVar[Moves]
    pk: Any
    status: Any


class IllegalMove(Exception):
    """The table of states knows no way from where the row is to where it was told to go."""


class LostRace(Exception):
    """Somebody else moved the row first; read it again before deciding anew."""


def move(
    obj: Any,
    to: str,
    *,
    now: datetime,
    by: "AbstractBaseUser | None",
    why: str = "",
    source: str = "",
) -> None:
    """Set obj.status and write the audit row, in the caller's transaction.

    `by` is the person, None for the system; `why` the reason in words, `source` the document or task behind
    it. Raises IllegalMove when MOVES does not allow it, LostRace when the row no longer has the status that
    obj shows, and rcm.db.NoTransaction outside a transaction. After any of them row and object are as they
    were.
    """
    require_transaction()
    was = obj.status
    if to not in obj.MOVES[was]:
        raise IllegalMove(f"{obj._meta.label} {obj.pk}: {was} -> {to}")
    if type(obj)._base_manager.filter(pk=obj.pk, status=was).update(status=to) != 1:
        raise LostRace(f"{obj._meta.label} {obj.pk} is no longer {was}")
    audit.record(
        "status", obj, now=now, by=by, why=why, source=source, data={"from": str(was), "to": str(to)}
    )
    obj.status = to


def move_all(
    objs: Iterable[Any],
    to: str,
    *,
    now: datetime,
    by: "AbstractBaseUser | None",
    why: str = "",
    source: str = "",
) -> None:
    """`move` for many rows of one model in few statements: all of them, or none.

    Raises as `move` does; after any of it rows and objects are as they were.
    """
    require_transaction()
    groups: dict[Any, list[Any]] = {}
    for obj in objs:
        if to not in obj.MOVES[obj.status]:
            raise IllegalMove(f"{obj._meta.label} {obj.pk}: {obj.status} -> {to}")
        groups.setdefault(obj.status, []).append(obj)
    with transaction.atomic():
        for was, rows in groups.items():
            standing = type(rows[0])._base_manager.filter(pk__in=[row.pk for row in rows], status=was)
            if standing.update(status=to) != len(rows):
                raise LostRace(f"some of {len(rows)} {rows[0]._meta.label} are no longer {was}")
            data: audit.Data = {"from": str(was), "to": str(to)}
            audit.record_all("status", ((row, data) for row in rows), now=now, by=by, why=why, source=source)
    for obj in (row for rows in groups.values() for row in rows):
        obj.status = to


def diagram(moves: Moves, *, start: Any = None) -> str:
    """The table as a mermaid state diagram, for docs/domain.md: starts first, then every move in table order.

    `start` is the state that a new row has (the first of the table unless named); a state without a way out
    leads to the end.
    """
    lines = ["stateDiagram-v2", f"    [*] --> {start or next(iter(moves))}"]
    for state, targets in moves.items():
        lines += [f"    {state} --> {target}" for target in sorted(targets, key=list(moves).index)]
        if not targets:
            lines.append(f"    {state} --> [*]")
    return "\n".join(lines)
