"""Reads of what patients owe and have paid, charge by charge."""

from decimal import Decimal

from django.db.models import QuerySet, Sum

from billing.models import Charge
from billing.models.ledger import AccountKind, Position
from patients.models import Guarantor
from rcm.money import ZERO


def charges_paid_by_patient(*, guarantor: Guarantor) -> QuerySet[Charge]:
    """The charges to which a guarantor's money was applied, newest service first; `paid` is annotated."""
    paid = guarantor.charges.filter(positions__kind=AccountKind.UNAPPLIED_PATIENT, positions__amount__gt=0)
    return paid.annotate(paid=Sum("positions__amount")).order_by("-service_date", "-pk")


def patient_owes(*, charge: Charge) -> Decimal:
    """What the guarantor owes of one charge; below zero where it was overpaid."""
    position = Position.objects.filter(charge=charge, kind=AccountKind.PATIENT_AR)
    return position.values_list("amount", flat=True).first() or ZERO
