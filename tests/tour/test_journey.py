"""From registration to the manager's dashboard: five people, one patient, one claim, in Chromium alone."""

import re
import time

import pytest
from playwright.sync_api import Page, expect

from tests.tour.conftest import House
from tests.tour.pages import Walk

LAST, FIRST, BORN = "Quimbyton", "Zelda", "1980-03-10"
NOTE = (
    "Subjective: right knee pain for two weeks after running; feels her heart race at times. Objective: no"
    " effusion, full range of motion; ECG normal. Assessment: primary osteoarthritis of the right knee."
    " Plan: ibuprofen, return in six weeks."
)


def main_of(page: Page) -> str:
    return page.inner_text("main")


def until(page: Page, url: str, words: str, *, seconds: int = 90) -> None:
    """Look at a page again until it says so; the worker, the wire and the payer take their time."""
    ends = time.monotonic() + seconds
    while True:
        page.goto(url)
        if words in main_of(page):
            return
        if time.monotonic() > ends:
            pytest.fail(f"{url} never said {words!r}: {main_of(page)[:1500]}")
        time.sleep(0.5)


@pytest.fixture(scope="module")
def known() -> dict[str, str]:
    """What one step learns for the next ones: addresses, as a person would have them in the browser."""
    return {}


def test_front_desk_registers_verifies_books_and_checks_in(house: House, known):
    page = house.page_of("frontdesk")
    page.goto(f"{house.url}/patients/registration/")
    entered = {
        "first_name": FIRST,
        "last_name": LAST,
        "birth_date": BORN,
        "phone": "5125550177",
        "email": "zelda@example.org",
        "street": "9 Elm Street",
        "city": "Austin",
        "state": "TX",
        "postal_code": "78701",
    }
    for name, value in entered.items():
        page.fill(f"[name={name}]", value)
    page.select_option("[name=sex]", "F")
    page.check("[name=email_agreed]")
    page.click("main button:has-text('Register')")
    expect(page.locator("h1")).to_contain_text(LAST)
    known["patient"] = page.url

    page.click("main a:has-text('Add a coverage')")
    page.select_option("[name=payer]", label="North Star Health")
    page.fill("[name=member_number]", "NSH412345678")
    page.click("button:has-text('Save and check eligibility')")
    page.wait_for_url("**/eligibility/**")
    until(page, page.url, "$25.00 for an office visit")

    page.goto(known["patient"])
    page.click("main a:has-text('Book a visit')")
    page.select_option("[name=provider]", label="Linh Nguyen MD")
    page.select_option("[name=location]", index=1)
    page.fill("[name=time]", "07:10")
    page.fill("[name=reason]", "Knee pain")
    page.click("main button:has-text('Book')")
    expect(page.locator("main")).to_contain_text("The visit is booked.")

    page.click("main a:has-text('Check in')")
    page.fill("[name=amount]", "10.00")  # of 25.00: the rest is billed
    page.check("[name=method][value=card]")
    page.click("main button:has-text('Confirmed: check in')")
    expect(page.locator("main")).to_contain_text("$10.00")


def test_registering_her_again_shows_who_she_is(house: House):
    page = house.page_of("frontdesk")
    page.goto(f"{house.url}/patients/registration/")
    for name, value in (
        ("first_name", "Zelda"),
        ("last_name", "Quimbiton"),
        ("birth_date", BORN),
        ("phone", "5125550177"),
    ):
        page.fill(f"[name={name}]", value)
    page.select_option("[name=sex]", "F")
    page.click("main button:has-text('Register')")
    expect(page.locator("main")).to_contain_text(LAST)


def test_coder_writes_codes_and_signs(house: House, known):
    page = house.page_of("coder")
    page.goto(f"{house.url}/coding/notes/")
    page.click(f"a.rows-link:has-text('{LAST}')")
    page.fill("[name=note]", NOTE)
    page.click("main button:has-text('Keep the note')")
    page.wait_for_url(re.compile(r"/coding/[0-9a-f-]{36}/"))
    page.click("button:has-text('M17.11')")
    expect(page.locator("main")).to_contain_text("principal")
    page.fill("[name=line-0-procedure_code]", "99213")
    page.press("[name=line-0-procedure_code]", "Tab")
    expect(page.locator("main")).to_contain_text("$185.00")
    page.fill("[name=line-0-pointers]", "A")
    page.press("[name=line-0-pointers]", "Tab")
    page.click("button:has-text('Add a line')")
    page.fill("[name=line-1-procedure_code]", "93000")
    page.press("[name=line-1-procedure_code]", "Tab")
    page.fill("[name=line-1-pointers]", "A")
    page.press("[name=line-1-pointers]", "Tab")
    expect(page.locator("main")).to_contain_text("Ready to sign")
    page.click("main button:has-text('Sign')")
    expect(page.locator("main")).to_contain_text("Signed")


def test_biller_sends_and_the_payer_answers(house: House, known):
    page = house.page_of("biller")
    until(page, f"{house.url}/claims/ready/", LAST)
    row = page.locator("tr[data-row]").filter(has_text=LAST)
    known["claim"] = house.url + (row.locator("a.rows-link").get_attribute("href") or "").partition("?")[0]
    row.locator("[name=selected]").check()
    page.click("button[value=send]")
    expect(page.locator("main")).to_contain_text("This is what will go out.")
    page.click("main button.btn-primary")
    page.wait_for_url("**/claims/batches/**")
    # Answers that arrive together are read in any order.
    for words in ("Partially paid", "M17.11", "277CA", "835"):
        until(page, known["claim"], words)


def test_biller_reads_the_remittance_and_its_proof(house: House, known):
    page = house.page_of("biller")
    page.goto(known["claim"])
    expect(page.locator("main")).to_contain_text("The money, line by line")
    page.click("main a[href^='/remittances/']")
    text = main_of(page)
    for words in ("balances", "CO-50", "denied", "Posted to the books"):
        assert words in text


def test_biller_answers_the_denial_with_a_letter(house: House, known):
    page = house.page_of("biller")
    until(page, f"{house.url}/denials/", LAST)
    page.locator("tr[data-row]").filter(has_text=LAST).locator("a.rows-link").click()
    expect(page.locator("main")).to_contain_text("CO-50")
    page.click("main a:has-text('ppeal')")
    page.fill("[name=facts]", "The patient reported palpitations; the ECG ruled out an arrhythmia.")
    page.click("button:has-text('Save draft')")
    expect(page.locator("main")).to_contain_text("The letter is saved as a draft.")
    page.click("button:has-text('Save and file')")
    expect(page.locator("main")).to_contain_text("The appeal is filed.")


def test_patient_is_billed_and_reads_why(house: House, known):
    page = house.page_of("biller")
    page.goto(known["patient"])
    page.click("a:has-text('Open the account')")
    known["account"] = page.url
    expect(page.locator("main")).to_contain_text("Paid by the plan")
    until(page, known["account"], "Open")  # the cycle issues what is due by itself
    page.click("main a[href^='/invoices/']")
    expect(page.locator("main")).to_contain_text("What the patient reads")
    page.click("button:has-text('Make a link for the patient')")
    address = page.inner_text("code.link-once")

    stranger = house.open().new_page()
    stranger.goto(address)
    assert LAST not in stranger.content()
    for name, value in (("month", "3"), ("day", "10"), ("year", "1980")):
        stranger.fill(f"[name={name}]", value)
    stranger.click("main button")
    expect(stranger.locator("main")).to_contain_text("You owe")
    assert "Your plan paid" in stranger.content()


def test_statement_is_mailed(house: House):
    ends = time.monotonic() + 60
    while time.monotonic() < ends:
        if any(b"zelda@example.org" in path.read_bytes() for path in house.mails()):
            return
        time.sleep(0.5)
    pytest.fail("no letter to the patient was mailed")


def test_front_desk_takes_the_rest(house: House, known):
    page = house.page_of("frontdesk")
    page.goto(known["account"])
    page.click("main a:has-text('Take a payment')")
    page.fill("[name=amount]", "10.00")
    page.select_option("[name=method]", "cash")
    page.click("main button:has-text('Take it')")
    expect(page.locator("main")).to_contain_text("$10.00")


def test_manager_sees_it_in_the_figures(house: House):
    page = house.page_of("manager")
    page.goto(f"{house.url}/dashboard/")
    text = main_of(page)
    for words in ("Days in A/R", "Clean", "Net collection", "CO-50"):
        assert words.lower() in text.lower()


def test_administrator_sees_who_did_what(house: House):
    page = house.page_of("administrator")
    page.goto(f"{house.url}/audit/")
    assert "Dana Ortiz" in main_of(page) or "biller" in main_of(page).lower()
    page.goto(f"{house.url}/operations/")
    assert "Worker" in main_of(page)


def test_every_page_is_accessible_and_fits_a_telephone(house: House, known):
    """The last of the journey: now there is something on every page."""
    seen: set[str] = set()
    wrong, walked = [], []
    for username in ("manager", "biller", "coder", "frontdesk", "administrator", "auditor"):
        walk = Walk(house.page_of(username), seen=seen)
        for start in (f"{house.url}/", *sorted(known.values()), f"{house.url}/help/"):
            walked += walk.everywhere(start)
        wrong += walk.wrong
    assert "\n".join(wrong) == ""
    assert len(walked) > 90, walked
