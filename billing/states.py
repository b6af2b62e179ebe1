"""The states of remittances, statements, write-offs and online payments."""

from django.db.models import TextChoices


class RemittanceStatus(TextChoices):
    """An 835 on its way into the books."""

    RECEIVED = "received", "Received"
    PARKED = "parked", "Parked"
    POSTED = "posted", "Posted"
    DISMISSED = "dismissed", "Dismissed"


REMITTANCE_MOVES = {
    RemittanceStatus.RECEIVED: frozenset({RemittanceStatus.POSTED, RemittanceStatus.PARKED}),
    RemittanceStatus.PARKED: frozenset({RemittanceStatus.POSTED, RemittanceStatus.DISMISSED}),
    RemittanceStatus.POSTED: frozenset[RemittanceStatus](),
    RemittanceStatus.DISMISSED: frozenset[RemittanceStatus](),
}


class StatementStatus(TextChoices):
    """A patient invoice."""

    OPEN = "open", "Open"
    DISPUTED = "disputed", "Disputed"
    PAID = "paid", "Paid"
    REVIEW = "review", "For review after the final notice"
    VOIDED = "voided", "Voided"


STATEMENT_MOVES = {
    StatementStatus.OPEN: frozenset(
        {StatementStatus.DISPUTED, StatementStatus.PAID, StatementStatus.REVIEW, StatementStatus.VOIDED}
    ),
    StatementStatus.DISPUTED: frozenset({StatementStatus.OPEN, StatementStatus.PAID, StatementStatus.VOIDED}),
    StatementStatus.REVIEW: frozenset(
        {StatementStatus.OPEN, StatementStatus.DISPUTED, StatementStatus.PAID, StatementStatus.VOIDED}
    ),
    StatementStatus.PAID: frozenset({StatementStatus.OPEN}),
    StatementStatus.VOIDED: frozenset[StatementStatus](),
}


class WriteOffStatus(TextChoices):
    """A request to forgive a balance."""

    REQUESTED = "requested", "Waiting for approval"
    APPROVED = "approved", "Approved"
    REFUSED = "refused", "Refused"


WRITE_OFF_MOVES = {
    WriteOffStatus.REQUESTED: frozenset({WriteOffStatus.APPROVED, WriteOffStatus.REFUSED}),
    WriteOffStatus.APPROVED: frozenset[WriteOffStatus](),
    WriteOffStatus.REFUSED: frozenset[WriteOffStatus](),
}


class OnlinePaymentStatus(TextChoices):
    """A guarantor's attempt to pay through the payment gateway."""

    CREATED = "created", "Created"
    PENDING = "pending", "Waiting for the payer"
    PROCESSING = "processing", "Being processed by the bank"
    HELD = "held", "Held for a person"
    SUCCEEDED = "succeeded", "Paid"
    FAILED = "failed", "Failed"
    EXPIRED = "expired", "Expired"


ONLINE_PAYMENT_MOVES = {
    OnlinePaymentStatus.CREATED: frozenset(
        {OnlinePaymentStatus.PENDING, OnlinePaymentStatus.FAILED, OnlinePaymentStatus.EXPIRED}
    ),
    OnlinePaymentStatus.PENDING: frozenset(
        {
            OnlinePaymentStatus.PROCESSING,
            OnlinePaymentStatus.HELD,
            OnlinePaymentStatus.SUCCEEDED,
            OnlinePaymentStatus.FAILED,
            OnlinePaymentStatus.EXPIRED,
        }
    ),
    OnlinePaymentStatus.PROCESSING: frozenset(
        {OnlinePaymentStatus.HELD, OnlinePaymentStatus.SUCCEEDED, OnlinePaymentStatus.FAILED}
    ),
    OnlinePaymentStatus.HELD: frozenset({OnlinePaymentStatus.SUCCEEDED, OnlinePaymentStatus.FAILED}),
    OnlinePaymentStatus.SUCCEEDED: frozenset[OnlinePaymentStatus](),
    OnlinePaymentStatus.FAILED: frozenset[OnlinePaymentStatus](),
    OnlinePaymentStatus.EXPIRED: frozenset[OnlinePaymentStatus](),
}
