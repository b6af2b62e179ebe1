"""What a payer remembers of a patient: services already paid, and how full the accumulators are."""

from datetime import date

from clearinghouse.simulator import store
from clearinghouse.simulator.adjudicate import LineKey, line_key
from clearinghouse.simulator.claim import Claim
from clearinghouse.simulator.decision import ZERO, Decision
from clearinghouse.simulator.members import Register
from clearinghouse.simulator.plans import Plan
from clearinghouse.simulator.pricing import Accumulators
from clearinghouse.simulator.store import Store


class History:
    """Reads settled claims that still stand; nothing is kept twice, so that a reversal undoes everything."""

    def __init__(self, store: Store, register: Register) -> None:
        self._store = store
        self._register = register

    def served(self, payer_id: str, patient: str) -> frozenset[LineKey]:
        """The keys of all lines that were allowed for a patient."""
        found: set[LineKey] = set()
        for claim, decision in self._settled(payer_id, patient):
            allowed = {line.number for line in decision.lines if not line.is_denied}
            found |= {line_key(claim, line) for line in claim.lines if line.number in allowed}
        return frozenset(found)

    def left(self, plan: Plan, member_id: str, patient: str, day: date) -> Accumulators:
        """What is left of the yearly amounts as of now, in the benefit year of a day."""
        member = self._register.find(plan, member_id, day)
        settled = self._settled(plan.payer_id, patient)
        year = [decision for claim, decision in settled if claim.service_date.year == day.year]
        deductible = sum((item.deductible for item in year), member.deductible_met if member else ZERO)
        pocket = sum((item.out_of_pocket for item in year), member.out_of_pocket_met if member else ZERO)
        return Accumulators(
            max(ZERO, plan.deductible - deductible), max(ZERO, plan.out_of_pocket_maximum - pocket)
        )

    def _settled(self, payer_id: str, patient: str) -> list[tuple[Claim, Decision]]:
        rows = self._store.claims_of_patient(payer_id, patient)
        return [(row.claim, row.decision) for row in rows if row.state == store.SETTLED and row.decision]
