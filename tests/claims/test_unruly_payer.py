"""Answers that come half, twice, out of order or never, from the box's folders to our claims. No servers."""

import pytest

from billing.actions.charge import book_charges
from billing.models import Remittance
from claims.actions.submission import send_batch
from claims.models import Claim, StatusEvent
from claims.states import ClaimStatus
from clearinghouse.actions.fetching import fetch_files
from clearinghouse.models import Adapter, Document, Interchange, Repeat, WaitingFile
from clearinghouse.simulator.scenario import Faults, Scenario
from clearinghouse.states import DocumentStatus
from tests.claims.scenes import built_claim
from tests.clearinghouse.simulator.submitting import Desk
from tests.conftest import NOW
from tests.factories import ConnectionFactory

pytestmark = pytest.mark.slow


class Exchange:
    """A claim sent to payers that behave in a certain way, and our looks into the folder of their answers."""

    def __init__(self, practice, connection, drain, directory, faults: dict[str, int]) -> None:
        self.connection = connection
        self.drain = drain
        self.desk = Desk(directory, NOW, Scenario(faults=Faults(**faults)))
        self.claim: Claim = built_claim(practice)
        book_charges(encounter=self.claim.encounter, now=NOW)
        send_batch(practice=practice, claims=[self.claim], by=None, now=NOW)
        drain(now=NOW)
        self.desk.work()

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
    settings.DROP_DIRECTORY = str(tmp_path / "box" / "mailboxes")
    connection = ConnectionFactory(
        practice=practice,
        adapter=Adapter.DROP,
        upload_directory="submitter/inbound",
        download_directory="submitter/outbound",
    )
    (tmp_path / "box" / "mailboxes" / "submitter" / "inbound").mkdir(parents=True)

    def begin(**faults: int) -> Exchange:
        return Exchange(practice, connection, drain, tmp_path / "box", faults)

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
