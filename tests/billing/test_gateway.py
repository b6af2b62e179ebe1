"""The contract of payment gateways, asked of both adapters; and what is Stripe's alone."""

import datetime as dt
import json
from decimal import Decimal

import pytest

from billing.gateway import (
    Forged,
    NotOffered,
    Order,
    Outcome,
    Refused,
    Stale,
    Standing,
    Unreachable,
    get_gateway,
)
from billing.gateway.bundled import BundledGateway
from billing.gateway.port import cents, dollars
from billing.gateway.stripe import StripeGateway
from tests.billing.gateways import KEY, SECRET, bundled, signed_by_stripe, stripe_like
from tests.clearinghouse.servers import free_port
from tests.conftest import NOW

ORDER = Order(
    key="8d1f6ad2-1b8b-4f0e-9c43-0c2f6f1d7a11",
    amount=Decimal("58.10"),
    description="Lakeside Family Medicine PLLC, statement L01-000001",
    return_url="https://pages.example/pay/return/8d1f6ad2-1b8b-4f0e-9c43-0c2f6f1d7a11/",
    expires_at=NOW + dt.timedelta(hours=1),
)
pytestmark = pytest.mark.slow


@pytest.fixture(params=["bundled", "stripe"])
def bench(request, tmp_path):
    with bundled(tmp_path) if request.param == "bundled" else stripe_like() as made:
        yield made


def test_a_checkout_is_open_until_it_is_paid(bench):
    checkout = bench.gateway.open_checkout(ORDER)
    assert bench.gateway.look_up(checkout.reference) == Standing(Outcome.OPEN)

    bench.pay(checkout.reference)

    standing = bench.gateway.look_up(checkout.reference)
    assert standing == Standing(Outcome.SUCCEEDED, Decimal("58.10"), "4242")
    assert checkout.url.startswith("http")


def test_the_same_key_is_the_same_checkout(bench):
    assert bench.gateway.open_checkout(ORDER) == bench.gateway.open_checkout(ORDER)


def test_a_declined_card_leaves_the_checkout_open_and_says_why(bench):
    checkout = bench.gateway.open_checkout(ORDER)

    bench.pay(checkout.reference, "declined")

    standing = bench.gateway.look_up(checkout.reference)
    assert (standing.outcome, standing.received) == (Outcome.OPEN, None)
    assert "declined" in standing.trouble


@pytest.mark.parametrize(
    ("card", "outcome", "received"),
    [("bank", Outcome.SUCCEEDED, Decimal("58.10")), ("bank_fails", Outcome.FAILED, None)],
)
def test_a_bank_takes_its_time(bench, card, outcome, received):
    checkout = bench.gateway.open_checkout(ORDER)
    bench.pay(checkout.reference, card)
    assert bench.gateway.look_up(checkout.reference).outcome == Outcome.PROCESSING

    bench.let_bank_decide(checkout.reference)

    standing = bench.gateway.look_up(checkout.reference)
    assert (standing.outcome, standing.received) == (outcome, received)


def test_what_was_received_is_said_even_when_it_is_too_little(bench):
    checkout = bench.gateway.open_checkout(ORDER)

    bench.pay(checkout.reference, "short")

    assert bench.gateway.look_up(checkout.reference).received == Decimal("57.10")


def test_a_closed_checkout_has_expired(bench):
    checkout = bench.gateway.open_checkout(ORDER)
    assert bench.gateway.close(checkout.reference) == Standing(Outcome.EXPIRED)
    assert bench.gateway.close(checkout.reference) == Standing(Outcome.EXPIRED)


def test_closing_what_is_paid_says_that_it_is_paid(bench):
    checkout = bench.gateway.open_checkout(ORDER)
    bench.pay(checkout.reference)
    assert bench.gateway.close(checkout.reference).outcome == Outcome.SUCCEEDED


def test_a_checkout_that_nobody_opened_is_refused(bench):
    with pytest.raises(Refused):
        bench.gateway.look_up("co_nothing")


def test_an_event_names_our_key(bench):
    body, headers = bench.notice(ORDER.key, number="evt_7")
    event = bench.gateway.read_event(body, headers, now=NOW)
    assert event is not None
    assert (event.number, event.key) == ("evt_7", ORDER.key)


def test_an_event_is_read_whatever_the_case_of_its_header(bench):
    body, headers = bench.notice(ORDER.key)
    upper = {name.upper(): value for name, value in headers.items()}
    assert bench.gateway.read_event(body, upper, now=NOW) is not None


def test_an_event_signed_with_another_secret_is_forged(bench):
    body, headers = bench.notice(ORDER.key, secret="whsec_guessed")
    with pytest.raises(Forged):
        bench.gateway.read_event(body, headers, now=NOW)


def test_an_event_changed_on_its_way_is_forged(bench):
    body, headers = bench.notice(ORDER.key)
    with pytest.raises(Forged):
        bench.gateway.read_event(body.replace(b"8d1f", b"9d1f"), headers, now=NOW)


@pytest.mark.parametrize(
    "header", ["", "t=1", "v1=00", "t=x,v1=00", "t=1,t=2,v1=00", "t=\u0663,v1=00", "t=1,v1=\u00e9"]
)
def test_an_event_without_a_whole_signature_is_forged(bench, header):
    body, headers = bench.notice(ORDER.key)
    with pytest.raises(Forged):
        bench.gateway.read_event(body, dict.fromkeys(headers, header), now=NOW)
    with pytest.raises(Forged):
        bench.gateway.read_event(body, {}, now=NOW)


@pytest.mark.parametrize("minutes", [-6, 6])
def test_an_event_signed_too_long_ago_or_ahead_is_stale(bench, minutes):
    body, headers = bench.notice(ORDER.key, at=NOW + dt.timedelta(minutes=minutes))
    with pytest.raises(Stale):
        bench.gateway.read_event(body, headers, now=NOW)


def _gateways(url: str, key: str = KEY):
    return [
        BundledGateway(url=url, key=key, webhook_secret=SECRET),
        StripeGateway(key=key, webhook_secret=SECRET, url=url),
    ]


def test_a_gateway_that_is_away_is_unreachable(monkeypatch):
    monkeypatch.setattr("stripe.HTTPClient._sleep_time_seconds", lambda *_, **__: 0)
    for gateway in _gateways(f"http://127.0.0.1:{free_port()}"):
        with pytest.raises(Unreachable):
            gateway.open_checkout(ORDER)


def test_a_wrong_key_opens_nothing(tmp_path):
    with bundled(tmp_path) as bench, pytest.raises(Refused):
        BundledGateway(url=bench.gateway.url, key="wrong", webhook_secret=SECRET).open_checkout(ORDER)


def test_stripe_is_told_the_amount_in_cents_and_nothing_of_a_visit():
    with stripe_like() as bench:
        bench.gateway.open_checkout(ORDER)
        [(_, key, form)] = bench.desk.asked
    assert key == ORDER.key
    assert form == {
        "mode": "payment",
        "client_reference_id": ORDER.key,
        "success_url": ORDER.return_url,
        "cancel_url": ORDER.return_url,
        "expires_at": str(int(ORDER.expires_at.timestamp())),
        "line_items[0][quantity]": "1",
        "line_items[0][price_data][currency]": "usd",
        "line_items[0][price_data][unit_amount]": "5810",
        "line_items[0][price_data][product_data][name]": ORDER.description,
    }


@pytest.mark.parametrize(
    "said",
    [
        {"id": "evt_1", "type": "charge.refunded", "data": {"object": {}}},
        {
            "id": "evt_1",
            "type": "checkout.session.completed",
            "data": {"object": {"client_reference_id": None}},
        },
    ],
)
def test_stripe_events_about_other_things_are_none_of_ours(said):
    gateway = StripeGateway(key=KEY, webhook_secret=SECRET)
    assert gateway.read_event(*signed_by_stripe(said), now=NOW) is None


def test_a_signed_stripe_event_that_cannot_be_read_is_forged():
    gateway = StripeGateway(key=KEY, webhook_secret=SECRET)
    with pytest.raises(Forged):
        gateway.read_event(*signed_by_stripe({"type": "checkout.session.completed"}), now=NOW)


def test_no_gateway_is_offered_unless_one_is_set_up(settings):
    settings.PAYMENT_GATEWAY = ""
    with pytest.raises(NotOffered):
        get_gateway()
    settings.PAYMENT_GATEWAY, settings.PAYMENT_GATEWAY_KEY = "stripe", KEY
    assert get_gateway().name == "stripe"
    with pytest.raises(NotOffered):
        get_gateway("bundled")


def test_cents_and_dollars_are_each_other():
    assert [dollars(cents(Decimal(text))) for text in ("0.01", "58.10", "1234.99")] == [
        Decimal("0.01"),
        Decimal("58.10"),
        Decimal("1234.99"),
    ]
    assert json.loads(json.dumps(cents(Decimal("58.10")))) == 5810
