"""What a plan allows for a covered line, and how that is shared between plan and patient."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from clearinghouse.simulator.claim import Adjustment, Line
from clearinghouse.simulator.decision import ZERO, DecidedLine
from clearinghouse.simulator.plans import Plan

CENT = Decimal("0.01")


def cents(amount: Decimal) -> Decimal:
    """Rounded to the cent, half up."""
    return amount.quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Accumulators:
    """What is left of a patient's yearly deductible and out-of-pocket maximum, before a claim."""

    deductible_left: Decimal
    out_of_pocket_left: Decimal

    def after(self, deductible: Decimal, patient_share: Decimal) -> "Accumulators":
        """What is left once a line took its share."""
        return Accumulators(self.deductible_left - deductible, self.out_of_pocket_left - patient_share)


@dataclass(frozen=True, slots=True)
class Priced:
    """A covered line priced as if this plan paid first: allowed = benefit + patient's share."""

    allowed: Decimal
    deductible: Decimal = ZERO
    coinsurance: Decimal = ZERO
    copay: Decimal = ZERO

    @property
    def patient_share(self) -> Decimal:
        """What the patient owes of the allowed amount."""
        return self.deductible + self.coinsurance + self.copay

    @property
    def benefit(self) -> Decimal:
        """What the plan owes of the allowed amount, before sequestration."""
        return self.allowed - self.patient_share

    def decided(self, line: Line, sequestration: Decimal) -> DecidedLine:
        """The line as the first payer settles it; sequestration (CO-253) spares the patient's share."""
        withheld = cents(sequestration * self.benefit)
        adjustments = (
            Adjustment("CO", "45", line.charge - self.allowed),
            Adjustment("CO", "253", withheld),
            Adjustment("PR", "1", self.deductible),
            Adjustment("PR", "2", self.coinsurance),
            Adjustment("PR", "3", self.copay),
        )
        return DecidedLine(
            number=line.number,
            charge=line.charge,
            allowed=self.allowed,
            paid=self.benefit - withheld,
            adjustments=tuple(item for item in adjustments if item.amount),
        )


def price(
    line: Line, plan: Plan, left: Accumulators, *, fee_factor: Decimal = Decimal(1), copay_due: bool = True
) -> Priced:
    """Price a covered line: never more than the charge; a copay stands in for deductible and coinsurance.

    The patient's share stops at what is left of the out-of-pocket maximum: coinsurance gives way first,
    then the deductible, then the copay.
    """
    fee = plan.fees.get(line.procedure)
    worth = line.charge * plan.unlisted_share if fee is None else fee * line.units
    allowed = min(cents(worth * fee_factor), line.charge)
    if line.procedure.startswith(plan.free_procedures):
        return Priced(allowed)
    if copay_due and plan.copay and line.procedure.startswith(plan.copay_procedures):
        return Priced(allowed, copay=min(plan.copay, allowed, left.out_of_pocket_left))
    deductible = min(left.deductible_left, allowed, left.out_of_pocket_left)
    coinsurance = cents(plan.coinsurance * (allowed - deductible))
    return Priced(allowed, deductible, min(coinsurance, left.out_of_pocket_left - deductible))
