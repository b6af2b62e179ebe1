"""Questions in real time and their answers, both kept."""

import hashlib
from datetime import datetime

from django.db import transaction

from clearinghouse import gateway
from clearinghouse.actions.inbound import receive_file
from clearinghouse.core_names import REAL_TIME_TYPES
from clearinghouse.models import Connection, Direction, Interchange
from rcm import faults
from rcm.db import require_transaction


def store_request(
    *, connection: Connection, kind: str, content: bytes, control_number: str, now: datetime
) -> Interchange:
    """Keep a 270 or 276 before it is asked. Raises NoTransaction outside a transaction."""
    require_transaction()
    return Interchange.objects.create(
        practice_id=connection.practice_id,
        connection=connection,
        direction=Direction.OUT,
        kind=kind,
        control_number=control_number,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        stored_at=now,
    )


def converse(*, request: Interchange, payload_id: str, now: datetime) -> Interchange:
    """Ask a stored question and keep the answer; an answer kept already is given without asking again.

    The payload id lets the other side recognize a repeat. Call it outside a transaction: it waits on the
    network. Raises gateway.NoAnswer or gateway.Refused.
    """
    if kept := request.answered_by.order_by("pk").first():
        return kept
    question = gateway.Question(REAL_TIME_TYPES[request.kind], payload_id, bytes(request.content))
    faults.point("conversation.before_asking")
    answer = gateway.ask(request.connection, question)
    faults.point("conversation.answered")
    with transaction.atomic():
        received = receive_file(
            connection=request.connection, name="", content=answer, now=now, answers=request
        )
    return received.interchange
