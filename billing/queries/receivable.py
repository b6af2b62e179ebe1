"""What is owed and what came in, as rows of the books that can be listed, filtered and added up."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import (
    Case,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from billing.models.ledger import (
    Account,
    AccountKind,
    Position,
    ReceivableMove,
    Transfer,
)
from rcm.fields import MoneyField
from rcm.money import ZERO

RECEIVABLE = (AccountKind.INSURANCE_AR, AccountKind.PATIENT_AR)
RECEIVING = ("deposit", "payment")  # what entries call money that comes in, or is taken back
_ZERO = Value(ZERO, output_field=MoneyField())


def owed_by_payers(practices: Collection[int]) -> QuerySet[Account]:
    """One row per visit and policy that owes anything or is owed, with its `balance` (debit positive)."""
    owing = Q(policy_balance__amount__gt=0) | Q(policy_balance__amount__lt=0)
    accounts = Account.objects.of(practices).filter(owing)
    return accounts.annotate(balance=F("policy_balance__amount"))


def owed_by_patients(practices: Collection[int]) -> QuerySet[Position]:
    """One row per charge of which its guarantor owes anything (`amount`), or is owed (below zero)."""
    rows = Position.objects.of(practices).filter(kind=AccountKind.PATIENT_AR)
    return rows.exclude(amount=0)


def receivable_moves(practices: Collection[int], *, since: date) -> QuerySet[ReceivableMove]:
    """What changed what is owed since that business day: one row per entry, charge and party, with `amount`.

    A share passed on from one party to another is in it twice, and has no effect on the whole.
    """
    return ReceivableMove.objects.of(practices).filter(occurred_on__gte=since)


def cash_received(practices: Collection[int]) -> QuerySet[Transfer]:
    """Transfers into and out of cash on its way to the bank: `received` is negative for what was taken back.

    `deposit` is the payer's deposit that it came with; empty for patients' money.
    """
    coming = Q(debit__kind=AccountKind.CASH_CLEARING)
    going = Q(credit__kind=AccountKind.CASH_CLEARING)
    rows = Transfer.objects.of(practices).filter(coming | going, entry__source__in=RECEIVING)
    return rows.annotate(
        received=Case(When(coming, then=F("amount")), default=-F("amount"), output_field=MoneyField()),
        deposit=Case(When(coming, then=F("debit__deposit")), default=F("credit__deposit")),
        paid_by=Case(When(coming, then=F("debit__deposit__payer")), default=F("credit__deposit__payer")),
    )


def open_receivable(charge: str = "pk") -> Exists:
    """Whether payers or the patient still owe something of a charge (or are owed); for use in a filter."""
    owing = Position.objects.filter(charge=OuterRef(charge), kind__in=RECEIVABLE).exclude(amount=0)
    return Exists(owing)


def stands_in(kinds: Collection[str], *, charge: str = "pk") -> Coalesce:
    """How much of one charge stands in accounts of these kinds, debit positive; for use on its row."""
    rows = Position.objects.filter(charge=OuterRef(charge), kind__in=list(kinds)).order_by()
    total = rows.values("charge").annotate(total=Sum("amount")).values("total")
    return Coalesce(Subquery(total, output_field=MoneyField()), _ZERO)


def standing_in(kinds: Collection[str], *, path: str = "positions") -> Any:
    """An aggregate: how much of a charge stands in accounts of these kinds, debit positive."""
    return Coalesce(Sum(f"{path}__amount", filter=Q(**{f"{path}__kind__in": list(kinds)})), _ZERO)
