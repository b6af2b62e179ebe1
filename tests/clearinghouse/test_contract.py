"""Every way of exchanging files keeps the same promises, against the payer in a box (and see test_outbound)."""

import datetime as dt
import hashlib
import json
from pathlib import Path

import pytest
from django.db import transaction

from clearinghouse import core_names as names
from clearinghouse.actions.conversation import converse, store_request
from clearinghouse.actions.fetching import fetch_files
from clearinghouse.actions.outbound import deliver_file, reconcile_file, resend_file
from clearinghouse.gateway import Question, Refused, Unreachable, ask, probe
from clearinghouse.models import Direction, Document, Interchange, Repeat, WaitingFile
from clearinghouse.states import DeliveryStatus, DocumentStatus
from tests.clearinghouse.drops import lend_folder
from tests.clearinghouse.partner import WAYS, Partner, connect, running, until
from tests.clearinghouse.simulator.test_realtime import inquiry_270
from tests.factories import UserFactory

pytestmark = pytest.mark.slow
NOW = dt.datetime.now(dt.UTC)
CUTS = {
    "sftp": {"sftp_cuts_after_rename": 1},
    "mime": {"http_cuts": 1},
    "soap": {"http_cuts": 1},
}


@pytest.fixture(params=WAYS)
def way(request) -> str:
    return request.param


@pytest.fixture
def partner(practice, way, tmp_path, settings):
    with running(tmp_path, way) as there:
        if way == "drop":
            lend_folder(practice, Path(there["drop"]["directory"]), settings)
        yield Partner(tmp_path, connect(practice, way, there))


def came(kind: str) -> list[Interchange]:
    return list(Interchange.objects.filter(direction=Direction.IN, kind=kind))


def fetch_until(partner: Partner, *kinds: str) -> None:
    def all_here() -> bool:
        fetch_files(connection=partner.connection, now=NOW)
        return all(came(kind) for kind in kinds)

    until(all_here)


def test_probe_finds_that_everything_works(partner):
    found = probe(partner.connection)
    assert found.holds, found.findings


@pytest.mark.parametrize("way", ["sftp"], indirect=True)
def test_a_password_opens_the_mailbox_as_a_key_does(partner):
    there = json.loads((partner.directory / "endpoints.json").read_text())
    partner.connection.sftp_private_key = ""
    partner.connection.sftp_password = there["sftp"]["password"]
    partner.connection.save()
    assert probe(partner.connection).holds
    assert deliver_file(delivery=partner.queue(NOW), now=NOW) == DeliveryStatus.SENT


def test_a_file_goes_out_once_and_its_answers_come_in_once(partner, drain):
    delivery = partner.queue(NOW)

    drain(now=NOW)
    fetch_until(partner, "999", "277CA", "835")
    stored = Interchange.objects.count()
    fetch_files(connection=partner.connection, now=NOW)

    delivery.refresh_from_db()
    assert delivery.status == DeliveryStatus.SENT
    assert len(partner.truth("received")) == 1
    assert Interchange.objects.count() == stored
    drain(now=NOW)
    assert not Document.objects.filter(status=DocumentStatus.RECEIVED).exists()


@pytest.mark.parametrize(
    "point", ["delivery.mid_file", "delivery.uploaded", "delivery.upload_recorded", "delivery.released"]
)
def test_a_worker_killed_anywhere_sends_once(partner, drain, monkeypatch, point):
    delivery = partner.queue(NOW)

    def kill(reached: str) -> None:
        if reached == point:
            raise KeyboardInterrupt

    with monkeypatch.context() as crash:
        crash.setattr("rcm.faults.point", kill)
        with pytest.raises(KeyboardInterrupt):
            deliver_file(delivery=delivery, now=NOW)
    delivery.refresh_from_db()
    if point == "delivery.released":
        until(lambda: partner.truth("received"))

    if deliver_file(delivery=delivery, now=NOW) == DeliveryStatus.UNKNOWN:
        if point == "delivery.released":
            fetch_until(partner, "999")
        else:
            delivery.refresh_from_db()
            resend_file(delivery=delivery, by=UserFactory(), now=NOW)
    drain(now=NOW)

    delivery.refresh_from_db()
    assert delivery.status == DeliveryStatus.SENT
    until(lambda: partner.truth("received"))
    assert len(partner.truth("received")) == 1


@pytest.mark.parametrize("way", CUTS, indirect=True)
def test_a_line_cut_after_the_whole_file_is_cleared_up_by_the_acknowledgment(partner, way, drain):
    partner.misbehave(**CUTS[way])
    delivery = partner.queue(NOW)

    assert deliver_file(delivery=delivery, now=NOW) == DeliveryStatus.UNKNOWN
    fetch_until(partner, "999")
    drain(now=NOW)

    delivery.refresh_from_db()
    assert delivery.status == DeliveryStatus.SENT
    assert len(partner.truth("received")) == 1


@pytest.mark.parametrize("way", CUTS, indirect=True)
def test_a_person_who_sends_again_learns_that_it_arrived(partner, way, drain):
    partner.misbehave(**CUTS[way])
    delivery = partner.queue(NOW)
    deliver_file(delivery=delivery, now=NOW)
    until(lambda: partner.truth("received"))
    delivery.refresh_from_db()

    resend_file(delivery=delivery, by=UserFactory(), now=NOW)
    drain(now=NOW)
    drain(now=NOW + dt.timedelta(seconds=30))

    delivery.refresh_from_db()
    assert delivery.status == DeliveryStatus.SENT
    assert len(partner.truth("received")) == 1


@pytest.mark.parametrize("fault", ["duplicated_answers", "reformatted_answers"])
@pytest.mark.parametrize("way", ["sftp", "soap"], indirect=True)
def test_an_answer_that_comes_twice_is_read_once(partner, drain, fault):
    partner.misbehave(**{fault: 3})
    partner.queue(NOW)
    drain(now=NOW)
    fetch_until(partner, "999", "277CA", "835")

    def known() -> bool:
        fetch_files(connection=partner.connection, now=NOW)
        copies = Document.objects.filter(status=DocumentStatus.DUPLICATE).count()
        return Repeat.objects.count() + copies >= 3

    until(known)
    drain(now=NOW)
    assert Document.objects.filter(kind="835").exclude(status=DocumentStatus.DUPLICATE).count() == 1


@pytest.mark.parametrize("way", ["sftp", "drop"], indirect=True)
def test_half_an_answer_is_left_until_the_rest_is_there(partner, drain):
    partner.misbehave(partial_answers=1, partial_seconds=3)
    partner.queue(NOW)
    drain(now=NOW)

    def left() -> bool:
        fetch_files(connection=partner.connection, now=NOW)
        return WaitingFile.objects.exists()

    until(left)
    until(lambda: not left())
    drain(now=NOW)
    assert not Document.objects.filter(status=DocumentStatus.REFUSED).exists()


@pytest.mark.parametrize("way", ["mime", "soap"], indirect=True)
def test_a_batch_that_is_sent_again_is_the_same_batch(partner, drain):
    partner.misbehave(http_cuts=1, missing_ta1=9, missing_999=9, missing_277ca=9, missing_835=9)
    delivery = partner.queue(NOW)
    deliver_file(delivery=delivery, now=NOW)
    delivery.refresh_from_db()
    assert reconcile_file(delivery=delivery, now=NOW) == DeliveryStatus.UNKNOWN

    resend_file(delivery=delivery, by=UserFactory(), now=NOW)
    drain(now=NOW)

    delivery.refresh_from_db()
    assert (delivery.status, delivery.attempts) == (DeliveryStatus.SENT, 2)
    assert len(partner.truth("received")) == 1


@pytest.mark.parametrize("way", ["sftp"], indirect=True)
def test_what_was_certainly_not_taken_is_brought_again(partner):
    partner.misbehave(sftp_refusals=1)
    delivery = partner.queue(NOW)
    with pytest.raises(Unreachable):
        deliver_file(delivery=delivery, now=NOW)
    delivery.refresh_from_db()
    assert delivery.status == DeliveryStatus.SENDING
    assert deliver_file(delivery=delivery, now=NOW) == DeliveryStatus.SENT


@pytest.mark.parametrize("fault", ["http_cuts_before", "http_errors", "http_cuts_within"])
@pytest.mark.parametrize("way", ["mime", "soap"], indirect=True)
def test_a_batch_without_a_receipt_is_unknown(partner, fault):
    partner.misbehave(**{fault: 1})
    assert deliver_file(delivery=partner.queue(NOW), now=NOW) == DeliveryStatus.UNKNOWN


@pytest.mark.parametrize("way", ["mime", "soap"], indirect=True)
def test_a_batch_refused_in_so_many_words_was_not_taken(partner):
    secret = partner.connection.realtime_password
    partner.connection.realtime_password = "wrong"
    partner.connection.save()
    delivery = partner.queue(NOW)
    with pytest.raises(Unreachable):
        deliver_file(delivery=delivery, now=NOW)
    delivery.refresh_from_db()
    assert delivery.status == DeliveryStatus.SENDING

    delivery.interchange.connection.realtime_password = secret
    assert deliver_file(delivery=delivery, now=NOW) == DeliveryStatus.SENT


@pytest.mark.parametrize("way", ["mime", "soap"], indirect=True)
def test_a_fetched_batch_is_confirmed_by_our_999_once(partner, drain):
    partner.queue(NOW)
    drain(now=NOW)
    fetch_until(partner, "835")

    [remittance] = came("835")
    [ours] = remittance.answered_by.all()
    assert (ours.kind, ours.direction) == ("999", Direction.OUT)
    assert ours.sha256 == hashlib.sha256(bytes(ours.content)).hexdigest()
    until(lambda: [sent for sent in partner.truth("sent") if sent["kind"] == "835"])


@pytest.mark.parametrize("way", ["mime", "soap"], indirect=True)
def test_a_question_is_answered_in_either_form(partner, drain):
    content = inquiry_270()
    with transaction.atomic():
        request = store_request(
            connection=partner.connection,
            kind="270",
            content=content.encode(),
            control_number="000000001",
            now=NOW,
        )

    answer = converse(request=request, payload_id="P1", now=NOW)

    assert answer.kind == "271"
    assert converse(request=request, payload_id="P1", now=NOW) == answer


@pytest.mark.parametrize("way", ["mime", "soap"], indirect=True)
def test_a_question_that_cannot_be_put_is_refused_in_their_words(partner):
    with pytest.raises(Refused, match="PayloadType"):
        ask(partner.connection, Question("X12_Nonsense", "P1", b"ISA"))
    partner.connection.realtime_password = "wrong"
    with pytest.raises(Refused, match="UnAuthorized"):
        ask(partner.connection, Question(names.REAL_TIME_TYPES["270"], "P2", b"ISA"))
