"""What is wrong with how a page looks: by axe, in light and dark, at a desk and on a telephone."""

from playwright.sync_api import Page, expect

from rcm.bootstrap import paths

AXE = paths.TEST_ASSETS / "axe.min.js"
DESK, TELEPHONE = (1440, 900), (390, 844)
SCHEMES = ("light", "dark")
_RUN_AXE = (
    "axe.run(document, {resultTypes: ['violations']}).then(found => found.violations.map(wrong =>"
    " `${wrong.id}: ${wrong.nodes.map(node => node.target).join(' | ')}`))"
)
_MOVING = ".htmx-request[hx-get], .htmx-swapping, .htmx-settling"


def wait_until_still(page: Page) -> None:
    """Until every part that the page loads by itself is there."""
    expect(page.locator(_MOVING)).to_have_count(0)


def look_at(page: Page, *, size: tuple[int, int], scheme: str) -> None:
    """Turn the page to this size and scheme; nothing moves, so that no color is halfway from light to dark."""
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]


def wrong_now(page: Page) -> list[str]:
    """What axe finds on the page as it is shown, and whether it is wider than the screen."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    found: list[str] = page.evaluate(_RUN_AXE)
    if page.evaluate("document.documentElement.scrollWidth > innerWidth + 1"):
        found.append("wider than the screen")
    return found
