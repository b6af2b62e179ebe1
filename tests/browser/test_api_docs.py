"""The API's description as a page: read from our own server, under the same content policy as every page."""

from playwright.sync_api import Page, expect

DRAWN = 60_000  # milliseconds: Swagger UI reads the whole description before it draws


def test_the_description_is_read_under_the_strict_policy(live_server, page: Page):
    answer = page.goto(f"{live_server.url}/api/v1/docs#/claims/claims_submission", timeout=DRAWN)
    assert "unsafe" not in answer.headers["content-security-policy"]
    expect(page.get_by_role("heading", name="Revenue cycle API")).to_be_visible(timeout=DRAWN)
    operation = page.locator("#operations-claims-claims_submission")
    expect(operation.get_by_text("Idempotency-Key").first).to_be_visible(timeout=DRAWN)
    expect(operation.get_by_text("claim_not_ready").first).to_be_visible(timeout=DRAWN)
