"""What test_legs.py adds to a real worker: one subscriber, which leaves a trace of each visit."""

import datetime as dt

from rcm import audit, faults, outbox
from rcm.models import OutboxMessage

TOPIC = "tests.legs"


@outbox.subscribe(TOPIC)
def leave_a_trace(*, row_id: int, now: dt.datetime) -> None:
    """Write one audit row per visit, so that the test can count them."""
    message = OutboxMessage.objects.get(topic=TOPIC, payload={"row_id": row_id})
    audit.record("traced", message, now=now, by=None)
    faults.point("legs.traced")
