"""Files on their way out, over real SFTP servers."""

import pytest
from django.db import transaction

from clearinghouse import sftp
from clearinghouse.actions.outbound import (
    Altered,
    confirm_receipt,
    deliver_file,
    queue_file,
    reconcile_file,
    resend_file,
    take_control_number,
)
from clearinghouse.gateway import Unreachable, probe
from clearinghouse.handlers import transmit
from clearinghouse.models import Delivery, Interchange
from clearinghouse.states import DeliveryStatus
from rcm.db import NoTransaction
from rcm.outbox import TryLater, subscriptions
from rcm.state import LostRace
from tests.conftest import NOW
from tests.factories import ConnectionFactory, UserFactory

pytestmark = pytest.mark.slow
CONTENT = b"ISA*00*          *00*          ~" * 4000


def queue(connection, content=CONTENT) -> Delivery:
    with transaction.atomic():
        number = take_control_number(connection=connection)
        interchange = queue_file(
            connection=connection, kind="837P", content=content, control_number=number, now=NOW
        )
    return interchange.delivery


def deliver_until(name, delivery, monkeypatch):
    """Deliver a file, with the work stopped at a named point as a kill would stop it."""

    def cut(point: str) -> None:
        if point == name:
            raise KeyboardInterrupt

    with monkeypatch.context() as crash:
        crash.setattr("rcm.faults.point", cut)
        with pytest.raises(KeyboardInterrupt):
            deliver_file(delivery=delivery, now=NOW)
    delivery.refresh_from_db()


def uploaded(server) -> list[str]:
    return sorted(path.name for path in (server.home / "inbound").iterdir())


def test_deliver_file_uploads_the_exact_bytes_and_says_so(connection, sftp_server, drain):
    delivery = queue(connection)

    drain(now=NOW)

    delivery.refresh_from_db()
    assert delivery.status == DeliveryStatus.SENT
    assert uploaded(sftp_server) == ["837P_LAKESIDE01_000000001.x12"]
    assert (sftp_server.home / "inbound" / delivery.interchange.file_name).read_bytes() == CONTENT


def test_deliver_file_twice_uploads_once(connection, sftp_server):
    delivery = queue(connection)
    deliver_file(delivery=delivery, now=NOW)
    (sftp_server.home / "inbound" / delivery.interchange.file_name).unlink()

    delivery.refresh_from_db()
    assert deliver_file(delivery=delivery, now=NOW) == DeliveryStatus.SENT

    assert uploaded(sftp_server) == []


@pytest.mark.parametrize(
    "point",
    ["delivery.before_attempt", "delivery.connected", "delivery.uploaded", "delivery.upload_recorded"],
)
def test_deliver_file_cut_before_the_release_is_sent_once_by_the_repeat(
    connection, sftp_server, monkeypatch, point
):
    delivery = queue(connection)
    deliver_until(point, delivery, monkeypatch)
    assert [name for name in uploaded(sftp_server) if name.endswith(".x12")] == []

    delivery.refresh_from_db()
    deliver_file(delivery=delivery, now=NOW)

    assert [name for name in uploaded(sftp_server) if name.endswith(".x12")] == [
        delivery.interchange.file_name
    ]
    delivery.refresh_from_db()
    assert delivery.status == DeliveryStatus.SENT


def test_deliver_file_cut_in_mid_file_is_written_anew(connection, sftp_server, monkeypatch):
    delivery = queue(connection)
    deliver_until("delivery.mid_file", delivery, monkeypatch)

    delivery.refresh_from_db()
    deliver_file(delivery=delivery, now=NOW)

    assert (sftp_server.home / "inbound" / delivery.interchange.file_name).read_bytes() == CONTENT


def test_a_file_released_before_the_crash_is_recognized_and_not_sent_again(
    connection, sftp_server, monkeypatch
):
    delivery = queue(connection)
    deliver_until("delivery.released", delivery, monkeypatch)
    before = uploaded(sftp_server)

    delivery.refresh_from_db()
    assert deliver_file(delivery=delivery, now=NOW) == DeliveryStatus.SENT

    assert uploaded(sftp_server) == before


def test_a_file_that_was_taken_stays_unknown_until_it_is_acknowledged(connection, sftp_server, monkeypatch):
    delivery = queue(connection)
    deliver_until("delivery.released", delivery, monkeypatch)
    (sftp_server.home / "inbound" / delivery.interchange.file_name).unlink()

    delivery.refresh_from_db()
    assert deliver_file(delivery=delivery, now=NOW) == DeliveryStatus.UNKNOWN
    assert uploaded(sftp_server) == []
    confirm_receipt(interchange=delivery.interchange, now=NOW)

    delivery.refresh_from_db()
    assert delivery.status == DeliveryStatus.SENT


def test_a_broken_release_is_unknown_then_reconciled(connection, sftp_server, monkeypatch):
    delivery = queue(connection)

    def line_breaks(self, temporary, name):
        raise EOFError

    with monkeypatch.context() as trouble:
        trouble.setattr(sftp.SftpMailbox, "release", line_breaks)
        assert deliver_file(delivery=delivery, now=NOW) == DeliveryStatus.UNKNOWN

    delivery.refresh_from_db()
    assert reconcile_file(delivery=delivery, now=NOW) == DeliveryStatus.SENT
    assert uploaded(sftp_server) == [delivery.interchange.file_name]


def test_an_overtaken_attempt_may_not_release(connection, sftp_server, monkeypatch):
    """Two workers on one file: the later one owns it."""
    delivery = queue(connection)

    def overtaken(point: str) -> None:
        if point == "delivery.uploaded":
            monkeypatch.setattr("clearinghouse.actions.outbound.faults.point", lambda _: None)
            deliver_file(delivery=Delivery.objects.get(pk=delivery.pk), now=NOW)

    monkeypatch.setattr("clearinghouse.actions.outbound.faults.point", overtaken)
    with pytest.raises(LostRace):
        deliver_file(delivery=delivery, now=NOW)

    assert [name for name in uploaded(sftp_server) if name.endswith(".x12")] == [
        delivery.interchange.file_name
    ]


def test_resend_file_repeats_the_same_bytes_at_a_persons_word(connection, sftp_server, monkeypatch, drain):
    delivery = queue(connection)
    with monkeypatch.context() as trouble:
        trouble.setattr(sftp.SftpMailbox, "release", lambda *_: (_ for _ in ()).throw(EOFError()))
        deliver_file(delivery=delivery, now=NOW)
    for path in (sftp_server.home / "inbound").iterdir():
        path.unlink()
    delivery.refresh_from_db()

    resend_file(delivery=delivery, by=UserFactory(), now=NOW)
    drain(now=NOW)

    assert (sftp_server.home / "inbound" / delivery.interchange.file_name).read_bytes() == CONTENT


def test_another_host_key_is_refused(connection, sftp_server):
    connection.sftp_host_key = (
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKSMfkJWyaApqWuYJ5jY3xTnEdTeQ5oMNHGPaCFNKJpq"
    )
    connection.save()
    delivery = queue(connection)

    with pytest.raises(Unreachable):
        deliver_file(delivery=delivery, now=NOW)

    assert uploaded(sftp_server) == []


def test_a_server_with_several_keys_is_asked_for_the_pinned_one(connection, sftp_server):
    connection.sftp_host_key = sftp_server.other_host_key
    connection.save()
    assert deliver_file(delivery=queue(connection), now=NOW) == DeliveryStatus.SENT
    assert probe(connection).holds


def test_nobody_listening_is_unreachable_and_leaves_the_file_to_the_next_try(practice):
    delivery = queue(ConnectionFactory(practice=practice, sftp_port=1))

    with pytest.raises(Unreachable):
        deliver_file(delivery=delivery, now=NOW)

    delivery.refresh_from_db()
    assert delivery.status == DeliveryStatus.SENDING


def test_control_numbers_are_given_once(practice):
    connection = ConnectionFactory(practice=practice)
    with transaction.atomic():
        numbers = [take_control_number(connection=connection) for _ in range(3)]
    assert numbers == ["000000001", "000000002", "000000003"]


def test_queue_file_wants_a_transaction(practice):
    connection = ConnectionFactory(practice=practice)
    with pytest.raises(NoTransaction):
        queue_file(connection=connection, kind="837P", content=b"", control_number="000000001", now=NOW)
    assert Interchange.objects.count() == 0


def test_somebody_listens_for_a_queued_file():
    assert list(subscriptions()["clearinghouse.file_queued"]) == ["clearinghouse.handlers.transmit"]


def test_a_paused_partner_gets_nothing_until_it_is_resumed(practice):
    connection = ConnectionFactory(practice=practice, paused_at=NOW)
    delivery = queue(connection)
    with pytest.raises(TryLater):
        transmit(delivery_id=delivery.pk, now=NOW)
    delivery.refresh_from_db()
    assert (delivery.status, delivery.attempts) == (DeliveryStatus.QUEUED, 0)


def test_bytes_that_were_altered_are_not_sent(connection, sftp_server):
    delivery = queue(connection)
    delivery.interchange.content = CONTENT + b"x"
    with pytest.raises(Altered):
        deliver_file(delivery=delivery, now=NOW)
    assert uploaded(sftp_server) == []


def test_a_file_that_turns_up_before_it_is_sent_again_is_not_sent_again(connection, sftp_server, drain):
    delivery = queue(connection)
    deliver_file(delivery=delivery, now=NOW)
    Delivery.objects.update(status=DeliveryStatus.UNKNOWN)
    delivery.refresh_from_db()

    resend_file(delivery=delivery, by=UserFactory(), now=NOW)
    drain(now=NOW)

    delivery.refresh_from_db()
    assert delivery.status == DeliveryStatus.SENT
    assert uploaded(sftp_server) == [delivery.interchange.file_name]
