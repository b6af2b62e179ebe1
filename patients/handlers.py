"""What patients does when something else has happened. Every handler may run twice."""

from datetime import datetime

from clearinghouse.models import Document
from patients.actions.eligibility import ask, record_answer
from patients.models import EligibilityCheck
from rcm.outbox import TryLater, subscribe


@subscribe("patients.eligibility_requested")
def ask_payer(*, check_id: int, now: datetime) -> None:
    """Put the question to the payer; one that is silent or busy is asked again later."""
    check = EligibilityCheck.objects.select_related("coverage__patient", "coverage__payer", "practice").get(
        pk=check_id
    )
    if (pause := ask(check=check, now=now)) is not None:
        raise TryLater(pause)


@subscribe("clearinghouse.received_271")
def read_answer(*, document_id: int, now: datetime) -> None:
    """Read an answer that came as a file, or by itself; one that was asked for is mostly read already."""
    record_answer(document=Document.objects.select_related("interchange").get(pk=document_id), now=now)
