"""Answers that come half, twice, out of order or never, from the box's folders to our claims. No servers."""

from collections import defaultdict
from decimal import Decimal

import pytest

from billing.actions.charge import book_charges
from billing.models import Charge, Remittance
from billing.queries import payer_paid, prove
from billing.states import RemittanceStatus
from claims.actions.submission import send_batch
from claims.models import Claim, StatusEvent
from claims.states import ClaimStatus
from clearinghouse.actions.fetching import fetch_files
from clearinghouse.models import Adapter, Document, Interchange, Repeat, WaitingFile
from clearinghouse.simulator.scenario import Faults, Scenario, load_scenario
from clearinghouse.states import DocumentStatus
from tests.claims.scenes import built_claim
from tests.clearinghouse.drops import lend_folder
from tests.clearinghouse.simulator.submitting import Desk
from tests.conftest import NOW
from tests.factories import ConnectionFactory

pytestmark = pytest.mark.slow


class Exchange:
    """A claim sent to payers that behave in a certain way, and our looks into the folder of their answers."""

    def __init__(self, practice, connection, drain, directory, scenario: Scenario) -> None:
        self.practice = practice
        self.connection = connection
        self.drain = drain
        self.desk = Desk(directory, NOW, scenario)
        self.claim = self.send()

    def send(self) -> Claim:
        """A claim into the folder, and from there to its payer."""
        claim: Claim = built_claim(self.practice)
        book_charges(encounter=claim.encounter, now=self.desk.now)
        send_batch(practice=self.practice, claims=[claim], by=None, now=self.desk.now)
        self.drain(now=self.desk.now)
        self.desk.work()
        return claim

    def look(self, **later: float) -> None:
        """Let time pass, fetch what lies there, and let our readers read it."""
        self.desk.work(**later)
        fetch_files(connection=self.connection, now=self.desk.now)
        self.drain(now=self.desk.now)
        self.claim.refresh_from_db()

    def heard(self) -> list[str]:
        """The kinds of answers that spoke of the claim, in the order in which we read them."""
        return list(StatusEvent.objects.order_by("pk").values_list("kind", flat=True))


@pytest.fixture
def exchange(practice, drain, tmp_path, settings):
    lend_folder(practice, tmp_path / "box" / "mailboxes", settings)
    connection = ConnectionFactory(
        practice=practice,
        adapter=Adapter.DROP,
        upload_directory="submitter/inbound",
        download_directory="submitter/outbound",
    )
    (tmp_path / "box" / "mailboxes" / "submitter" / "inbound").mkdir(parents=True)

    def begin(scenario: Scenario | None = None, **faults: int) -> Exchange:
        scenario = scenario or Scenario(faults=Faults(**faults))
        return Exchange(practice, connection, drain, tmp_path / "box", scenario)

    return begin


def test_plain_answers_decide_the_claim(exchange):
    there = exchange()
    there.look(seconds=10)
    assert there.claim.status == ClaimStatus.PAID
    assert there.heard() == ["999", "277CA", "835"]


def test_half_an_answer_is_left_alone_until_it_is_whole(exchange):
    there = exchange(partial_answers=1, partial_seconds=60)
    there.look(seconds=0)
    assert (Interchange.objects.filter(kind="999").count(), WaitingFile.objects.count()) == (0, 1)

    there.look(seconds=60)

    assert WaitingFile.objects.count() == 0
    assert "999" in there.heard()
    there.look(seconds=0)
    assert there.claim.status == ClaimStatus.PAID
    assert there.desk.truth("torn") == []


@pytest.mark.parametrize("fault", ["duplicated_answers", "reformatted_answers", "reenveloped_answers"])
def test_answers_that_come_twice_count_once(exchange, fault):
    there = exchange(**{fault: 9})
    for _ in range(4):
        there.look(seconds=10)

    assert there.claim.status == ClaimStatus.PAID
    assert Remittance.objects.count() == 1
    doubled = Document.objects.filter(kind="835")
    if fault == "duplicated_answers":
        assert (doubled.count(), Repeat.objects.count() >= 3) == (1, True)
    else:
        assert sorted(doubled.values_list("status", flat=True)) == [
            DocumentStatus.DUPLICATE,
            DocumentStatus.POSTED,
        ]


def test_answers_out_of_order_end_where_they_would_have_in_order(exchange):
    there = exchange(reordered_answers=2, reordered_seconds=3600)
    there.look(seconds=10)
    assert there.claim.status == ClaimStatus.PAID
    assert there.heard() == ["835"]

    there.look(hours=1)

    assert sorted(there.heard()) == ["277CA", "835", "999"]
    assert there.claim.status == ClaimStatus.PAID


@pytest.mark.parametrize(
    ("missing", "status"),
    [
        ("missing_999", ClaimStatus.PAID),
        ("missing_277ca", ClaimStatus.PAID),
        ("missing_835", ClaimStatus.ACCEPTED),
    ],
)
def test_an_answer_that_never_comes_changes_nothing_else(exchange, missing, status):
    there = exchange(**{missing: 1})
    there.look(seconds=10)
    assert there.claim.status == status
    assert len(there.desk.truth("missing")) == 1


def test_whatever_unruly_payers_send_is_posted_to_the_cent_or_parked_with_its_reason(exchange, practice):
    practice.claim_prefix = "LUCK"  # the payers draw lots by claim number: the same ones in every run
    practice.save()
    there = exchange(load_scenario("unruly"))
    claims = [there.claim]
    for _ in range(17):
        there.look(minutes=1)
        claims.append(there.send())
    for _ in range(8):
        there.look(days=9)

    assert not Document.objects.filter(status=DocumentStatus.RECEIVED).exists()
    remittances = {row.trace_number: row for row in Remittance.objects.all()}
    assert set(remittances) == put_out(there)
    statuses = {row.status for row in remittances.values()}
    assert RemittanceStatus.POSTED in statuses
    assert statuses <= {RemittanceStatus.POSTED, RemittanceStatus.PARKED}
    assert [
        row for row in remittances.values() if row.status == RemittanceStatus.PARKED and not row.reasons
    ] == []
    assert {it.proof.name: it.differences for it in prove() if not it.holds} == {}
    assert paid_in_books(there) == paid_by_payers(there, remittances)


def put_out(there: Exchange) -> set[str]:
    """The numbers of the payments whose remittances the payers left in our folder, whole, at least once."""
    whole = {told["file"] for told in there.desk.truth("sent")}
    return {told["trace"] for told in there.desk.truth("remitted") if told["file"] in whole}


def paid_in_books(there: Exchange) -> dict[str, Decimal]:
    """What payers paid for every visit, as our books have it."""
    books = payer_paid(practice=there.practice)
    paid: defaultdict[str, Decimal] = defaultdict(Decimal)
    for claim in Claim.objects.all():
        for charge in Charge.objects.filter(service_line__encounter=claim.encounter_id):
            paid[claim.control_number] += books.get(charge.pk, Decimal(0))
    return {number: amount for number, amount in paid.items() if amount}


def paid_by_payers(there: Exchange, remittances: dict[str, Remittance]) -> dict[str, Decimal]:
    """The same by the payers' own log, as far as their remittances are posted."""
    paid: defaultdict[str, Decimal] = defaultdict(Decimal)
    for told in (*there.desk.truth("decided"), *there.desk.truth("reversed")):
        row = remittances.get(told["trace"])
        if row is not None and row.status == RemittanceStatus.POSTED:
            paid[told["claim"]] += Decimal(told["paid"])
    return {number: amount for number, amount in paid.items() if amount}
