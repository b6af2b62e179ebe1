"""What an 835 says, in plain values: the input of every rule about remittances.

Amounts are dollars with two places; a positive reduction lowers the payment (domain.md section 3.2).
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

REVERSAL = "22"
NOTICES = frozenset({"23", "25"})
"""CLP02 of a claim that was not decided: not the payer's and forwarded, or a predetermination only."""


@dataclass(frozen=True, slots=True)
class Reduction:
    """One trio of a CAS: group, reason (CARC), amount, units."""

    group: str
    reason: str
    amount: Decimal
    quantity: Decimal | None = None


@dataclass(frozen=True, slots=True)
class LineAdvice:
    """One SVC. `procedure_code` and `modifiers` are those we submitted (SVC06 where the payer changed them).

    `derived` lines were shared out from the claim level: the payer sent none.
    """

    charge: Decimal
    paid: Decimal
    reductions: tuple[Reduction, ...] = ()
    control_number: str = ""
    procedure_code: str = ""
    modifiers: tuple[str, ...] = ()
    service_date: date | None = None
    units: Decimal | None = None
    allowed: Decimal | None = None
    remark_codes: tuple[str, ...] = ()
    derived: bool = False


@dataclass(frozen=True, slots=True)
class ClaimAdvice:
    """One CLP, with its place in the remittance from 0."""

    position: int
    control_number: str
    status_code: str
    charge: Decimal
    paid: Decimal
    patient_responsibility: Decimal
    payer_control_number: str = ""
    reductions: tuple[Reduction, ...] = ()
    remark_codes: tuple[str, ...] = ()
    crossover_payer: str = ""
    lines: tuple[LineAdvice, ...] = ()

    @property
    def is_reversal(self) -> bool:
        """Whether this takes back an earlier decision."""
        return self.status_code == REVERSAL

    @property
    def is_notice(self) -> bool:
        """Whether this decides nothing: only news about where the claim is, or would be."""
        return self.status_code in NOTICES

    @property
    def all_reductions(self) -> tuple[Reduction, ...]:
        """The reductions of the claim and of its lines."""
        return self.reductions + tuple(reduction for line in self.lines for reduction in line.reductions)


@dataclass(frozen=True, slots=True)
class ProviderReduction:
    """One pair of a PLB, with its place in the remittance from 0."""

    position: int
    reason_code: str
    reference: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Advice:
    """One 835 transaction. `payer_numbers` are all ids the payer is named by, `payee_*` who is to be paid."""

    trace_number: str
    originator_number: str
    method: str
    amount: Decimal
    effective_on: date | None = None
    produced_on: date | None = None
    payer_name: str = ""
    payer_numbers: tuple[str, ...] = ()
    payee_npi: str = ""
    payee_tax_number: str = ""
    claims: tuple[ClaimAdvice, ...] = ()
    provider_reductions: tuple[ProviderReduction, ...] = ()
