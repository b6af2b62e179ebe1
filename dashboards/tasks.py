"""Background work on a schedule (rcm/celery.py), one practice's scope at a time."""

from celery import shared_task

from dashboards.actions.tallying import keep_tallies as keep
from practice.models import Practice
from rcm import clock
from rcm.db import practice_scope


@shared_task(name="dashboards.keep_tallies", ignore_result=True)
def keep_tallies(**_newer: object) -> None:
    """Count the days again that changed, of every practice."""
    for practice in Practice.objects.order_by("pk"):
        with practice_scope([practice.pk]):
            keep(practice=practice, today=clock.today(practice.time_zone))
