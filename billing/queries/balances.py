"""Who owes what: positions of charges, balances of guarantors."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from django.db.models import QuerySet, Sum

from billing.models import Charge, Remittance
from billing.models.ledger import AccountKind, Position
from patients.models import Guarantor
from practice.models import Practice
from rcm.money import ZERO

OWNERS = {
    "payer": (AccountKind.INSURANCE_AR,),
    "patient": (AccountKind.PATIENT_AR,),
    "paid": (AccountKind.UNAPPLIED_PAYER, AccountKind.UNAPPLIED_PATIENT, AccountKind.CASH_CLEARING),
    "adjusted": (AccountKind.CONTRACTUAL, AccountKind.SEQUESTRATION),
    "written off": (
        AccountKind.DENIAL_WRITE_OFF,
        AccountKind.SMALL_BALANCE,
        AccountKind.CHARITY,
        AccountKind.BAD_DEBT,
        AccountKind.BAD_DEBT_RECOVERY,
    ),
    "to refund": (AccountKind.REFUNDS_PAYABLE, AccountKind.PAYER_RECOUPMENT, AccountKind.FORWARD_BALANCE),
}
"""Every party that can own a cent of a charge, and the accounts that say so. Revenue is the other side."""


def positions_of(charges: Iterable[Charge]) -> dict[int, dict[str, Decimal]]:
    """By charge id: how much of it stands in each kind of account, debit positive; zeros left out."""
    found: dict[int, dict[str, Decimal]] = defaultdict(dict)
    rows = Position.objects.filter(charge__in=[charge.pk for charge in charges]).exclude(amount=0)
    for charge_id, kind, amount in rows.values_list("charge_id", "kind", "amount"):
        found[charge_id][kind] = amount
    return found


def owners_of(charges: Iterable[Charge]) -> dict[int, dict[str, Decimal]]:
    """By charge id: what each party of OWNERS owns of it; they add up to the charge."""
    return {
        charge_id: {
            owner: sum((kinds.get(kind, ZERO) for kind in accounts), ZERO)
            for owner, accounts in OWNERS.items()
        }
        for charge_id, kinds in positions_of(charges).items()
    }


def guarantor_owes(*, guarantor: Guarantor) -> Decimal:
    """What a guarantor owes: the patient balance of all charges, money not yet applied left out."""
    balance = Position.objects.filter(charge__guarantor=guarantor, kind=AccountKind.PATIENT_AR)
    return balance.aggregate(total=Sum("amount"))["total"] or ZERO


def payers_owe(*, charge: Charge) -> Decimal:
    """What payers still owe of a charge."""
    open_with_payers = Position.objects.filter(charge=charge, kind=AccountKind.INSURANCE_AR)
    return open_with_payers.values_list("amount", flat=True).first() or ZERO


def totals_by_kind(*, practice: Practice) -> dict[str, Decimal]:
    """How much of all charges stands in each kind of account, debit positive."""
    rows = Position.objects.filter(practice=practice).values_list("kind").annotate(Sum("amount"))
    return dict(rows.order_by("kind"))


def guarantors_of(*, remittance: Remittance) -> QuerySet[Guarantor]:
    """Whose balances a remittance may have touched."""
    visits = remittance.claims.filter(claim__isnull=False).values("claim__encounter__patient__guarantor_id")
    return Guarantor.objects.filter(pk__in=visits)


def payer_paid(*, practice: Practice) -> dict[int, Decimal]:
    """By charge id, what all payers have paid, reversals taken off; charges nobody paid are left out."""
    paid = Position.objects.filter(practice=practice, kind=AccountKind.UNAPPLIED_PAYER).exclude(amount=0)
    return dict(paid.values_list("charge_id", "amount"))
