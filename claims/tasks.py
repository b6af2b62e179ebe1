"""Background work on a schedule (rcm/celery.py), one practice's scope at a time."""

from celery import shared_task

from claims.actions.status import ask_about_silent_claims
from practice.models import Practice
from practice.queries import all_practice_ids
from rcm import clock
from rcm.db import practice_scope


@shared_task(name="claims.poll_silent_claims", ignore_result=True)
def poll_silent_claims(**_newer: object) -> None:
    """Ask the payers of every practice about the claims they are silent on."""
    for practice_id in all_practice_ids():
        with practice_scope([practice_id]):
            ask_about_silent_claims(practice=Practice.objects.get(pk=practice_id), now=clock.now())
