"""The words and tones of guarantors' accounts."""

from billing.models import OnlinePayment, Statement, WriteOff
from billing.queries.accounts import Happening
from billing.rules.moves import move_in_words
from billing.states import OnlinePaymentStatus, StatementStatus, WriteOffStatus
from rcm.ui.cells import Status
from rcm.ui.history import Titles
from rcm.ui.timeline import Tone
from x12.codes import adjustment_reason

TONES: dict[str, Tone] = {
    StatementStatus.OPEN: "information",
    StatementStatus.DISPUTED: "attention",
    StatementStatus.PAID: "good",
    StatementStatus.REVIEW: "bad",
    StatementStatus.VOIDED: "plain",
    WriteOffStatus.REQUESTED: "attention",
    WriteOffStatus.APPROVED: "good",
    WriteOffStatus.REFUSED: "plain",
}

TITLES: Titles = {
    "statement.issued": ("Statement issued", "information"),
    "statement.status:disputed": ("Disputed", "attention"),
    "statement.status:open": ("Open again", "information"),
    "statement.status:paid": ("Paid", "good"),
    "statement.status:review": ("For review after the final notice", "bad"),
    "statement.status:voided": ("Replaced by a later statement", "plain"),
    "accounthold.held": ("Contact held", "attention"),
    "accounthold.lifted": ("Hold lifted", "plain"),
    "patientpayment.received": ("Payment taken", "good"),
    "patientpayment.voided": ("Payment taken back", "bad"),
    "writeoff.requested": ("Write-off requested", "attention"),
    "writeoff.status:approved": ("Write-off approved", "plain"),
    "writeoff.status:refused": ("Write-off refused", "attention"),
    "patientquestion.asked": ("Question asked", "attention"),
    "patientquestion.answered": ("Question answered", "good"),
}

ONLINE_TITLES: Titles = {
    "onlinepayment.started": ("Started on the patient's page", "information"),
    "onlinepayment.status:pending": ("Payment page opened at the gateway", "information"),
    "onlinepayment.status:processing": ("The bank is working on it", "information"),
    "onlinepayment.status:held": ("Held for a person", "attention"),
    "onlinepayment.status:succeeded": ("Booked and applied", "good"),
    "onlinepayment.status:failed": ("Nothing booked", "bad"),
    "onlinepayment.status:expired": ("Expired unused", "plain"),
    "onlinepayment.receipt_sent": ("Receipt mailed", "good"),
}

_ONLINE_TONES: dict[str, Tone] = {
    OnlinePaymentStatus.CREATED: "plain",
    OnlinePaymentStatus.PENDING: "information",
    OnlinePaymentStatus.PROCESSING: "information",
    OnlinePaymentStatus.HELD: "attention",
    OnlinePaymentStatus.SUCCEEDED: "good",
    OnlinePaymentStatus.FAILED: "bad",
    OnlinePaymentStatus.EXPIRED: "plain",
}


def status_of(row: Statement | WriteOff) -> Status:
    """The state with its tone."""
    return Status(row.get_status_display(), TONES[row.status])


def online_status_of(payment: OnlinePayment) -> Status:
    """How an attempt to pay online stands, with its tone."""
    return Status(payment.get_status_display(), _ONLINE_TONES[payment.status])


def happened_words(move: Happening) -> str:
    """What a transfer was, to somebody who asks about a bill."""
    owing = move.transfer.debit.coverage
    return move_in_words(
        debit=move.transfer.debit.kind,
        credit=move.transfer.credit.kind,
        payer=owing.payer.name if owing else "",
        otherwise=move.transfer.debit.get_kind_display(),
    )


def reason_words(move: Happening) -> str:
    """`PR-1 deductible`, where an adjustment moved the money; else the entry's own reason."""
    if not move.transfer.reason_code:
        return move.transfer.entry.reason
    label = adjustment_reason(move.transfer.reason_code).label
    return f"{move.transfer.group_code}-{move.transfer.reason_code} {label}"
