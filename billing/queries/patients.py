"""Reads of what patients owe and have paid, charge by charge."""

from decimal import Decimal

from django.db.models import Sum

from billing.models import Charge, PatientPayment
from billing.models.ledger import AccountKind, Position
from patients.models import Appointment, Guarantor
from rcm.money import ZERO


def owed_by_patient(*, guarantor: Guarantor) -> list[tuple[Charge, Decimal]]:
    """The charges with an open patient balance and how much it is, oldest service first."""
    return _in_patients_hands(
        guarantor, AccountKind.PATIENT_AR, "charge__service_date", "charge_id", amount__gt=0
    )


def overpaid_by_patient(*, guarantor: Guarantor) -> list[tuple[Charge, Decimal]]:
    """The charges a guarantor has overpaid, as after a payer's reversal, and by how much, oldest first.

    Of what is left over only as much as was paid: the rest was forgiven, and is nobody's money.
    """
    found = _in_patients_hands(
        guarantor, AccountKind.PATIENT_AR, "charge__service_date", "charge_id", amount__lt=0
    )
    paid = {charge.pk: amount for charge, amount in paid_by_patient(guarantor=guarantor)} if found else {}
    return [(charge, min(-amount, paid[charge.pk])) for charge, amount in found if charge.pk in paid]


def paid_by_patient(*, guarantor: Guarantor) -> list[tuple[Charge, Decimal]]:
    """The charges to which a guarantor's money was applied and how much, newest service first."""
    return _in_patients_hands(
        guarantor, AccountKind.UNAPPLIED_PATIENT, "-charge__service_date", "-charge_id", amount__gt=0
    )


def patient_owes(*, charge: Charge) -> Decimal:
    """What the guarantor owes of one charge; below zero where it was overpaid."""
    position = Position.objects.filter(charge=charge, kind=AccountKind.PATIENT_AR)
    return position.values_list("amount", flat=True).first() or ZERO


def collected_at(appointment: Appointment | None) -> Decimal:
    """What a patient paid at check-in; nothing for a visit without an appointment."""
    if appointment is None:
        return ZERO
    paid = PatientPayment.objects.filter(appointment=appointment, voided_at=None)
    return paid.aggregate(total=Sum("amount"))["total"] or ZERO


def _in_patients_hands(
    guarantor: Guarantor, kind: AccountKind, *order: str, **amount: int
) -> list[tuple[Charge, Decimal]]:
    rows = Position.objects.filter(charge__guarantor=guarantor, kind=kind, **amount).select_related("charge")
    return [(row.charge, row.amount) for row in rows.order_by(*order)]
