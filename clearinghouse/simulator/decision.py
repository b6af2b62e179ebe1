"""What adjudication decided: per line allowed, paid and adjusted. Every line balances to the cent."""

from dataclasses import dataclass
from decimal import Decimal

from clearinghouse.simulator.claim import Adjustment

ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class DecidedLine:
    """charge - sum(adjustments) = paid. `remarks` are RARCs (LQ*HE). `number` is that of the claim's line.

    `allowed` is this plan's own allowed amount, zero for a denied line. `decided_as` is the procedure code it
    was decided under where that is another than was billed (SVC01; the billed one is then SVC06).
    """

    number: int
    charge: Decimal
    allowed: Decimal
    paid: Decimal
    adjustments: tuple[Adjustment, ...] = ()
    remarks: tuple[str, ...] = ()
    is_denied: bool = False
    decided_as: str = ""

    def __post_init__(self) -> None:
        """Refuse a line that does not balance (domain.md 3.2)."""
        if self.charge - sum((item.amount for item in self.adjustments), ZERO) != self.paid:
            raise ValueError(f"line {self.number} does not balance")

    def adjusted(self, group: str, code: str = "") -> Decimal:
        """The sum of a group's adjustments, or of one reason in it."""
        return sum((a.amount for a in self.adjustments if a.group == group and code in ("", a.code)), ZERO)


@dataclass(frozen=True, slots=True)
class Decision:
    """A claim decided. `deductible` and `out_of_pocket` are what it adds to the patient's accumulators.

    `status` is CLP02: 1, 2, 3, 4, or 19, 20 when forwarded to `forwarded_to`. `manner` is how it is put to
    the provider (see `manners`).
    """

    status: str
    lines: tuple[DecidedLine, ...]
    forwarded_to: str = ""
    deductible: Decimal = ZERO
    out_of_pocket: Decimal = ZERO
    manner: str = ""

    @property
    def is_denied(self) -> bool:
        """Every line is denied."""
        return all(line.is_denied for line in self.lines)

    @property
    def charge(self) -> Decimal:
        """Sum of the lines' charges (CLP03)."""
        return sum((line.charge for line in self.lines), ZERO)

    @property
    def paid(self) -> Decimal:
        """Sum of the lines' payments (CLP04)."""
        return sum((line.paid for line in self.lines), ZERO)

    @property
    def patient_responsibility(self) -> Decimal:
        """Sum of all PR adjustments (CLP05)."""
        return sum((line.adjusted("PR") for line in self.lines), ZERO)
