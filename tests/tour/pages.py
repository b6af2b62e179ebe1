"""Every page that a person can reach by links: its picture in light and dark at two widths, and what axe says.

axe reads it on a telephone in the dark; at a desk it reads every page there is (tests/browser/test_axe.py).
"""

import os
from collections import deque
from pathlib import Path
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve
from playwright.sync_api import Page

from rcm.bootstrap import paths
from tests.looks import DESK, SCHEMES, TELEPHONE, look_at, wait_until_still, wrong_now

SCREENSHOTS = Path(os.environ.get("RCM_SCREENSHOTS") or paths.LOCAL / "screenshots")
"""What the pages looked like: the output of CI that a person looks through."""

_NOT_PAGES = {".csv", ".xlsx", ".pdf"}
_LEFT_OUT = {"account_logout", "clearinghouse:raw"}
_LINKS = "links => links.map(link => link.href).filter(href => href.startsWith(location.origin))"


class Walk:
    """One person's walk over every page they can reach; each kind of page is looked at once."""

    def __init__(self, page: Page, *, seen: set[str]) -> None:
        self._page = page
        self._seen = seen
        self.wrong: list[str] = []

    def everywhere(self, start: str) -> list[str]:
        """The names of the pages looked at, from this address on."""
        waiting, found = deque([start]), []
        known = self._seen - {_name_of(start)}  # seen by others, it may lead elsewhere from here
        while waiting:
            address = waiting.popleft()
            name = _name_of(address)
            if name is None or name in known:
                continue
            answer = self._page.goto(address)
            if answer is not None and answer.status == 403 and address == start:
                continue  # another's page: they look at it
            known.add(name)
            if answer is None or not answer.headers.get("content-type", "").startswith("text/html"):
                continue
            if answer.status >= 400:  # nobody is led to what is closed to them
                self.wrong.append(f"{name} answers {answer.status}")
                continue
            wait_until_still(self._page)
            waiting.extend(self._page.eval_on_selector_all("a[href]", _LINKS))
            if name not in self._seen:
                self._seen.add(name)
                found.append(name)
                self._look(name)
        return found

    def _look(self, name: str) -> None:
        for scheme in SCHEMES:
            for size in (DESK, TELEPHONE):
                look_at(self._page, size=size, scheme=scheme)
                self._picture(name, scheme, size[0])
        self.wrong.extend(f"{name}: {each}" for each in wrong_now(self._page))
        look_at(self._page, size=DESK, scheme="light")

    def _picture(self, name: str, scheme: str, width: int) -> None:
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        file = SCREENSHOTS / f"{name.replace(':', '-')}-{scheme}-{width}.jpg"
        self._page.screenshot(path=file, type="jpeg", quality=60)


def _name_of(address: str) -> str | None:
    """The URL name of an address of ours; None for files and for what is no page."""
    parts = urlsplit(address)
    if Path(parts.path).suffix in _NOT_PAGES or "export=" in parts.query:
        return None
    try:
        name = resolve(parts.path).view_name
    except Resolver404:
        return None
    return None if name in _LEFT_OUT or name.startswith(("api:", "django.")) else name
