"""The API's description as a page: read from our own server, under the same content policy as every page."""

from playwright.sync_api import Page, expect


def test_the_description_is_read_under_the_strict_policy(live_server, page: Page):
    answer = page.goto(f"{live_server.url}/api/v1/docs")
    assert "unsafe" not in answer.headers["content-security-policy"]
    expect(page.get_by_role("heading", name="Revenue cycle API")).to_be_visible(timeout=20_000)
    operation = page.locator("#operations-claims-claims_submission")
    operation.wait_for(timeout=60_000)  # a hundred operations are drawn at once
    operation.click()
    expect(operation.get_by_text("Idempotency-Key")).to_be_visible()
    expect(operation.get_by_text("claim_not_ready")).to_be_visible()
