"""What an operator must not overlook: each app says how many there are and what to do.

An app registers its alarms when it is loaded (`areas.py`), as it does its areas; so the operations page shows
every app and imports none.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse

from rcm.ui.doors import opens

Counter = Callable[[Sequence[int]], int | Mapping[str, int]]
"""How many there are in these practices; several alarms may share one that counts all their kinds at once."""

WIRE = "wire"
"""The place of what concerns the exchange of files: a biller sees it beside the files."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """One kind of trouble. `count` tells how many there are in these practices; zero is silence.

    Where it counts several kinds, `kind` is the one meant.
    `noun` names one ("dead letter"), `todo` says what to do about it, `url_name` and `query` lead there.
    `place` is the work beside which it rings too; every alarm rings on the operations page.
    """

    name: str
    noun: str
    todo: str
    count: Counter
    url_name: str = ""
    query: str = ""
    grave: bool = True
    place: str = ""
    kind: str = ""

    @property
    def url(self) -> str:
        """Where it is dealt with; empty without a page."""
        return f"{reverse(self.url_name)}{self.query}" if self.url_name else ""


@dataclass(frozen=True, slots=True)
class Raised:
    """An alarm that rings, and how many there are."""

    alarm: Alarm
    count: int


_alarms: dict[str, Alarm] = {}


def alarm(
    name: str,
    noun: str,
    *,
    todo: str,
    count: Counter,
    url_name: str = "",
    query: str = "",
    grave: bool = True,
    place: str = "",
    kind: str = "",
) -> None:
    """Let something ring on the operations page. Not `grave`: it shows, and nobody is called."""
    _alarms[name] = Alarm(name, noun, todo, count, url_name, query, grave, place, kind)


def raised(practices: Sequence[int], *, place: str = "") -> list[Raised]:
    """What rings in these practices now, the grave ones first; of one place only, or everything."""
    heard = [each for each in _alarms.values() if place in ("", each.place)]
    counts = {count: count(practices) for count in dict.fromkeys(each.count for each in heard)}
    counted = [Raised(each, _of_kind(counts[each.count], each.kind)) for each in heard]
    return sorted((each for each in counted if each.count), key=lambda each: not each.alarm.grave)


def way_to(each: Raised, roles: frozenset[str]) -> str:
    """Where the trouble is dealt with, if that page opens for these roles; else empty."""
    url = each.alarm.url
    return url if opens(url, roles) else ""


def _of_kind(counted: int | Mapping[str, int], kind: str) -> int:
    return counted if isinstance(counted, int) else counted.get(kind, 0)
