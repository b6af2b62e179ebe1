"""What clearinghouse does when something else has happened. Every handler may run twice."""

from datetime import datetime, timedelta

from clearinghouse.actions.fetching import fetch_files
from clearinghouse.actions.outbound import deliver_file, is_repeat
from clearinghouse.models import Delivery
from clearinghouse.queries import unread_acknowledgments
from rcm.outbox import TryLater, subscribe

WHILE_PAUSED = timedelta(minutes=5)
WHILE_UNREAD = timedelta(seconds=10)
LONGEST_UNREAD = timedelta(hours=1)
"""An acknowledgment that its reader cannot read for so long does not keep a file back any longer."""


@subscribe("clearinghouse.file_queued")
def transmit(*, delivery_id: int, now: datetime) -> None:
    """Bring one file to the clearinghouse. An unknown outcome is left to reconcile_unknown.

    What was brought once is not sent again before their answers were fetched and read: one may prove that it
    arrived. While the partner is paused, it waits.
    """
    delivery = Delivery.objects.select_related("interchange__connection").get(pk=delivery_id)
    connection = delivery.interchange.connection
    if connection.paused_at is not None:
        raise TryLater(WHILE_PAUSED)
    if is_repeat(delivery):
        fetch_files(connection=connection, now=now)
        if unread_acknowledgments(connection, since=now - LONGEST_UNREAD).exists():
            raise TryLater(WHILE_UNREAD)
        delivery.refresh_from_db(fields=["status"])
    deliver_file(delivery=delivery, now=now)
