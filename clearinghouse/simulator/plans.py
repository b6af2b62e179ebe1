"""The payers and what their plans pay, as data: `plans.json` in this package, or a file of the same shape.

A payer's id is what an 837 carries in 2010BB NM109. All names, numbers and fees are invented.
"""

import json
import re
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final

from clearinghouse.simulator import shapes

MEDICARE: Final = "04412"
BLUEPEAK: Final = "BPK01"
NORTHSTAR: Final = "NSH01"
MEDICAID: Final = "LSM01"
MEDIGAP: Final = "59999"  # a supplement: pays after Medicare, never first


@dataclass(frozen=True, slots=True)
class Secondary:
    """How a plan pays when another payer paid first.

    `covers` names the patient-responsibility reasons it takes over (1 deductible, 2 coinsurance, 3 copay).
    `limit` caps it: "none", "benefit" (what it would have paid alone) or "allowance" (its own allowed
    amount less what the first payer paid). What is left stays with the patient, or, where
    `writes_off_remainder`, is written off as CO-45 (Medicaid).
    """

    covers: tuple[str, ...] = ("1", "2", "3")
    limit: str = "benefit"
    writes_off_remainder: bool = False


@dataclass(frozen=True, slots=True)
class Bundle:
    """`part` is not paid beside `whole` on one day, unless `part` carries a separating modifier."""

    whole: str
    part: str


@dataclass(frozen=True, slots=True)
class Payment:
    """What the payer's 835 says of itself and of the money's way: N1*PR and BPR."""

    originator: str  # BPR10 and TRN03: 1 + the payer's TIN, ten digits
    routing: str
    account: str
    street: str
    city: str
    state: str
    zip_code: str
    telephone: str
    denied_status: str = (
        "1"  # CLP02 of a claim that pays nothing: "1" as the guide says, "4" as many payers do
    )


@dataclass(frozen=True, slots=True)
class Plan:
    """One payer and the one plan it sells. Money in dollars, shares as fractions (0.2 is 20 %).

    `fees` is the allowed amount per unit by procedure; a code that is not listed is allowed
    `unlisted_share` of its charge. `copay_procedures` are code prefixes for which the copay replaces
    deductible and coinsurance. `necessity` maps a procedure to the ICD-10-CM prefixes that justify it.
    `not_covered` maps a procedure to the remark code that goes with CO-96.
    """

    payer_id: str
    name: str
    plan_name: str
    filing: str  # CLP06: MB, 12, HM, MC
    insurance_type: str  # EB04
    member_pattern: str
    prefix: str  # of claim control numbers and traces
    payment: Payment
    fees: dict[str, Decimal]
    unlisted_share: Decimal
    deductible: Decimal = Decimal("0.00")
    coinsurance: Decimal = Decimal("0.00")
    out_of_pocket_maximum: Decimal = Decimal("999999.00")
    copay: Decimal = Decimal("0.00")
    copay_procedures: tuple[str, ...] = ()
    free_procedures: tuple[str, ...] = ()
    sequestration: Decimal = Decimal("0.00")
    authorization_required: tuple[str, ...] = ()
    authorization_pattern: str = ".+"
    timely_filing_days: int = 365
    necessity: dict[str, tuple[str, ...]] = field(default_factory=dict)
    not_covered: dict[str, str] = field(default_factory=dict)
    bundles: tuple[Bundle, ...] = ()
    denies_unknown_members: bool = False  # CO-31 in the 835 instead of a rejection in the 277CA
    takes_corrections: bool = True  # frequency 7 and 8
    supplement_only: bool = False
    crosses_over_to: tuple[str, ...] = ()
    secondary: Secondary = field(default_factory=Secondary)
    interest_after_days: int = 30
    interest_rate: Decimal = Decimal("0.00")  # a year

    @property
    def interest_after(self) -> timedelta:
        """How long after receipt a clean claim may be paid without interest."""
        return timedelta(days=self.interest_after_days)

    def knows(self, member_id: str) -> bool:
        """Whether the id is shaped like one of this payer's."""
        return re.fullmatch(self.member_pattern, member_id) is not None


@dataclass(frozen=True, slots=True)
class Plans:
    """All payers of the box, by id."""

    plans: tuple[Plan, ...]

    def find(self, payer_id: str) -> Plan | None:
        """The plan behind a payer id, or None for a stranger."""
        return next((plan for plan in self.plans if plan.payer_id == payer_id), None)


def load_plans(path: Path | None = None) -> Plans:
    """Read plans from a file, or the ones of this package. Raises ValueError for a file of another shape."""
    text = (path or Path(__file__).with_name("plans.json")).read_text(encoding="utf-8")
    return shapes.thaw(Plans, json.loads(text, parse_float=Decimal))
