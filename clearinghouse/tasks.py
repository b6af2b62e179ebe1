"""Background work on a schedule (rcm/celery.py). Each goes through all practices, one scope at a time."""

from datetime import timedelta

import structlog
from celery import shared_task

from clearinghouse.actions.connection import note_fetch
from clearinghouse.actions.inbound import fetch_files
from clearinghouse.actions.outbound import reconcile_file
from clearinghouse.gateway import Unreachable
from clearinghouse.models import Connection
from clearinghouse.queries import unsettled_deliveries
from practice.queries import all_practice_ids
from rcm import clock
from rcm.db import practice_scope

logger = structlog.get_logger(__name__)
QUIET = timedelta(seconds=2)


@shared_task(name="clearinghouse.fetch_inbound", ignore_result=True)
def fetch_inbound(**_newer: object) -> None:
    """Fetch what waits in every mailbox. One that cannot be reached does not keep the others waiting."""
    for practice_id in all_practice_ids():
        with practice_scope([practice_id]):
            for connection in Connection.objects.filter(practice_id=practice_id, paused_at=None):
                try:
                    fetch_files(connection=connection, now=clock.now())
                    note_fetch(connection=connection, trouble="", now=clock.now())
                except Unreachable as error:
                    note_fetch(connection=connection, trouble=str(error), now=clock.now())
                    logger.warning(
                        "A mailbox could not be fetched.", practice_id=practice_id, error=str(error)
                    )


@shared_task(name="clearinghouse.reconcile_unknown", ignore_result=True)
def reconcile_unknown(**_newer: object) -> None:
    """Look again for every file whose delivery is unknown."""
    now = clock.now()
    for practice_id in all_practice_ids():
        with practice_scope([practice_id]):
            for delivery in unsettled_deliveries(practice_id=practice_id, before=now - QUIET):
                reconcile_file(delivery=delivery, now=now)
