"""Every link of the house, walked by each role: nobody is led to a page that is closed to them, or is not there."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qs, urldefrag, urljoin, urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.urls import Resolver404, ResolverMatch, resolve

from practice.models import Role
from tests.house import scenes

pytestmark = pytest.mark.slow

AT_MOST = 2
"""So many records of a kind are looked at, for rows of one kind differ in what they offer."""

SAME_ROWS = frozenset({"sort", "page"})
"""Asked for in another order, a list leads to the same places."""

NOWHERE = "/a-link-without-an-address/"

LEFT_OUT = {"account_logout": "ends the walk"}


@dataclass
class Offered(HTMLParser):
    """What a page leads to: links and parts that it loads, and where its forms are sent."""

    links: list[str] = field(default_factory=list)
    forms: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value for name, value in attrs if value}
        if "hx-get" in given:
            self.links.append(given["hx-get"])
        if tag == "a" and "href" in dict(attrs):
            self.links.append(given.get("href", NOWHERE))
        if tag in ("img", "iframe", "embed") and "src" in given:
            self.links.append(given["src"])
        if tag == "form":
            is_post = given.get("method", "get").lower() == "post"
            (self.forms if is_post else self.links).append(given.get("action", ""))
        if "hx-post" in given:
            self.forms.append(given["hx-post"])
        if tag == "button" and "formaction" in given:
            self.forms.append(given["formaction"])


class Walk:
    """One person's way over every page they are led to."""

    def __init__(self, client: Client, role: Role) -> None:
        self.client, self.role = client, role
        self.seen: dict[tuple[str, frozenset[str]], set[str]] = {}
        self.wrong: set[str] = set()

    def everywhere(self, start: str) -> None:
        waiting = deque([("", start)])
        while waiting:
            came_from, url = waiting.popleft()
            if self._is_missing(url):
                self.wrong.add(f"{came_from} leads to {url}, which is no page")
            if not self._is_new(url):
                continue
            answer = self.client.get(url)
            if answer.status_code >= 400:
                self.wrong.add(f"{came_from} leads to {url}: {answer.status_code}")
            if answer.status_code in (301, 302):
                waiting.append((came_from, urljoin(url, answer.url)))
            if answer.status_code == 200 and answer.headers.get("Content-Type", "").startswith("text/html"):
                offered = Offered()
                offered.feed(answer.content.decode())
                self.wrong |= set(self._closed_forms(url, offered))
                waiting.extend((url, urldefrag(urljoin(url, link))[0]) for link in offered.links)

    def _is_missing(self, url: str) -> bool:
        return is_ours(url) and match_of(url) is None and not url.startswith(settings.STATIC_URL)

    def _is_new(self, url: str) -> bool:
        """Whether it is a page of ours of which too few were looked at."""
        found = match_of(url)
        if found is None or found.view_name in LEFT_OUT:
            return False
        asked = frozenset(parse_qs(urlsplit(url).query)) - SAME_ROWS
        paths = self.seen.setdefault((found.view_name, asked), set())
        if url in paths or len(paths) >= AT_MOST:
            return False
        paths.add(url)
        return True

    def _closed_forms(self, url: str, offered: Offered) -> Iterator[str]:
        for action in offered.forms:
            found = match_of(urljoin(url, action))
            allowed = getattr(found.func, "allowed", None) if found else None
            if found is None or (allowed and self.role not in allowed):
                yield f"{url} has a form for {action}"


def is_ours(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("", "http") and parts.netloc in ("", "testserver")


def match_of(url: str) -> ResolverMatch | None:
    if not is_ours(url):
        return None
    try:
        return resolve(urlsplit(url).path)
    except Resolver404:
        return None


def test_no_link_leads_to_a_closed_door(practice, drain, staff):
    scenes.play(practice, drain)
    wrong = {role: walked(staff(role), role).wrong for role in Role}
    assert "\n".join(f"{role}: {each}" for role, found in wrong.items() for each in sorted(found)) == ""


def walked(client: Client, role: Role) -> Walk:
    walk = Walk(client, role)
    walk.everywhere("/")
    assert len(walk.seen) > 15
    return walk
