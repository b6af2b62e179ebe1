"""A statement as its guarantor reads it: visit by visit, line by line, as the books stand now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby

from billing.models import Charge, PatientPayment, Statement
from billing.models.ledger import AccountKind
from billing.queries.balances import OWNERS, positions_of
from billing.queries.statements import open_with_payers, reasons_of
from billing.rules.plain_words import service_in_words, share_in_words
from rcm.money import ZERO

FIGURES = {
    "charged": "We billed",
    "discount": "Your plan's discount",
    "plan_paid": "Your plan paid",
    "forgiven": "We took off",
    "with_plan": "Your plan is deciding about",
    "patient_paid": "You paid",
}
"""Where the dollars of a line are, in the order in which a bill tells it."""


@dataclass(frozen=True, slots=True)
class Share:
    """One part of what the plan left to the patient: "deductible", its dollars, and why."""

    name: str
    amount: Decimal
    why: str


@dataclass(frozen=True, slots=True)
class Step:
    """One row of an arithmetic: words and a signed amount. An `is_sum` row says what those above are."""

    words: str
    amount: Decimal
    is_sum: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One service. charged - discount - plan_paid - forgiven - with_plan - patient_paid = owed, to the cent.

    `undecided`: a plan is looking at it (again), so what is owed may change and is not asked for now.
    """

    charge_id: int
    description: str
    procedure_code: str
    charged: Decimal
    discount: Decimal
    plan_paid: Decimal
    forgiven: Decimal
    with_plan: Decimal
    patient_paid: Decimal
    owed: Decimal
    shares: Sequence[Share]
    has_plan: bool
    undecided: bool

    @property
    def asked(self) -> Decimal:
        """What is asked for now."""
        return ZERO if self.undecided or self.owed < ZERO else self.owed

    @property
    def steps(self) -> list[Step]:
        """From what was billed to what is owed, row by row."""
        words = (
            "Your share so far" if self.undecided else "You owe" if self.owed >= ZERO else "You paid too much"
        )
        total = Step(words, self.owed, is_sum=True)
        return [*_steps({figure: getattr(self, figure) for figure in FIGURES}), total]


@dataclass(frozen=True, slots=True)
class Visit:
    """The services of one day with one provider. `patient` is a first name."""

    service_date: date
    patient: str
    provider: str
    lines: Sequence[Line]

    @property
    def asked(self) -> Decimal:
        """What is asked for now, of the whole visit."""
        return sum((line.asked for line in self.lines), ZERO)


@dataclass(frozen=True, slots=True)
class Bill:
    """A statement's visits, and their sums."""

    visits: Sequence[Visit]

    def total(self, figure: str) -> Decimal:
        """The sum of one figure of all lines: charged, discount, plan_paid, forgiven, ..., asked."""
        return sum((getattr(line, figure) for visit in self.visits for line in visit.lines), ZERO)

    @property
    def asked(self) -> Decimal:
        """What is asked for now."""
        return self.total("asked")

    @property
    def steps(self) -> list[Step]:
        """From everything billed to everything asked for, row by row."""
        steps = _steps({figure: self.total(figure) for figure in FIGURES})
        if left_out := self.total("owed") - self.asked:
            words = "Not asked for now, as your plan is deciding"
            steps.append(
                Step(words if left_out > ZERO else "Paid too much elsewhere, to be settled", -left_out)
            )
        return [*steps, Step("You owe", self.asked, is_sum=True)]


def bill_of(*, statement: Statement) -> Bill:
    """The statement as the books stand now, oldest visit first. A handful of queries, however long it is."""
    charges = list(
        Charge.objects.filter(statement_lines__statement=statement)
        .select_related("service_line__encounter__patient", "service_line__encounter__rendering_provider")
        .order_by("service_date", "service_line__encounter_id", "service_line__position", "pk")
    )
    ids = [charge.pk for charge in charges]
    positions, reasons, undecided = positions_of(charges), reasons_of(ids), open_with_payers(ids)
    visits = []
    for _, group in groupby(charges, key=lambda charge: charge.service_line.encounter_id):
        rows = list(group)
        visit = rows[0].service_line.encounter
        lines = [
            _line(row, positions[row.pk], reasons[row.pk], undecided=row.pk in undecided) for row in rows
        ]
        visits.append(
            Visit(rows[0].service_date, visit.patient.first_name, str(visit.rendering_provider), lines)
        )
    return Bill(visits)


def payments_toward(*, statement: Statement) -> list[PatientPayment]:
    """What the guarantor has paid since the first visit on the statement, the latest first."""
    first = statement.lines.order_by("charge__service_date").values_list("charge__service_date", flat=True)[0]
    paid = statement.guarantor.payments.filter(voided_at=None, received_on__gte=first)
    return list(paid.order_by("-received_on", "-pk"))


def _line(
    charge: Charge, stands: dict[str, Decimal], reasons: dict[str, Decimal], *, undecided: bool
) -> Line:
    coded = charge.service_line
    discount = _sum(stands, OWNERS["adjusted"])
    plan_paid = stands.get(AccountKind.UNAPPLIED_PAYER, ZERO)
    with_plan = stands.get(AccountKind.INSURANCE_AR, ZERO)
    patient_paid = stands.get(AccountKind.UNAPPLIED_PATIENT, ZERO)
    owed = stands.get(AccountKind.PATIENT_AR, ZERO)
    shares = [
        Share(name, amount, why)
        for code, amount in sorted(reasons.items())
        if amount > ZERO
        for name, why in [share_in_words(code)]
    ]
    return Line(
        charge_id=charge.pk,
        description=coded.description or service_in_words(coded.procedure_code),
        procedure_code=coded.procedure_code,
        charged=charge.amount,
        discount=discount,
        plan_paid=plan_paid,
        forgiven=charge.amount - discount - plan_paid - with_plan - patient_paid - owed,
        with_plan=with_plan,
        patient_paid=patient_paid,
        owed=owed,
        shares=shares,
        has_plan=bool(shares or plan_paid or discount or with_plan or undecided),
        undecided=undecided,
    )


def _steps(figures: dict[str, Decimal]) -> list[Step]:
    """The rows that are not zero; after a discount, the price that it leaves."""
    steps = [Step(FIGURES["charged"], figures["charged"])]
    for figure, words in FIGURES.items():
        if figure != "charged" and figures[figure]:
            steps.append(Step(words, -figures[figure]))
        if figure == "discount" and figures[figure]:
            allowed = figures["charged"] - figures["discount"]
            steps.append(Step("Price your plan allows", allowed, is_sum=True))
    return steps


def _sum(stands: dict[str, Decimal], kinds: Sequence[AccountKind]) -> Decimal:
    return sum((stands.get(kind, ZERO) for kind in kinds), ZERO)
