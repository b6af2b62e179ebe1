"""The box: all parts together, moved on by `work` as often as one likes."""

import logging
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from clearinghouse.simulator import truth
from clearinghouse.simulator.batch import BatchDesk
from clearinghouse.simulator.eligibility import EligibilityDesk
from clearinghouse.simulator.envelopes import Envelope
from clearinghouse.simulator.faults import FaultBox
from clearinghouse.simulator.history import History
from clearinghouse.simulator.inquiry import StatusDesk
from clearinghouse.simulator.intake import Inquiries, Intake
from clearinghouse.simulator.luck import Luck
from clearinghouse.simulator.mailbox import Mailboxes
from clearinghouse.simulator.members import Register
from clearinghouse.simulator.outgoing import Outgoing
from clearinghouse.simulator.payments import Advice, Cashier
from clearinghouse.simulator.plans import Plans
from clearinghouse.simulator.post import PostOffice
from clearinghouse.simulator.realtime import RealTimeDesk
from clearinghouse.simulator.remit import remittance_of
from clearinghouse.simulator.replies import Reply
from clearinghouse.simulator.scenario import Scenario, Script
from clearinghouse.simulator.slips import gone_wrong
from clearinghouse.simulator.store import SETTLED, Store, stamp
from clearinghouse.simulator.strangers import stranger_to
from x12 import remittance_835 as x835

ENDLESS = 1000  # rounds of payment runs that bring forth new ones within one moment
log = logging.getLogger(__name__)


class Box:
    """One clearinghouse with its payers, kept in one directory.

    With `drop` its mailboxes lie there, as plain directories that no server stands before.
    """

    def __init__(
        self,
        *,
        directory: Path,
        plans: Plans,
        register: Register,
        scenario: Scenario,
        seed: str,
        drop: Path | None = None,
    ) -> None:
        luck = self._luck = Luck(scenario, seed)
        self._script = Script(scenario, directory / "scenario.json")
        self.boxes = Mailboxes(drop or directory / "mailboxes", watched=drop is None)
        self.faults = FaultBox(scenario.faults, directory / "faults.json")
        self._plans = plans
        self._store = Store(directory / "state.sqlite3")
        self._cashier = Cashier(self._store, plans, register, luck)
        eligibility = EligibilityDesk(plans, register, History(self._store, register))
        status = StatusDesk(self._store, plans, luck)
        desks = {"270": Inquiries("271", eligibility.answer), "276": Inquiries("277", status.answer)}
        self._intake = Intake(self._store, plans, register, luck, self._cashier, desks)
        self._outgoing = Outgoing(self._store, scenario.usage)
        self._desk = RealTimeDesk(self._store, eligibility, status, self._outgoing, scenario.usage)
        self._post = PostOffice(directory, self._store, self.boxes, self.faults)
        self._batches = BatchDesk(self._store, self._post, self._intake.take)
        self._truth = truth.TruthLog(directory / "truth.jsonl", self._store)

    def work(self, now: datetime) -> None:
        """Take what came, pay what is due, put out what is due. Everything depends on `now` alone."""
        self._luck.scenario = self._script.read()
        self._post.collect(self._intake.take, now)
        self._pay(now)
        self._post.deliver(now)
        self._truth.flush()

    def _pay(self, now: datetime) -> None:
        """Hold every payment run that is due, oldest first; a run may bring forth another (crossover)."""
        for _ in range(ENDLESS):
            runs = self._store.due_runs(now)
            if not runs:
                return
            run_at, mailbox, payer_id, payee = runs[0]
            with self._store.transaction():
                self._remit(self._cashier.advise(run_at, mailbox, payer_id, payee))
        raise RuntimeError("payment runs do not come to an end")

    def _remit(self, advice: Advice) -> None:
        if not advice.claims:
            return
        if self._luck.hits("strangers", advice.trace):
            advice = replace(advice, strangers=tuple(stranger_to(item) for item in advice.claims[-1:]))
        remittance, due = remittance_of(advice, self._plans), advice.run_at
        slip = self._luck.slip(advice.trace)
        if slip and (wrong := gone_wrong(remittance, slip)):
            self._put(advice, wrong, due)
            due = self._luck.amended_at(due)
        file = self._put(advice, remittance, due)
        at = stamp(advice.run_at)
        for item in advice.claims:
            self._store.add_truth({"at": at, **truth.advised(item, advice.trace)})
        self._store.add_truth({"at": at, **truth.remitted(advice, file)})

    def _put(self, advice: Advice, remittance: x835.Remittance, due: datetime) -> str:
        """Queue an 835 as a file of its own; gives the file's name."""
        body = x835.render(remittance)
        return self._outgoing.transaction(
            advice.mailbox, advice.partner, advice.plan.payer_id, "835", due, body
        )

    def answer(self, sender: str, payload_id: str, payload_type: str, payload: str, now: datetime) -> Reply:
        """Answer one real-time payload."""
        return self._desk.answer(sender, payload_id, payload_type, payload, now)

    def answer_batch(self, asked: Envelope, now: datetime) -> Reply:
        """Answer one envelope of the batch mode."""
        return self._batches.answer(asked, now)

    def appeal(self, icn: str, now: datetime) -> bool:
        """Take a letter of appeal; False when there is no such denied claim. A second one changes nothing."""
        with self._store.transaction():
            row = self._store.claim(icn)
            if row is None or row.decision is None or row.state != SETTLED:
                return False
            if not any(line.is_denied for line in row.decision.lines):
                return False
            if self._store.count(f"appeal/{icn}") == 1:
                won = self._cashier.reconsider(row, now)
                event = {
                    "event": "appealed",
                    "at": stamp(now),
                    "claim": row.claim.number,
                    "icn": icn,
                    "won": won,
                }
                self._store.add_truth(event)
        return True

    def close(self) -> None:
        """Close the store."""
        self._store.close()
