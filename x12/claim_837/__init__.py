"""Professional claims: 837P, version 005010X222A1."""

from x12.adjudication import OutpatientAdjudication
from x12.claim_837.claim import Claim, OtherCoverage, OtherPayer
from x12.claim_837.details import (
    AmbulanceTransport,
    Contract,
    Equipment,
    EquipmentCertification,
    FormAnswer,
    Measurement,
    Repricing,
    SpinalManipulation,
)
from x12.claim_837.document import (
    VERSION,
    BillingProvider,
    ClaimBatch,
    ClaimInContext,
    Patient,
    Subscriber,
    read,
    render,
)
from x12.claim_837.line import Drug, Form, LineAdjudication, ServiceLine

__all__ = [
    "VERSION",
    "AmbulanceTransport",
    "BillingProvider",
    "Claim",
    "ClaimBatch",
    "ClaimInContext",
    "Contract",
    "Drug",
    "Equipment",
    "EquipmentCertification",
    "Form",
    "FormAnswer",
    "LineAdjudication",
    "Measurement",
    "OtherCoverage",
    "OtherPayer",
    "OutpatientAdjudication",
    "Patient",
    "Repricing",
    "ServiceLine",
    "SpinalManipulation",
    "Subscriber",
    "read",
    "render",
]
