"""Background work on a schedule (rcm/celery.py). Each goes through all practices, one scope at a time."""

from datetime import timedelta

import structlog
from celery import shared_task

from clearinghouse.actions.connection import note_fetch
from clearinghouse.actions.fetching import fetch_files, is_due
from clearinghouse.actions.outbound import reconcile_file
from clearinghouse.gateway import HostKeyChanged, Unreachable
from clearinghouse.models import Connection
from clearinghouse.queries import unsettled_deliveries
from practice.queries import all_practice_ids
from rcm import clock
from rcm.db import practice_scope

logger = structlog.get_logger(__name__)
QUIET = timedelta(seconds=2)


@shared_task(name="clearinghouse.fetch_inbound", ignore_result=True)
def fetch_inbound(**_newer: object) -> None:
    """Fetch what waits in every mailbox that is due. One out of reach does not keep the others waiting."""
    for practice_id in all_practice_ids():
        with practice_scope([practice_id]):
            for connection in Connection.objects.filter(practice_id=practice_id, paused_at=None):
                if is_due(connection, now=clock.now()):
                    _look_into(connection)


def _look_into(connection: Connection) -> None:
    trouble, offered = "", ""
    try:
        fetch_files(connection=connection, now=clock.now())
    except HostKeyChanged as error:
        trouble, offered = str(error), error.offered
    except Unreachable as error:
        trouble = str(error)
    note_fetch(connection=connection, trouble=trouble, offered_key=offered, now=clock.now())
    if trouble:
        logger.warning("A mailbox could not be fetched.", practice_id=connection.practice_id, error=trouble)


@shared_task(name="clearinghouse.reconcile_unknown", ignore_result=True)
def reconcile_unknown(**_newer: object) -> None:
    """Look again for every file whose delivery is unknown."""
    now = clock.now()
    for practice_id in all_practice_ids():
        with practice_scope([practice_id]):
            for delivery in unsettled_deliveries(practice_id=practice_id, before=now - QUIET):
                reconcile_file(delivery=delivery, now=now)
