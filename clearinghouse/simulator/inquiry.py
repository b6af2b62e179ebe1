"""276 to 277: where a claim stands. Asking for a silent claim is what wakes it up."""

from datetime import datetime
from typing import Final

from clearinghouse.simulator import store
from clearinghouse.simulator.luck import Luck
from clearinghouse.simulator.plans import Plan, Plans
from clearinghouse.simulator.store import Row, Store
from x12 import status_276_277 as x276
from x12.claim_status import StatusCode, StatusReport
from x12.envelope import Transaction
from x12.levels import organization
from x12.records import Contact
from x12.segments import Segment

# What is said of a denied claim, by its first reason: CARC to claim status code.
DENIALS: Final = {
    "15": "252",
    "16": "286",
    "18": "54",
    "26": "88",
    "27": "88",
    "29": "718",
    "31": "97",
    "50": "287",
    "96": "107",
    "97": "448",
    "197": "84",
    "252": "294",
}


class StatusDesk:
    """Answers 276s."""

    def __init__(self, store: Store, plans: Plans, luck: Luck) -> None:
        self._store = store
        self._plans = plans
        self._luck = luck

    def answer(self, transaction: Transaction, now: datetime) -> list[Segment]:
        """The 277 to a 276, from ST to SE; every inquiry is answered where it stands."""
        asked = x276.read_request(transaction)
        return x276.render(
            x276.StatusResponse(
                control_number="0001",
                reference=f"{self._store.count('277'):09d}",
                created_on=now.date(),
                created_time=f"{now:%H%M}",
                payers=tuple(self._payer(payer, now) for payer in asked.payers),
            )
        )

    def _payer(self, asked: x276.InquiredPayer, now: datetime) -> x276.AnsweringPayer:
        plan = self._plans.find(asked.name.id)
        contact = Contact(function="IC", numbers=("TE", plan.payment.telephone)) if plan else None
        name = organization("PR", plan.name, id_qualifier="PI", number=plan.payer_id) if plan else asked.name
        receivers = tuple(
            x276.AnsweredReceiver(
                name=receiver.name,
                providers=tuple(self._provider(provider, plan, now) for provider in receiver.providers),
            )
            for receiver in asked.receivers
        )
        return x276.AnsweringPayer(name=name, contact=contact, receivers=receivers)

    def _provider(
        self, asked: x276.InquiringProvider, plan: Plan | None, now: datetime
    ) -> x276.AnsweredProvider:
        npi = asked.name.id
        subscribers = tuple(
            x276.AnsweredSubscriber(
                name=subscriber.name,
                claims=tuple(self._claim(inquiry, plan, npi, now) for inquiry in subscriber.inquiries),
                dependents=tuple(
                    x276.AnsweredDependent(
                        name=dependent.name,
                        claims=tuple(self._claim(inquiry, plan, npi, now) for inquiry in dependent.inquiries),
                    )
                    for dependent in subscriber.dependents
                ),
            )
            for subscriber in asked.subscribers
        )
        return x276.AnsweredProvider(name=asked.name, subscribers=subscribers)

    def _claim(
        self, asked: x276.ClaimInquiry, plan: Plan | None, npi: str, now: datetime
    ) -> x276.ClaimStatus:
        row = self._find(asked, plan.payer_id, npi) if plan else None
        if row is not None and row.state == store.HELD:
            run_at = self._luck.run_after(row.claim.payer_id, self._luck.decided_at(row.claim.payer_id, now))
            self._store.schedule(row.icn, run_at)
        return x276.ClaimStatus(
            trace=asked.trace,
            statuses=(_report(row, now) if plan else _status("E0", "116", now),),
            payer_control_number=row.icn if row else "",
            patient_account=asked.patient_account,
            service_date=row.claim.service_date if row else asked.service_date,
        )

    def _find(self, asked: x276.ClaimInquiry, payer_id: str, npi: str) -> Row | None:
        """The claim asked for, by the payer's number or by the provider's: the newest that still stands."""
        if asked.payer_control_number:
            exact = self._store.claim(asked.payer_control_number)
            rows = [exact] if exact else []
        else:
            rows = self._store.claims_numbered(payer_id, asked.patient_account)
        theirs = [row for row in rows if _is_theirs(row, payer_id, npi)]
        standing = [row for row in theirs if row.state != store.REPLACED]
        return next(reversed(standing or theirs), None)


def _is_theirs(row: Row, payer_id: str, npi: str) -> bool:
    claim = row.claim
    known = row.state != store.LOST and claim.payer_id == payer_id
    return known and npi in (claim.provider.npi, claim.rendering_npi)


def _report(row: Row | None, now: datetime) -> StatusReport:
    if row is None:
        return _status("A4", "35", now)
    if row.state in (store.REPLACED, store.REVERSED):
        return _status("F3", "101", row.settled_at or now, row)
    if row.decision is None or row.settled_at is None:
        return _status("P1", "20", now, row)
    if row.decision.is_denied:
        reason = next((item.code for line in row.decision.lines for item in line.adjustments), "")
        return _final("F2", DENIALS.get(reason, "107"), row, row.settled_at)
    paid = row.decision.paid > 0
    return _final("F1" if paid else "F0", "65" if paid else "104", row, row.settled_at)


def _status(category: str, status: str, at: datetime, row: Row | None = None) -> StatusReport:
    return StatusReport(
        code=StatusCode(category=category, status=status),
        effective_on=at.date(),
        charge=row.claim.charge if row else None,
    )


def _final(category: str, status: str, row: Row, settled_at: datetime) -> StatusReport:
    decision = row.decision
    return StatusReport(
        code=StatusCode(category=category, status=status),
        effective_on=settled_at.date(),
        charge=row.claim.charge,
        paid=decision.paid if decision else None,
        finalized_on=settled_at.date(),
        payment_method="ACH" if decision and decision.paid else "NON",
        payment_on=settled_at.date(),
        payment_number=row.trace,
    )
