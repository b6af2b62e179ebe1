"""Batches: queued with the claims' change of state, sent by a worker, once."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from claims.actions.submission import (
    AllHeld,
    ClaimNotReady,
    NothingToSend,
    record_sent,
    record_unknown,
    send_batch,
)
from claims.models import Batch, Claim, Submission
from claims.queries import open_findings
from claims.states import ClaimStatus
from clearinghouse.models import Interchange, Usage
from clearinghouse.queries import NoConnection
from rcm.models import OutboxMessage
from tests.claims.conftest import PowerCut
from tests.claims.scenes import built_claim
from tests.conftest import NOW
from tests.factories import UserFactory
from x12 import claim_837
from x12.envelope import read

LATER = NOW + dt.timedelta(hours=1)


def statuses() -> list[str]:
    return list(Claim.objects.order_by("pk").values_list("status", flat=True))


def sent_batch(practice, drain, count: int = 1) -> Batch:
    claims = [built_claim(practice) for _ in range(count)]
    batch = send_batch(practice=practice, claims=claims, by=None, now=NOW)
    drain(now=NOW)
    batch.refresh_from_db()
    return batch


def test_send_batch_queues_the_claims_and_one_file(practice, connection):
    claims = [built_claim(practice), built_claim(practice)]
    biller = UserFactory(member_of=practice)

    batch = send_batch(practice=practice, claims=claims, by=biller, now=NOW)

    assert statuses() == [ClaimStatus.QUEUED, ClaimStatus.QUEUED]
    assert (batch.claim_count, batch.total_charge) == (2, Decimal("540.00"))
    assert batch.reference == f"{practice.claim_prefix}B0000001"
    (transaction,) = read(bytes(batch.interchange.content)).transactions
    sent = claim_837.read(transaction)
    assert sent.batch_id == batch.reference
    assert [it.claim.control_number for it in sent.claims()] == [claim.control_number for claim in claims]
    assert (transaction.usage, transaction.interchange_control_number) == ("T", "000000001")
    rows = Submission.objects.order_by("pk").values_list("claim_id", "batch_id", "set_control_number")
    assert list(rows) == [(claim.pk, batch.pk, "0001") for claim in claims]
    assert OutboxMessage.objects.filter(topic="clearinghouse.file_queued").count() == 1


def test_send_batch_takes_as_many_statements_for_many_claims_as_for_few(practice, connection):
    few, many = ([built_claim(practice) for _ in range(count)] for count in (3, 12))

    with CaptureQueriesContext(database) as small:
        send_batch(practice=practice, claims=few, by=None, now=NOW)
    with CaptureQueriesContext(database) as large:
        send_batch(practice=practice, claims=many, by=None, now=NOW)

    assert len(large) <= len(small)


def test_send_batch_puts_at_most_the_agreed_number_into_one_set(practice, connection):
    connection.claims_per_batch = 2
    connection.save()
    claims = [built_claim(practice) for _ in range(5)]

    batch = send_batch(practice=practice, claims=claims, by=None, now=NOW)

    mail = read(bytes(batch.interchange.content))
    assert [len(list(claim_837.read(it).claims())) for it in mail.transactions] == [2, 2, 1]
    numbers = batch.submissions.order_by("pk").values_list("set_control_number", flat=True)
    assert list(numbers) == ["0001", "0001", "0002", "0002", "0003"]


def test_send_batch_twice_refuses_the_second_by_name(practice, connection):
    claims = [built_claim(practice), built_claim(practice)]
    send_batch(practice=practice, claims=claims[:1], by=None, now=NOW)

    with pytest.raises(ClaimNotReady) as refusal:
        send_batch(practice=practice, claims=claims, by=None, now=NOW)

    assert refusal.value.control_numbers == [claims[0].control_number]
    assert statuses() == [ClaimStatus.QUEUED, ClaimStatus.READY]
    assert Batch.objects.count() == 1


def test_send_batch_refuses_nothing_at_all(practice, connection):
    with pytest.raises(NothingToSend):
        send_batch(practice=practice, claims=[], by=None, now=NOW)


def test_send_batch_refuses_without_a_connection(practice):
    claim = built_claim(practice)

    with pytest.raises(NoConnection):
        send_batch(practice=practice, claims=[claim], by=None, now=NOW)

    assert statuses() == [ClaimStatus.READY]


def test_send_batch_holds_what_no_longer_passes_and_sends_the_rest(practice, connection):
    stale, fresh = built_claim(practice), built_claim(practice)
    stale.encounter.patient.city = ""
    stale.encounter.patient.save()

    batch = send_batch(
        practice=practice, claims=Claim.objects.filter(pk__in=[stale.pk, fresh.pk]), by=None, now=NOW
    )

    assert statuses() == [ClaimStatus.HELD, ClaimStatus.QUEUED]
    assert [it.edit for it in open_findings(stale)] == ["P04"]
    assert batch.claim_count == 1


def test_send_batch_refuses_when_none_passes_and_keeps_the_findings(practice, connection):
    claim = built_claim(practice)
    connection.usage = Usage.PRODUCTION
    connection.save()

    with pytest.raises(AllHeld):
        send_batch(practice=practice, claims=[claim], by=None, now=NOW)

    assert statuses() == [ClaimStatus.HELD]
    assert [it.edit for it in open_findings(claim)] == ["T14"]
    assert Interchange.objects.count() == 0


@pytest.mark.parametrize("point", ["submission.claims_locked", "submission.batch_written"])
def test_send_batch_cut_off_leaves_everything_as_it_was(practice, connection, cut_power_at, point):
    claim = built_claim(practice)
    cut_power_at(point)
    with pytest.raises(PowerCut):
        send_batch(practice=practice, claims=[claim], by=None, now=NOW)
    assert (statuses(), Interchange.objects.count()) == ([ClaimStatus.READY], 0)

    send_batch(practice=practice, claims=[claim], by=None, now=NOW)

    assert (statuses(), Interchange.objects.count()) == ([ClaimStatus.QUEUED], 1)


def test_send_batch_cut_off_after_its_commit_is_sent_all_the_same(
    practice, clearinghouse, cut_power_at, drain
):
    claim = built_claim(practice)
    cut_power_at("submission.batch_committed")
    with pytest.raises(PowerCut):
        send_batch(practice=practice, claims=[claim], by=None, now=NOW)

    drain(now=NOW)

    assert statuses() == [ClaimStatus.SENT]
    assert len(clearinghouse.taken) == 1


def test_a_delivered_file_marks_its_claims_sent(practice, clearinghouse, drain):
    batch = sent_batch(practice, drain, 2)

    assert statuses() == [ClaimStatus.SENT, ClaimStatus.SENT]
    assert batch.sent_at == NOW
    assert set(Claim.objects.values_list("first_sent_at", flat=True)) == {NOW}
    assert list(clearinghouse.taken.values()) == [bytes(batch.interchange.content)]


def test_record_sent_twice_changes_nothing(practice, clearinghouse, drain):
    batch = sent_batch(practice, drain)

    record_sent(interchange=batch.interchange, now=LATER)

    batch.refresh_from_db()
    assert batch.sent_at == NOW
    assert statuses() == [ClaimStatus.SENT]


@pytest.mark.parametrize("point", ["submission.sent_written", "submission.sent_committed"])
def test_mark_sent_after_a_power_cut_marks_once(practice, clearinghouse, drain, cut_power_at, point):
    send_batch(practice=practice, claims=[built_claim(practice)], by=None, now=NOW)
    cut_power_at(point)
    drain(now=NOW, failures=1)

    drain(now=LATER)

    assert statuses() == [ClaimStatus.SENT]
    assert len(clearinghouse.taken) == 1


def test_an_answer_that_came_before_the_sent_record_stands(practice, connection):
    claim = built_claim(practice)
    batch = send_batch(practice=practice, claims=[claim], by=None, now=NOW)
    Claim.objects.update(status=ClaimStatus.ACCEPTED)

    record_sent(interchange=batch.interchange, now=LATER)

    claim.refresh_from_db()
    assert (claim.status, claim.first_sent_at) == (ClaimStatus.ACCEPTED, LATER)


def test_a_file_of_unknown_fate_leaves_its_claims_waiting(practice, clearinghouse, drain):
    clearinghouse.breaks = True
    sent_batch(practice, drain)

    assert statuses() == [ClaimStatus.UNKNOWN]
    assert clearinghouse.taken == {}


def test_record_unknown_twice_changes_nothing_and_sent_ends_it(practice, connection):
    batch = send_batch(practice=practice, claims=[built_claim(practice)], by=None, now=NOW)

    record_unknown(interchange=batch.interchange, now=NOW)
    record_unknown(interchange=batch.interchange, now=NOW)
    assert statuses() == [ClaimStatus.UNKNOWN]
    record_sent(interchange=batch.interchange, now=LATER)
    record_unknown(interchange=batch.interchange, now=LATER)

    assert statuses() == [ClaimStatus.SENT]


def test_mark_unknown_after_a_power_cut_marks_once(practice, clearinghouse, drain, cut_power_at):
    clearinghouse.breaks = True
    send_batch(practice=practice, claims=[built_claim(practice)], by=None, now=NOW)
    cut_power_at("submission.unknown_written")
    drain(now=NOW, failures=1)
    assert statuses() == [ClaimStatus.QUEUED]

    drain(now=LATER)

    assert statuses() == [ClaimStatus.UNKNOWN]
