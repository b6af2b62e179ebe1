"""Which claims meet which misfortune, and when payers pay: all decided by scenario, seed and claim number."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from clearinghouse.simulator.lottery import drawn, lot
from clearinghouse.simulator.manners import MANNERS
from clearinghouse.simulator.scenario import Scenario
from clearinghouse.simulator.slips import SLIPS

SILENT: Final = "silent"
LOST: Final = "lost"
LATE: Final = "late"
RECORDS: Final = "records"
PLAIN: Final = ""

# What a clerk may find wrong with a claim that follows every rule: category, status, entity (277CA STC01).
CLERK_REASONS: Final = (("A7", "562", "82"), ("A3", "125", "IL"), ("A6", "187", ""), ("A7", "158", "IL"))


@dataclass(slots=True)
class Luck:
    """Draws for one seed under the scenario of the day. `attempt` counts submissions of a number from 0."""

    scenario: Scenario
    seed: str

    def clerk_rejects(self, mailbox: str, number: str, attempt: int) -> tuple[str, str, str] | None:
        """Why a claim is rejected for no rule of the plan, or None."""
        if attempt or not drawn(self.seed, self.scenario.shares.rejected, "rejected", mailbox, number):
            return None
        return CLERK_REASONS[lot(self.seed, "reason", mailbox, number) % len(CLERK_REASONS)]

    def fate(self, mailbox: str, number: str, attempt: int) -> str:
        """SILENT, LOST, LATE, RECORDS or PLAIN: at most one of them."""
        if attempt:
            return PLAIN
        shares = self.scenario.shares
        for name, share in (
            (SILENT, shares.silent),
            (LOST, shares.lost),
            (LATE, shares.late),
            (RECORDS, shares.records),
        ):
            if drawn(self.seed, share, name, mailbox, number):
                return name
        return PLAIN

    def manner(self, mailbox: str, number: str, attempt: int) -> str:
        """How the decision on a claim is put: one of `manners.MANNERS`, or plainly."""
        shares = self.scenario.shares
        found = (name for name in MANNERS if drawn(self.seed, getattr(shares, name), name, mailbox, number))
        return PLAIN if attempt else next(found, PLAIN)

    def hits(self, misfortune: str, *parts: object) -> bool:
        """Whether a claim or remittance falls into the share of that name."""
        return drawn(self.seed, getattr(self.scenario.shares, misfortune), misfortune, *parts)

    def corrects_itself(self, mailbox: str, number: str) -> bool:
        """Whether the payer takes a payment back later and pays again, less."""
        return drawn(self.seed, self.scenario.shares.corrected, "corrected", mailbox, number)

    def appeal_refused(self, icn: str) -> bool:
        """Whether an appeal that is not won is answered all the same: by another denial."""
        return drawn(self.seed, self.scenario.shares.appeals_refused, "appeal refused", icn)

    def slip(self, trace: str) -> str:
        """What goes wrong with a remittance at first (see `slips`), or nothing."""
        if not drawn(self.seed, self.scenario.shares.slips, "slip", trace):
            return ""
        return SLIPS[lot(self.seed, "kind of slip", trace) % len(SLIPS)]

    def appeal_won(self, icn: str) -> bool:
        """Whether the payer gives in to an appeal."""
        return drawn(self.seed, self.scenario.shares.appeals_won, "appeal", icn)

    def run_after(self, payer_id: str, moment: datetime) -> datetime:
        """The payer's first payment run at or after a moment: runs are at the multiples of its period."""
        scenario = self.scenario
        period = scenario.payment_runs.get(payer_id, scenario.payment_run_seconds)
        epoch = datetime(1970, 1, 1, tzinfo=UTC)
        runs = -((epoch - moment) // timedelta(seconds=period))
        return epoch + timedelta(seconds=runs * period)

    def decided_at(self, payer_id: str, received_at: datetime, fate: str = PLAIN) -> datetime:
        """When adjudication of a claim ends: it is paid in the run after that."""
        delays = self.scenario.delays
        seconds = self.scenario.adjudication.get(payer_id, delays.adjudication)
        return received_at + timedelta(seconds=seconds + (delays.late if fate == LATE else 0))

    def correction_at(self, paid_at: datetime) -> datetime:
        """When the payer is done with a correction of its own."""
        return paid_at + timedelta(seconds=self.scenario.delays.correction)

    def recouped_at(self, paid_at: datetime) -> datetime:
        """When the payer begins to withhold what a correction left owing."""
        return paid_at + timedelta(seconds=self.scenario.delays.recoupment)

    def amended_at(self, paid_at: datetime) -> datetime:
        """When a remittance that went out wrong goes out right."""
        return paid_at + timedelta(seconds=self.scenario.delays.amendment)

    def appealed_at(self, now: datetime) -> datetime:
        """When the payer is done with an appeal that came now."""
        return now + timedelta(seconds=self.scenario.delays.appeal)
