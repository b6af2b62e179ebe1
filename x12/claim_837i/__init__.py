"""Institutional claims: 837I, version 005010X223A2."""

from x12.adjudication import InpatientAdjudication, OutpatientAdjudication
from x12.claim_837.details import Contract, Repricing
from x12.claim_837.line import Drug, LineAdjudication
from x12.claim_837i.claim import AttendingProvider, Claim
from x12.claim_837i.coverage import OtherCoverage, OtherPayer
from x12.claim_837i.document import (
    VERSION,
    BillingProvider,
    ClaimBatch,
    ClaimInContext,
    Patient,
    Subscriber,
    read,
    render,
)
from x12.claim_837i.line import ServiceLine

__all__ = [
    "VERSION",
    "AttendingProvider",
    "BillingProvider",
    "Claim",
    "ClaimBatch",
    "ClaimInContext",
    "Contract",
    "Drug",
    "InpatientAdjudication",
    "LineAdjudication",
    "OtherCoverage",
    "OtherPayer",
    "OutpatientAdjudication",
    "Patient",
    "Repricing",
    "ServiceLine",
    "Subscriber",
    "read",
    "render",
]
