"""Background work on a schedule (rcm/celery.py), one practice's scope at a time."""

from celery import shared_task

from patients.actions.eligibility import sweep_visits
from practice.models import Practice
from practice.queries import all_practice_ids
from rcm import clock
from rcm.db import practice_scope


@shared_task(name="patients.sweep_eligibility", ignore_result=True)
def sweep_eligibility(**_newer: object) -> None:
    """Ask about the coverage of the visits ahead, in every practice. What was asked is not asked again."""
    for practice_id in all_practice_ids():
        with practice_scope([practice_id]):
            sweep_visits(practice=Practice.objects.get(pk=practice_id), now=clock.now())
