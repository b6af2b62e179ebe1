"""Background work on a schedule (rcm/celery.py), one practice's scope at a time."""

from celery import shared_task

from billing.actions.dunning import run_dunning as run
from practice.models import Practice
from rcm import clock
from rcm.db import practice_scope


@shared_task(name="billing.run_dunning", ignore_result=True)
def run_dunning(**_newer: object) -> None:
    """Statements and reminders that are due today in each practice's own time zone."""
    for practice in Practice.objects.order_by("pk"):
        with practice_scope([practice.pk]):
            run(practice=practice, today=clock.today(practice.time_zone), now=clock.now())
