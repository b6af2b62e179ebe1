"""The words and tones of remittances."""

from billing.models import Adjustment, Remittance
from billing.rules.advice import Reduction
from billing.rules.posting import is_refusal
from billing.states import RemittanceStatus
from rcm.ui.cells import Coded, Status
from rcm.ui.history import Titles
from rcm.ui.timeline import Tone
from x12.codes import adjustment_reason, meaning

TONES: dict[str, Tone] = {
    RemittanceStatus.RECEIVED: "information",
    RemittanceStatus.PARKED: "bad",
    RemittanceStatus.POSTED: "good",
    RemittanceStatus.DISMISSED: "plain",
}

TITLES: Titles = {
    "remittance.status:parked": ("Parked: a person has to look", "bad"),
    "remittance.status:posted": ("Posted to the books", "good"),
    "remittance.status:dismissed": ("Set aside", "plain"),
    "remittance.tried_again": ("Tried again: still parked", "attention"),
    "remittance.matched_by_hand": ("Matched by hand", "information"),
}


def status_of(remittance: Remittance) -> Status:
    """The state with its tone."""
    return Status(remittance.get_status_display(), TONES[remittance.status])


def method_words(remittance: Remittance) -> str:
    """How it was paid."""
    return meaning("payment_method", remittance.method)


def reason_words(adjustment: Adjustment) -> Coded:
    """`CO-45 · charge above the contract`."""
    code = f"{adjustment.group_code}-{adjustment.reason_code}"
    return Coded(code, adjustment_reason(adjustment.reason_code).label)


def is_denied(adjustment: Adjustment) -> bool:
    """Whether the payer refused this amount, rather than discount it or leave it to the patient."""
    return is_refusal(Reduction(adjustment.group_code, adjustment.reason_code, adjustment.amount))
