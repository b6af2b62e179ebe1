"""What the pages of the exchange call things."""

from clearinghouse.models import Document, Interchange
from clearinghouse.queries import State
from clearinghouse.states import DocumentStatus
from rcm.ui.cells import Coded, Status
from rcm.ui.timeline import Tone

KINDS = {
    "837P": "Claims",
    "835": "Remittance",
    "999": "File acknowledgment",
    "TA1": "Interchange acknowledgment",
    "277CA": "Claim acknowledgment",
    "276": "Claim status question",
    "277": "Claim status answer",
    "270": "Eligibility question",
    "271": "Eligibility answer",
    "unreadable": "Unreadable file",
}

_STATE_TONES: dict[str, Tone] = {
    State.REFUSED: "bad",
    State.PARKED: "attention",
    State.UNREAD: "information",
    State.DUPLICATE: "plain",
    State.SET_ASIDE: "plain",
    State.TAKEN_IN: "good",
    State.UNKNOWN: "attention",
    State.DELIVERED: "good",
    State.ON_ITS_WAY: "information",
    State.ANSWERED: "good",
    State.ASKED: "attention",
}

_DOCUMENT_TONES: dict[str, Tone] = {
    DocumentStatus.RECEIVED: "information",
    DocumentStatus.POSTED: "good",
    DocumentStatus.PARKED: "attention",
    DocumentStatus.RECORDED: "good",
    DocumentStatus.REFUSED: "bad",
}

_KILO = 1024


def kind_of(kind: str) -> Coded:
    """A kind of document with its words."""
    return Coded("" if kind == "unreadable" else kind, KINDS.get(kind, "Document"))


def state_of(interchange: Interchange) -> Status:
    """What became of it; needs `exchanged`."""
    state = State(getattr(interchange, "state", State.TAKEN_IN))
    return Status(state.label, _STATE_TONES[state])


def status_of(document: Document) -> Status:
    """What a document's reader made of it."""
    return Status(document.get_status_display(), _DOCUMENT_TONES.get(document.status, "plain"))


def trouble_of(interchange: Interchange) -> str:
    """What went wrong, in words: of the delivery, or of the first document so marked; needs `exchanged`."""
    if delivery := getattr(interchange, "delivery", None):
        return str(delivery.trouble)
    reasons = [reason for document in getattr(interchange, "contained", ()) for reason in document.reasons]
    if not reasons:
        return ""
    more = f" (and {len(reasons) - 1} more)" if len(reasons) > 1 else ""
    return f"{reasons[0]}{more}"


def size_of(size: int) -> str:
    """Bytes as people read them: `812 bytes`, `14 KB`, `2.1 MB`."""
    if size < _KILO:
        return f"{size} bytes"
    if size < _KILO * _KILO:
        return f"{size / _KILO:.0f} KB"
    return f"{size / _KILO / _KILO:.1f} MB"
