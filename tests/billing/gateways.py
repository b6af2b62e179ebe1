"""The two payment gateways on loopback: the bundled one itself, and a stand-in that answers as Stripe documents."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import stripe

from billing.gateway import PaymentGateway
from billing.gateway.bundled import SIGNATURE, BundledGateway
from billing.gateway.stripe import StripeGateway
from billing.simulator import notices
from billing.simulator.cards import BANK_TAKES, CARDS
from billing.simulator.desk import Desk
from billing.simulator.store import Store
from tests.conftest import NOW

KEY = "sk_test_of_these_tests"
SECRET = "whsec_of_these_tests"


@dataclass
class Bench:
    """A gateway, and what a payer and the gateway itself do to it."""

    gateway: PaymentGateway
    desk: object

    def pay(self, reference: str, card: str = "good") -> None:
        self.desk.pay(reference, card)

    def let_bank_decide(self, reference: str) -> None:
        self.desk.let_bank_decide(reference)

    def notice(self, key: str, *, number: str = "evt_1", secret: str = SECRET, at=NOW) -> tuple[bytes, dict]:
        """A webhook about our key, signed at that time: its body and headers."""
        return self.desk.notice(key, number, secret, at)


class BundledDesk:
    """The bundled gateway's own parts, in a thread of this process."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def pay(self, reference, card) -> None:
        self.store.pay(reference, CARDS[card], NOW)

    def let_bank_decide(self, reference) -> None:
        self.store.pass_time(NOW + BANK_TAKES)

    def notice(self, key, number, secret, at):
        body = notices.body_of(
            {"number": number, "kind": "checkout.succeeded", "checkout_id": "co_1", "key": key}
        )
        return body, {SIGNATURE: notices.sign(body, secret, at)}


@contextmanager
def bundled(directory: Path) -> Iterator[Bench]:
    """The bundled gateway on a free port."""
    store = Store(directory / "gateway.sqlite3")
    desk = Desk(("127.0.0.1", 0), store=store, key=KEY, now=lambda: NOW)
    with _serving(desk):
        url = f"http://127.0.0.1:{desk.server_port}"
        yield Bench(BundledGateway(url=url, key=KEY, webhook_secret=SECRET), BundledDesk(store))
    store.shut()


class StripeDesk:
    """Checkout Sessions as Stripe's API reference shows them: the fields that the adapter reads, and a few more."""

    def __init__(self) -> None:
        self.sessions: dict[str, dict] = {}
        self.by_key: dict[str, str] = {}
        self.asked: list[tuple[str, str, dict]] = []
        self._numbers = count(1)

    def create(self, form: dict, idempotency_key: str) -> dict:
        if idempotency_key not in self.by_key:
            session_id = f"cs_test_{next(self._numbers):04d}"
            self.by_key[idempotency_key] = session_id
            self.sessions[session_id] = {
                "id": session_id,
                "object": "checkout.session",
                "mode": "payment",
                "status": "open",
                "payment_status": "unpaid",
                "amount_total": int(form["line_items[0][price_data][unit_amount]"]),
                "currency": form["line_items[0][price_data][currency]"],
                "client_reference_id": form["client_reference_id"],
                "expires_at": int(form["expires_at"]),
                "payment_intent": None,
                "url": f"https://checkout.stripe.com/c/pay/{session_id}",
            }
        return self.sessions[self.by_key[idempotency_key]]

    def expire(self, session_id: str) -> dict | None:
        session = self.sessions[session_id]
        if session["status"] != "open":
            return None
        session.update(status="expired", url=None)
        return session

    def pay(self, reference, card) -> None:
        session, test_card = self.sessions[reference], CARDS[card]
        kind = "us_bank_account" if test_card.later else "card"
        intent = {
            "id": "pi_1",
            "object": "payment_intent",
            "status": "requires_payment_method" if test_card.trouble else "succeeded",
            "amount_received": 0,
            "last_payment_error": None,
            "latest_charge": {
                "id": "ch_1",
                "object": "charge",
                "payment_method_details": {"type": kind, kind: {"last4": test_card.last_four}},
            },
        }
        session["payment_intent"] = intent
        if test_card.outcome == "succeeded":
            session.update(status="complete", payment_status="paid", url=None)
            intent["amount_received"] = session["amount_total"] - test_card.short
        elif test_card.outcome == "processing":
            session.update(status="complete", url=None)
            intent["status"] = "processing"
            session["later"] = test_card
        else:
            intent["last_payment_error"] = {
                "type": "card_error",
                "code": "card_declined",
                "message": "Your card was declined.",
            }

    def let_bank_decide(self, reference) -> None:
        session = self.sessions[reference]
        card = session.pop("later")
        if card.later == "succeeded":
            session["payment_status"] = "paid"
            session["payment_intent"].update(status="succeeded", amount_received=session["amount_total"])
        else:
            session["payment_intent"].update(status="requires_payment_method")

    def notice(self, key, number, secret, at):
        said = {
            "id": number,
            "object": "event",
            "type": "checkout.session.completed",
            "data": {"object": {"object": "checkout.session", "client_reference_id": key}},
        }
        return signed_by_stripe(said, secret=secret, at=at)


def signed_by_stripe(said: dict, *, secret: str = SECRET, at=NOW) -> tuple[bytes, dict]:
    """A body and its header, signed by Stripe's own library."""
    body = json.dumps(said, indent=2)
    header = stripe.WebhookSignature.generate_signature_header(body, secret, int(at.timestamp()))
    return body.encode(), {"Stripe-Signature": header}


class _StripeVisitor(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer(self.server.desk.sessions.get(self._id(3)))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        desk = self.server.desk
        desk.asked.append((self.path, self.headers.get("Idempotency-Key", ""), form))
        if self.path == "/v1/checkout/sessions":
            self._answer(desk.create(form, self.headers["Idempotency-Key"]))
        else:
            self._answer(desk.expire(self._id(3)))

    def log_message(self, *args) -> None:
        pass

    def _id(self, place: int) -> str:
        return urlsplit(self.path).path.strip("/").split("/")[place]

    def _answer(self, said: dict | None) -> None:
        wrong_key = self.headers.get("Authorization") != f"Bearer {KEY}"
        if wrong_key:
            status, said = 401, {"error": {"type": "invalid_request_error", "message": "Invalid API Key"}}
        elif said is None:
            status, said = 400, {"error": {"type": "invalid_request_error", "message": "not possible"}}
        else:
            status, said = 200, {name: value for name, value in said.items() if name != "later"}
        content = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@contextmanager
def stripe_like() -> Iterator[Bench]:
    """The Stripe adapter against the stand-in."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _StripeVisitor)
    server.daemon_threads = True
    server.desk = StripeDesk()
    with _serving(server):
        url = f"http://127.0.0.1:{server.server_port}"
        yield Bench(StripeGateway(key=KEY, webhook_secret=SECRET, url=url), server.desk)


@contextmanager
def _serving(server: ThreadingHTTPServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
