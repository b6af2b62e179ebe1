"""The program: opens its port, and works until it is told to stop. Settings come from the environment:

* `RCM_GATEWAY_DIR`: its directory. `RCM_GATEWAY_PORT`: its port; `RCM_GATEWAY_HOST`, 127.0.0.1 unless told.
* `RCM_PAYMENT_GATEWAY_KEY` and `RCM_PAYMENT_WEBHOOK_SECRET`: as the product has them.
* `RCM_GATEWAY_WEBHOOK`: the address its notices go to.
* `RCM_CLOCK_FILE`: the shared demonstration clock (see `rcm.clock`).

SIGTERM or SIGINT stops it.
"""

import logging
import os
import signal
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

from billing.simulator.desk import Desk
from billing.simulator.notices import send_due
from billing.simulator.store import Store
from rcm import clock

ROUND_SECONDS = 0.2
log = logging.getLogger(__name__)


class Gateway:
    """The whole of it: page, API, and the thread that lets time pass and sends notices."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        directory = Path(environment["RCM_GATEWAY_DIR"])
        directory.mkdir(parents=True, exist_ok=True)
        self._webhook = environment["RCM_GATEWAY_WEBHOOK"]
        self._secret = environment["RCM_PAYMENT_WEBHOOK_SECRET"]
        address = (environment.get("RCM_GATEWAY_HOST", "127.0.0.1"), int(environment["RCM_GATEWAY_PORT"]))
        self.store = Store(directory / "gateway.sqlite3")
        self.desk = Desk(address, store=self.store, key=environment["RCM_PAYMENT_GATEWAY_KEY"], now=clock.now)
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self.desk.serve_forever, name="desk", daemon=True),
            threading.Thread(target=self._work, name="notices", daemon=True),
        ]

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self.desk.server_port

    def start(self) -> None:
        """Open the doors."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Close them; what is under way is finished."""
        self._stopping.set()
        self.desk.shutdown()
        self.desk.server_close()
        for thread in self._threads:
            thread.join()
        self.store.shut()

    def _work(self) -> None:
        while not self._stopping.wait(ROUND_SECONDS):
            try:
                now = clock.now()
                self.store.pass_time(now)
                send_due(self.store, url=self._webhook, secret=self._secret, now=now)
            except Exception:
                log.exception("this round failed; the next one tries again")


def main() -> None:
    """Entry point of `python -m billing.simulator`."""
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    told = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told.set())
    gateway = Gateway(os.environ)
    gateway.start()
    log.info("ready on port %d", gateway.port)
    told.wait()
    gateway.stop()
    log.info("stopped")
