"""Guarantors' accounts as pages show them: what is owed, how it came about, what was done about it."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Exists, Max, Min, OuterRef, Q, QuerySet, Subquery, Sum

from billing.models import (
    AccountHold,
    Charge,
    DunningNotice,
    PatientPayment,
    PatientQuestion,
    Statement,
    WriteOff,
)
from billing.models.ledger import Account, AccountKind, Transfer
from billing.queries.balances import OWNERS, positions_of
from billing.queries.statements import LIVE
from billing.rules.dunning import STEPS, Step
from billing.states import StatementStatus, WriteOffStatus
from claims.models import Claim
from patients.models import Guarantor
from rcm.money import ZERO

_OWED = Q(charges__positions__kind=AccountKind.PATIENT_AR, charges__positions__amount__gt=0)


@dataclass(frozen=True, slots=True)
class Happening:
    """One transfer of a charge's history: what it was, and what it did to the patient's balance."""

    transfer: Transfer
    effect: Decimal
    balance: Decimal


@dataclass(slots=True)
class ChargeHistory:
    """One charge: who owns its dollars now, and everything that moved them, oldest first."""

    charge: Charge
    owners: dict[str, Decimal]
    happened: list[Happening] = field(default_factory=list)

    @property
    def owed(self) -> Decimal:
        """What the patient owes of it now."""
        return self.owners.get("patient", ZERO)


@dataclass(frozen=True, slots=True)
class Reminder:
    """One letter of the cycle about a statement: the step, the day it is due, and what became of it."""

    step: Step
    due_on: date
    notice: DunningNotice | None


def accounts_owing(*, practices: Collection[int]) -> QuerySet[Guarantor]:
    """Guarantors who owe something (`owed`), since when (`oldest`), the largest balance first.

    `statement_on` is the day of their latest live statement, `on_hold` and `asks` whether contact is held
    and whether a question of theirs waits.
    """
    live = Statement.objects.filter(guarantor=OuterRef("pk"), status__in=LIVE).order_by("-issued_on")
    held = AccountHold.objects.filter(guarantor=OuterRef("pk"), lifted_at=None)
    asked = PatientQuestion.objects.filter(statement__guarantor=OuterRef("pk"), answered_at=None)
    return (
        Guarantor.objects.of(practices)
        .filter(_OWED)
        .annotate(owed=Sum("charges__positions__amount"), oldest=Min("charges__service_date"))
        .annotate(
            statement_on=Subquery(live.values("issued_on")[:1]),
            statement_status=Subquery(live.values("status")[:1]),
            on_hold=Exists(held),
            asks=Exists(asked),
        )
        .order_by("-owed", "pk")
    )


def known_guarantors(*, practices: Collection[int]) -> QuerySet[Guarantor]:
    """Every guarantor, whether they owe or not."""
    return Guarantor.objects.of(practices)


def known_statements(*, practices: Collection[int]) -> QuerySet[Statement]:
    """Every statement, the latest first, with the number of its last reminder (`last_step`)."""
    statements = Statement.objects.of(practices).select_related("guarantor").defer("pdf")
    return statements.annotate(last_step=Max("notices__step")).order_by("-issued_on", "-pk")


def questions_waiting(*, practices: Collection[int]) -> QuerySet[PatientQuestion]:
    """Questions of guarantors that nobody has answered, the oldest first."""
    waiting = PatientQuestion.objects.of(practices).filter(answered_at=None)
    return waiting.select_related("statement__guarantor").order_by("asked_at", "pk")


def write_offs_to_decide(*, practices: Collection[int]) -> QuerySet[WriteOff]:
    """Write-offs that wait for another person, the oldest first."""
    waiting = WriteOff.objects.of(practices).filter(status=WriteOffStatus.REQUESTED)
    charge = "charge__service_line__encounter__patient"
    return waiting.select_related(charge, "charge__guarantor", "requested_by").order_by("requested_at", "pk")


def waiting_money(guarantor: Guarantor) -> Decimal:
    """What a guarantor has paid that nothing was applied to yet."""
    accounts = Account.objects.filter(guarantor=guarantor, kind=AccountKind.UNAPPLIED_PATIENT)
    came = Transfer.objects.filter(credit__in=accounts).aggregate(sum=Sum("amount"))["sum"] or ZERO
    went = Transfer.objects.filter(debit__in=accounts).aggregate(sum=Sum("amount"))["sum"] or ZERO
    return came - went


def charges_of_guarantor(guarantor: Guarantor, *, only_owed: bool) -> QuerySet[Charge]:
    """The guarantor's charges, the latest service first."""
    charges = Charge.objects.filter(guarantor=guarantor).select_related(
        "service_line__encounter__patient", "service_line__encounter__rendering_provider"
    )
    if only_owed:
        charges = charges.filter(positions__kind=AccountKind.PATIENT_AR, positions__amount__gt=0)
    return charges.order_by("-service_date", "-pk")


def histories_of(charges: Sequence[Charge]) -> list[ChargeHistory]:
    """Each charge with its history, in the order given, in two statements."""
    positions = positions_of(charges)
    found = {charge.pk: ChargeHistory(charge, _owners(positions.get(charge.pk, {}))) for charge in charges}
    transfers = Transfer.objects.filter(charge__in=list(found)).select_related(
        "entry", "debit__coverage__payer", "credit__coverage__payer"
    )
    balance: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for transfer in transfers.order_by("entry__occurred_on", "entry_id", "pk"):
        charge_id = transfer.charge_id or 0
        effect = _effect(transfer)
        balance[charge_id] += effect
        found[charge_id].happened.append(Happening(transfer, effect, balance[charge_id]))
    return list(found.values())


def payments_of(guarantor: Guarantor) -> list[PatientPayment]:
    """What the guarantor has paid, the latest first, those taken back as well."""
    payments = guarantor.payments.select_related("received_by").order_by("-received_on", "-pk")
    return list(payments)


def reminders_of(statement: Statement) -> list[Reminder]:
    """Every letter of the cycle, sent or due; those to come only while the statement is open."""
    taken = {notice.step: notice for notice in statement.notices.order_by("pk")}
    last = max(taken, default=-1)
    return [
        Reminder(step, statement.issued_on + timedelta(days=step.day), taken.get(step.number))
        for step in STEPS
        if step.number in taken or (statement.status == StatementStatus.OPEN and step.number > last)
    ]


def charges_of_claim(claim: Claim) -> list[Charge]:
    """The charges in the books that a claim's lines are about, in their order."""
    coded = claim.lines.order_by("position").values_list("coded_line_id", flat=True)
    charges = {charge.service_line_id: charge for charge in Charge.objects.filter(service_line__in=coded)}
    return [charges[line] for line in coded if line in charges]


def _owners(positions: dict[str, Decimal]) -> dict[str, Decimal]:
    return {
        owner: total
        for owner, kinds in OWNERS.items()
        if (total := sum((positions.get(kind, ZERO) for kind in kinds), ZERO))
    }


def _effect(transfer: Transfer) -> Decimal:
    if transfer.debit.kind == AccountKind.PATIENT_AR:
        return transfer.amount
    if transfer.credit.kind == AccountKind.PATIENT_AR:
        return -transfer.amount
    return ZERO
