"""The words and tones of guarantors' accounts."""

from billing.models import Statement, WriteOff
from billing.models.ledger import AccountKind, Transfer
from billing.states import StatementStatus, WriteOffStatus
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

_INTO: dict[str, str] = {
    AccountKind.PATIENT_AR: "Moved to the patient",
    AccountKind.CONTRACTUAL: "Discount by contract",
    AccountKind.SEQUESTRATION: "Sequestration",
    AccountKind.DENIAL_WRITE_OFF: "Written off: denied",
    AccountKind.SMALL_BALANCE: "Written off: small balance",
    AccountKind.CHARITY: "Written off: financial hardship",
    AccountKind.BAD_DEBT: "Written off: bad debt",
    AccountKind.UNAPPLIED_PAYER: "Paid by the plan",
    AccountKind.UNAPPLIED_PATIENT: "Paid by the patient",
}


def status_of(row: Statement | WriteOff) -> Status:
    """The state with its tone."""
    return Status(row.get_status_display(), TONES[row.status])


def happened_words(transfer: Transfer) -> str:
    """What a transfer was, to somebody who asks about a bill."""
    debit, credit = transfer.debit, transfer.credit
    if credit.kind == AccountKind.REVENUE:
        return f"Charged; owed by {_party(transfer, 'debit')}"
    if debit.kind == AccountKind.REVENUE:
        return "Charge taken back"
    if debit.kind == AccountKind.INSURANCE_AR:
        return f"Owed again by {_party(transfer, 'debit')}"
    return _INTO.get(debit.kind, debit.get_kind_display())


def reason_words(transfer: Transfer) -> str:
    """`PR-1 deductible`, where an adjustment moved the money; else the entry's own reason."""
    if not transfer.reason_code:
        return transfer.entry.reason
    label = adjustment_reason(transfer.reason_code).label
    return f"{transfer.group_code}-{transfer.reason_code} {label}"


def _party(transfer: Transfer, side: str) -> str:
    account = transfer.debit if side == "debit" else transfer.credit
    return account.coverage.payer.name if account.coverage else "the patient"
