"""At least once, each to one subscriber, whatever dies on the way."""

from datetime import timedelta

import pytest
from django.db import connection, transaction

from rcm import outbox, tasks
from rcm.db import NoTransaction, current_scope
from rcm.models import AuditEvent, OutboxMessage
from tests.conftest import NOW
from tests.factories import UserFactory

TOPIC = "tests.something_happened"


class Listener:
    """A subscriber that remembers what it was told, and may be made to fail."""

    def __init__(self) -> None:
        self.told: list[dict[str, object]] = []
        self.raises: list[Exception | None] = []

    def hear(self, *, row_id: int, now: object) -> None:
        self.told.append({"row_id": row_id, "now": now, "scope": current_scope()})
        if self.raises and (error := self.raises.pop(0)) is not None:
            raise error


@pytest.fixture
def listener(monkeypatch):
    made = Listener()
    monkeypatch.setitem(outbox._subscribers, TOPIC, {"tests.listener": made.hear})
    return made


def tell(*, key: str = "1", practice_id: int | None = 5) -> OutboxMessage:
    with transaction.atomic():
        outbox.publish(TOPIC, key=key, practice_id=practice_id, now=NOW, row_id=42)
    return OutboxMessage.objects.get(key=f"{TOPIC}:{key}")


def test_publish_needs_a_transaction(listener):
    with pytest.raises(NoTransaction):
        outbox.publish(TOPIC, key="1", practice_id=None, now=NOW, row_id=1)


def test_publish_takes_row_ids_and_nothing_else(listener):
    with transaction.atomic(), pytest.raises(TypeError):
        outbox.publish(TOPIC, key="1", practice_id=None, now=NOW, name="Doe")


def test_publish_is_undone_with_the_change_that_caused_it(listener):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        outbox.publish(TOPIC, key="1", practice_id=None, now=NOW, row_id=1)
        1 / 0  # noqa: B018
    assert not OutboxMessage.objects.exists()


def test_publish_writes_a_row_per_subscriber_once_per_key(listener, monkeypatch):
    monkeypatch.setitem(outbox._subscribers, TOPIC, {"tests.one": listener.hear, "tests.two": listener.hear})
    for _ in range(2):
        with transaction.atomic():
            outbox.publish(TOPIC, key="1", practice_id=5, now=NOW, row_id=42)
    assert list(OutboxMessage.objects.values_list("subscriber", flat=True).order_by("subscriber")) == [
        "tests.one",
        "tests.two",
    ]


def test_publish_without_a_subscriber_writes_nothing():
    with transaction.atomic():
        outbox.publish("tests.nobody_listens", key="1", practice_id=5, now=NOW, row_id=42)
    assert not OutboxMessage.objects.exists()


def test_publish_rings_once_per_transaction_and_only_when_it_commits(
    listener, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks() as callbacks:
        with transaction.atomic():
            outbox.publish(TOPIC, key="1", practice_id=5, now=NOW, row_id=42)
            outbox.publish(TOPIC, key="2", practice_id=5, now=NOW, row_id=43)
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            outbox.publish(TOPIC, key="3", practice_id=5, now=NOW, row_id=44)
            1 / 0  # noqa: B018
    assert callbacks == [outbox.ring]


def test_ring_survives_a_broker_that_is_away(monkeypatch):
    def away(*_args, **_kwargs):
        raise ConnectionRefusedError

    monkeypatch.setattr(outbox.current_app, "send_task", away)
    outbox.ring()


def test_deliver_runs_the_handler_in_the_messages_scope(listener):
    message = tell()
    assert outbox.deliver(message.pk, now=NOW)
    assert listener.told == [{"row_id": 42, "now": NOW, "scope": (5,)}]
    message.refresh_from_db()
    assert (message.delivered_at, message.attempts) == (NOW, 1)
    assert current_scope() == ()


def test_deliver_of_a_message_without_a_practice_states_none(listener, practice):
    outbox.deliver(tell(practice_id=None).pk, now=NOW)
    assert listener.told[0]["scope"] == ()


def test_deliver_a_second_time_does_nothing(listener):
    message = tell()
    outbox.deliver(message.pk, now=NOW)
    assert not outbox.deliver(message.pk, now=NOW + timedelta(days=1))
    assert len(listener.told) == 1


def test_deliver_leaves_a_leased_message_alone(listener, settings):
    message = tell()
    until = NOW + timedelta(seconds=settings.OUTBOX_LEASE_SECONDS)
    assert OutboxMessage.objects.lease(message.pk, now=NOW, until=until)
    assert not outbox.deliver(message.pk, now=NOW)
    assert outbox.deliver(message.pk, now=until)  # the worker that held it died


def test_deliver_backs_off_after_a_failure_and_keeps_the_errors_type_only(listener):
    listener.raises = [ValueError("Jane Doe, born 1970")]
    message = tell()
    assert not outbox.deliver(message.pk, now=NOW)
    message.refresh_from_db()
    assert (message.last_error, message.attempts, message.delivered_at) == ("builtins.ValueError", 1, None)
    assert message.due_at == message.offered_until == NOW + timedelta(seconds=10)
    assert outbox.deliver(message.pk, now=message.due_at)


def test_deliver_makes_a_dead_letter_after_ten_failures(listener):
    listener.raises = [ValueError()] * 10
    message = tell()
    moment = NOW
    for _ in range(10):
        outbox.deliver(message.pk, now=moment)
        moment += timedelta(hours=2)
    assert not OutboxMessage.objects.due(now=moment).exists()
    assert list(OutboxMessage.objects.dead(now=moment)) == [message]
    assert not outbox.deliver(message.pk, now=moment)


def test_a_letter_whose_tenth_try_still_runs_is_not_dead(listener):
    message = tell()
    OutboxMessage.objects.filter(pk=message.pk).update(attempts=9)
    OutboxMessage.objects.lease(message.pk, now=NOW, until=NOW + timedelta(minutes=5))
    assert not OutboxMessage.objects.dead(now=NOW).exists()
    assert OutboxMessage.objects.dead(now=NOW + timedelta(minutes=5)).exists()


def test_revive_gives_a_dead_letter_its_tries_again_and_says_who(listener, practice):
    message = tell(practice_id=practice.pk)
    OutboxMessage.objects.filter(pk=message.pk).update(attempts=10)
    person = UserFactory()
    outbox.revive(message, now=NOW, by=person)
    assert AuditEvent.objects.get(verb="outboxmessage.revived").actor == person
    assert outbox.deliver(message.pk, now=NOW)


def test_try_later_is_no_failure(listener):
    listener.raises = [outbox.TryLater(timedelta(minutes=3))]
    message = tell()
    outbox.deliver(message.pk, now=NOW)
    message.refresh_from_db()
    assert (message.attempts, message.last_error, message.due_at) == (0, "", NOW + timedelta(minutes=3))


def test_deliver_counts_an_unknown_subscriber_as_a_failure(listener, monkeypatch):
    message = tell()
    monkeypatch.setitem(outbox._subscribers, TOPIC, {})
    outbox.deliver(message.pk, now=NOW)
    message.refresh_from_db()
    assert message.last_error == "rcm.outbox.UnknownSubscriber"


def test_a_late_failure_does_not_take_another_workers_lease(listener, monkeypatch):
    message = tell()

    def slow(*, row_id, now):
        other = OutboxMessage.objects.lease(
            message.pk, now=NOW + timedelta(hours=1), until=NOW + timedelta(hours=2)
        )
        assert other
        raise ValueError

    monkeypatch.setitem(outbox._subscribers, TOPIC, {"tests.listener": slow})
    outbox.deliver(message.pk, now=NOW)
    message.refresh_from_db()
    assert (message.attempts, message.due_at) == (2, NOW + timedelta(hours=2))


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 10), (2, 20), (5, 160), (9, 2560), (10, 3600)])
def test_backoff_doubles_to_an_hour(attempts, seconds):
    assert outbox.backoff(attempts) == timedelta(seconds=seconds)


def test_offer_gives_each_due_message_to_one_ring(listener, settings):
    message = tell()
    assert outbox.offer(now=NOW) == [message.pk]
    assert outbox.offer(now=NOW) == []
    again = NOW + timedelta(seconds=settings.OUTBOX_OFFER_SECONDS)
    assert outbox.offer(now=again) == [message.pk]  # the broker lost it


def test_offer_keeps_to_its_limit_oldest_first(listener):
    first, second = tell(key="1"), tell(key="2")
    OutboxMessage.objects.filter(pk=second.pk).update(due_at=NOW - timedelta(hours=1))
    assert outbox.offer(now=NOW, limit=1) == [second.pk]
    assert outbox.offer(now=NOW, limit=1) == [first.pk]


def test_relay_hands_due_messages_to_workers(listener, monkeypatch):
    handed: list[int] = []
    monkeypatch.setattr(tasks.deliver_message, "delay", lambda *, message_id: handed.append(message_id))
    message = tell()
    tasks.relay_outbox()
    assert handed == [message.pk]


def test_deliver_message_takes_arguments_of_newer_versions(listener):
    tasks.deliver_message(message_id=tell().pk, priority=3)
    assert len(listener.told) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_deliver_runs_the_handler_with_no_transaction_open(monkeypatch):
    seen: list[bool] = []
    monkeypatch.setitem(
        outbox._subscribers,
        TOPIC,
        {"tests.listener": lambda *, row_id, now: seen.append(connection.in_atomic_block)},
    )
    monkeypatch.setattr(outbox.current_app, "send_task", lambda *_args, **_kwargs: None)
    message = tell()
    outbox.deliver(message.pk, now=NOW)
    assert seen == [False]
