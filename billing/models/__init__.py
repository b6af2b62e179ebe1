"""Money: charges, remittances, patient payments, statements. The books are registered here but only
billing.ledger and billing.queries may use them."""

from billing.models import ledger as _books  # noqa: F401 -- registered; the one door is billing/ledger.py
from billing.models.charge import Charge
from billing.models.online import OnlinePayment, PatientQuestion, PaymentEvent, StatementLink
from billing.models.payment import PatientPayment, PaymentMethod, WriteOff, WriteOffReason
from billing.models.remittance import (
    Adjustment,
    Deposit,
    ProviderAdjustment,
    Remittance,
    RemittanceClaim,
    RemittanceLine,
)
from billing.models.statement import AccountHold, DunningNotice, HoldReason, Statement, StatementLine

__all__ = [
    "AccountHold",
    "Adjustment",
    "Charge",
    "Deposit",
    "DunningNotice",
    "HoldReason",
    "OnlinePayment",
    "PatientPayment",
    "PatientQuestion",
    "PaymentEvent",
    "PaymentMethod",
    "ProviderAdjustment",
    "Remittance",
    "RemittanceClaim",
    "RemittanceLine",
    "Statement",
    "StatementLine",
    "StatementLink",
    "WriteOff",
    "WriteOffReason",
]
