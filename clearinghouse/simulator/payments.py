"""Payment runs: what is due is adjudicated, reversed and reported in one advice per payer, payee and mailbox.

Claims of a run are taken in the order of service, so that deductibles fill up the same way whenever the files
came. All dates of an advice are those of its run, not of the moment it was made.
"""

import logging
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from clearinghouse.simulator import adjudicate, lottery, store, takebacks
from clearinghouse.simulator.adjudicate import Case
from clearinghouse.simulator.claim import VOID, Claim, Line, OtherPayer, PriorPayment, Provider
from clearinghouse.simulator.decision import ZERO, DecidedLine, Decision
from clearinghouse.simulator.history import History
from clearinghouse.simulator.luck import RECORDS, Luck
from clearinghouse.simulator.members import Register
from clearinghouse.simulator.plans import Plan, Plans
from clearinghouse.simulator.pricing import cents
from clearinghouse.simulator.store import Row, Store
from clearinghouse.simulator.takebacks import ProviderAdjustment

SUBMISSION, CROSSOVER, CORRECTION, APPEAL = "submission", "crossover", "correction", "appeal"
CORRECTED_FEE = Decimal("0.9")
UNASKED_DAYS, UNASKED_RATE = 30, Decimal("0.1")  # of interest that a payer owes nobody
KEPT_BACK = Decimal("0.1")  # of a remittance, for a claim that nobody knows
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class AdvisedClaim:
    """One CLP of an advice. A reversal reports the decision it takes back, negated (CLP02 22)."""

    row: Row
    decision: Decision
    frequency: str
    is_reversal: bool = False

    @property
    def sign(self) -> int:
        """What every amount is multiplied by."""
        return -1 if self.is_reversal else 1

    @property
    def paid(self) -> Decimal:
        """CLP04."""
        return self.sign * self.decision.paid


@dataclass(frozen=True, slots=True)
class Advice:
    """One remittance: sum of claims less sum of provider adjustments is the amount, and never negative.

    `strangers` are decided claims that nobody sent (see `strangers`).
    """

    plan: Plan
    payee: Provider
    mailbox: str
    partner: str
    trace: str
    run_at: datetime
    claims: tuple[AdvisedClaim, ...]
    adjustments: tuple[ProviderAdjustment, ...]
    strangers: tuple[AdvisedClaim, ...] = ()

    @property
    def amount(self) -> Decimal:
        """BPR02."""
        paid = sum((item.paid for item in (*self.claims, *self.strangers)), ZERO)
        return paid - takebacks.total(self.adjustments)


class Cashier:
    """Makes the advices that are due. Every method runs inside one transaction of the store."""

    def __init__(self, store: Store, plans: Plans, register: Register, luck: Luck) -> None:
        self._store = store
        self._plans = plans
        self._register = register
        self._luck = luck
        self._history = History(store, register)

    def advise(self, run_at: datetime, mailbox: str, payer_id: str, payee: str) -> Advice:
        """Settle one run that is due. The advice holds no claim when all were overtaken."""
        plan = self._plan(payer_id)
        rows = self._store.claims_in_run(run_at, mailbox, payer_id, payee)
        trace = f"{plan.prefix}{run_at:%Y%m%d}{self._store.count(f'trace/{payer_id}'):05d}"
        claims: list[AdvisedClaim] = []
        beside: list[ProviderAdjustment] = []
        for row in rows:
            decided, more = self._row(row, plan, run_at, trace)
            claims += decided
            beside += more
        if claims:
            due = sum((item.paid for item in claims), ZERO) - takebacks.total(beside)
            beside += self._withheld(plan, payee, due, trace, run_at)
            due = sum((item.paid for item in claims), ZERO) - takebacks.total(beside)
            beside += self._balance(plan, payee, due, trace)
        return Advice(
            plan=plan,
            payee=rows[-1].claim.provider,
            mailbox=mailbox,
            partner=rows[-1].partner,
            trace=trace,
            run_at=run_at,
            claims=tuple(claims),
            adjustments=tuple(beside),
        )

    def _row(
        self, row: Row, plan: Plan, run_at: datetime, trace: str
    ) -> tuple[list[AdvisedClaim], list[ProviderAdjustment]]:
        """What one claim of a run brings: the decision it takes back, its own, and the money beside them."""
        reversal = self._reversal(row)
        is_own = row.origin in (CORRECTION, APPEAL)
        if row.claim.frequency == VOID or (is_own and row.replaces and not reversal):
            # A void brings nothing new; a correction of what the provider took back by then, neither.
            self._store.set_state(row.icn, store.REPLACED)
            return reversal, []
        if row.origin == CORRECTION and reversal and self._luck.hits("reversed_alone", row.icn):
            later = self._luck.run_after(row.claim.payer_id, self._luck.correction_at(run_at))
            self._store.detach(row.icn, later)
            return reversal, []
        decision = self._settle(row, plan, run_at, trace)
        decided = AdvisedClaim(row, decision, "7" if row.replaces or is_own else row.claim.frequency)
        beside = self._interest(row, plan, decision, run_at)
        beside += self._recoupment(row, reversal, decision, run_at)
        if self._luck.hits("corrected_first", row.icn):
            return [decided, *reversal], beside
        return [*reversal, decided], beside

    def _plan(self, payer_id: str) -> Plan:
        plan = self._plans.find(payer_id)
        if plan is None:
            raise LookupError(f"payer {payer_id} has claims but no plan any more")
        return plan

    def _reversal(self, row: Row) -> list[AdvisedClaim]:
        original = self._store.claim(row.replaces) if row.replaces else None
        if original is None or original.decision is None or original.state != store.SETTLED:
            return []
        self._store.set_state(original.icn, store.REVERSED)
        frequency = original.claim.frequency
        return [AdvisedClaim(original, original.decision, frequency, is_reversal=True)]

    def _settle(self, row: Row, plan: Plan, run_at: datetime, trace: str) -> Decision:
        """Decide and keep one claim, and note what follows from it."""
        decision = adjudicate.adjudicate(self._case(row, plan))
        if decision.forwarded_to and not self._luck.hits("crossovers_lost", row.icn):
            self._forward(row, decision, run_at)
        if decision.forwarded_to and self._luck.hits("crossovers_untold", row.icn):
            decision = replace(decision, status=adjudicate.STATUS_BY_RANK[row.claim.rank], forwarded_to="")
        self._store.settle(row.icn, decision, trace, run_at)
        if self._is_to_be_corrected(row, decision):
            self._plan_correction(row, run_at)
        return decision

    def _case(self, row: Row, plan: Plan) -> Case:
        claim = row.claim
        member_id = claim.subscriber.member_id
        fate = self._luck.fate(row.mailbox, claim.number, row.attempt)
        return Case(
            claim=claim,
            plan=plan,
            member=self._register.find(plan, member_id, claim.service_date),
            received_on=row.received_at.date(),
            accumulators=self._history.left(plan, member_id, claim.patient_key, claim.service_date),
            served=self._history.served(plan.payer_id, claim.patient_key),
            waived=self._waived(row),
            fee_factor=CORRECTED_FEE if row.origin == CORRECTION else Decimal(1),
            wants_records=fate == RECORDS and claim.is_first and self._is_first_word(row),
            crossover_to=self._crossover_to(plan, claim),
            manner=self._luck.manner(row.mailbox, claim.number, row.attempt),
        )

    def _is_refused_again(self, row: Row) -> bool:
        return row.origin == APPEAL and not self._luck.appeal_won(row.replaces)

    def _is_first_word(self, row: Row) -> bool:
        """Whether the payer judges as at first: a submission, or an appeal that changes nothing."""
        return row.origin == SUBMISSION or self._is_refused_again(row)

    def _waived(self, row: Row) -> frozenset[str]:
        original = self._store.claim(row.replaces) if row.origin == APPEAL else None
        if original is None or original.decision is None or self._is_refused_again(row):
            return frozenset()
        denied = (line for line in original.decision.lines if line.is_denied)
        return frozenset(item.code for line in denied for item in line.adjustments)

    def _crossover_to(self, plan: Plan, claim: Claim) -> str:
        for other in claim.others:
            after = self._plans.find(other.payer_id)
            if claim.rank != "P" or other.rank != "S" or after is None:
                continue
            member = self._register.find(after, other.member_id, claim.service_date)
            if other.payer_id in plan.crosses_over_to and member and member.is_active(claim.service_date):
                return other.payer_id
        return ""

    def _forward(self, row: Row, decision: Decision, run_at: datetime) -> None:
        claim = forwarded(row.claim, decision)
        self._add(row, claim, CROSSOVER, self._luck.decided_at(claim.payer_id, run_at), received_at=run_at)

    def _is_to_be_corrected(self, row: Row, decision: Decision) -> bool:
        first = row.origin == SUBMISSION and row.attempt == 0 and not row.replaces and row.claim.rank == "P"
        luckless = self._luck.corrects_itself(row.mailbox, row.claim.number)
        return first and luckless and decision.paid > 0 and not decision.forwarded_to

    def _plan_correction(self, row: Row, run_at: datetime) -> None:
        delay = self._luck.correction_at(run_at)
        self._add(row, row.claim, CORRECTION, delay, replaces=row.icn)

    def reconsider(self, row: Row, now: datetime) -> bool:
        """An appeal came for a settled claim: whether it is won; if so, the claim is due to be paid anew.

        One that is refused in so many words is due to be denied anew.
        """
        won = self._luck.appeal_won(row.icn)
        if won or self._luck.appeal_refused(row.icn):
            self._add(row, row.claim, APPEAL, self._luck.appealed_at(now), replaces=row.icn)
        return won

    def _add(
        self,
        row: Row,
        claim: Claim,
        origin: str,
        decided_at: datetime,
        *,
        replaces: str = "",
        received_at: datetime | None = None,
    ) -> None:
        received_at = received_at or row.received_at
        icn = self.new_icn(self._plan(claim.payer_id), decided_at, row.mailbox, claim.number, origin, row.icn)
        new = Row(
            icn=icn,
            mailbox=row.mailbox,
            partner=row.partner,
            origin=origin,
            attempt=row.attempt,
            state=store.PENDING,
            received_at=received_at,
            run_at=self._luck.run_after(claim.payer_id, decided_at),
            claim=claim,
            replaces=replaces,
        )
        self._store.add_claim(new)

    def new_icn(self, plan: Plan, at: datetime, *parts: object) -> str:
        """A payer control number: prefix, year and day, and digits drawn by the seed from the parts."""
        number = lottery.lot(self._luck.seed, plan.payer_id, *parts) % 10**8
        while self._store.has_claim(icn := f"{plan.prefix}{at:%y%j}{number:08d}"):
            number = (number + 1) % 10**8
        return icn

    def _interest(
        self, row: Row, plan: Plan, decision: Decision, run_at: datetime
    ) -> list[ProviderAdjustment]:
        days, rate = (run_at - row.received_at - plan.interest_after).days, plan.interest_rate
        if self._luck.hits("interest", row.mailbox, row.claim.number):
            days, rate = max(days, UNASKED_DAYS), rate or UNASKED_RATE
        amount = cents(decision.paid * rate * days / 365) if days > 0 else ZERO
        if row.origin != SUBMISSION or amount <= 0:
            return []
        return [ProviderAdjustment("L6", row.icn, -amount)]

    def _recoupment(
        self, row: Row, reversal: list[AdvisedClaim], decision: Decision, run_at: datetime
    ) -> list[ProviderAdjustment]:
        """A payer that takes its correction's money back later leaves it where it is for now."""
        if row.origin != CORRECTION or not reversal or not self._luck.hits("recouped", row.icn):
            return []
        before = reversal[0].row
        return takebacks.announce(
            self._store,
            payer_id=row.claim.payer_id,
            payee=row.claim.provider.npi,
            reference=takebacks.reference_to(before.claim.number, before.icn, before.trace),
            amount=reversal[0].decision.paid - decision.paid,
            since=self._luck.recouped_at(run_at),
        )

    def _withheld(
        self, plan: Plan, payee: str, due: Decimal, trace: str, run_at: datetime
    ) -> list[ProviderAdjustment]:
        """What of the payment is kept back (WO): for what is owed, or for a claim that nobody knows."""
        taken = takebacks.withhold(self._store, payer_id=plan.payer_id, payee=payee, due=due, at=run_at)
        left = due - takebacks.total(taken)
        if left > 0 and self._luck.hits("withheld", trace):
            reference = takebacks.reference_to(f"X{trace}", f"{plan.prefix}00000", trace)
            taken.append(ProviderAdjustment(takebacks.CODE, reference, cents(left * KEPT_BACK)))
        return taken

    def _balance(self, plan: Plan, payee: str, due: Decimal, trace: str) -> list[ProviderAdjustment]:
        """Forwarding balances (FB): what was owed from before is taken now; a negative total moves on."""
        owed, before = self._store.take_carried(plan.payer_id, payee)
        entries = [ProviderAdjustment("FB", before, owed)] if owed else []
        if (total := due - owed) < 0:
            entries.append(ProviderAdjustment("FB", trace, total))
            self._store.carry(plan.payer_id, payee, -total, trace)
        return entries


def forwarded(claim: Claim, decision: Decision) -> Claim:
    """The claim as the payer sends it on to the next one: with its own results on every line."""
    target = next(other for other in claim.others if other.payer_id == decision.forwarded_to)
    decided = {line.number: line for line in decision.lines}
    subscriber = replace(claim.subscriber, member_id=target.member_id)
    if target.last_name:
        subscriber = replace(subscriber, last_name=target.last_name, first_name=target.first_name)
    patient = subscriber if not claim.is_dependent else claim.patient
    ourselves = OtherPayer(
        claim.rank, claim.payer_id, "", claim.subscriber.member_id, decision.paid, claim.subscriber.last_name
    )
    return replace(
        claim,
        payer_id=target.payer_id,
        rank=target.rank,
        subscriber=subscriber,
        patient=patient,
        authorization="",
        others=(ourselves,),
        lines=tuple(_with_result(line, decided[line.number], claim.payer_id) for line in claim.lines),
    )


def _with_result(line: Line, decided: DecidedLine, payer_id: str) -> Line:
    return replace(line, prior=(PriorPayment(payer_id, decided.paid, decided.adjustments),))
