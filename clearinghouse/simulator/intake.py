"""Inbound files: envelope, syntax, screening; and the TA1, 999 and 277CA that answer them.

Claims (837P and 837I) are kept; inquiries (270 and 276) are answered by their desks after their 999.

An interchange whose control number its sender used before is answered by TA1 025 and nothing else.
"""

import hashlib
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from clearinghouse.simulator import luck as fates
from clearinghouse.simulator import screening, store
from clearinghouse.simulator.acknowledge import note_on, write_999, write_ta1
from clearinghouse.simulator.claim import Claim
from clearinghouse.simulator.claim_ack import Judged, Receipt, write_277ca
from clearinghouse.simulator.luck import Luck
from clearinghouse.simulator.members import Register
from clearinghouse.simulator.outgoing import Outgoing, is_answerable
from clearinghouse.simulator.payments import SUBMISSION, Cashier
from clearinghouse.simulator.plans import Plans
from clearinghouse.simulator.reading import Batch, read_claims
from clearinghouse.simulator.screening import Desk, screen
from clearinghouse.simulator.store import Row, Store, stamp
from clearinghouse.simulator.syntax import Verdict, examine
from x12 import claim_837, claim_837i
from x12.envelope import Group, Interchange, Transaction, read
from x12.errors import X12Error
from x12.segments import Segment

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Inquiries:
    """The desk for one kind of inquiry: gives the transaction of `kind` that answers one, from ST to SE."""

    kind: str
    answer: Callable[[Transaction, datetime], Sequence[Segment]]


@dataclass(frozen=True, slots=True)
class Arrival:
    """Where an interchange came from."""

    mailbox: str
    name: str
    partner: str  # ISA06: who gets the answers
    addressed: str  # ISA08: who we are to them
    now: datetime


class Intake:
    """Takes files from the post office. `take` runs inside the transaction that notes the file."""

    def __init__(
        self,
        store: Store,
        plans: Plans,
        register: Register,
        luck: Luck,
        cashier: Cashier,
        desks: Mapping[str, Inquiries],
    ) -> None:
        self._store = store
        self._plans = plans
        self._register = register
        self._luck = luck
        self._cashier = cashier
        self._desks = desks
        self._outgoing = Outgoing(store, luck.scenario.usage)

    def take(self, mailbox: str, name: str, content: bytes, now: datetime) -> None:
        """Handle one file. Whatever it holds, this does not raise for it."""
        try:
            mail = read(content)
        except X12Error as error:
            log.warning("a file of %d bytes is not X12: %s", len(content), error.reason)
            self._tell("unreadable", now, file=name)
            return
        for interchange in mail.interchanges:
            if not is_answerable(interchange):
                self._tell("unreadable", now, file=name)
                continue
            arrival = Arrival(mailbox, name, interchange.sender_id, interchange.receiver_id, now)
            self._interchange(arrival, interchange, hashlib.sha256(content).hexdigest())

    def _interchange(self, arrival: Arrival, interchange: Interchange, sha256: str) -> None:
        note = note_on(interchange, usage=self._luck.scenario.usage)
        number = interchange.control_number
        if note == "000" and not self._store.add_interchange(
            arrival.mailbox, arrival.partner, number, sha256
        ):
            note = "025"
        if note != "000" or interchange.acknowledgment_requested:
            due = arrival.now + timedelta(seconds=self._luck.scenario.delays.acknowledgement)
            ta1 = write_ta1(interchange, note)
            self._outgoing.interchange_answer(arrival.mailbox, arrival.partner, arrival.addressed, due, ta1)
        if note != "000":
            self._tell("refused", arrival.now, file=arrival.name, control=number, note=note)
            return
        for group in interchange.groups:
            self._group(arrival, group)

    def _group(self, arrival: Arrival, group: Group) -> None:
        if group.functional_id == "FA":  # nobody acknowledges an acknowledgment
            return
        taken = [(transaction, *self._read(transaction)) for transaction in group.transactions]
        verdicts = [(transaction, verdict) for transaction, verdict, _ in taken]
        due = arrival.now + timedelta(seconds=self._luck.scenario.delays.acknowledgement)
        self._send(arrival, "999", due, write_999(group, verdicts))
        for transaction, verdict, batch in taken:
            if batch is not None:
                self._batch(arrival, *batch)
            elif verdict.accepted:
                desk = self._desks[transaction.kind]
                self._send(arrival, desk.kind, due, desk.answer(transaction, arrival.now))
            else:
                codes = list(verdict.transaction_codes)
                self._tell(
                    "refused", arrival.now, file=arrival.name, control=transaction.control_number, note=codes
                )

    def _batch(self, arrival: Arrival, batch: Batch, claims: Sequence[Claim]) -> None:
        judged = [item for claim in claims for item in self._claim(arrival, claim)]
        due = arrival.now + timedelta(seconds=self._luck.scenario.delays.claim_acknowledgement)
        for payer_id in dict.fromkeys(item.claim.payer_id for item in judged):
            theirs = [item for item in judged if item.claim.payer_id == payer_id]
            receipt = Receipt(f"{self._store.count('277ca'):09d}", due, arrival.now)
            self._send(arrival, "277CA", due, write_277ca(batch, payer_id, theirs, receipt, self._plans))

    def _claim(self, arrival: Arrival, claim: Claim) -> list[Judged]:
        """Screen one claim and keep it if it passes; nothing to say of a claim that gets lost."""
        mailbox, now = arrival.mailbox, arrival.now
        attempt = self._store.add_attempt(mailbox, claim.payer_id, claim.number)
        facts = {"claim": claim.number, "charge": str(claim.charge), "payer": claim.payer_id}
        more = {"frequency": claim.frequency, "rank": claim.rank, "attempt": attempt, "file": arrival.name}
        self._tell("received", now, **facts, **more)
        desk = Desk(self._plans, self._register, lambda icn: self._is_theirs(claim, icn), now.date())
        reason = screen(claim, desk) or self._luck.clerk_rejects(mailbox, claim.number, attempt)
        if reason is not None:
            self._tell("rejected", now, **facts, reason=":".join(part for part in reason if part))
            return [Judged(claim, reason, "")]
        fate = self._luck.fate(mailbox, claim.number, attempt) if claim.is_first else fates.PLAIN
        icn = self._keep(arrival, claim, attempt, fate)
        self._tell("accepted", now, **facts, icn=icn, fate=fate)
        return [] if fate == fates.LOST else [Judged(claim, screening.ACCEPTED, icn)]

    def _keep(self, arrival: Arrival, claim: Claim, attempt: int, fate: str) -> str:
        plan = self._plans.find(claim.payer_id)
        if plan is None:
            raise LookupError("screening let a claim to an unknown payer pass")
        icn = self._cashier.new_icn(plan, arrival.now, arrival.mailbox, claim.number, attempt)
        state = {fates.SILENT: store.HELD, fates.LOST: store.LOST}.get(fate, store.PENDING)
        decided_at = self._luck.decided_at(claim.payer_id, arrival.now, fate)
        row = Row(
            icn=icn,
            mailbox=arrival.mailbox,
            partner=arrival.partner,
            origin=SUBMISSION,
            attempt=attempt,
            state=state,
            received_at=arrival.now,
            run_at=self._luck.run_after(claim.payer_id, decided_at) if state == store.PENDING else None,
            claim=claim,
            replaces="" if claim.is_first else claim.replaces,
        )
        self._overtake(row)
        self._store.add_claim(row)
        return icn

    def _overtake(self, row: Row) -> None:
        """A replacement or void of a claim that is not decided yet takes its place."""
        original = self._store.claim(row.replaces) if row.replaces else None
        if original is not None and original.state in (store.PENDING, store.HELD):
            self._store.set_state(original.icn, store.REPLACED)
            facts = {"claim": original.claim.number, "icn": original.icn, "payer": original.claim.payer_id}
            self._tell("overtaken", row.received_at, **facts, by=row.icn)

    def _is_theirs(self, claim: Claim, icn: str) -> bool:
        """Whether the claim to be replaced is one of this provider's and can still be."""
        original = self._store.claim(icn)
        if original is None or original.state in (store.REVERSED, store.REPLACED, store.LOST):
            return False
        first = original.claim
        return (first.payer_id, first.provider.npi) == (claim.payer_id, claim.provider.npi)

    def _send(self, arrival: Arrival, kind: str, due: datetime, body: Sequence[Any]) -> None:
        self._outgoing.transaction(arrival.mailbox, arrival.partner, arrival.addressed, kind, due, body)

    def _read(self, transaction: Transaction) -> tuple[Verdict, tuple[Batch, list[Claim]] | None]:
        """The verdict on a transaction, and its claims if it is accepted and holds any."""
        if transaction.kind in self._desks:
            return Verdict((), () if transaction.complete else ("2",)), None
        verdict = examine(transaction)
        if not verdict.accepted:
            return verdict, None
        is_institutional = transaction.kind == "837I"
        batch = claim_837i.read(transaction) if is_institutional else claim_837.read(transaction)
        try:
            return verdict, (batch, read_claims(batch))
        except ValueError:
            return Verdict((), ("5",)), None  # segments that are all there, but not where they belong

    def _tell(self, event: str, at: datetime, **fields: object) -> None:
        self._store.add_truth({"event": event, "at": stamp(at), **fields})
