"""What the crash tests add to a real worker: a person's click on "send", as a task."""

from celery import shared_task

from claims.actions.submission import send_batch
from claims.models import Claim
from claims.states import ClaimStatus
from practice.models import Practice
from rcm import clock
from rcm.db import practice_scope

SUBMIT = "tests.submit_ready_claims"


@shared_task(name=SUBMIT)
def submit_ready_claims(*, practice_id: int, **_newer: object) -> None:
    """Send whatever is ready. A killed worker's click comes back, as a person's second click would."""
    with practice_scope([practice_id]):
        if ready := list(Claim.objects.filter(status=ClaimStatus.READY)):
            practice = Practice.objects.get(pk=practice_id)
            send_batch(practice=practice, claims=ready, by=None, now=clock.now())
