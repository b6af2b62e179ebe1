"""TA1, 999 and 277CA move claims, once, and tell a biller why."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import transaction

from claims.actions.acknowledgement import take_in_277ca
from claims.actions.scrub import release_claim
from claims.actions.submission import send_batch
from claims.models import Batch, Claim, StatusEvent, StatusInquiry, Submission
from claims.queries import alarming_claims, open_findings, rejected_claims, total_of
from claims.queries.watch import Balance, Missing, balance_of, overdue_batches
from claims.states import ClaimStatus
from clearinghouse.actions.conversation import store_request
from clearinghouse.actions.inbound import receive_file
from clearinghouse.models import Connection, Document
from clearinghouse.states import DocumentStatus
from patients.models import EligibilityCheck
from rcm.models import OutboxMessage
from tests.claims.answers import accepted_999, ack_277ca, answering_999, of, ta1
from tests.claims.scenes import built_claim
from tests.conftest import NOW

LATER = NOW + dt.timedelta(hours=1)


@pytest.fixture
def sent(practice, clearinghouse, drain) -> Callable[..., tuple[Batch, list[Claim]]]:
    """Send so many claims, so many to one ST."""

    def send(count: int = 1, *, per_set: int = 5000) -> tuple[Batch, list[Claim]]:
        claims = [built_claim(practice) for _ in range(count)]
        Connection.objects.update(claims_per_batch=per_set)
        batch = send_batch(practice=practice, claims=claims, by=None, now=NOW)
        drain(now=NOW)
        return batch, claims

    return send


@pytest.fixture
def arrive(connection, drain) -> Callable[..., Document]:
    """A file arrives and is read."""

    def receive(content: bytes, **kwargs: object) -> Document:
        received = receive_file(connection=connection, name="answer.x12", content=content, now=LATER)
        drain(now=LATER, **kwargs)
        return received.interchange.documents.get()

    return receive


def statuses(claims: list[Claim]) -> list[str]:
    found = Claim.objects.in_bulk([claim.pk for claim in claims])
    return [found[claim.pk].status for claim in claims]


def test_an_accepting_999_says_received(sent, arrive):
    batch, claims = sent(2)

    document = arrive(accepted_999(batch))

    assert statuses(claims) == [ClaimStatus.RECEIVED] * 2
    assert (document.status, document.reasons) == (DocumentStatus.RECORDED, [])
    assert list(StatusEvent.objects.values_list("kind", "category_code", "message")) == [
        ("999", "A", "Accepted"),
        ("999", "A", "Accepted"),
    ]
    batch.refresh_from_db()
    assert batch.acknowledged_at == LATER


def test_a_999_that_notes_errors_accepts_all_the_same(sent, arrive):
    batch, claims = sent()

    arrive(answering_999(batch, {"0001": "E"}, acceptance="E"))

    assert statuses(claims) == [ClaimStatus.RECEIVED]


def test_a_999_without_transactions_speaks_for_the_group(sent, arrive):
    batch, claims = sent()

    arrive(answering_999(batch, {}, acceptance="R"))

    assert statuses(claims) == [ClaimStatus.HELD]
    assert [it.edit for it in open_findings(claims[0])] == ["999"]


def test_a_rejecting_999_holds_the_claims_of_that_set_only(sent, arrive, practice):
    batch, claims = sent(3, per_set=2)
    blamed = claims[0].control_number

    arrive(answering_999(batch, {"0001": "R", "0002": "A"}, blames=blamed))

    assert statuses(claims) == [ClaimStatus.HELD, ClaimStatus.HELD, ClaimStatus.RECEIVED]
    messages = [open_findings(claim)[0].message for claim in claims[:2]]
    assert messages[0].startswith("Segment CLM at position 22: segment has errors in its elements, CLM02")
    assert messages[1].startswith("Rejected together with another claim of the same file")
    assert list(rejected_claims([practice.pk])) == claims[:2]
    assert total_of(rejected_claims([practice.pk])).count == 2
    assert Submission.objects.filter(rejected_at=LATER).count() == 2


def test_a_rejected_ta1_holds_every_claim_of_the_file(sent, arrive):
    batch, claims = sent(2)

    arrive(ta1(batch, "R", "008"))

    assert statuses(claims) == [ClaimStatus.HELD] * 2
    assert open_findings(claims[0])[0].message == (
        "The whole file was rejected. Rejected; Receiver id is invalid. Once that is corrected, release the"
        " claim."
    )


def test_a_ta1_that_tells_of_an_earlier_copy_holds_nothing(sent, arrive):
    batch, claims = sent(2)

    arrive(ta1(batch, "R", "025"))

    assert statuses(claims) == [ClaimStatus.SENT] * 2
    assert StatusEvent.objects.filter(kind="TA1", category_code="R").count() == 2


@pytest.mark.parametrize(
    "second",
    [lambda batch: ta1(batch, "R", "024"), lambda batch: answering_999(batch, {"0001": "R"})],
    ids=["TA1", "999"],
)
def test_the_rejection_of_a_second_copy_holds_nothing_and_alarms(sent, arrive, second, practice):
    batch, claims = sent()
    arrive(accepted_999(batch))

    arrive(second(batch))

    assert statuses(claims) == [ClaimStatus.RECEIVED]
    assert list(alarming_claims([practice.pk])) == claims


def test_an_accepted_ta1_is_recorded_and_moves_nothing(sent, arrive):
    batch, claims = sent()

    arrive(ta1(batch, "A"))

    assert statuses(claims) == [ClaimStatus.SENT]
    assert StatusEvent.objects.get().kind == "TA1"


def test_a_277ca_accepts_with_the_payer_s_number(sent, arrive):
    batch, claims = sent()

    arrive(ack_277ca(batch.reference, of(claims, "A2"), icn="NSH2612700456"))

    claim = Claim.objects.get()
    assert (claim.status, claim.payer_control_number) == (ClaimStatus.ACCEPTED, "NSH2612700456")
    event = StatusEvent.objects.get()
    assert (event.category_code, event.status_code, event.entity_code) == ("A2", "20", "PR")
    assert event.message == "Accepted into adjudication: Accepted for processing (payer)"
    assert Submission.objects.get().accepted_at == LATER


def test_a_clearinghouse_s_277ca_says_received_only(sent, arrive):
    batch, claims = sent()

    arrive(ack_277ca(batch.reference, of(claims, "A1"), source="AY"))

    assert statuses(claims) == [ClaimStatus.RECEIVED]


def test_a_277ca_rejects_claim_by_claim(sent, arrive):
    batch, claims = sent(2)
    good, bad = claims

    arrive(ack_277ca(batch.reference, {good.control_number: "A2", bad.control_number: "A7"}))

    assert statuses(claims) == [ClaimStatus.ACCEPTED, ClaimStatus.HELD]
    (finding,) = open_findings(bad)
    assert finding.edit == "277CA"
    assert finding.message == "Rejected: information invalid: Missing or invalid information (payer)"


def test_a_277ca_may_reject_the_batch_without_naming_claims(sent, arrive):
    batch, claims = sent(2)

    arrive(ack_277ca(batch.reference, {}, whole="A3"))

    assert statuses(claims) == [ClaimStatus.HELD] * 2


def test_a_277ca_may_overtake_the_999(sent, arrive):
    batch, claims = sent()

    arrive(ack_277ca(batch.reference, of(claims, "A2")))
    arrive(accepted_999(batch))

    assert statuses(claims) == [ClaimStatus.ACCEPTED]
    assert StatusEvent.objects.count() == 2


def test_an_answer_may_overtake_the_sent_record(practice, connection, arrive):
    claim = built_claim(practice)
    batch = send_batch(practice=practice, claims=[claim], by=None, now=NOW)
    OutboxMessage.objects.filter(topic="clearinghouse.file_queued").update(
        due_at=LATER + dt.timedelta(days=1)
    )

    arrive(accepted_999(batch))

    assert statuses([claim]) == [ClaimStatus.RECEIVED]


def test_an_acknowledgment_ends_the_doubt_about_a_file(sent, arrive, clearinghouse):
    clearinghouse.breaks = True
    batch, claims = sent()
    assert statuses(claims) == [ClaimStatus.UNKNOWN]

    arrive(accepted_999(batch))

    assert statuses(claims) == [ClaimStatus.RECEIVED]
    batch.refresh_from_db()
    assert batch.sent_at == LATER


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (
            lambda batch: ta1(batch, "R", number="000000999"),
            "it answers interchange 000000999, which we did not send",
        ),
        (
            lambda batch: answering_999(batch, {"0001": "A"}, group="999"),
            "it answers group 999, which we did not send",
        ),
        (
            lambda batch: answering_999(batch, {"0001": "A", "0009": "A"}, acceptance="A"),
            "it answers transaction 0009, which we did not send",
        ),
        (
            lambda batch: ack_277ca(batch.reference, {"NOBODY1A": "A2"}),
            "it names claim NOBODY1A, which we do not have",
        ),
        (
            lambda batch: ack_277ca("OTHER", of([], "A2"), wrong_totals=True),
            "its totals for batch OTHER are not those of its claims",
        ),
    ],
)
def test_unknown_references_are_recorded_with_reasons(sent, arrive, answer, reason):
    batch, _ = sent()

    document = arrive(answer(batch))

    assert (document.status, document.reasons) == (DocumentStatus.RECORDED, [reason])


def test_a_late_rejection_of_an_earlier_batch_does_not_hold_the_claim_again(sent, arrive, practice, drain):
    first, (claim,) = sent()
    arrive(ack_277ca(first.reference, of([claim], "A7")))
    release_claim(claim=claim, by=None, now=LATER)
    second = send_batch(practice=practice, claims=[claim], by=None, now=LATER)
    drain(now=LATER)

    arrive(ta1(first, "R", "024"))

    claim.refresh_from_db()
    assert claim.status == ClaimStatus.SENT
    assert (claim.first_sent_at, claim.last_sent_at) == (NOW, LATER)
    arrive(accepted_999(second))
    assert statuses([claim]) == [ClaimStatus.RECEIVED]


def test_late_acceptances_of_an_earlier_batch_move_nothing(sent, arrive, practice, connection):
    first, (claim,) = sent()
    arrive(ta1(first, "R", "024"))
    release_claim(claim=claim, by=None, now=LATER)
    send_batch(practice=practice, claims=[claim], by=None, now=LATER)

    arrive(accepted_999(first))
    arrive(ack_277ca(first.reference, of([claim], "A2")))

    assert statuses([claim]) == [ClaimStatus.SENT]
    assert [event.kind for event in StatusEvent.objects.order_by("pk")] == ["TA1", "999", "277CA"]


def test_a_status_that_is_neither_acceptance_nor_rejection_is_kept(sent, arrive):
    batch, claims = sent()

    arrive(ack_277ca(batch.reference, of(claims, "A5")))

    assert statuses(claims) == [ClaimStatus.SENT]
    assert StatusEvent.objects.get().category_code == "A5"


def test_an_acknowledgment_of_a_file_without_claims_is_recorded(sent, arrive, connection):
    batch, _ = sent()
    with transaction.atomic():
        store_request(connection=connection, kind="276", content=b"276", control_number="000000321", now=NOW)

    document = arrive(answering_999(batch, {"0001": "R"}, group="321", acceptance="R"))

    assert document.reasons == ["it answers a 276, which holds no claims: Rejected"]


@pytest.mark.parametrize("kind", ["270", "276"])
def test_a_file_of_questions_that_is_turned_down_is_not_waited_for(sent, arrive, connection, practice, kind):
    batch, [claim] = sent()
    with transaction.atomic():
        request = store_request(
            connection=connection, kind=kind, content=b"x", control_number="000000321", now=NOW
        )
    check = EligibilityCheck.objects.create(
        practice=practice,
        coverage=claim.coverage,
        service_date=NOW.date(),
        trace_number="T1",
        requested_at=NOW,
        request=request,
    )
    inquiry = StatusInquiry.objects.create(
        practice=practice, claim=claim, trace_number="S1", asked_at=NOW, request=request
    )

    arrive(answering_999(batch, {"0001": "R"}, group="321", acceptance="R"))

    check.refresh_from_db()
    inquiry.refresh_from_db()
    assert (check.status, inquiry.status) == ("refused", "unanswered")
    assert "turned the question down" in check.reasons[0]


def missing(practice, *, now: dt.datetime) -> list[str]:
    return [batch.missing for batch in overdue_batches([practice.pk], now=now)]


def test_a_file_without_999_is_overdue_after_a_business_day(sent, arrive, practice):
    batch, _ = sent()
    assert missing(practice, now=NOW + dt.timedelta(hours=23)) == []
    assert missing(practice, now=NOW + dt.timedelta(days=1, hours=1)) == [Missing.ACKNOWLEDGMENT]

    arrive(accepted_999(batch))

    assert missing(practice, now=NOW + dt.timedelta(days=1, hours=1)) == []


def test_a_file_turned_down_whole_waits_for_nothing(sent, arrive, practice):
    batch, _ = sent()
    arrive(ta1(batch, "R", "006"))
    assert missing(practice, now=NOW + dt.timedelta(days=9)) == []


def test_claims_sent_are_accepted_and_rejected_together_or_it_rings(sent, arrive, practice):
    batch, [first, second, third] = sent(3)
    arrive(accepted_999(batch))
    much_later = NOW + dt.timedelta(days=9)
    assert missing(practice, now=NOW + dt.timedelta(days=1)) == []
    assert missing(practice, now=much_later) == [Missing.CLAIM_ANSWERS]
    assert balance_of(batch) == Balance(sent=3, rejected=0, open=3)

    arrive(ack_277ca(batch.reference, of([first], "A2")))
    assert missing(practice, now=much_later) == [Missing.SOME_CLAIMS]

    arrive(ack_277ca(batch.reference, of([second], "A3") | of([third], "A1")))
    assert missing(practice, now=much_later) == []
    assert (balance_of(batch).accepted, balance_of(batch).rejected) == (2, 1)


def test_a_second_rejection_of_the_same_batch_adds_no_finding(sent, arrive):
    batch, claims = sent()

    arrive(answering_999(batch, {"0001": "R"}))
    arrive(ta1(batch, "R", "024"))

    assert len(open_findings(claims[0])) == 1
    assert StatusEvent.objects.count() == 2


def test_a_payer_s_decision_stands_against_a_late_rejection(sent, arrive):
    batch, claims = sent()
    Claim.objects.update(status=ClaimStatus.PAID)

    arrive(ack_277ca(batch.reference, of(claims, "A7")))

    assert statuses(claims) == [ClaimStatus.PAID]


def test_reading_a_document_twice_changes_nothing(sent, arrive):
    batch, claims = sent()
    document = arrive(ack_277ca(batch.reference, of(claims, "A7")))

    take_in_277ca(document=document, now=LATER + dt.timedelta(days=1))

    assert StatusEvent.objects.count() == 1
    assert len(open_findings(claims[0])) == 1


@pytest.mark.parametrize(
    "point",
    [
        "acknowledgment.before_reading",
        "acknowledgment.claims_moved",
        "acknowledgment.settled",
        "acknowledgment.committed",
    ],
)
@pytest.mark.parametrize(
    "answer",
    [
        lambda batch, claims: ta1(batch, "R", "024"),
        lambda batch, claims: answering_999(batch, {"0001": "R"}),
        lambda batch, claims: ack_277ca(batch.reference, of(claims, "A7")),
    ],
    ids=["TA1", "999", "277CA"],
)
def test_a_power_cut_while_reading_costs_nothing(sent, arrive, drain, cut_power_at, answer, point):
    batch, claims = sent()
    cut_power_at(point)
    arrive(answer(batch, claims), failures=1)

    drain(now=LATER + dt.timedelta(hours=1))

    assert statuses(claims) == [ClaimStatus.HELD]
    assert len(open_findings(claims[0])) == 1
    assert StatusEvent.objects.count() == 1
    assert Document.objects.get().status == DocumentStatus.RECORDED
