"""A day's visits on their way through the worker and the payer, and what must hold of them at the end."""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from billing.models import Remittance, RemittanceClaim
from billing.queries import prove
from claims.models import Claim
from claims.states import ADJUDICATED, ClaimStatus
from clearinghouse.models import Delivery, Direction, Document, Interchange
from clearinghouse.states import DeliveryStatus, DocumentStatus
from coding.models import Encounter
from denials.models import Denial
from rcm import clock
from rcm.models import OutboxMessage
from tests.journeys.ground import Ground
from tests.journeys.visits import DENIED, DENIED_LINES, PAID, PARTLY_DENIED, coded_visit, insured

OUTCOMES = {ClaimStatus.PAID: 1, ClaimStatus.DENIED: 1, ClaimStatus.PARTIALLY_PAID: 1}


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
    assert sorted(remittances.values_list("trace_number", "status")) == [
        (t, "posted") for t in sorted(traces)
    ]
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
