"""What denials does when something else has happened. Every handler may run twice."""

from datetime import datetime

from billing.models import Remittance, WriteOff
from claims.models import Claim
from denials.actions.denial import open_denials as open_for
from denials.actions.denial import record_replacement, record_write_off
from rcm.outbox import subscribe


@subscribe("billing.remittance_posted")
def open_denials(*, remittance_id: int, now: datetime) -> None:
    """Open one denial per refused line, and end those that the remittance answers."""
    open_for(remittance=Remittance.objects.get(pk=remittance_id), now=now)


@subscribe("claims.claim_replaced")
def answer_denials(*, claim_id: int, now: datetime) -> None:
    """The denials of a claim that was corrected or taken back wait for nobody."""
    record_replacement(claim=Claim.objects.get(pk=claim_id), now=now)


@subscribe("billing.write_off_approved")
def end_written_off_denial(*, write_off_id: int, now: datetime) -> None:
    """A denial whose balance was given up is over."""
    record_write_off(write_off=WriteOff.objects.get(pk=write_off_id), approved=True, now=now)


@subscribe("billing.write_off_refused")
def resume_denial(*, write_off_id: int, now: datetime) -> None:
    """A denial whose write-off was refused goes back to work."""
    record_write_off(write_off=WriteOff.objects.get(pk=write_off_id), approved=False, now=now)
