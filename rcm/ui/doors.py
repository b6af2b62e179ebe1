"""Whether a page opens for somebody, asked before it is linked: nobody is led to a closed door."""

import re
from collections.abc import Collection
from functools import lru_cache
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve


def opens(url: str, roles: Collection[str]) -> bool:
    """Whether the page at this address of ours opens for who holds these roles; False where there is none.

    A view says whom it opens for in its attribute `allowed`, as practice.access.allow sets it; one without
    roles, or without the attribute, opens for all.
    """
    try:
        allowed = open_to(url)
    except Resolver404:
        return False
    return not allowed or not allowed.isdisjoint(roles)


def open_to(url: str) -> frozenset[str]:
    """The roles to which the page at this address opens, empty for all. Raises Resolver404."""
    return _open_to(_ID.sub(_ANY, urlsplit(url).path))


# Pages of different records are one page to a door: so a list of fifty records asks the resolver once.
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_ANY = "00000000-0000-0000-0000-000000000000"


@lru_cache(maxsize=1024)
def _open_to(path: str) -> frozenset[str]:
    allowed: frozenset[str] = getattr(resolve(path).func, "allowed", frozenset())
    return allowed
