"""The memory of the box: one sqlite file. A kill -9 loses nothing that was committed.

Moments are stored as UTC text of one fixed form, so that their order is the order of the text.
"""

import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from clearinghouse.simulator import shapes
from clearinghouse.simulator.claim import Claim
from clearinghouse.simulator.decision import Decision

SCHEMA = """
CREATE TABLE IF NOT EXISTS received (
    work_name TEXT PRIMARY KEY, mailbox TEXT NOT NULL, name TEXT NOT NULL, sha256 TEXT NOT NULL,
    received_at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS interchange (
    mailbox TEXT NOT NULL, sender TEXT NOT NULL, control_number TEXT NOT NULL, sha256 TEXT NOT NULL,
    PRIMARY KEY (mailbox, sender, control_number));
CREATE TABLE IF NOT EXISTS claim (
    icn TEXT PRIMARY KEY, mailbox TEXT NOT NULL, payer_id TEXT NOT NULL, payee TEXT NOT NULL,
    number TEXT NOT NULL, patient TEXT NOT NULL, service_date TEXT NOT NULL, attempt INTEGER NOT NULL,
    state TEXT NOT NULL, origin TEXT NOT NULL, replaces TEXT NOT NULL, received_at TEXT NOT NULL,
    run_at TEXT, trace TEXT NOT NULL DEFAULT '', settled_at TEXT, partner TEXT NOT NULL, claim TEXT NOT NULL,
    decision TEXT);
CREATE INDEX IF NOT EXISTS claim_due ON claim (state, run_at);
CREATE INDEX IF NOT EXISTS claim_patient ON claim (payer_id, patient);
CREATE INDEX IF NOT EXISTS claim_number ON claim (payer_id, number);
CREATE TABLE IF NOT EXISTS answer (
    id INTEGER PRIMARY KEY, mailbox TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL,
    body TEXT NOT NULL, due_at TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'waiting', UNIQUE (mailbox, name));
CREATE INDEX IF NOT EXISTS answer_due ON answer (state, due_at);
CREATE TABLE IF NOT EXISTS handed (payload_id TEXT PRIMARY KEY, answer_id INTEGER NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS realtime (
    sender TEXT NOT NULL, payload_id TEXT NOT NULL, reply TEXT NOT NULL, PRIMARY KEY (sender, payload_id));
CREATE TABLE IF NOT EXISTS counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS carried (
    payer_id TEXT NOT NULL, payee TEXT NOT NULL, amount TEXT NOT NULL, trace TEXT NOT NULL,
    PRIMARY KEY (payer_id, payee));
CREATE TABLE IF NOT EXISTS owed (
    payer_id TEXT NOT NULL, payee TEXT NOT NULL, reference TEXT NOT NULL, amount TEXT NOT NULL,
    since TEXT NOT NULL, PRIMARY KEY (payer_id, payee, reference));
CREATE TABLE IF NOT EXISTS truth (seq INTEGER PRIMARY KEY AUTOINCREMENT, line TEXT NOT NULL);
"""

# The states of a claim. PENDING waits for its run; HELD is silent until asked; LOST never answers.
PENDING, HELD, LOST, SETTLED, REVERSED, REPLACED = (
    "pending",
    "held",
    "lost",
    "settled",
    "reversed",
    "replaced",
)


@dataclass(frozen=True, slots=True)
class Row:
    """A claim in hand. `origin` is how it came: submission, crossover, correction (the payer's own), appeal.

    `replaces` is the ICN this one reverses in the same payment run, `partner` the sender id (ISA06) that
    answers are addressed to, `attempt` counts submissions of the same claim number from 0.
    """

    icn: str
    mailbox: str
    partner: str
    origin: str
    attempt: int
    state: str
    received_at: datetime
    run_at: datetime | None
    claim: Claim
    replaces: str = ""
    trace: str = ""
    settled_at: datetime | None = None
    decision: Decision | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A file for a mailbox's `outbound/`."""

    id: int
    mailbox: str
    kind: str
    name: str
    body: str


def stamp(moment: datetime) -> str:
    """A moment as stored."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


class Store:
    """The sqlite file. Every method is one step; `transaction()` makes several of them one."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.RLock()
        self._depth = 0
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.executescript(SCHEMA)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; other threads wait. May be nested."""
        with self._lock:
            outermost = self._depth == 0
            if outermost:
                self._connection.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
            except BaseException:
                if outermost:
                    self._connection.execute("ROLLBACK")
                raise
            else:
                if outermost:
                    self._connection.execute("COMMIT")
            finally:
                self._depth -= 1

    def _run(self, sql: str, *values: object) -> list[sqlite3.Row]:
        with self._lock:
            return self._connection.execute(sql, values).fetchall()

    # Files that came

    def is_received(self, work_name: str) -> bool:
        """Whether a file was dealt with."""
        return bool(self._run("SELECT 1 FROM received WHERE work_name = ?", work_name))

    def received_sha256(self, work_name: str) -> str:
        """The digest of a file that was dealt with; empty for one that was not."""
        rows = self._run("SELECT sha256 FROM received WHERE work_name = ?", work_name)
        return str(rows[0]["sha256"]) if rows else ""

    def add_received(self, work_name: str, mailbox: str, name: str, sha256: str, now: datetime) -> None:
        """Note that a file was dealt with."""
        sql = "INSERT INTO received VALUES (?, ?, ?, ?, ?)"
        self._run(sql, work_name, mailbox, name, sha256, stamp(now))

    def add_interchange(self, mailbox: str, sender: str, control_number: str, sha256: str) -> bool:
        """Note an interchange; False when its control number was used by this sender before."""
        sql = "INSERT OR IGNORE INTO interchange VALUES (?, ?, ?, ?) RETURNING 1"
        return bool(self._run(sql, mailbox, sender, control_number, sha256))

    def count(self, name: str) -> int:
        """The next number of a named sequence, from 1."""
        sql = """
            INSERT INTO counter VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET value = value + 1
            RETURNING value
        """
        return int(self._run(sql, name)[0]["value"])

    # Claims

    def has_claim(self, icn: str) -> bool:
        """Whether a payer control number is taken."""
        return bool(self._run("SELECT 1 FROM claim WHERE icn = ?", icn))

    def add_attempt(self, mailbox: str, payer_id: str, number: str) -> int:
        """Count one more submission of a claim number; gives how many there were before."""
        return self.count(f"attempt/{mailbox}/{payer_id}/{number}") - 1

    def add_claim(self, row: Row) -> None:
        """Keep a claim."""
        claim = row.claim
        values = {
            "icn": row.icn,
            "mailbox": row.mailbox,
            "payer_id": claim.payer_id,
            "payee": claim.provider.npi,
            "number": claim.number,
            "patient": claim.patient_key,
            "service_date": claim.service_date.isoformat(),
            "attempt": row.attempt,
            "state": row.state,
            "origin": row.origin,
            "replaces": row.replaces,
            "received_at": stamp(row.received_at),
            "run_at": stamp(row.run_at) if row.run_at else None,
            "partner": row.partner,
            "claim": json.dumps(shapes.freeze(claim)),
        }
        names = ", ".join(values)
        marks = ", ".join("?" for _ in values)
        self._run(f"INSERT INTO claim ({names}) VALUES ({marks})", *values.values())  # noqa: S608 - names are ours

    def claim(self, icn: str) -> Row | None:
        """A claim by its payer control number."""
        return next(iter(self._claims("icn = ?", icn)), None)

    def claims_numbered(self, payer_id: str, number: str) -> list[Row]:
        """All claims a payer has under one claim number, newest last."""
        return self._claims("payer_id = ? AND number = ?", payer_id, number)

    def claims_of_patient(self, payer_id: str, patient: str) -> list[Row]:
        """Everything a payer has of a patient, in the order it came."""
        return self._claims("payer_id = ? AND patient = ?", payer_id, patient)

    def due_runs(self, now: datetime) -> list[tuple[datetime, str, str, str]]:
        """Payment runs that are due, oldest first: moment, mailbox, payer id, payee NPI."""
        sql = (
            "SELECT DISTINCT run_at, mailbox, payer_id, payee FROM claim"
            " WHERE state = ? AND run_at <= ? ORDER BY run_at, payer_id, payee, mailbox"
        )
        rows = self._run(sql, PENDING, stamp(now))
        return [(datetime.fromisoformat(r["run_at"]), r["mailbox"], r["payer_id"], r["payee"]) for r in rows]

    def claims_in_run(self, run_at: datetime, mailbox: str, payer_id: str, payee: str) -> list[Row]:
        """The claims of one payment run, in the order of service: nothing of it depends on arrival."""
        where = "state = ? AND run_at = ? AND mailbox = ? AND payer_id = ? AND payee = ?"
        rows = self._claims(where, PENDING, stamp(run_at), mailbox, payer_id, payee)
        return sorted(rows, key=lambda row: (row.claim.service_date, row.claim.number, row.attempt, row.icn))

    def settle(self, icn: str, decision: Decision, trace: str, at: datetime) -> None:
        """Keep what was decided and under which trace it was reported."""
        sql = "UPDATE claim SET state = ?, decision = ?, trace = ?, settled_at = ? WHERE icn = ?"
        self._run(sql, SETTLED, json.dumps(shapes.freeze(decision)), trace, stamp(at), icn)

    def set_state(self, icn: str, state: str) -> None:
        """Move a claim to another state."""
        self._run("UPDATE claim SET state = ? WHERE icn = ?", state, icn)

    def schedule(self, icn: str, run_at: datetime) -> None:
        """Put a held claim into a payment run."""
        self._run("UPDATE claim SET state = ?, run_at = ? WHERE icn = ?", PENDING, stamp(run_at), icn)

    def detach(self, icn: str, run_at: datetime) -> None:
        """Put a claim into a later run, on its own: what it replaces was taken back."""
        self._run("UPDATE claim SET replaces = '', run_at = ? WHERE icn = ?", stamp(run_at), icn)

    def _claims(self, where: str, *values: object) -> list[Row]:
        sql = f"SELECT * FROM claim WHERE {where} ORDER BY rowid"  # noqa: S608 - conditions are ours
        return [_row(row) for row in self._run(sql, *values)]

    # Money carried from one remittance to the next (PLB FB)

    def take_carried(self, payer_id: str, payee: str) -> tuple[Decimal, str]:
        """What the payee still owes from remittances before, and the trace of the last; then nothing."""
        sql = "DELETE FROM carried WHERE payer_id = ? AND payee = ? RETURNING amount, trace"
        rows = self._run(sql, payer_id, payee)
        return (Decimal(rows[0]["amount"]), rows[0]["trace"]) if rows else (Decimal("0.00"), "")

    def carry(self, payer_id: str, payee: str, amount: Decimal, trace: str) -> None:
        """Carry an amount owed by the payee forward."""
        self._run("INSERT INTO carried VALUES (?, ?, ?, ?)", payer_id, payee, str(amount), trace)

    # Money to be withheld from later remittances (PLB WO)

    def add_owed(self, payer_id: str, payee: str, reference: str, amount: Decimal, since: datetime) -> None:
        """Note what a payee owes under a reference, to be withheld from a day on."""
        sql = "INSERT INTO owed VALUES (?, ?, ?, ?, ?)"
        self._run(sql, payer_id, payee, reference, str(amount), stamp(since))

    def owed(self, payer_id: str, payee: str, at: datetime) -> list[tuple[str, Decimal]]:
        """What may be withheld by now: reference and amount, oldest first."""
        sql = (
            "SELECT reference, amount FROM owed WHERE payer_id = ? AND payee = ? AND since <= ?"
            " ORDER BY since, reference"
        )
        return [(r["reference"], Decimal(r["amount"])) for r in self._run(sql, payer_id, payee, stamp(at))]

    def reduce_owed(self, payer_id: str, payee: str, reference: str, amount: Decimal) -> None:
        """Note that so much of it was withheld."""
        place = (payer_id, payee, reference)
        where = "WHERE payer_id = ? AND payee = ? AND reference = ?"
        left = Decimal(self._run(f"SELECT amount FROM owed {where}", *place)[0]["amount"]) - amount  # noqa: S608
        if left:
            self._run(f"UPDATE owed SET amount = ? {where}", str(left), *place)  # noqa: S608 - the place is ours
        else:
            self._run(f"DELETE FROM owed {where}", *place)  # noqa: S608 - the place is ours

    # Answers

    def add_answer(self, mailbox: str, kind: str, name: str, body: str, due_at: datetime) -> None:
        """Keep an answer until it is due; one of that name is kept once."""
        sql = "INSERT OR IGNORE INTO answer (mailbox, kind, name, body, due_at) VALUES (?, ?, ?, ?, ?)"
        self._run(sql, mailbox, kind, name, body, stamp(due_at))

    def answers(self, state: str, now: datetime) -> list[Answer]:
        """Answers in a state that are due, oldest first."""
        sql = "SELECT * FROM answer WHERE state = ? AND due_at <= ? ORDER BY due_at, id"
        rows = self._run(sql, state, stamp(now))
        return [_answer(row) for row in rows]

    def ready_answer(self, mailbox: str, kind: str, state: str) -> Answer | None:
        """The oldest answer of a kind in a state."""
        sql = "SELECT * FROM answer WHERE mailbox = ? AND kind = ? AND state = ? ORDER BY due_at, id LIMIT 1"
        return next((_answer(row) for row in self._run(sql, mailbox, kind, state)), None)

    def handed_under(self, answer_id: int, payload_id: str) -> str:
        """The payload id under which an answer is given: the first one it was given under stays its own."""
        self._run("INSERT OR IGNORE INTO handed VALUES (?, ?)", payload_id, answer_id)
        rows = self._run("SELECT payload_id FROM handed WHERE answer_id = ?", answer_id)
        return str(rows[0]["payload_id"])

    def handed(self, mailbox: str, payload_id: str) -> Answer | None:
        """The answer given to a sender under a payload id."""
        sql = "SELECT answer.* FROM answer JOIN handed ON id = answer_id WHERE mailbox = ? AND payload_id = ?"
        return next((_answer(row) for row in self._run(sql, mailbox, payload_id)), None)

    def set_answer_state(self, answer_id: int, state: str, *, only: str = "") -> bool:
        """Move an answer on, `only` from a state; the states are those of `post`. Whether it moved."""
        sql = "UPDATE answer SET state = ? WHERE id = ? AND ? IN ('', state) RETURNING 1"
        return bool(self._run(sql, state, answer_id, only))

    def postpone_answer(self, answer_id: int, state: str, due_at: datetime) -> None:
        """Leave an answer in a state until later."""
        self._run("UPDATE answer SET state = ?, due_at = ? WHERE id = ?", state, stamp(due_at), answer_id)

    # Real time

    def realtime_reply(self, sender: str, payload_id: str) -> dict[str, str] | None:
        """The reply once given to a payload id."""
        rows = self._run("SELECT reply FROM realtime WHERE sender = ? AND payload_id = ?", sender, payload_id)
        return dict(json.loads(rows[0]["reply"])) if rows else None

    def add_realtime_reply(self, sender: str, payload_id: str, reply: Mapping[str, str]) -> None:
        """Keep a reply for repeats of the same payload id."""
        self._run("INSERT INTO realtime VALUES (?, ?, ?)", sender, payload_id, json.dumps(dict(reply)))

    # Truth

    def add_truth(self, line: Mapping[str, Any]) -> None:
        """Keep one event for the truth log."""
        self._run("INSERT INTO truth (line) VALUES (?)", json.dumps(line))

    def truth_after(self, seq: int) -> list[tuple[int, dict[str, Any]]]:
        """Events after a number, in order."""
        rows = self._run("SELECT seq, line FROM truth WHERE seq > ? ORDER BY seq", seq)
        return [(int(row["seq"]), json.loads(row["line"])) for row in rows]


def _answer(row: sqlite3.Row) -> Answer:
    return Answer(row["id"], row["mailbox"], row["kind"], row["name"], row["body"])


def _row(row: sqlite3.Row) -> Row:
    return Row(
        icn=row["icn"],
        mailbox=row["mailbox"],
        partner=row["partner"],
        origin=row["origin"],
        attempt=row["attempt"],
        state=row["state"],
        received_at=datetime.fromisoformat(row["received_at"]),
        run_at=datetime.fromisoformat(row["run_at"]) if row["run_at"] else None,
        claim=shapes.thaw(Claim, json.loads(row["claim"])),
        replaces=row["replaces"],
        trace=row["trace"],
        settled_at=datetime.fromisoformat(row["settled_at"]) if row["settled_at"] else None,
        decision=shapes.thaw(Decision, json.loads(row["decision"])) if row["decision"] else None,
    )
