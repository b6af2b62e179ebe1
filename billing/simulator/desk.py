"""The gateway's HTTP: an API for shops, under a key, and the payment page for people.

`POST /v1/checkouts`, `GET /v1/checkouts/<id>`, `POST /v1/checkouts/<id>/closing`; `GET /checkout/<id>`,
`POST /checkout/<id>/payment`.
"""

import hmac
import json
from collections.abc import Callable
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs

from billing.simulator import pages
from billing.simulator.cards import CARDS
from billing.simulator.store import Mismatch, NotOpen, Row, Store

LARGEST: Final = 64 * 1024
POLICY: Final = "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'"
SHOWN: Final = ("id", "key", "amount", "currency", "status", "received", "last_four", "trouble")


class Desk(ThreadingHTTPServer):
    """The server. `now` is the clock it goes by."""

    daemon_threads = True

    def __init__(
        self, address: tuple[str, int], *, store: Store, key: str, now: Callable[[], datetime]
    ) -> None:
        super().__init__(address, _Visitor)
        self.store = store
        self.key = key
        self.now = now


class _Visitor(BaseHTTPRequestHandler):
    server: Desk
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Pages, and how a checkout stands."""
        match self._parts():
            case ["v1", "checkouts", checkout_id]:
                self._for_shops(lambda: self.server.store.find(checkout_id))
            case ["checkout", checkout_id]:
                found = self.server.store.find(checkout_id)
                self._page(
                    404 if found is None else 200, pages.checkout_page(found) if found else pages.lost_page()
                )
            case ["style.css"]:
                self._answer(200, pages.STYLE.encode(), "text/css; charset=utf-8")
            case _:
                self._page(404, pages.lost_page())

    def do_POST(self) -> None:
        """Orders of shops, and payments of people."""
        length = int(self.headers.get("Content-Length") or 0)
        if length > LARGEST:
            self.close_connection = True
            self._json(413, {"error": "too large"})
            return
        body = self.rfile.read(length)
        match self._parts():
            case ["v1", "checkouts"]:
                self._for_shops(lambda: self.server.store.open(_order(body)))
            case ["v1", "checkouts", checkout_id, "closing"]:
                self._for_shops(lambda: self.server.store.close(checkout_id, self.server.now()))
            case ["checkout", checkout_id, "payment"]:
                self._pay(checkout_id, parse_qs(body.decode(errors="replace")).get("card", [""])[0])
            case _:
                self._page(404, pages.lost_page())

    def log_message(self, *_args: Any) -> None:
        """Nothing: an address of a checkout is nobody else's business."""

    def _pay(self, checkout_id: str, name: str) -> None:
        if (card := CARDS.get(name)) is None:
            self._redirect(f"/checkout/{checkout_id}")
            return
        try:
            found = self.server.store.pay(checkout_id, card, self.server.now())
        except NotOpen:
            self._redirect(f"/checkout/{checkout_id}")
            return
        if found is None:
            self._page(404, pages.lost_page())
        elif found["status"] == "open":
            self._page(422, pages.checkout_page(found))
        else:
            self._redirect(found["return_url"])

    def _for_shops(self, work: Callable[[], Row | None]) -> None:
        given = self.headers.get("Authorization", "")
        if not hmac.compare_digest(given.encode(), f"Bearer {self.server.key}".encode()):
            self._json(401, {"error": "wrong key"})
            return
        try:
            found = work()
        except Mismatch:
            self._json(409, {"error": "the key stands for another checkout"})
        except (ValueError, KeyError, TypeError):
            self._json(400, {"error": "the order cannot be read"})
        else:
            self._json(*(200, self._shown(found)) if found else (404, {"error": "no such checkout"}))

    def _shown(self, checkout: Row) -> Row:
        host = self.headers.get("Host", "")
        return {name: checkout[name] for name in SHOWN} | {"url": f"http://{host}/checkout/{checkout['id']}"}

    def _parts(self) -> list[str]:
        return [part for part in self.path.partition("?")[0].split("/") if part]

    def _redirect(self, where: str) -> None:
        self.send_response(303)
        self.send_header("Location", where)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _json(self, status: int, said: Row) -> None:
        self._answer(status, json.dumps(said).encode(), "application/json")

    def _page(self, status: int, page: str) -> None:
        self._answer(status, page.encode(), "text/html; charset=utf-8")

    def _answer(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        for name, value in {
            "Content-Type": kind,
            "Content-Length": str(len(body)),
            "Content-Security-Policy": POLICY,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-store",
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def _order(body: bytes) -> Row:
    """What a shop asks for; raises ValueError, KeyError or TypeError for what cannot be one."""
    said = json.loads(body)
    order: Row = {
        "key": str(said["key"]),
        "amount": int(said["amount"]),
        "currency": str(said["currency"]),
        "description": str(said["description"]),
        "return_url": str(said["return_url"]),
        "expires_at": float(said["expires_at"]),
    }
    if order["amount"] <= 0 or not order["return_url"].startswith(("http://", "https://")):
        raise ValueError
    return order
