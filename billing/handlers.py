"""What billing does when something else has happened. Every handler may run twice."""

from datetime import datetime

from billing.actions.charge import book_charges as book
from billing.actions.remittance import retry_parked, take_in
from billing.models import Remittance
from clearinghouse.models import Document
from coding.models import Encounter
from rcm.outbox import subscribe


@subscribe("coding.encounter_coded")
def book_charges(*, encounter_id: int, now: datetime) -> None:
    """Put the coded lines of a visit into the books."""
    book(encounter=Encounter.objects.get(pk=encounter_id), now=now)


@subscribe("clearinghouse.received_835")
def take_in_remittance(*, document_id: int, now: datetime) -> None:
    """Post an 835, or park it with the reasons."""
    take_in(document=Document.objects.get(pk=document_id), now=now)


@subscribe("billing.remittance_posted")
def retry_waiting_remittances(*, remittance_id: int, now: datetime) -> None:
    """Try again what was parked because this remittance had to come first."""
    retry_parked(remittance=Remittance.objects.get(pk=remittance_id), now=now)
