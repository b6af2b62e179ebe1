"""News between apps: committed with the change that caused it, delivered at least once to each subscriber.

The rows are the queue. The broker only carries the hint that a row is due; whatever it loses the relay hints
at again. So a handler may run twice, and must find its own work done when it does.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

import structlog
from celery import current_app
from django.conf import settings
from django.db import connection, transaction
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from rcm import audit, faults
from rcm.db import practice_scope, require_transaction
from rcm.models import OutboxMessage

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

logger = structlog.get_logger(__name__)

Handler = Callable[..., None]
H = TypeVar("H", bound=Handler)

_subscribers: dict[str, dict[str, Handler]] = defaultdict(dict)


class TryLater(Exception):
    """Raised by a handler that cannot know yet: run it again after a while; this was not a failure."""

    def __init__(self, after: timedelta) -> None:
        super().__init__()
        self.after = after


class UnknownSubscriber(Exception):
    """A message is addressed to a handler that this version of the program does not have."""


def subscribe(topic: str) -> Callable[[H], H]:
    """Register a handler, `def handler(*, <the ids published>: int, now: datetime) -> None`, for a topic.

    It runs outside any transaction, within the scope of the message's practice, possibly twice. What it
    raises (other than TryLater) counts as one of the message's tries.
    """

    def register(handler: H) -> H:
        _subscribers[topic][f"{handler.__module__}.{handler.__qualname__}"] = handler
        return handler

    return register


def subscriptions() -> Mapping[str, Mapping[str, Handler]]:
    """Who listens to what: topic, then the subscriber's dotted name, then the handler."""
    return {topic: dict(handlers) for topic, handlers in _subscribers.items()}


def publish(topic: str, *, key: str, practice_id: int | None, now: datetime, **ids: int) -> None:
    """Write one message per subscriber, in the caller's transaction; they are handed on once it commits.

    (topic, key) is said once: a second publication is a no-op. ids are row ids, the handler's arguments;
    nothing about a patient may travel here. practice_id is the scope the handlers run in, None for none.
    Raises rcm.db.NoTransaction outside a transaction.
    """
    require_transaction()
    if not all(type(value) is int for value in ids.values()):
        raise TypeError("a message carries row ids, which are int")
    OutboxMessage.objects.bulk_create(
        (
            OutboxMessage(
                topic=topic,
                subscriber=subscriber,
                key=f"{topic}:{key}",
                scope_practice_id=practice_id,
                payload=ids,
                published_at=now,
                due_at=now,
                offered_until=now,
            )
            for subscriber in sorted(_subscribers.get(topic, ()))
        ),
        ignore_conflicts=True,
    )
    if not any(ring in callback for callback in connection.run_on_commit):
        transaction.on_commit(ring, robust=True)


def ring() -> None:
    """Ask a worker to relay now instead of at the next tick. A broker that is away costs only that tick."""
    try:
        current_app.send_task("rcm.relay_outbox", retry=False)
    except (OperationalError, RedisError, OSError):
        logger.warning("The broker is away; the messages wait for the next tick.")


def offer(*, now: datetime, limit: int = 500) -> list[int]:
    """Claim the ids of due messages to hand to the broker, oldest first.

    An id is offered once per OUTBOX_OFFER_SECONDS, so that many rings do not flood the broker with the same
    messages, and so that what the broker loses is offered again after that time.
    """
    until = now + timedelta(seconds=settings.OUTBOX_OFFER_SECONDS)
    with transaction.atomic():
        waiting = OutboxMessage.objects.due(now=now).filter(offered_until__lte=now).order_by("due_at", "pk")
        chosen = list(waiting.select_for_update(skip_locked=True).values_list("pk", flat=True)[:limit])
        OutboxMessage.objects.filter(pk__in=chosen).update(offered_until=until)
    return chosen


def deliver(message_id: int, *, now: datetime) -> bool:
    """Run one message's handler if the message is due and nobody else has it; True when it is now delivered.

    A process that dies within leaves a lease that ends after OUTBOX_LEASE_SECONDS; then the message is due
    again.
    """
    until = now + timedelta(seconds=settings.OUTBOX_LEASE_SECONDS)
    if not OutboxMessage.objects.lease(message_id, now=now, until=until):
        return False
    faults.point("outbox.leased")
    message = OutboxMessage.objects.get(pk=message_id)
    try:
        _run(message, now=now)
    except TryLater as later:
        _put_back(message, due_at=now + later.after, tries=message.attempts - 1, error="")
        return False
    except Exception as error:
        _put_back(message, due_at=now + backoff(message.attempts), tries=message.attempts, error=_name(error))
        logger.error(  # noqa: TRY400  (the processor keeps the error's type and places, not its text)
            "An outbox message failed.",
            exc_info=error,
            message_id=message.pk,
            topic=message.topic,
            subscriber=message.subscriber,
            attempts=message.attempts,
        )
        return False
    faults.point("outbox.handled")
    OutboxMessage.objects.filter(pk=message.pk).update(delivered_at=now, last_error="")
    return True


def backoff(attempts: int) -> timedelta:
    """How long a message rests after its n-th failure: 10 s, doubling, an hour at most."""
    return timedelta(seconds=min(10 * 2 ** (attempts - 1), 3600))


def revive(message: OutboxMessage, *, now: datetime, by: "AbstractBaseUser") -> None:
    """Give a dead letter its ten tries again, at a person's word."""
    with transaction.atomic():
        OutboxMessage.objects.dead(now=now).filter(pk=message.pk).update(
            attempts=0, due_at=now, offered_until=now
        )
        audit.record("revived", message, now=now, by=by, practice_id=message.scope_practice_id)
        transaction.on_commit(ring, robust=True)


def _run(message: OutboxMessage, *, now: datetime) -> None:
    handler = _subscribers.get(message.topic, {}).get(message.subscriber)
    if handler is None:
        raise UnknownSubscriber
    practices = () if message.scope_practice_id is None else (message.scope_practice_id,)
    with practice_scope(practices):
        handler(**message.payload, now=now)


def _put_back(message: OutboxMessage, *, due_at: datetime, tries: int, error: str) -> None:
    """Release our own lease. If it ran out and another worker took the message, its lease is left alone."""
    ours = OutboxMessage.objects.undelivered().filter(
        pk=message.pk, attempts=message.attempts, due_at=message.due_at
    )
    ours.update(due_at=due_at, offered_until=due_at, attempts=tries, last_error=error)


def _name(error: Exception) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}"[:200]
