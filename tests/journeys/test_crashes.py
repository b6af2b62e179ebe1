"""Processes die, brokers forget, lines break: nothing is lost, and nothing happens twice.

All parts are real: PostgreSQL, Valkey, a Celery worker with its child processes, and the payer as a process of
its own behind SFTP and HTTP. Each test breaks one thing and then holds our rows and books against what the
payer says it saw.
"""

from collections import Counter

import pytest

from billing.models import DunningNotice, Statement
from claims.actions.status import ask_about_claim
from claims.states import ClaimStatus, InquiryStatus
from clearinghouse.models import Document, Interchange
from clearinghouse.states import DocumentStatus
from patients.actions.eligibility import request_eligibility
from patients.states import EligibilityStatus
from rcm import clock
from tests.journeys import points
from tests.journeys.days import (
    Day,
    assert_all_happened_once,
    assert_nothing_is_left,
    day_of_visits,
    run_to_the_end,
    send,
)
from tests.journeys.visits import PAID, coded_visit, insured

pytestmark = [pytest.mark.services, pytest.mark.slow]

SENT = frozenset(ClaimStatus) - {ClaimStatus.DRAFT, ClaimStatus.HELD, ClaimStatus.READY, ClaimStatus.QUEUED}


@pytest.fixture(autouse=True)
def _database() -> None:
    """These tests stand on a database of their own (see `ground`), not on the one of the run."""


# --- a worker's child is killed at a named point; invoices first, while few guarantors owe -------------


@pytest.mark.parametrize("point", points.INVOICE)
def test_an_invoice_is_written_and_mailed_once_though_a_worker_dies(ground, point):
    day = day_of_visits(ground)
    send(ground, day)
    run_to_the_end(ground, day)
    ground.arm(point)
    owing = day.encounters[0].patient.guarantor  # a copay of 30, of which 25 was collected, and coinsurance

    ground.tick("billing.run_dunning")
    ground.wait_for(lambda: DunningNotice.objects.filter(statement__guarantor=owing).exclude(sent_at=None))
    ground.settle()

    invoiced = list(Statement.objects.values_list("guarantor", flat=True))
    assert owing.pk in invoiced
    assert len(invoiced) == len(set(invoiced))
    mailed = Counter(ground.mails())
    assert mailed.keys() == set(DunningNotice.objects.values_list("mail_number", flat=True))
    # A mail sent and not yet noted is the one thing that is sent again: under its own Message-ID.
    assert mailed.total() - len(mailed) == (1 if point == "notice.sent" else 0)
    assert_nothing_is_left(ground)


@pytest.mark.parametrize("point", points.VISIT_TO_POSTED)
def test_a_visit_is_sent_and_posted_once_though_a_worker_dies(ground, point):
    ground.arm(point)
    day = day_of_visits(ground)

    send(ground, day)
    run_to_the_end(ground, day)

    assert_all_happened_once(ground, day)


@pytest.mark.parametrize("point", points.LINE_CUT_AT_RELEASE)
def test_a_file_whose_arrival_is_unknown_is_not_sent_again_though_a_worker_dies(ground, point):
    ground.misbehave(sftp_cuts_after_rename=1)
    ground.arm(point)
    day = day_of_visits(ground)
    ground.is_fetching = False  # else the payer's acknowledgment may come before the doubt

    send(ground, day)
    ground.wait_for(lambda: not ground.fault.exists())
    ground.is_fetching = True
    run_to_the_end(ground, day)

    assert_all_happened_once(ground, day)


@pytest.mark.parametrize("point", points.QUESTION_ABOUT_A_CLAIM)
def test_a_claim_is_asked_about_once_though_a_worker_dies(ground, point):
    now = clock.now()
    coverage = insured(ground.setting, payer="NSH01", now=now)
    day = Day(ground, [coded_visit(ground.setting, coverage.patient, PAID, now=now)])
    send(ground, day)
    ground.wait_for(lambda: day.are_all(ClaimStatus.ACCEPTED))
    ground.settle()
    ground.arm(point)

    inquiry = ask_about_claim(claim=day.claims[0], by=None, now=clock.now())
    ground.settle()

    inquiry.refresh_from_db()
    assert inquiry.status == InquiryStatus.ANSWERED
    assert inquiry.request.answered_by.count() == 1
    assert Interchange.objects.filter(kind="276").count() == Interchange.objects.filter(kind="277").count()
    assert day.are_all(ClaimStatus.PENDING)
    assert_nothing_is_left(ground)


@pytest.mark.parametrize("point", points.QUESTION_ABOUT_A_COVERAGE)
def test_a_coverage_is_asked_about_once_though_a_worker_dies(ground, point):
    now = clock.now()
    coverage = insured(ground.setting, payer="BPK01", now=now)
    ground.arm(point)

    check = request_eligibility(coverage=coverage, service_date=now.date(), by=None, now=now)
    ground.settle()

    check.refresh_from_db()
    assert check.status == EligibilityStatus.ACTIVE
    assert check.request.answered_by.count() == 1
    assert Interchange.objects.filter(kind="270").count() == Interchange.objects.filter(kind="271").count()
    assert_nothing_is_left(ground)


# --- whole servers go away -----------------------------------------------------------------------------


def test_a_whole_worker_killed_in_the_midst_of_its_work_loses_nothing(ground):
    day = day_of_visits(ground)
    ground.wait_for(lambda: day.claims)
    ground.kill_worker()
    send(ground, day)
    ground.wait_for(lambda: day.events("received"))
    ground.kill_worker()

    run_to_the_end(ground, day)

    assert_all_happened_once(ground, day)


def test_a_flushed_broker_loses_nothing(ground):
    days = [day_of_visits(ground) for _ in range(4)]
    ground.tick("rcm.relay_outbox")
    ground.wait_until_broker_holds(4)
    ground.broker.flushall()
    for day in days:
        ground.wait_for(lambda day=day: day.are_all(ClaimStatus.READY))
    ground.click_send()
    ground.wait_for(lambda: all(day.are_all(ClaimStatus.QUEUED, *SENT) for day in days))
    ground.broker.flushall()

    for day in days:
        run_to_the_end(ground, day)
        assert_all_happened_once(ground, day)


def test_a_restarted_broker_loses_nothing(ground):
    day = day_of_visits(ground)
    send(ground, day)
    ground.wait_for(lambda: day.are_all(ClaimStatus.QUEUED, *SENT))
    ground.restart_broker()

    run_to_the_end(ground, day)

    assert_all_happened_once(ground, day)


def test_a_crashed_database_loses_nothing(ground):
    day = day_of_visits(ground)
    send(ground, day)
    ground.wait_for(lambda: day.are_all(ClaimStatus.QUEUED, *SENT))
    ground.crash_database()
    ground.wait_for(lambda: day.events("decided"))
    ground.crash_database()

    run_to_the_end(ground, day)

    assert_all_happened_once(ground, day)


# --- the same file more than once ----------------------------------------------------------------------


def test_every_answer_put_out_twice_under_two_names_is_taken_in_once(ground):
    known = Interchange.objects.count()
    ground.misbehave(duplicated_answers=100)
    day = day_of_visits(ground)

    send(ground, day)
    run_to_the_end(ground, day)
    ground.wait_for(lambda: not any(ground.box.glob("mailboxes/*/outbound/*")))
    ground.misbehave()

    assert_all_happened_once(ground, day)
    fresh = Interchange.objects.order_by("pk")[known:]
    assert Counter(file.sha256 for file in fresh).most_common(1)[0][1] == 1
    assert not Document.objects.filter(status=DocumentStatus.DUPLICATE).exists()
