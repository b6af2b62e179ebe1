"""Every figure of the dashboards, said once: pages, docs/figures.md and tests read it from here.

Targets are those of domain.md section 10 (HFMA MAP keys, MGMA); a practice's own contract mix may move them.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Literal

Tone = Literal["good", "attention", "bad", "plain"]


class Unit(StrEnum):
    """What a number counts."""

    DAYS = "days"
    SHARE = "share"
    DOLLARS = "dollars"
    COUNT = "count"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a figure is good and where it is bad; between the two it wants attention."""

    good: Decimal
    bad: Decimal
    words: str

    def tone(self, value: Decimal) -> Tone:
        """What a value means. `good` above `bad` says that more is better."""
        if self.good > self.bad:
            return "good" if value >= self.good else "bad" if value < self.bad else "attention"
        return "good" if value <= self.good else "bad" if value > self.bad else "attention"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure: what it is called, what is divided by what, on which date basis, and what is good.

    `over` and `under` are the words of numerator and denominator, `over_unit` and `under_unit` what those
    count. A plain sum has no `under`. `by_provider` is False where rows belong to no single provider.
    """

    name: str
    label: str
    unit: Unit
    over: str
    over_unit: Unit
    under: str = ""
    under_unit: Unit = Unit.COUNT
    definition: str
    basis: str
    target: Target | None = None
    more_is_better: bool = False
    by_provider: bool = True
    by_payer: bool = True

    def tone(self, value: Decimal | None) -> Tone:
        """What a value means; plain without a value or a target."""
        return "plain" if value is None or self.target is None else self.target.tone(value)


def _share(text: str) -> Decimal:
    return Decimal(text) / 100


FIGURES = (
    Figure(
        name="days_in_ar",
        label="Days in A/R",
        unit=Unit.DAYS,
        over="owed",
        over_unit=Unit.DOLLARS,
        under="charged per day (last 90 days)",
        under_unit=Unit.DOLLARS,
        definition=(
            "How many days of charges are still owed. Everything that payers and patients owe today, credits "
            "taken off, divided by what was charged on an average day of the last 90."
        ),
        basis="Balances as of today, from the books; charges by date of service",
        target=Target(good=Decimal(35), bad=Decimal(45), words="35 days or less; over 45 is bad"),
    ),
    Figure(
        name="over_90",
        label="Owed over 90 days",
        unit=Unit.SHARE,
        over="owed for over 90 days",
        over_unit=Unit.DOLLARS,
        under="owed in all",
        under_unit=Unit.DOLLARS,
        definition=(
            "How much of what is owed is for services more than 90 days ago. Old balances are seldom paid: "
            "this is the first place to look when cash falls. Credits are taken off on both sides."
        ),
        basis="Balances as of today, from the books; age from the date of service",
        target=Target(good=_share("12"), bad=_share("15"), words="12% or less; over 15% is bad"),
    ),
    Figure(
        name="charged",
        label="Charged",
        unit=Unit.DOLLARS,
        over="charged",
        over_unit=Unit.DOLLARS,
        definition="What signed visits were charged at the practice's own fees, before any discount.",
        basis="Date of service",
        more_is_better=True,
    ),
    Figure(
        name="cash",
        label="Cash received",
        unit=Unit.DOLLARS,
        over="received",
        over_unit=Unit.DOLLARS,
        definition=(
            "Money from payers and patients as the books took it in, payments taken back subtracted. A "
            "payer's deposit covers the work of several providers, so it is not told by provider."
        ),
        basis="Business date of the deposit or payment",
        more_is_better=True,
        by_provider=False,
    ),
    Figure(
        name="net_collection",
        label="Net collection",
        unit=Unit.SHARE,
        over="paid",
        over_unit=Unit.DOLLARS,
        under="collectible (charged \N{MINUS SIGN} contractual)",
        under_unit=Unit.DOLLARS,
        definition=(
            "Of what the contracts let the practice collect, how much it did. Counted once a charge has come "
            "to its end: nobody owes anything of it any more, or its service was over six months ago."
        ),
        basis="Services rendered in the period that have come to their end",
        target=Target(good=_share("95"), bad=_share("90"), words="95% or more; under 90% is bad"),
        more_is_better=True,
    ),
    Figure(
        name="clean_claims",
        label="Clean claims",
        unit=Unit.SHARE,
        over="never held or rejected",
        over_unit=Unit.COUNT,
        under="claims scrubbed",
        definition=(
            "Claims that went through at the first try: no edit of ours held them, and neither clearinghouse "
            "nor payer rejected them. Corrected claims and claims that a payer crossed over are left out."
        ),
        basis="First bills of visits signed in the period",
        target=Target(good=_share("95"), bad=_share("90"), words="95% or more; under 90% is bad"),
        more_is_better=True,
    ),
    Figure(
        name="denial_rate",
        label="Denials",
        unit=Unit.SHARE,
        over="with a refused line",
        over_unit=Unit.COUNT,
        under="claims decided",
        definition=(
            "Claims of which a payer refused at least one line when it first decided. The contract's "
            "discount, the patient's share and notices of duplicates are no denials."
        ),
        basis="First decisions in remittances posted in the period",
        target=Target(good=_share("5"), bad=_share("8"), words="5% or less; over 8% is bad"),
    ),
    Figure(
        name="charge_lag",
        label="Charge lag",
        unit=Unit.DAYS,
        over="from service to signature",
        over_unit=Unit.DAYS,
        under="visits signed",
        definition="How long it takes from a visit until its codes are signed and its charges are booked.",
        basis="Visits signed in the period",
        target=Target(good=Decimal(2), bad=Decimal(4), words="2 days or less; over 4 is bad"),
    ),
    Figure(
        name="claim_lag",
        label="Claim lag",
        unit=Unit.DAYS,
        over="from signature to first sending",
        over_unit=Unit.DAYS,
        under="claims first sent",
        definition=(
            "How long it takes from the signed visit until its claim first leaves the house. Claims to later "
            "payers are left out: they wait for the payer before."
        ),
        basis="Claims to the primary payer first sent in the period",
        target=Target(good=Decimal(1), bad=Decimal(3), words="1 day or less; over 3 is bad"),
    ),
    Figure(
        name="days_to_pay",
        label="Days to pay",
        unit=Unit.DAYS,
        over="from sending to answer",
        over_unit=Unit.DAYS,
        under="claims decided",
        definition="How long payers take from a claim's first sending until its first decision is posted.",
        basis="First decisions in remittances posted in the period",
        target=Target(good=Decimal(21), bad=Decimal(30), words="21 days or less; over 30 is bad"),
    ),
)
"""In the order in which a manager reads them."""

_BY_NAME = {each.name: each for each in FIGURES}


def figure(name: str) -> Figure:
    """The figure of that name; raises KeyError where there is none."""
    return _BY_NAME[name]
