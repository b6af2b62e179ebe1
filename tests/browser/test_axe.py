"""axe on every page there is, in light and dark: by the list of addresses, whatever links lead to them."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from billing.actions.payment import take_payment
from billing.models import OnlinePayment, PaymentMethod
from billing.states import OnlinePaymentStatus
from clearinghouse.models import Document
from coding.models import Code
from practice.models import Role
from rcm.models import AuditEvent
from tests.billing.patients_page import BORN, held_payment, letter
from tests.browser.conftest import add_passkey, person_with, sign_in, sign_out
from tests.conftest import NOW
from tests.factories import CodeFactory
from tests.house import scenes
from tests.house.doors import World, doors
from tests.looks import DESK, SCHEMES, TELEPHONE, look_at, wait_until_still, wrong_now

WALKED_BELOW = frozenset({"", "api"})
"""Spaces that are no pages of the practice: signing in, and what programs ask."""

BEFORE = (
    "account_login",
    "account_inactive",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
)
"""Pages of somebody who is not signed in."""

INSIDE = (
    "account_change_password",
    "account_logout",
    "account_reauthenticate",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_generate_recovery_codes",
    "mfa_index",
    "mfa_list_webauthn",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "mfa_view_recovery_codes",
)
"""Pages of how somebody signs in."""


@pytest.fixture(autouse=True)
def _no_tries_so_far() -> None:
    cache.clear()


def test_axe_finds_nothing_on_any_page_of_the_practice(page, live_server, practice, drain, staff, context):
    scenes.play(practice, drain)
    CodeFactory(code="I10")
    client = staff(*Role)
    pages = [*found_pages(client), *pages_of_more_than_an_id()]
    cookies = [{"name": name, "value": it.value} for name, it in client.cookies.items()]
    context.add_cookies([cookie | {"url": live_server.url} for cookie in cookies])
    assert "\n".join(wrong_at(page, live_server.url, pages)) == ""
    assert len(pages) > 130


def test_axe_finds_nothing_where_people_sign_in(page, live_server, practice, finger):
    person_with(practice, Role.BILLER, username="bill")
    wrong = [*wrong_at(page, live_server.url, map(reverse, BEFORE))]

    sign_in(page, live_server)
    add_passkey(page, live_server, alone=False)
    passkey = Authenticator.objects.get(type=Authenticator.Type.WEBAUTHN).pk
    own = [reverse(name) for name in INSIDE]
    own += [reverse(name, args=[passkey]) for name in ("mfa_edit_webauthn", "mfa_remove_webauthn")]
    wrong += wrong_at(page, live_server.url, own)
    sign_out(page, live_server)
    sign_in(page, live_server)
    wrong += wrong_at(page, live_server.url, [reverse("mfa_authenticate")])
    assert "\n".join(wrong) == ""


def test_axe_finds_nothing_on_the_patient_s_pages(page: Page, live_server, practice):
    opened = letter(practice)
    payments = [held_payment(opened) for _ in OnlinePaymentStatus]
    taken = take_payment(
        guarantor=opened.visit.patient.guarantor,
        amount=Decimal("5.00"),
        method=PaymentMethod.CARD,
        request_key="p1",
        received_on=NOW.date(),
        by=None,
        now=NOW,
    )
    for payment, status in zip(payments, OnlinePaymentStatus, strict=True):
        paid = taken if status == OnlinePaymentStatus.SUCCEEDED else None
        OnlinePayment.objects.filter(pk=payment.pk).update(status=status, payment=paid)
    wrong = [*wrong_at(page, live_server.url, [opened.path, "/pay/no-such-letter/"])]

    page.goto(live_server.url + opened.path)
    for name, value in BORN.items():
        page.fill(f"[name={name}]", value)
    page.get_by_role("main").get_by_role("button").first.click()
    expect(page.get_by_role("main")).to_contain_text("You owe")
    ways = [
        reverse("billing:patient_payment", args=[opened.token, payment.public_id]) for payment in payments
    ]
    wrong += wrong_at(page, live_server.url, [opened.path, *ways])
    assert "\n".join(wrong) == ""


def wrong_at(page: Page, server: str, paths: Iterable[str]) -> Iterator[str]:
    """What is wrong with the pages at these addresses."""
    for path in paths:
        page.goto(server + path)
        if urlsplit(page.url).path != path:
            yield f"{path} leads to {page.url}"
        wait_until_still(page)
        look_at(page, size=TELEPHONE, scheme="light")
        if page.evaluate("document.documentElement.scrollWidth > innerWidth + 1"):
            yield f"{path} is wider than a telephone"
        for scheme in SCHEMES:
            look_at(page, size=DESK, scheme=scheme)
            yield from (f"{path} in {scheme}, {each}" for each in wrong_now(page))


def found_pages(client: Client) -> Iterator[str]:
    """The address of every page whose URL holds nothing, or the id of one row."""
    world = World()
    for door in doors():
        if door.name.rpartition(":")[0] in WALKED_BELOW:
            continue
        urls = world.urls(door) if door.is_of_a_record else [] if door.kinds else [door.url()]
        for url in urls:
            answer = client.get(url)
            if is_page(answer):
                yield url
            if answer.status_code in (200, 405):  # a page, a part of one, or a door for writes
                break


def pages_of_more_than_an_id() -> list[str]:
    document = Document.objects.latest("pk")
    code = Code.objects.latest("pk")
    return [
        reverse("clearinghouse:transaction", args=[document.interchange.public_id, document.position]),
        reverse("coding:code", args=[code.system, code.code]),
        reverse("practice:audit_event", args=[AuditEvent.objects.latest("pk").pk]),
    ]


def is_page(answer: HttpResponse) -> bool:
    is_html = answer.headers.get("Content-Type", "").startswith("text/html")
    return answer.status_code == 200 and is_html and b"<html" in answer.content
