"""What the gateway remembers, in one SQLite file: checkouts, and the notices it owes."""

import secrets
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from billing.simulator.cards import BANK_TAKES, CARDS, Card

TRIES: Final = 20
LATE: Final = timedelta(seconds=3)
_TABLES = """
CREATE TABLE IF NOT EXISTS checkouts (
    id TEXT PRIMARY KEY, key TEXT UNIQUE NOT NULL, amount INTEGER NOT NULL, currency TEXT NOT NULL,
    description TEXT NOT NULL, return_url TEXT NOT NULL, expires_at REAL NOT NULL,
    status TEXT NOT NULL DEFAULT 'open', card TEXT NOT NULL DEFAULT '', received INTEGER NOT NULL DEFAULT 0,
    last_four TEXT NOT NULL DEFAULT '', trouble TEXT NOT NULL DEFAULT '', due_at REAL
);
CREATE TABLE IF NOT EXISTS notices (
    place INTEGER PRIMARY KEY, number TEXT UNIQUE NOT NULL, checkout_id TEXT NOT NULL, kind TEXT NOT NULL,
    due_at REAL NOT NULL, tries INTEGER NOT NULL DEFAULT 0, copies INTEGER NOT NULL
);
"""

Row = dict[str, Any]


class Mismatch(Exception):
    """The key stands for another checkout."""


class NotOpen(Exception):
    """The checkout takes no payment any more."""


class Store:
    """Checkouts and notices. Every method is one transaction; threads may share it."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        self._connection.executescript(_TABLES)
        self._lock = threading.RLock()

    def open(self, order: Row) -> Row:
        """The checkout of this key, new or as it stands. Raises Mismatch when it is for something else."""
        with self._writing():
            names = ("key", "amount", "currency", "description", "return_url", "expires_at")
            values = [order[name] for name in names]
            self._run(
                "INSERT OR IGNORE INTO checkouts"
                " (id, key, amount, currency, description, return_url, expires_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                f"co_{secrets.token_urlsafe(18)}",
                *values,
            )
            found = self._one("SELECT * FROM checkouts WHERE key = ?", order["key"])
        if found is None or found["amount"] != order["amount"]:
            raise Mismatch
        return found

    def find(self, checkout_id: str) -> Row | None:
        """The checkout as it stands."""
        with self._lock:
            return self._one("SELECT * FROM checkouts WHERE id = ?", checkout_id)

    def pay(self, checkout_id: str, card: Card, now: datetime) -> Row | None:
        """Try a card. Raises NotOpen."""
        with self._writing():
            found = self.find(checkout_id)
            if found is None:
                return None
            if found["status"] != "open":
                raise NotOpen
            received = max(found["amount"] - card.short, 1) if card.outcome == "succeeded" else 0
            due_at = (now + BANK_TAKES).timestamp() if card.later else None
            self._run(
                "UPDATE checkouts SET status = ?, card = ?, received = ?, last_four = ?, trouble = ?,"
                " due_at = ? WHERE id = ?",
                card.outcome,
                card.name,
                received,
                card.last_four,
                "" if card.later else card.trouble,
                due_at,
                checkout_id,
            )
            if not card.silent:
                self._owe(checkout_id, f"checkout.{card.outcome}", now)
            return self.find(checkout_id)

    def close(self, checkout_id: str, now: datetime) -> Row | None:
        """Take no payment any more, unless one was made; the checkout as it stands then."""
        with self._writing():
            found = self.find(checkout_id)
            if found is not None and found["status"] == "open":
                self._expire(found["id"], now)
            return self.find(checkout_id)

    def pass_time(self, now: datetime) -> None:
        """What happens by itself: pages expire, banks make up their minds."""
        with self._writing():
            stamp = now.timestamp()
            for row in self._all("SELECT id FROM checkouts WHERE status = 'open' AND expires_at <= ?", stamp):
                self._expire(row["id"], now)
            for row in self._all(
                "SELECT * FROM checkouts WHERE status = 'processing' AND due_at <= ?", stamp
            ):
                card = CARDS[row["card"]]
                self._run(
                    "UPDATE checkouts SET status = ?, received = ?, trouble = ?, due_at = NULL WHERE id = ?",
                    card.later,
                    row["amount"] if card.later == "succeeded" else 0,
                    card.trouble,
                    row["id"],
                )
                self._owe(row["id"], f"checkout.{card.later}", now)

    def due_notices(self, now: datetime) -> list[Row]:
        """The notices to send now, with the checkout's key, later ones first: order is not promised."""
        with self._lock:
            return self._all(
                "SELECT notices.*, checkouts.key FROM notices JOIN checkouts ON checkouts.id = checkout_id"
                " WHERE copies > 0 AND tries < ? AND notices.due_at <= ? ORDER BY place DESC LIMIT 20",
                TRIES,
                now.timestamp(),
            )

    def sent(self, notice: Row, now: datetime, *, accepted: bool) -> None:
        """One copy arrived; or it did not, and is tried again after 1, 2, 4, ... at most 60 seconds."""
        pause = 0 if accepted else min(2 ** notice["tries"], 60)
        with self._writing():
            self._run(
                "UPDATE notices SET copies = copies - ?, tries = tries + ?, due_at = ? WHERE place = ?",
                int(accepted),
                int(not accepted),
                now.timestamp() + pause,
                notice["place"],
            )

    def shut(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    def _expire(self, checkout_id: str, now: datetime) -> None:
        self._run("UPDATE checkouts SET status = 'expired' WHERE id = ?", checkout_id)
        self._owe(checkout_id, "checkout.expired", now)

    def _owe(self, checkout_id: str, kind: str, now: datetime) -> None:
        """Every third notice goes out twice and every fourth late, as real ones do."""
        [row] = self._all("SELECT coalesce(max(place), 0) + 1 AS place FROM notices")
        place = row["place"]
        due = now + LATE if place % 4 == 0 else now
        self._run(
            "INSERT INTO notices (place, number, checkout_id, kind, due_at, copies)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            place,
            f"evt_{secrets.token_urlsafe(18)}",
            checkout_id,
            kind,
            due.timestamp(),
            2 if place % 3 == 0 else 1,
        )

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with self._lock:
            if self._connection.in_transaction:
                yield
                return
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def _run(self, statement: str, *values: Any) -> None:
        self._connection.execute(statement, values)

    def _one(self, statement: str, *values: Any) -> Row | None:
        row = self._connection.execute(statement, values).fetchone()
        return dict(row) if row is not None else None

    def _all(self, statement: str, *values: Any) -> list[Row]:
        return [dict(row) for row in self._connection.execute(statement, values)]
