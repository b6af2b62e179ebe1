"""What claims does when something else has happened. Every handler may run twice."""

from datetime import datetime

from claims.actions.acknowledgement import take_in_277ca, take_in_999, take_in_ta1
from claims.actions.build import build_claim
from claims.actions.status import put_question, take_in_277
from claims.actions.submission import record_sent, record_unknown
from claims.models import StatusInquiry
from clearinghouse.models import Document, Interchange
from coding.models import Encounter
from coding.states import EncounterStatus
from rcm.outbox import TryLater, subscribe


@subscribe("coding.encounter_coded")
def bill_visit(*, encounter_id: int, now: datetime) -> None:
    """Build and scrub the claim of a coded visit, unless it was opened again meanwhile."""
    encounter = Encounter.objects.get(pk=encounter_id)
    if encounter.status == EncounterStatus.CODED:
        build_claim(encounter=encounter, now=now)


@subscribe("clearinghouse.file_sent")
def mark_sent(*, interchange_id: int, now: datetime) -> None:
    """The claims of a delivered file are sent."""
    record_sent(interchange=Interchange.objects.get(pk=interchange_id), now=now)


@subscribe("clearinghouse.file_unknown")
def mark_unknown(*, interchange_id: int, now: datetime) -> None:
    """The claims of a file that may or may not have arrived wait."""
    record_unknown(interchange=Interchange.objects.get(pk=interchange_id), now=now)


@subscribe("clearinghouse.received_ta1")
def read_ta1(*, document_id: int, now: datetime) -> None:
    """Read an interchange acknowledgment."""
    take_in_ta1(document=Document.objects.get(pk=document_id), now=now)


@subscribe("clearinghouse.received_999")
def read_999(*, document_id: int, now: datetime) -> None:
    """Read a functional acknowledgment."""
    take_in_999(document=Document.objects.get(pk=document_id), now=now)


@subscribe("clearinghouse.received_277ca")
def read_277ca(*, document_id: int, now: datetime) -> None:
    """Read a claim acknowledgment."""
    take_in_277ca(document=Document.objects.get(pk=document_id), now=now)


@subscribe("clearinghouse.received_277")
def read_277(*, document_id: int, now: datetime) -> None:
    """Read a claim status answer."""
    take_in_277(document=Document.objects.get(pk=document_id), now=now)


@subscribe("claims.inquiry_opened")
def ask_payer(*, inquiry_id: int, now: datetime) -> None:
    """Put a question about a claim to its payer; one that went as a file is looked after again later."""
    if (pause := put_question(inquiry=StatusInquiry.objects.get(pk=inquiry_id), now=now)) is not None:
        raise TryLater(pause)
