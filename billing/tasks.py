"""Background work on a schedule (rcm/celery.py), one practice's scope at a time."""

from celery import shared_task

from billing.actions.dunning import run_dunning as run
from billing.actions.online_payment import settle_payments
from billing.queries.online import payments_to_ask_about
from practice.models import Practice
from rcm import clock
from rcm.db import practice_scope


@shared_task(name="billing.run_dunning", ignore_result=True)
def run_dunning(**_newer: object) -> None:
    """Statements and reminders that are due today in each practice's own time zone."""
    for practice in Practice.objects.order_by("pk"):
        with practice_scope([practice.pk]):
            run(practice=practice, today=clock.today(practice.time_zone), now=clock.now())


@shared_task(name="billing.ask_about_payments", ignore_result=True)
def ask_about_payments(**_newer: object) -> None:
    """Payments online about which the gateway has been quiet: its notice may have been lost."""
    for practice in Practice.objects.order_by("pk"):
        with practice_scope([practice.pk]):
            now = clock.now()
            quiet = list(payments_to_ask_about(practice=practice, now=now))
            settle_payments(payments=quiet, today=clock.today(practice.time_zone), now=now)
