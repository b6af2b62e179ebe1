"""An 835 that breaks off anywhere posts nothing of the transaction that was cut, and stops nothing else."""

import pytest

from billing.models import Remittance
from billing.models.ledger import Entry
from billing.queries import prove
from clearinghouse.actions.inbound import receive_file
from clearinghouse.models import Connection, Document
from clearinghouse.states import DocumentStatus
from denials.models import Denial
from tests.conftest import NOW
from tests.journeys.remittances import TRACE, scene, whole_835

pytestmark = pytest.mark.slow
SEPARATOR = "~\n"
EVERY = 29
"""Every so many characters the file is cut in mid-segment as well."""


def deliver(text: str, drain) -> list[str]:
    """Take the file in as the inbox does; the statuses of its documents."""
    connection = Connection.objects.get()
    received = receive_file(connection=connection, name="835.x12", content=text.encode(), now=NOW)
    drain()
    documents = Document.objects.filter(interchange=received.interchange)
    return list(documents.order_by("position").values_list("status", flat=True))


def nothing_moved(entries: int) -> bool:
    return (
        Entry.objects.count() == entries
        and not Remittance.objects.filter(trace_number=TRACE).exists()
        and all(verdict.holds for verdict in prove())
    )


def prefixes_by_segment(text: str) -> list[str]:
    """The file after each of its segments that stands before the transaction's end (SE)."""
    segments = text.split(SEPARATOR)
    end = next(place for place, segment in enumerate(segments) if segment.startswith("SE*"))
    return [SEPARATOR.join(segments[:count]) + SEPARATOR for count in range(1, end + 1)]


def prefixes_in_mid_segment(text: str) -> list[str]:
    """The file broken off at places within segments, from its first byte to within SE."""
    return [text[:place] for place in range(0, text.index("SE*") + 4, EVERY)]


@pytest.mark.parametrize("cut", [prefixes_by_segment, prefixes_in_mid_segment])
def test_nothing_is_posted_of_an_835_that_was_cut(practice, drain, cut):
    visits = scene(practice)
    entries = Entry.objects.count()
    whole = whole_835()

    for prefix in cut(whole):
        statuses = deliver(prefix, drain)
        assert set(statuses) == {DocumentStatus.REFUSED}, prefix[-40:]
        assert nothing_moved(entries), prefix[-40:]

    assert deliver(whole, drain) == [DocumentStatus.POSTED]
    assert deliver(whole_835(), drain) == [DocumentStatus.DUPLICATE]
    assert visits.is_as_paid()
    assert Denial.objects.count() == 1
    assert all(verdict.holds for verdict in prove())


def test_a_whole_transaction_in_a_cut_envelope_is_posted_once(practice, drain):
    visits = scene(practice)
    whole = whole_835()
    after_se = whole[: whole.index("GE*")]

    assert deliver(after_se, drain) == [DocumentStatus.POSTED]
    assert deliver(whole, drain) == [DocumentStatus.DUPLICATE]

    assert visits.is_as_paid()
    assert Remittance.objects.filter(trace_number=TRACE).count() == 1
    assert all(verdict.holds for verdict in prove())


def test_a_cut_transaction_does_not_keep_a_whole_one_before_it_from_being_posted(practice, drain):
    visits = scene(practice)
    whole = whole_835()
    first = whole[: whole.index("GE*")]
    second = first[first.index("ST*") :].replace("0001~", "0002~").replace(TRACE, "BPK20260420992")

    assert deliver(first + second[: len(second) // 2], drain) == [
        DocumentStatus.POSTED,
        DocumentStatus.REFUSED,
    ]

    assert visits.is_as_paid()
    assert all(verdict.holds for verdict in prove())
