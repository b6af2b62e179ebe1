"""Pages in a real Chromium, against this process's own server and the test database.

A test asks for `signed_in` (or `live_server` and `page`), and carries the mark `browser`. Whatever the page
breaks of its content policy, and every script error, fails the test that did it.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, expect

from practice.models import Practice, Role, User
from tests.factories import UserFactory

PASSWORD = "correct horse battery"
SignedIn = Callable[..., Page]

# Playwright keeps an event loop in the test's thread; Django takes that for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

_LISTEN = """
document.addEventListener("securitypolicyviolation", (event) => {
    console.error(`content policy: ${event.violatedDirective} refused ${event.blockedURI} ${event.sample}`);
});
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives Chromium, and takes its time."""
    for item in items:
        if "tests/browser/" in item.nodeid:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The system's Chromium, which asks nothing of the network on its own."""
    found = os.environ.get("RCM_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not found and "CI" in os.environ:
        pytest.fail("no Chromium: apt-get install chromium, or set RCM_CHROMIUM")
    if not found:
        pytest.skip("browser tests were not run: no Chromium (apt-get install chromium, or set RCM_CHROMIUM)")
    args = [
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]
    if os.geteuid() == 0:
        args.append("--no-sandbox")
    return {**browser_type_launch_args, "executable_path": found, "args": args}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """A desk's screen; a test of a phone sets its own with `page.set_viewport_size`."""
    return {**browser_context_args, "viewport": {"width": 1440, "height": 900}, "locale": "en-US"}


@pytest.fixture(scope="session", autouse=True)
def _connections_closed_in_the_loop(django_db_setup, live_server, playwright) -> Iterator[None]:
    """Close what was opened while Playwright's loop runs: from outside it Django does not see it any more,
    and the test database could not be dropped.
    """
    yield
    live_server.stop()
    connections.close_all()


@pytest.fixture
def context(context: BrowserContext) -> Iterator[BrowserContext]:
    """A browser whose policy violations and script errors are the test's failures."""
    wrong: list[str] = []
    context.add_init_script(_LISTEN)
    context.on("console", lambda message: wrong.extend(_policy(message)))
    context.on("weberror", lambda error: wrong.append(str(error.error)))
    context.set_default_timeout(10_000)
    yield context
    assert wrong == []


@pytest.fixture
def signed_in(live_server, practice: Practice, context: BrowserContext, page: Page) -> SignedIn:
    """`signed_in(Role.CODER, ...)`: a page at the start, of somebody who holds these roles in `practice`.

    `user=` signs in somebody the test has made.
    """

    def enter(*roles: Role, user: User | None = None) -> Page:
        person = user or person_with(practice, *roles)
        client = Client()
        client.force_login(person)
        cookies = [
            {"name": name, "value": morsel.value, "url": live_server.url}
            for name, morsel in client.cookies.items()
        ]
        context.add_cookies(cookies)
        page.goto(live_server.url)
        return page

    return enter


@pytest.fixture
def finger(context: BrowserContext, page: Page) -> None:
    """A phone's or laptop's own key, which always knows its owner."""
    chromium = context.new_cdp_session(page)
    chromium.send("WebAuthn.enable")
    chromium.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def person_with(practice: Practice, *roles: Role, **fields: Any) -> User:
    """Somebody who signs in with PASSWORD and holds the roles."""
    first, *more = roles
    person = UserFactory(member_of=practice, member_of__role=first, **fields)
    person.memberships.bulk_create(
        person.memberships.model(practice=practice, user=person, role=role) for role in more
    )
    person.set_password(PASSWORD)
    person.save()
    return person


def sign_in(page: Page, live_server) -> None:
    """Sign "bill" in by keyboard."""
    page.goto(f"{live_server.url}/sign-in/")
    expect(page.get_by_label("Username")).to_be_focused()
    page.keyboard.type("bill")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def sign_out(page: Page, live_server) -> None:
    """Sign whoever is signed in out, by the page that asks whether they mean it."""
    page.goto(f"{live_server.url}/sign-out/")
    with page.expect_navigation():
        page.get_by_role("main").get_by_role("button", name="Sign out").click()


def add_passkey(page: Page, live_server, *, alone: bool) -> None:
    """Add the passkey of `finger`; `alone` lets it sign in without a password."""
    page.goto(f"{live_server.url}/account/passkeys/new/")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    page.get_by_label("Name").fill("Laptop")
    page.get_by_label("Signs in alone").set_checked(alone)
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()


def _policy(message: ConsoleMessage) -> list[str]:
    return [message.text] if "content policy" in message.text.lower() else []
