"""Signing in by keyboard, passkey and authenticator app, and being warned before the session ends."""

import time

import pytest
from django.core.cache import cache
from playwright.sync_api import Page, Response, expect

from practice import middleware
from practice.models import Role
from tests.browser.conftest import add_passkey, person_with, sign_in, sign_out


@pytest.fixture(autouse=True)
def _no_tries_so_far() -> None:
    cache.clear()


@pytest.fixture
def biller(practice):
    return person_with(practice, Role.BILLER, username="bill")


@pytest.fixture
def minutes_pass(page: Page, monkeypatch):
    """Move the server's clock and the page's together."""
    moved = [0.0]
    real = time.time

    def move(by: float) -> None:
        moved[0] += by * 60
        page.clock.fast_forward(int(by * 60_000))

    monkeypatch.setattr(middleware.time, "time", lambda: real() + moved[0])
    page.clock.install()
    return move


def stays(response: Response) -> bool:
    """The server hears that the person wants to stay."""
    return response.request.method == "POST" and response.url.endswith("/account/session/")


def test_sign_in_needs_only_the_keyboard(page, live_server, biller):
    sign_in(page, live_server)
    page.goto(f"{live_server.url}/account/")
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()


def test_wrong_password_is_said_where_the_focus_goes(page, live_server, biller):
    page.goto(f"{live_server.url}/sign-in/")
    page.get_by_label("Username").fill("bill")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert").first).to_contain_text("not correct")


def test_passkey_signs_in_alone(page, live_server, biller, finger):
    sign_in(page, live_server)
    add_passkey(page, live_server, alone=True)
    sign_out(page, live_server)
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(lambda url: "/sign-in/" not in url)
    page.goto(f"{live_server.url}/account/passkeys/")
    expect(page.get_by_text("signs in alone")).to_be_visible()


def test_passkey_is_a_second_factor(page, live_server, biller, finger):
    sign_in(page, live_server)
    add_passkey(page, live_server, alone=False)
    sign_out(page, live_server)
    sign_in(page, live_server)
    page.get_by_role("button", name="Use a passkey or security key").click()
    page.wait_for_url(lambda url: "/sign-in/" not in url)
    page.goto(f"{live_server.url}/account/")
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()


def test_passkey_that_nobody_has_is_said_in_words(page, live_server, biller, finger):
    page.goto(f"{live_server.url}/sign-in/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.locator("[data-passkey-error]")).to_contain_text("Try again, or use another way.")


def test_idle_person_is_warned_and_may_stay(page, live_server, biller, signed_in, minutes_pass):
    signed_in(user=biller).goto(f"{live_server.url}/account/")
    minutes_pass(14.2)
    dialog = page.get_by_role("dialog", name="Still there?")
    expect(dialog).to_be_visible()
    with page.expect_response(stays):
        dialog.get_by_role("button", name="Stay signed in").click()
    expect(dialog).to_be_hidden()
    minutes_pass(10)
    page.reload()
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()


def test_idle_person_who_does_not_answer_sees_the_sign_in_page(
    page, live_server, biller, signed_in, minutes_pass
):
    signed_in(user=biller).goto(f"{live_server.url}/account/")
    minutes_pass(14.2)
    expect(page.get_by_role("dialog", name="Still there?")).to_be_visible()
    minutes_pass(1)
    expect(page.get_by_text("You were signed off: 15 minutes without activity.")).to_be_visible()


def test_person_who_types_is_not_idle(page, live_server, biller, signed_in, minutes_pass):
    signed_in(user=biller).goto(f"{live_server.url}/account/")
    minutes_pass(13.8)
    page.get_by_label("First name").press("B")
    with page.expect_response(stays):
        minutes_pass(0.4)
    minutes_pass(10)
    expect(page.get_by_role("dialog", name="Still there?")).to_be_hidden()
    page.reload()
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()
