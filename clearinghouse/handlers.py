"""What clearinghouse does when something else has happened. Every handler may run twice."""

from datetime import datetime

from clearinghouse.actions.outbound import deliver_file
from clearinghouse.models import Delivery
from rcm.outbox import subscribe


@subscribe("clearinghouse.file_queued")
def transmit(*, delivery_id: int, now: datetime) -> None:
    """Bring one file to the clearinghouse. An unknown outcome is left to reconcile_unknown."""
    delivery = Delivery.objects.select_related("interchange__connection").get(pk=delivery_id)
    deliver_file(delivery=delivery, now=now)
