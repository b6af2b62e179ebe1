"""What a statement shows: the charges that payers have finished with, and why they are owed."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Max, QuerySet, Sum

from billing.models import AccountHold, Charge, Statement, StatementLine
from billing.models.ledger import AccountKind, Transfer
from billing.queries.balances import positions_of
from billing.rules.dunning import STATEMENT_CYCLE, Account, due_step, is_for_review
from billing.rules.plain_words import service_in_words
from billing.states import StatementStatus
from patients.models import Guarantor
from practice.models import Practice
from rcm.money import ZERO

LIVE = (StatementStatus.OPEN, StatementStatus.DISPUTED, StatementStatus.REVIEW)
WORDS = {"1": "deductible", "2": "coinsurance", "3": "copay"}


@dataclass(frozen=True, slots=True)
class BillableCharge:
    """One charge as billed to a guarantor: charged = plan paid + adjusted + patient paid + owed."""

    charge_id: int
    service_date: date
    patient: str
    provider: str
    description: str
    charged: Decimal
    plan_paid: Decimal
    adjusted: Decimal
    patient_paid: Decimal
    owed: Decimal
    why: str


def guarantors_to_bill(*, practice: Practice, today: date) -> QuerySet[Guarantor]:
    """Whoever owes anything and has no live statement younger than a cycle.

    Whether a statement is due is then decided one by one.
    """
    owing = Charge.objects.filter(
        practice=practice, positions__kind=AccountKind.PATIENT_AR, positions__amount__gt=0
    )
    young = Statement.objects.filter(
        practice=practice, status__in=LIVE, issued_on__gt=today - STATEMENT_CYCLE
    )
    guarantors = Guarantor.objects.filter(practice=practice, pk__in=owing.values("guarantor_id"))
    return guarantors.exclude(pk__in=young.values("guarantor_id")).order_by("pk")


def statements_to_follow(*, practice: Practice, today: date) -> list[Statement]:
    """The open statements that have come to a step of the cycle, or to its end, since the last notice."""
    found = Statement.objects.filter(practice=practice, status=StatementStatus.OPEN).defer("pdf")
    found = found.select_related("guarantor").annotate(last_step=Max("notices__step", default=-1))
    return [statement for statement in found.order_by("pk") if _has_come_to_a_step(statement, today)]


def _has_come_to_a_step(statement: Statement, today: date) -> bool:
    issued_on, last_step = statement.issued_on, getattr(statement, "last_step", -1)
    step = due_step(issued_on=issued_on, today=today, taken=[last_step], last_paid_on=None)
    return step is not None or is_for_review(issued_on=issued_on, today=today)


def billable_charges(*, guarantor: Guarantor) -> list[BillableCharge]:
    """The charges that are owed by the guarantor and by no payer any more, oldest service first."""
    charges = list(
        guarantor.charges.filter(positions__kind=AccountKind.PATIENT_AR, positions__amount__gt=0)
        .select_related("service_line__encounter__patient", "service_line__encounter__rendering_provider")
        .order_by("service_date", "pk")
    )
    positions = positions_of(charges)
    ids = [charge.pk for charge in charges]
    reasons, undecided = reasons_of(ids), open_with_payers(ids)
    return [
        _billable(charge, positions[charge.pk], reasons[charge.pk])
        for charge in charges
        if charge.pk not in undecided
    ]


def account_of(*, guarantor: Guarantor, charges: Sequence[BillableCharge]) -> Account:
    """A guarantor's account as the dunning rules look at it."""
    live = Statement.objects.filter(guarantor=guarantor, status__in=LIVE).order_by("-issued_on").first()
    shown = StatementLine.objects.filter(statement=live).values_list("charge_id", "owed") if live else []
    return Account(
        owed=sum((charge.owed for charge in charges), ZERO),
        minimum=guarantor.practice.statement_minimum,
        holds=open_holds(guarantor=guarantor),
        has_address=bool(guarantor.street and guarantor.city and guarantor.state and guarantor.postal_code),
        birth_date=guarantor.birth_date,
        live_statement_on=live.issued_on if live else None,
        has_new_charges=bool(
            {charge.charge_id for charge in charges} - {charge_id for charge_id, _ in shown}
        ),
    )


def _billable(charge: Charge, stands: dict[str, Decimal], reasons: dict[str, Decimal]) -> BillableCharge:
    visit = charge.service_line.encounter
    plan_paid = stands.get(AccountKind.UNAPPLIED_PAYER, ZERO)
    patient_paid = stands.get(AccountKind.UNAPPLIED_PATIENT, ZERO)
    owed = stands[AccountKind.PATIENT_AR]
    return BillableCharge(
        charge_id=charge.pk,
        service_date=charge.service_date,
        patient=visit.patient.first_name,
        provider=str(visit.rendering_provider),
        description=charge.service_line.description or service_in_words(charge.service_line.procedure_code),
        charged=charge.amount,
        plan_paid=plan_paid,
        adjusted=charge.amount - plan_paid - patient_paid - owed,
        patient_paid=patient_paid,
        owed=owed,
        why=_why(reasons),
    )


def reasons_of(charge_ids: Sequence[int]) -> dict[int, dict[str, Decimal]]:
    """By charge: how many dollars each of the payer's reasons moved to the patient, net of reversals."""
    found: dict[int, dict[str, Decimal]] = defaultdict(lambda: defaultdict(lambda: ZERO))
    moved = Transfer.objects.filter(charge_id__in=charge_ids, group_code="PR")
    for side, sign in (("debit__kind", 1), ("credit__kind", -1)):
        rows = moved.filter(**{side: AccountKind.PATIENT_AR}).values_list("charge_id", "reason_code")
        for charge_id, reason, total in rows.annotate(Sum("amount")):
            found[charge_id][reason] += sign * total
    return found


def open_with_payers(charge_ids: Sequence[int]) -> set[int]:
    """The charges that some payer has not finished with: its account of them is not zero.

    Asked account by account: while the first payer decides anew, what it owes and what the next one had
    passed on may add up to nothing.
    """
    left: dict[tuple[int, int], Decimal] = defaultdict(lambda: ZERO)
    for side, sign in (("debit", 1), ("credit", -1)):
        moved = Transfer.objects.filter(
            charge_id__in=charge_ids, **{f"{side}__kind": AccountKind.INSURANCE_AR}
        )
        for charge_id, account_id, total in moved.values_list("charge_id", f"{side}_id").annotate(
            Sum("amount")
        ):
            left[charge_id, account_id] += sign * total
    return {charge_id for (charge_id, _), amount in left.items() if amount}


def _why(reasons: dict[str, Decimal]) -> str:
    """Why the patient owes it: "Your plan's deductible $40.00 and coinsurance $18.00"."""
    named: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for reason, amount in sorted(reasons.items()):
        named[WORDS.get(reason, "not covered")] += amount
    parts = [f"{name} ${amount:,.2f}" for name, amount in named.items() if amount > ZERO]
    if not parts:
        return "No insurance was on file for this visit"
    return f"Your plan's share for you: {', '.join(parts)}"


def owed_on(*, statement: Statement) -> Decimal:
    """What is owed today of the charges on a statement, those left out that a payer decides anew."""
    charges = Charge.objects.filter(statement_lines__statement=statement)
    undecided = open_with_payers(list(charges.values_list("pk", flat=True)))
    owed = charges.exclude(pk__in=undecided).filter(
        positions__kind=AccountKind.PATIENT_AR, positions__amount__gt=0
    )
    return owed.aggregate(total=Sum("positions__amount"))["total"] or ZERO


def open_holds(*, guarantor: Guarantor) -> list[str]:
    """Why a guarantor is not to be contacted, in words; empty when they may be."""
    holds = AccountHold.objects.filter(guarantor=guarantor, lifted_at=None).order_by("since")
    return [hold.get_reason_display().lower() for hold in holds]


def last_payment_on(*, guarantor: Guarantor) -> date | None:
    """The day of the last payment that stands; a copay at check-in is no answer to a statement."""
    payments = guarantor.payments.filter(voided_at=None, appointment=None)
    return payments.order_by("-received_on").values_list("received_on", flat=True).first()
