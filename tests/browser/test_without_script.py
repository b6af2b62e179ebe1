"""The main writes of every role in a Chromium that runs no script."""

import re

import pytest
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import Page, expect

from practice.models import Role
from tests.browser import scenes
from tests.browser.conftest import PASSWORD, person_with
from tests.factories import LocationFactory, PayerFactory, ProviderFactory

pytestmark = pytest.mark.browser_context_args(java_script_enabled=False)


@pytest.fixture(autouse=True)
def _no_tries_so_far() -> None:
    cache.clear()


@pytest.fixture
def open_page(live_server, signed_in):
    """`open_page(Role.BILLER, "claims:ready")`: that page as somebody in that role."""

    def opened(role: Role, name: str, *ids: object) -> Page:
        page = signed_in(role)
        page.goto(live_server.url + reverse(name, args=ids))
        return page

    return opened


def says(page: Page, *words: str) -> None:
    for each in words:
        expect(page.locator("main")).to_contain_text(each)


def press(page: Page, name: str) -> None:
    """Click a button or link of the page's own part."""
    main = page.locator("main")
    main.get_by_role("button", name=name).or_(main.get_by_role("link", name=name)).first.click()


def test_sign_in_and_out(page, live_server, practice):
    person_with(practice, Role.BILLER, username="bill")
    page.goto(f"{live_server.url}/sign-in/")
    page.get_by_label("Username").fill("bill")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page).not_to_have_url(re.compile("sign-in"))
    page.goto(f"{live_server.url}/sign-out/")
    press(page, "Sign out")
    page.goto(f"{live_server.url}/claims/ready/")
    expect(page).to_have_url(re.compile("sign-in"))


def test_front_desk_registers_and_adds_a_coverage(open_page, practice):
    PayerFactory(organization=practice.organization, name="North Star Health")
    page = open_page(Role.FRONT_DESK, "patients:registration")
    entered = {
        "first_name": "Zelda",
        "last_name": "Quimbyton",
        "birth_date": "1980-03-10",
        "phone": "5125550177",
        "street": "9 Elm Street",
        "city": "Austin",
        "state": "TX",
        "postal_code": "78701",
    }
    for name, value in entered.items():
        page.fill(f"[name={name}]", value)
    page.select_option("[name=sex]", "F")
    press(page, "Register")
    expect(page.locator("h1")).to_contain_text("Quimbyton")

    press(page, "Add a coverage")
    page.select_option("[name=payer]", label="North Star Health")
    page.fill("[name=member_number]", "NSH412345678")
    page.locator("main button[type=submit]").first.click()
    says(page, "NSH412345678")


def test_front_desk_books_and_checks_in_with_a_copay(open_page, live_server, practice):
    provider, location = ProviderFactory(practice=practice), LocationFactory(practice=practice)
    visit = scenes.patient_today(practice)
    page = open_page(Role.FRONT_DESK, "patients:booking", visit.patient.public_id)
    page.select_option("[name=provider]", label=str(provider))
    page.select_option("[name=location]", label=location.name)
    page.fill("[name=time]", "15:10")
    page.fill("[name=reason]", "Knee pain")
    press(page, "Book")
    says(page, "The visit is booked.")

    page.goto(live_server.url + reverse("billing:check_in", args=[visit.public_id]))
    page.fill("[name=amount]", "30.00")
    page.check("[name=method][value=cash]")
    press(page, "Confirmed: check in")
    says(page, "$30.00")


def test_coder_writes_a_note(open_page, practice, drain):
    visit = scenes.patient_today(practice)
    type(visit).objects.filter(pk=visit.pk).update(status="arrived", arrived_at=scenes.NOW)
    page = open_page(Role.CODER, "coding:note", visit.public_id)
    page.fill("[name=note]", "Knee pain for two weeks.")
    press(page, "Keep the note")
    says(page, "Knee pain for two weeks.")


def test_coder_codes_and_signs(open_page, practice):
    visit = scenes.visit_without_codes(practice)
    page = open_page(Role.CODER, "coding:encounter", visit.public_id)
    page.fill("main [name=q]", "high blood pressure")
    press(page, "Search")
    page.locator("[data-hit]").first.click()
    says(page, "principal")
    page.fill("[name=line-0-procedure_code]", "99214")
    press(page, "Add a line")
    says(page, "$210.00", "Line 2")
    press(page, "Remove line 2")
    press(page, "Sign")
    says(page, "Signed")


def test_biller_sends_a_batch(open_page, practice):
    claim = scenes.ready_claim(practice)
    page = open_page(Role.BILLER, "claims:ready")
    page.check(f"[name=selected][value='{claim.public_id}']")
    page.click("button[value=send]")
    says(page, "This is what will go out.")
    page.click("main button.btn-primary")
    expect(page).to_have_url(re.compile("/claims/batches/"))
    says(page, claim.control_number)


def test_biller_posts_by_hand_what_is_parked(open_page, practice):
    parked = scenes.parked_remittance(practice)
    page = open_page(Role.BILLER, "billing:remittance", parked.public_id)
    press(page, "Match by hand")
    page.get_by_label("Our claim for number ZZ9").fill("A1")
    page.get_by_label("Our line for 99213").fill("A11")
    page.locator("main button.btn-primary").click()
    says(page, "EFT1 is posted: $90.00 is in the books.")


def test_biller_appeals_or_gives_up_a_denial(open_page, live_server, practice, drain):
    denial = scenes.denial(practice, drain)
    page = open_page(Role.BILLER, "denials:denial", denial.public_id)
    page.goto(live_server.url + reverse("denials:appeal", args=[denial.public_id]))
    page.fill("[name=facts]", "The injection was authorized by telephone.")
    press(page, "Save draft")
    says(page, "The letter is saved as a draft.")

    page.goto(live_server.url + reverse("denials:write_off", args=[denial.public_id]))
    page.fill("[name=note]", "The payer is right.")
    page.locator("main form button.btn-primary").click()
    says(page, "waits for approval")


def test_front_desk_takes_a_payment(open_page, practice, drain):
    guarantor = scenes.guarantor_who_owes(practice, drain)
    page = open_page(Role.FRONT_DESK, "billing:account", guarantor.public_id)
    press(page, "Take a payment")
    page.fill("[name=amount]", "20.00")
    page.select_option("[name=method]", "cash")
    press(page, "Take it")
    says(page, "$20.00")


def test_patient_opens_the_statement_and_asks(page, live_server, practice, settings, drain):
    settings.PUBLIC_URL = live_server.url
    address = scenes.link_of(scenes.guarantor_who_owes(practice, drain))
    page.goto(address)
    for name, value in (("month", "5"), ("day", "14"), ("year", "1950")):
        page.fill(f"[name={name}]", value)
    page.locator("main button").first.click()
    says(page, "You owe")
    page.goto(f"{address}questions/")
    page.fill("[name=text]", "Why do I owe this?")
    page.locator("main form button[type=submit]").first.click()
    says(page, "Why do I owe this?")
