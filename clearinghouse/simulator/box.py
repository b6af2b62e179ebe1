"""The box: all parts together, moved on by `work` as often as one likes."""

from datetime import datetime
from pathlib import Path

from clearinghouse.simulator.core import Reply
from clearinghouse.simulator.faults import FaultBox
from clearinghouse.simulator.mailbox import Mailboxes
from clearinghouse.simulator.members import Register
from clearinghouse.simulator.plans import Plans
from clearinghouse.simulator.post import PostOffice
from clearinghouse.simulator.scenario import Scenario
from clearinghouse.simulator.store import Store
from clearinghouse.simulator.truth import TruthLog


class Box:
    """One clearinghouse with its payers, kept in one directory."""

    def __init__(
        self, *, directory: Path, plans: Plans, register: Register, scenario: Scenario, seed: str
    ) -> None:
        self.boxes = Mailboxes(directory / "mailboxes")
        self.faults = FaultBox(scenario.faults, directory / "faults.json")
        self._store = Store(directory / "state.sqlite3")
        self._post = PostOffice(directory, self._store, self.boxes, self.faults)
        self._truth = TruthLog(directory / "truth.jsonl", self._store)

    def work(self, now: datetime) -> None:
        """Take what came, pay what is due, put out what is due. Everything depends on `now` alone."""
        self._post.collect(self._receive, now)
        self._post.deliver(now)
        self._truth.flush()

    def _receive(self, mailbox: str, name: str, content: bytes, now: datetime) -> None:
        return

    def answer(self, sender: str, payload_id: str, payload_type: str, payload: str) -> Reply:
        """Answer one real-time payload."""
        return Reply("CoreEnvelopeError", "", "PayloadTypeIllegal", "not served")

    def close(self) -> None:
        """Close the store."""
        self._store.close()
