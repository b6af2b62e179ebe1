"""A worker process dies by SIGKILL at each named point: nothing is lost, and nothing happens twice.

All parts are real: PostgreSQL, Valkey, a Celery worker with its child processes, and the payer as a process of
its own behind SFTP and HTTP. Each test kills one child at one point and then holds our rows and books
against what the payer says it saw.
"""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

import pytest

from billing.models import DunningNotice, Remittance, RemittanceClaim, Statement
from billing.queries import prove
from claims.actions.status import ask_about_claim
from claims.models import Claim
from claims.states import ADJUDICATED, ClaimStatus, InquiryStatus
from clearinghouse.models import Delivery, Direction, Document, Interchange
from clearinghouse.states import DeliveryStatus, DocumentStatus
from coding.models import Encounter
from denials.models import Denial
from patients.actions.eligibility import request_eligibility
from patients.models import Guarantor
from patients.states import EligibilityStatus
from rcm import clock
from rcm.models import OutboxMessage
from tests.journeys import points
from tests.journeys.ground import Ground
from tests.journeys.visits import DENIED, DENIED_LINES, PAID, PARTLY_DENIED, coded_visit, insured

pytestmark = [pytest.mark.services, pytest.mark.slow]
OUTCOMES = {
    ClaimStatus.PAID: 1,
    ClaimStatus.DENIED: 1,
    ClaimStatus.PARTIALLY_PAID: 1,
}


@pytest.fixture(autouse=True)
def _database() -> None:
    """These tests stand on a database of their own (see `ground`), not on the one of the run."""


@dataclass
class Day:
    """Three visits of a day, and their claims once they are built."""

    ground: Ground
    encounters: list[Encounter]

    @property
    def claims(self) -> list[Claim]:
        return list(Claim.objects.filter(encounter__in=self.encounters).order_by("pk"))

    def are_all(self, *statuses: str) -> bool:
        claims = self.claims
        return len(claims) == len(self.encounters) and all(claim.status in statuses for claim in claims)

    def events(self, kind: str) -> list[dict]:
        numbers = {claim.control_number for claim in self.claims}
        return [event for event in self.ground.truth(kind) if event["claim"] in numbers]


def day_of_visits(ground: Ground) -> Day:
    now = clock.now()
    encounters = [
        coded_visit(ground.setting, insured(ground.setting, payer="BPK01", now=now).patient, coding, now=now)
        for coding in (PAID, DENIED, PARTLY_DENIED)
    ]
    return Day(ground, encounters)


def send(ground: Ground, day: Day) -> None:
    ground.wait_for(lambda: day.are_all(ClaimStatus.READY))
    ground.click_send()


def run_to_the_end(ground: Ground, day: Day) -> None:
    ground.wait_for(lambda: day.are_all(*ADJUDICATED))
    ground.settle()


def assert_all_happened_once(ground: Ground, day: Day) -> None:
    assert_sent_once(ground, day)
    assert_posted_once(day)
    assert_nothing_is_left(ground)


def assert_sent_once(ground: Ground, day: Day) -> None:
    numbers = sorted(claim.control_number for claim in day.claims)
    assert sorted(event["claim"] for event in day.events("received")) == numbers
    assert sorted(event["claim"] for event in day.events("decided")) == numbers
    assert {claim.submissions.count() for claim in day.claims} == {1}
    seen = ground.interchanges_seen()
    sent = Interchange.objects.filter(direction=Direction.OUT, kind="837P")
    assert sorted(seen) == sorted(sent.values_list("control_number", flat=True))


def assert_posted_once(day: Day) -> None:
    told = day.events("decided")
    answered = RemittanceClaim.objects.filter(claim__in=day.claims)
    assert sorted(answered.values_list("control_number", "paid")) == sorted(
        (event["claim"], Decimal(event["paid"])) for event in told
    )
    traces = {event["trace"] for event in told}
    remittances = Remittance.objects.filter(trace_number__in=traces)
    assert sorted(remittances.values_list("trace_number", "status")) == [(t, "posted") for t in sorted(traces)]
    assert Counter(claim.status for claim in day.claims) == OUTCOMES
    refused = sorted(line["control"] for event in told for line in event["lines"] if line["denied"])
    opened = Denial.objects.filter(claim__in=day.claims)
    assert sorted(opened.values_list("remittance_line__control_number", flat=True)) == refused
    assert len(refused) == DENIED_LINES


def assert_nothing_is_left(ground: Ground) -> None:
    assert not OutboxMessage.objects.undelivered().exists()
    assert set(Delivery.objects.values_list("status", flat=True)) == {DeliveryStatus.SENT}
    settled = {DocumentStatus.POSTED, DocumentStatus.RECORDED, DocumentStatus.DUPLICATE}
    assert set(Document.objects.values_list("status", flat=True)) <= settled
    assert not [verdict for verdict in prove() if not verdict.holds]
    assert not ground.fault.exists()
    assert not ground.truth("failed")
    assert not ground.truth("unreadable")


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

    send(ground, day)
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


@pytest.mark.parametrize("point", points.INVOICE)
def test_an_invoice_is_written_and_mailed_once_though_a_worker_dies(ground, point):
    day = day_of_visits(ground)
    send(ground, day)
    run_to_the_end(ground, day)
    ground.arm(point)

    ground.ask_for("billing.run_dunning")
    ground.wait_for(lambda: not ground.fault.exists())
    owing = Guarantor.objects.filter(charges__amount__gt=0)
    ground.settle()

    invoiced = Statement.objects.filter(guarantor__in=owing)
    assert invoiced.count() == invoiced.values("guarantor").distinct().count() > 0
    mailed = Counter(ground.mails())
    assert mailed.keys() == set(DunningNotice.objects.values_list("mail_number", flat=True))
    assert_nothing_is_left(ground)
