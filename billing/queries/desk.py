"""What the desk sees of the money of a visit."""

from dataclasses import dataclass
from decimal import Decimal

from billing.models import PatientPayment
from billing.queries.balances import guarantor_owes
from patients.models import Appointment
from rcm.money import ZERO


@dataclass(frozen=True, slots=True)
class DeskMoney:
    """Payments taken at a visit, how much they come to, and what the guarantor owes from earlier visits."""

    payments: list[PatientPayment]
    collected: Decimal
    owes: Decimal


def money_at(appointment: Appointment) -> DeskMoney:
    """The money of a visit as the desk sees it; payments taken back count for nothing."""
    taken = PatientPayment.objects.filter(appointment=appointment).select_related("received_by")
    payments = list(taken.order_by("received_at", "pk"))
    return DeskMoney(
        payments=payments,
        collected=sum((payment.amount for payment in payments if payment.voided_at is None), ZERO),
        owes=guarantor_owes(guarantor=appointment.patient.guarantor),
    )
