"""The whole product as `./manage.py up` starts it, in a folder of its own, seen through a real browser.

These tests touch no database: what they know they read on pages, as people do.
"""

import json
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from rcm.bootstrap import paths
from tests.browser.conftest import browser_type_launch_args  # noqa: F401 -- the system's Chromium
from tests.setup.conftest import Project, Up, project  # noqa: F401 -- a copy of the project

DAYS = "2"
GENEROUS = {
    "payment_run_seconds": 2,
    "delays": {"acknowledgement": 0, "claim_acknowledgement": 0, "adjudication": 1, "appeal": 2},
    "shares": {},
}
"""Payers that answer at once and draw no lots: what they decide follows from their plans alone."""

_LISTEN = """
document.addEventListener("securitypolicyviolation", (event) => {
    console.error(`content policy: ${event.violatedDirective} refused ${event.blockedURI}`);
});
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder starts the product and drives Chromium."""
    for item in items:
        if "tests/tour/" in item.nodeid:
            for mark in ("browser", "services", "slow"):
                item.add_marker(getattr(pytest.mark, mark))


class House:
    """The running product and the people who work in it."""

    def __init__(self, running: Up, folder: Path, browser: Browser) -> None:
        self.url = running.url.rstrip("/")
        self.folder = folder
        self.wrong: list[str] = []
        self._browser = browser
        self._pages: dict[str, Page] = {}
        rows = json.loads((folder / ".local" / "sign_ins.json").read_text())
        self._passwords = {row["username"]: row["password"] for row in rows}

    def page_of(self, username: str) -> Page:
        """The browser of somebody who is signed in; the same one for the same person."""
        if username not in self._pages:
            page = self.open().new_page()
            page.goto(f"{self.url}/sign-in/")
            page.fill("[name=login]", username)
            page.fill("[name=password]", self._passwords[username])
            page.click("main button[type=submit].btn-primary")
            page.wait_for_url(lambda url: "/sign-in" not in url)
            self._pages[username] = page
        return self._pages[username]

    def open(self) -> BrowserContext:
        """A browser of nobody in particular, whose policy violations and script errors are written down."""
        context = self._browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-US")
        context.add_init_script(_LISTEN)
        context.on("console", self._hear)
        context.on("weberror", lambda error: self.wrong.append(str(error.error)))
        context.set_default_timeout(20_000)
        return context

    def mails(self) -> list[Path]:
        """What was mailed, oldest first."""
        folder = self.folder / ".local" / "mail"
        return sorted(
            (path for path in folder.rglob("*") if path.is_file()), key=lambda path: path.stat().st_mtime
        )

    def _hear(self, message: object) -> None:
        text = getattr(message, "text", "")
        if "content policy" in text.lower():
            self.wrong.append(text)


@pytest.fixture(scope="module")
def house(project: Project, browser: Browser) -> Iterator[House]:  # noqa: F811
    """Up, its past lived through, and its payers told to answer at once."""
    _lend(project.folder)
    running = project.up(RCM_DEMONSTRATION_DAYS=DAYS)
    try:
        house = House(running, project.folder, browser)
        _wait_for_the_present(house)
        scenario = project.folder / ".local" / "simulator" / "scenario.json"
        scenario.write_text(json.dumps(GENEROUS))
        yield house
        assert house.wrong == []
    finally:
        running.stop()


def _lend(folder: Path) -> None:
    """Our own environment and front end: another test sets them up from nothing."""
    os.symlink(paths.VENV, folder / ".venv")
    stamps = folder / ".local" / "stamps"
    stamps.mkdir(parents=True)
    for name in ("environment", "assets"):
        shutil.copy2(paths.STAMPS / name, stamps / name)
    shutil.copytree(paths.VENDOR, folder / "static" / "vendor")
    shutil.copytree(paths.TEST_ASSETS, folder / ".local" / "assets")


def _wait_for_the_present(house: House) -> None:
    page = house.page_of("manager")
    for _ in range(300):
        page.goto(f"{house.url}/demonstration/progress/")
        if "Filling" not in page.content():
            return
        time.sleep(1)
    pytest.fail(f"the past was never done: {page.content()}")
