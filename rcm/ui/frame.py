"""What stands around every page: the areas this person's roles open, with how much waits in each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest

from rcm.db import practice_scope
from rcm.ui.navigation import Area, areas_for, grouped

_KEPT_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Entry:
    """One area on the rail, as this person sees it now. `count` is None where nothing is counted yet."""

    area: Area
    count: int | None
    here: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """The rail of one request."""

    groups: list[tuple[str, list[Entry]]]


def frame_of(request: HttpRequest, *, here: str = "") -> Frame:
    """The rail with the counts as last taken: no page waits for them, `take_counts` renews them.

    `here` names the page the reader is on when it is not the one that asks.
    """
    match = request.resolver_match
    here = here or (match.view_name if match else "")
    areas = areas_for(_roles(request))
    counts: dict[str, int] = cache.get(_key(request), {})
    return Frame(
        [
            (group, [Entry(area, counts.get(area.url_name), area.url_name == here) for area in entries])
            for group, entries in grouped(areas)
        ]
    )


def take_counts(request: HttpRequest, practices_with: Callable[[frozenset[str]], Sequence[int]]) -> None:
    """Count anew what waits in each area; `practices_with(roles)` says in which practices to count."""
    counts: dict[str, int] = {}
    for area in areas_for(_roles(request)):
        if area.count is not None and (practices := practices_with(area.roles)):
            with practice_scope(practices):
                counts[area.url_name] = area.count(practices)
    cache.set(_key(request), counts, _KEPT_SECONDS)


def _roles(request: HttpRequest) -> frozenset[str]:
    standing: Any = getattr(request, "standing", None)
    return frozenset(getattr(standing, "roles", ()))


def _key(request: HttpRequest) -> str:
    standing: Any = getattr(request, "standing", None)
    chosen = getattr(getattr(standing, "chosen", None), "pk", "all")
    return f"rail:{request.user.pk}:{chosen}"
