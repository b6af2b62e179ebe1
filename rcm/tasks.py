"""The outbox's two tasks: the rows are the queue, Celery is only the legs."""

from celery import shared_task

from rcm import clock, outbox


@shared_task(name="rcm.relay_outbox", acks_late=False)
def relay_outbox(**_newer: object) -> None:
    """Hand every due message to a worker. Beat calls this; so does publish(), after commit."""
    for message_id in outbox.offer(now=clock.now()):
        deliver_message.delay(message_id=message_id)


@shared_task(name="rcm.deliver_message")
def deliver_message(*, message_id: int, **_newer: object) -> None:
    """Run one message's handler, unless it ran or runs elsewhere."""
    outbox.deliver(message_id, now=clock.now())
