"""Whether a page opens for somebody, asked before it is linked: nobody is led to a closed door."""

from collections.abc import Collection
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
    view = resolve(urlsplit(url).path).func
    allowed: frozenset[str] = getattr(view, "allowed", frozenset())
    return allowed
