"""The rail, the search box and the first page: what each app opens, and to whom.

An app registers its areas and finders when it is loaded (`apps.py`), as it does its subscribers; so the frame
shows every app and imports none.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse

from rcm.ui.queue import QUEUES

GROUPS = ("Front desk", "Coding", "Claims", "Payments", "Patients' bills", "Overview", "Administration")
"""The headings of the rail, in the order of a claim's life."""


@dataclass(frozen=True, slots=True)
class Area:
    """One entry of the rail. `count` tells how much waits there, in these practices; None shows no number.

    `first_for` are the roles whose day begins here; `about` says what the page is for, where it is no queue
    that says so itself.
    """

    label: str
    url_name: str
    roles: frozenset[str]
    group: str
    icon: str
    count: Callable[[Sequence[int]], int] | None = None
    urgent: bool = False
    first_for: frozenset[str] = frozenset()
    about: str = ""

    @property
    def url(self) -> str:
        """Where it leads."""
        return reverse(self.url_name)

    @property
    def purpose(self) -> str:
        """What the page is for, in a sentence or two."""
        queue = QUEUES.get(self.url_name)
        return self.about or (queue.intro if queue else "")


@dataclass(frozen=True, slots=True)
class Hit:
    """Something the search found: a heading, what tells it from its namesakes, and where it is."""

    label: str
    detail: str
    url: str


@dataclass(frozen=True, slots=True)
class Finder:
    """A kind of thing that can be searched for. `find` gives at most a dozen hits in these practices."""

    label: str
    roles: frozenset[str]
    find: Callable[[Sequence[int], str], list[Hit]]


_areas: dict[str, Area] = {}
_finders: dict[str, Finder] = {}


def area(
    label: str,
    url_name: str,
    *,
    roles: Collection[str],
    group: str,
    icon: str,
    count: Callable[[Sequence[int]], int] | None = None,
    urgent: bool = False,
    first_for: Collection[str] = (),
    about: str = "",
) -> None:
    """Put a page on the rail; raises ValueError for a group that is none of GROUPS."""
    if group not in GROUPS:
        raise ValueError(group)
    _areas[url_name] = Area(
        label, url_name, frozenset(roles), group, icon, count, urgent, frozenset(first_for), about
    )


def finder(label: str, *, roles: Collection[str], find: Callable[[Sequence[int], str], list[Hit]]) -> None:
    """Let the search box find one more kind of thing."""
    _finders[label] = Finder(label, frozenset(roles), find)


def areas_for(roles: Collection[str]) -> list[Area]:
    """What these roles open, in the rail's order."""
    return [
        entry
        for group in GROUPS
        for entry in _areas.values()
        if entry.group == group and _opens(entry, roles)
    ]


def first_area(roles: Collection[str]) -> Area | None:
    """Where the day of somebody with these roles begins; None when they open nothing."""
    opened = areas_for(roles)
    own = [entry for entry in opened if not entry.first_for.isdisjoint(roles)]
    return next(iter(own or opened), None)


def grouped(areas: Iterable[Area]) -> list[tuple[str, list[Area]]]:
    """The areas under their headings; headings without any are left out."""
    listed = list(areas)
    groups = [(group, [entry for entry in listed if entry.group == group]) for group in GROUPS]
    return [(group, entries) for group, entries in groups if entries]


def finders_for(roles: Collection[str]) -> list[Finder]:
    """What these roles may search for."""
    return [entry for entry in _finders.values() if _opens(entry, roles)]


def _opens(entry: Area | Finder, roles: Collection[str]) -> bool:
    return not entry.roles.isdisjoint(roles)
