"""The bundled gateway as a program: its page, its notices, what it forgets and what it does not."""

import datetime as dt
import json
import threading
import time
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from billing.gateway import Order, Outcome
from billing.gateway.bundled import BundledGateway
from billing.simulator.program import Gateway
from tests.billing.gateways import KEY, SECRET
from tests.conftest import NOW

pytestmark = pytest.mark.slow


def wait_until(holds, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


class Shop:
    """Takes notices, once it is `open`; keeps those it took, as the adapter reads them."""

    def __init__(self) -> None:
        self.open, self.refused = False, 0
        self.taken: list[tuple[bytes, dict[str, str]]] = []
        shop = self

        class Visitor(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                shop.refused += not shop.open
                if shop.open:
                    shop.taken.append((body, dict(self.headers.items())))
                self.send_response(204 if shop.open else 503)
                self.end_headers()

            def log_message(self, *_args) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Visitor)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def shop():
    made = Shop()
    yield made
    made.close()


@pytest.fixture
def program(tmp_path, shop):
    """Starts the gateway; again, after a stop, on the same directory."""
    started = []

    def start() -> BundledGateway:
        gateway = Gateway(
            {
                "RCM_GATEWAY_DIR": str(tmp_path),
                "RCM_GATEWAY_PORT": "0",
                "RCM_GATEWAY_WEBHOOK": f"http://127.0.0.1:{shop.server.server_port}/",
                "RCM_PAYMENT_GATEWAY_KEY": KEY,
                "RCM_PAYMENT_WEBHOOK_SECRET": SECRET,
            }
        )
        gateway.start()
        started.append(gateway)
        return BundledGateway(url=f"http://127.0.0.1:{gateway.port}", key=KEY, webhook_secret=SECRET)

    start.stop = lambda: started.pop().stop()
    yield start
    for gateway in started:
        gateway.stop()


ORDER = Order("k1", Decimal("58.00"), "A statement", "http://127.0.0.1:9/back", NOW + dt.timedelta(hours=1))


def choose(url: str, card: str) -> httpx.Response:
    return httpx.post(f"{url}/payment", data={"card": card}, trust_env=False)


def test_a_payer_is_shown_the_amount_and_led_back(program, shop):
    gateway = program()
    checkout = gateway.open_checkout(ORDER)
    page = httpx.get(checkout.url, trust_env=False)
    assert "$58.00" in page.text
    assert page.headers["Cache-Control"] == "no-store"

    declined = choose(checkout.url, "declined")
    assert (declined.status_code, "declined" in declined.text) == (422, True)
    paid = choose(checkout.url, "good")

    assert (paid.status_code, paid.headers["Location"]) == (303, ORDER.return_url)
    assert gateway.look_up(checkout.reference).outcome == Outcome.SUCCEEDED
    assert "This was paid" in httpx.get(checkout.url, trust_env=False).text
    assert choose(checkout.url, "good").headers["Location"].startswith("/checkout/")
    assert httpx.get(f"{gateway.url}/checkout/co_none", trust_env=False).status_code == 404


def test_a_notice_goes_out_until_it_is_taken_even_over_a_restart(program, shop, frozen):
    gateway = program()
    choose(gateway.open_checkout(ORDER).url, "good")
    wait_until(lambda: shop.refused)
    program.stop()

    shop.open = True
    gateway = program()
    frozen.advance(dt.timedelta(minutes=2))
    wait_until(lambda: shop.taken)

    body, headers = shop.taken[0]
    event = gateway.read_event(body, headers, now=frozen.now())
    assert (event.key, event.kind) == ("k1", "checkout.succeeded")


def test_some_notices_come_twice_and_the_third_is_one_of_them(program, shop):
    shop.open = True
    gateway = program()
    url = gateway.open_checkout(ORDER).url
    for card in ("declined", "declined", "good"):
        choose(url, card)
    wait_until(lambda: len(shop.taken) == 4)
    numbers = [json.loads(body)["id"] for body, _ in shop.taken]
    assert len(set(numbers)) == 3
    assert {json.loads(body)["id"] for body, _ in shop.taken if "succeeded" in body.decode()} == {
        max(numbers, key=numbers.count)
    }


def test_an_order_that_makes_no_sense_is_refused(program, shop):
    gateway = program()
    headers = {"Authorization": f"Bearer {KEY}"}
    for content in (b"x", b"{}", json.dumps({"key": "k", "amount": -1}).encode()):
        answer = httpx.post(f"{gateway.url}/v1/checkouts", content=content, headers=headers, trust_env=False)
        assert answer.status_code == 400
