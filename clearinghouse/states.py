"""What becomes of a document on its way out, and of one that came in."""

from django.db.models import TextChoices


class DeliveryStatus(TextChoices):
    """An outbound interchange on its way to the clearinghouse."""

    QUEUED = "queued", "Queued"
    SENDING = "sending", "Sending"
    UPLOADED = "uploaded", "Uploaded, not yet released"
    SENT = "sent", "Sent"
    UNKNOWN = "unknown", "Unknown"


DELIVERY_MOVES = {
    DeliveryStatus.QUEUED: frozenset({DeliveryStatus.SENDING}),
    DeliveryStatus.SENDING: frozenset({DeliveryStatus.UPLOADED, DeliveryStatus.UNKNOWN, DeliveryStatus.SENT}),
    DeliveryStatus.UPLOADED: frozenset({DeliveryStatus.SENT, DeliveryStatus.UNKNOWN, DeliveryStatus.SENDING}),
    DeliveryStatus.UNKNOWN: frozenset({DeliveryStatus.SENDING, DeliveryStatus.SENT}),
    DeliveryStatus.SENT: frozenset[DeliveryStatus](),
}


SET_ASIDE = "Dismissed: "
"""How the reason begins when a person refused a parked document: nobody waits for anything any more."""


class DocumentStatus(TextChoices):
    """An inbound document, and what its reader made of it."""

    RECEIVED = "received", "Received"
    POSTED = "posted", "Posted"
    PARKED = "parked", "Parked"
    RECORDED = "recorded", "Recorded"
    DUPLICATE = "duplicate", "Duplicate"
    REFUSED = "refused", "Refused"


DOCUMENT_MOVES = {
    DocumentStatus.RECEIVED: frozenset(
        {
            DocumentStatus.POSTED,
            DocumentStatus.PARKED,
            DocumentStatus.RECORDED,
            DocumentStatus.DUPLICATE,
            DocumentStatus.REFUSED,
        }
    ),
    DocumentStatus.PARKED: frozenset(
        {DocumentStatus.POSTED, DocumentStatus.DUPLICATE, DocumentStatus.REFUSED}
    ),
    DocumentStatus.POSTED: frozenset[DocumentStatus](),
    DocumentStatus.RECORDED: frozenset[DocumentStatus](),
    DocumentStatus.DUPLICATE: frozenset[DocumentStatus](),
    DocumentStatus.REFUSED: frozenset[DocumentStatus](),
}
