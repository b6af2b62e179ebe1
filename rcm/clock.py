"""The one clock of the house: read at the edge (views, tasks, handlers, commands), passed inwards as `now`.

The demonstration can set it. Every process started with RCM_CLOCK_FILE reads its offset from that file, so
the web, the worker, beat and the payer simulator agree on the hour while a month passes in minutes.
Production refuses to start with RCM_CLOCK_FILE set. Standard library only: the simulator imports this module
alone.
"""

import json
import os
import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

_seen: tuple[str, int, timedelta] = ("", 0, timedelta())


class ClockNotSettable(Exception):
    """No RCM_CLOCK_FILE is named, so this process runs on real time and nothing may move it."""


def now() -> datetime:
    """This moment, aware and in UTC; moved by the offset of RCM_CLOCK_FILE when that is set."""
    return _real_now() + _offset()


def today(zone: str = "UTC") -> date:
    """The calendar day of this moment in an IANA time zone, e.g. a practice's "America/Chicago"."""
    return now().astimezone(ZoneInfo(zone)).date()


def set_to(moment: datetime) -> None:
    """Make it `moment` (aware) for every process that shares the clock file; time runs on from there."""
    _write(moment - _real_now())


def reset() -> None:
    """Back to real time for every process that shares the clock file."""
    _write(timedelta())


def real_now() -> datetime:
    """This moment as the machine knows it, aware and in UTC, whatever the clock file says.

    For what must not jump with a demonstration's clock: how long somebody was idle, where its past ends.
    """
    return _real_now()


def advance(delta: timedelta) -> None:
    """Move the shared clock by delta."""
    _write(_offset() + delta)


def _real_now() -> datetime:
    return datetime.now(UTC)


def _offset() -> timedelta:
    """What the clock file says, read again only when the file has changed; no file yet means no offset."""
    global _seen
    name = os.environ.get("RCM_CLOCK_FILE", "")
    if not name:
        return timedelta()
    try:
        changed = Path(name).stat().st_mtime_ns
    except FileNotFoundError:
        return timedelta()
    if _seen[:2] != (name, changed):
        seconds = json.loads(Path(name).read_text())["offset_seconds"]
        _seen = (name, changed, timedelta(seconds=seconds))
    return _seen[2]


def _write(offset: timedelta) -> None:
    name = os.environ.get("RCM_CLOCK_FILE", "")
    if not name:
        raise ClockNotSettable
    path = Path(name)
    with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False) as draft:
        json.dump({"offset_seconds": offset.total_seconds()}, draft)
    Path(draft.name).replace(path)
