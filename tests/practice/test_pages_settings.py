"""The pages of the administrator: people, practices, providers, payers, prices, tokens, operations, audit."""

import pytest

from practice.models import Role

pytestmark = pytest.mark.slow

PAGES = [
    "/settings/people/",
    "/settings/people/invitation/",
    "/settings/practices/",
    "/settings/providers/",
    "/settings/providers/new/",
    "/settings/payers/",
    "/settings/payers/new/",
    "/settings/fees/",
    "/settings/fees/upload/",
    "/settings/tokens/",
    "/settings/tokens/new/",
    "/operations/",
    "/audit/",
]


@pytest.mark.parametrize("url", PAGES)
def test_pages_open_for_administrators_whole_and_in_part(staff, url):
    client = staff(Role.ADMINISTRATOR)
    assert client.get(url).status_code == 200
    assert client.get(url, headers={"HX-Request": "true"}).status_code == 200
