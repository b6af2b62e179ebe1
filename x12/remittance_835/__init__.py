"""Remittance advice: 835, version 005010X221A1."""

from x12.adjudication import InpatientAdjudication, OutpatientAdjudication
from x12.remittance_835.balance import Imbalance, claim_imbalances, imbalances
from x12.remittance_835.claim import (
    ClaimPayment,
    DateTime,
    RemarkCode,
    ServicePayment,
)
from x12.remittance_835.document import (
    VERSION,
    ClaimGroup,
    Payee,
    Payer,
    ProviderAdjustment,
    ProviderSummary,
    ProviderSupplement,
    Remittance,
    RemittanceDelivery,
    read,
    render,
)

__all__ = [
    "VERSION",
    "ClaimGroup",
    "ClaimPayment",
    "DateTime",
    "Imbalance",
    "InpatientAdjudication",
    "OutpatientAdjudication",
    "Payee",
    "Payer",
    "ProviderAdjustment",
    "ProviderSummary",
    "ProviderSupplement",
    "RemarkCode",
    "Remittance",
    "RemittanceDelivery",
    "ServicePayment",
    "claim_imbalances",
    "imbalances",
    "read",
    "render",
]
