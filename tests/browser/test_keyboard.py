"""Whole flows with hands on the keyboard: the mouse is never touched."""

import re

import pytest
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from practice.models import Role
from tests.browser import scenes

MOST_TABS = 120
_OUTLINE = (
    "element => { const drawn = getComputedStyle(element); return drawn.outlineStyle + drawn.boxShadow; }"
)


class Keys:
    """A person at a page who only types."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def write(self, text: str) -> None:
        self.page.keyboard.type(text)

    def go_to(self, wanted: Locator) -> None:
        """Tab until it has the focus, which can be seen there."""
        expect(wanted).to_be_visible()
        for _ in range(MOST_TABS):
            if wanted.evaluate("element => element === document.activeElement"):
                assert wanted.evaluate(_OUTLINE) != "nonenone", "its focus cannot be seen"
                return
            self.page.keyboard.press("Tab")
        pytest.fail(f"Tab does not come to {wanted}")

    def button(self, name: str) -> Locator:
        """A button or link of the page's own part."""
        main = self.page.locator("main")
        return main.get_by_role("button", name=name).or_(main.get_by_role("link", name=name)).first

    def push(self, name: str) -> None:
        """Go to a button or link, and press it."""
        self.go_to(self.button(name))
        self.press("Enter")

    def fill(self, label: str, text: str) -> None:
        """Go to a field, and write over what is in it."""
        self.go_to(self.page.locator("main").get_by_label(label).first)
        self.press("Control+a")
        self.write(text)

    def sees(self, *words: str) -> None:
        for each in words:
            expect(self.page.locator("main")).to_contain_text(each)


@pytest.fixture(autouse=True)
def _nobody_else_looks() -> None:
    cache.clear()


@pytest.fixture
def at(live_server, signed_in):
    """`at(Role.BILLER, "claims:ready")`: the keys of somebody in that role on that page."""

    def opened(role: Role, name: str) -> Keys:
        page = signed_in(role)
        page.goto(live_server.url + reverse(name))
        return Keys(page)

    return opened


def test_front_desk_checks_in_with_a_copay(at, practice):
    visit = scenes.patient_today(practice)
    keys = at(Role.FRONT_DESK, "patients:schedule")
    keys.press("j", "Enter")
    expect(keys.page.locator("h1")).to_contain_text(visit.patient.last_name)
    keys.push("Check in")
    keys.fill("Copay taken now", "30.00")
    keys.go_to(keys.page.locator("[name=method][value=card]"))
    keys.press("ArrowUp", "ArrowUp", "ArrowUp")
    keys.push("Confirmed: check in")
    keys.sees("$30.00")


def test_coder_codes_and_signs(at, practice):
    scenes.visit_without_codes(practice)
    keys = at(Role.CODER, "coding:queue")
    keys.press("j", "Enter")
    expect(keys.page.locator("h1")).to_contain_text("Ellison")
    keys.press("d")
    keys.write("high blood")
    expect(keys.page.locator("[data-hit]").first).to_be_visible()
    keys.press("ArrowDown", "Enter")
    keys.sees("principal")
    expect(keys.page.locator("#dx-search")).to_be_focused()
    keys.press("Tab", "Shift+Tab", "Escape")
    keys.go_to(keys.page.locator("[name=line-0-procedure_code]"))
    keys.write("99214")
    keys.sees("$210.00")
    keys.press("Control+Enter")
    keys.sees("Signed")


def test_biller_sends_a_batch(at, practice):
    claim = scenes.ready_claim(practice)
    keys = at(Role.BILLER, "claims:ready")
    keys.press("j", "x")
    keys.sees("1 ticked")
    keys.push("Send")
    keys.sees("This is what will go out.")
    keys.press("e")
    expect(keys.page).to_have_url(re.compile("/claims/batches/"))
    keys.sees(claim.control_number)


def test_biller_drafts_an_appeal(at, practice, drain):
    scenes.denial(practice, drain)
    keys = at(Role.BILLER, "denials:queue")
    keys.press("j", "Enter")
    keys.sees("CO-197")
    keys.push("ppeal")
    keys.go_to(keys.page.locator("[name=facts]"))
    keys.press("Control+a")
    keys.write("The injection was authorized by telephone.")
    keys.push("Save draft")
    keys.sees("The letter is saved as a draft.")


def test_front_desk_enters_a_payment(at, practice, drain):
    scenes.guarantor_who_owes(practice, drain)
    keys = at(Role.FRONT_DESK, "billing:accounts")
    keys.press("j", "Enter")
    keys.sees("Take a payment")
    keys.press("e")
    keys.fill("Amount", "20.00")
    keys.go_to(keys.page.locator("[name=method]"))
    keys.write("Cash")
    keys.push("Take it")
    keys.sees("$20.00", "taken and applied")
