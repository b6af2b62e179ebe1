"""Files on their way out: first a row, then the wire, exactly once."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.db import connection as database
from django.db import transaction

from clearinghouse.edi import usage_in
from clearinghouse.gateway import Mailbox, NotTaken, Unreachable, WrongTraffic, open_mailbox
from clearinghouse.models import Connection, Delivery, Direction, Interchange
from clearinghouse.states import DeliveryStatus
from practice.models import User
from rcm import audit, faults
from rcm.db import require_transaction
from rcm.outbox import publish
from rcm.state import LostRace, move


class Altered(Exception):
    """The bytes on file are not those that were written: nothing is sent of them."""


class ControlNumbersExhausted(Exception):
    """All nine-digit interchange control numbers of a connection are used; it needs a new pair of ids."""


def take_control_number(*, connection: Connection) -> str:
    """The next ISA13 of this connection, nine digits, never given twice. Raises NoTransaction outside one."""
    require_transaction()
    with database.cursor() as cursor:
        cursor.execute(
            "UPDATE clearinghouse_connection SET next_control_number = next_control_number + 1"
            " WHERE id = %s AND next_control_number < 999999999 RETURNING next_control_number - 1",
            [connection.pk],
        )
        row = cursor.fetchone()
    if row is None:
        raise ControlNumbersExhausted
    return f"{row[0]:09d}"


def queue_file(
    *, connection: Connection, kind: str, content: bytes, control_number: str, now: datetime
) -> Interchange:
    """Keep a file and deliver it once the caller's transaction commits. Raises NoTransaction outside one.

    Raises gateway.WrongTraffic, and keeps nothing, where its ISA15 is not what the partner's address is for.
    """
    require_transaction()
    if usage_in(content) not in ("", connection.usage):
        raise WrongTraffic("test and production traffic do not mix; nothing was kept")
    name = f"{kind}_{connection.sender_number}_{control_number}.x12"
    interchange = _keep(connection, kind, content, control_number, name, now)
    delivery = Delivery.objects.create(practice_id=connection.practice_id, interchange=interchange)
    publish(
        "clearinghouse.file_queued",
        key=str(delivery.pk),
        practice_id=connection.practice_id,
        now=now,
        delivery_id=delivery.pk,
    )
    return interchange


def _keep(
    connection: Connection, kind: str, content: bytes, control_number: str, name: str, now: datetime
) -> Interchange:
    return Interchange.objects.create(
        practice_id=connection.practice_id,
        connection=connection,
        direction=Direction.OUT,
        kind=kind,
        control_number=control_number,
        file_name=name,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        stored_at=now,
    )


@dataclass(frozen=True)
class _Try:
    """One attempt to deliver: which number it has, and under which temporary name it writes."""

    delivery: Delivery
    number: int
    is_resend: bool = False

    @property
    def temporary(self) -> str:
        return f".{self.name}.{self.number}.tmp"

    @property
    def name(self) -> str:
        return self.delivery.interchange.file_name


def deliver_file(*, delivery: Delivery, now: datetime) -> DeliveryStatus:
    """Bring one queued file to the clearinghouse, and tell how far it came.

    The order is the proof: nothing is released before `uploaded` is on record, and only the attempt that put
    it there may release. So whatever stops this in between, a repeat knows whether the file can have
    left: before `uploaded` it cannot, and is written anew; after it, the upload directory is asked first.
    Raises Unreachable when nothing was released and a repeat may simply start again. A file that was brought
    before and is sent again is looked for first: if it lies there after all, that is it.
    """
    if delivery.status in {DeliveryStatus.UPLOADED, DeliveryStatus.UNKNOWN}:
        return reconcile_file(delivery=delivery, now=now)
    if delivery.status == DeliveryStatus.SENT:
        return DeliveryStatus.SENT
    faults.point("delivery.before_attempt")
    this_try = _begin(delivery, now=now)
    with open_mailbox(delivery.interchange.connection) as mailbox:
        faults.point("delivery.connected")
        if this_try.is_resend and mailbox.whereabouts(this_try.temporary, this_try.name).released:
            return _record_sent(delivery, now=now)
        mailbox.put(this_try.temporary, _content(delivery.interchange))
        faults.point("delivery.uploaded")
        _record_upload(this_try, now=now)
        faults.point("delivery.upload_recorded")
        return _release(this_try, mailbox, now=now)


def reconcile_file(*, delivery: Delivery, now: datetime) -> DeliveryStatus:
    """Find out whether an uploaded file was released, and release it if it certainly was not.

    Seen under its final name, it is sent. Seen under its temporary name, it was never released: release it.
    Seen nowhere, the clearinghouse has most likely taken it, but only its acknowledgment proves that: it
    stays unknown and is not sent again (see confirm_receipt and resend_file).
    """
    this_try = _Try(delivery, delivery.attempts)
    try:
        with open_mailbox(delivery.interchange.connection) as mailbox:
            seen = mailbox.whereabouts(this_try.temporary, this_try.name)
            if seen.temporary and not seen.released:
                return _release(this_try, mailbox, now=now)
    except Unreachable as error:
        return _doubt(delivery, trouble=str(error), now=now)
    if seen.released:
        return _record_sent(delivery, now=now)
    return _doubt(delivery, trouble="it cannot be seen over there; an acknowledgment will tell", now=now)


def confirm_receipt(*, interchange: Interchange, now: datetime) -> None:
    """An acknowledgment names this interchange: it arrived, whatever we knew of its delivery."""
    delivery = Delivery.objects.filter(interchange=interchange).exclude(uploaded_at=None).first()
    if delivery is not None and delivery.status != DeliveryStatus.SENT:
        _record_sent(delivery, now=now)


def is_repeat(delivery: Delivery) -> bool:
    """Whether a file is to be sent that was brought once already: a person said so, or it was not taken."""
    return delivery.status == DeliveryStatus.SENDING and delivery.uploaded_at is not None


def resend_file(*, delivery: Delivery, by: User, now: datetime) -> None:
    """Send an unknown file again, byte for byte and under the same control number, at a person's word.

    The clearinghouse knows the control number if it holds the first copy. Raises IllegalMove unless unknown.
    """
    with transaction.atomic():
        move(delivery, DeliveryStatus.SENDING, now=now, by=by, why="sent again by a person")
        audit.record("resent", delivery, now=now, by=by)
        publish(
            "clearinghouse.file_queued",
            key=f"{delivery.pk}:{delivery.attempts}",
            practice_id=delivery.practice_id,
            now=now,
            delivery_id=delivery.pk,
        )


def _begin(delivery: Delivery, *, now: datetime) -> _Try:
    """Put the attempt on record before the first byte. An earlier one still running may no longer release."""
    with transaction.atomic():
        current = Delivery.objects.select_for_update().get(pk=delivery.pk)
        if current.status not in {DeliveryStatus.QUEUED, DeliveryStatus.SENDING}:
            raise LostRace
        if current.status == DeliveryStatus.QUEUED:
            move(current, DeliveryStatus.SENDING, now=now, by=None)
        current.attempts += 1
        current.started_at = now
        current.save(update_fields=["attempts", "started_at"])
    return _Try(current, current.attempts, is_resend=current.uploaded_at is not None)


def _content(interchange: Interchange) -> bytes:
    """The bytes as they were written: every copy of a file that leaves is the same. Raises Altered."""
    content = bytes(interchange.content)
    if hashlib.sha256(content).hexdigest() != interchange.sha256:
        raise Altered
    return content


def _record_upload(this_try: _Try, *, now: datetime) -> None:
    with transaction.atomic():
        current = Delivery.objects.select_for_update().get(pk=this_try.delivery.pk)
        if current.attempts != this_try.number:
            raise LostRace
        move(current, DeliveryStatus.UPLOADED, now=now, by=None)
        current.uploaded_at = now
        current.save(update_fields=["uploaded_at"])


def _release(this_try: _Try, mailbox: Mailbox, *, now: datetime) -> DeliveryStatus:
    try:
        mailbox.release(this_try.temporary, this_try.name)
    except NotTaken as error:
        _take_back(this_try, trouble=str(error), now=now)
        raise
    except (OSError, EOFError, Unreachable) as error:
        return _doubt(this_try.delivery, trouble=f"the release failed: {type(error).__name__}", now=now)
    faults.point("delivery.released")
    return _record_sent(this_try.delivery, now=now)


def _take_back(this_try: _Try, *, trouble: str, now: datetime) -> None:
    """It was certainly not taken: the next try brings it anew."""
    with transaction.atomic():
        current = Delivery.objects.select_for_update().get(pk=this_try.delivery.pk)
        if current.attempts != this_try.number or current.status != DeliveryStatus.UPLOADED:
            raise LostRace
        current.trouble = trouble[:200]
        current.save(update_fields=["trouble"])
        move(current, DeliveryStatus.SENDING, now=now, by=None, why=trouble)


def _record_sent(delivery: Delivery, *, now: datetime) -> DeliveryStatus:
    with transaction.atomic():
        current = Delivery.objects.select_for_update().get(pk=delivery.pk)
        if current.status == DeliveryStatus.SENT:
            return DeliveryStatus.SENT
        current.sent_at = now
        current.trouble = ""
        current.save(update_fields=["sent_at", "trouble"])
        move(current, DeliveryStatus.SENT, now=now, by=None)
        _tell("clearinghouse.file_sent", current, now=now)
    faults.point("delivery.sent")
    return DeliveryStatus.SENT


def _doubt(delivery: Delivery, *, trouble: str, now: datetime) -> DeliveryStatus:
    with transaction.atomic():
        current = Delivery.objects.select_for_update().get(pk=delivery.pk)
        if current.status == DeliveryStatus.SENT:
            return DeliveryStatus.SENT
        current.trouble = trouble[:200]
        current.save(update_fields=["trouble"])
        if current.status != DeliveryStatus.UNKNOWN:
            move(current, DeliveryStatus.UNKNOWN, now=now, by=None, why=trouble)
            _tell("clearinghouse.file_unknown", current, now=now)
    return DeliveryStatus.UNKNOWN


def _tell(topic: str, delivery: Delivery, *, now: datetime) -> None:
    publish(
        topic,
        key=f"{delivery.pk}:{delivery.attempts}",
        practice_id=delivery.practice_id,
        now=now,
        interchange_id=delivery.interchange_id,
    )
