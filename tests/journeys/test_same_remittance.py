"""The same 835 again, under another name, and eight times at once, through the whole inbound path."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from billing.models import Deposit, Remittance
from billing.models.ledger import Entry
from billing.queries import prove
from clearinghouse.actions.inbound import receive_file
from clearinghouse.models import Connection, Document, Interchange
from clearinghouse.states import DocumentStatus
from denials.models import Denial
from rcm.db import practice_scope
from rcm.models import OutboxMessage
from rcm.outbox import deliver
from tests.conftest import NOW
from tests.journeys.remittances import TRACE, scene, whole_835

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
AT_ONCE = 8


def take_in(practice, name: str, text: str) -> None:
    """What fetching and then a worker do, each as fast as it can: store the file, deliver what is due."""
    with practice_scope([practice.pk]):
        inbox = Connection.objects.get(practice=practice)
        receive_file(connection=inbox, name=name, content=text.encode(), now=NOW)
        while due := list(OutboxMessage.objects.due(now=NOW).values_list("pk", flat=True)):
            for message_id in due:
                deliver(message_id, now=NOW)


def at_once(run: Callable[[int], None]) -> None:
    """Run it in eight threads that start together; what one of them raises is raised here."""
    start = Barrier(AT_ONCE)

    def one(number: int) -> None:
        try:
            start.wait()
            run(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(one, range(AT_ONCE)))


def assert_posted_once(visits) -> None:
    assert not OutboxMessage.objects.undelivered().exists()
    assert Remittance.objects.get(trace_number=TRACE).status == "posted"
    assert Deposit.objects.filter(trace_number=TRACE).count() == 1
    assert Entry.objects.filter(source="remittance", reverses__isnull=False).count() == 1
    assert Denial.objects.count() == 1
    assert visits.is_as_paid()
    assert not [verdict for verdict in prove() if not verdict.holds]


def test_the_same_file_twice_and_under_another_name_is_posted_once(practice):
    visits = scene(practice)
    known = Interchange.objects.count()
    text = whole_835()

    for name in ("835.x12", "835.x12", "again_835.x12"):
        take_in(practice, name, text)

    assert Interchange.objects.count() == known + 1
    assert_posted_once(visits)


def test_the_same_file_eight_times_at_once_is_kept_and_posted_once(practice):
    visits = scene(practice)
    known = Interchange.objects.count()
    text = whole_835()

    at_once(lambda number: take_in(practice, f"{number}.x12", text))

    assert Interchange.objects.count() == known + 1
    assert_posted_once(visits)


def test_one_trace_in_eight_files_at_once_is_posted_once(practice):
    visits = scene(practice)
    known = list(Document.objects.values_list("pk", flat=True))
    texts = [whole_835() for _ in range(AT_ONCE)]

    at_once(lambda number: take_in(practice, f"{number}.x12", texts[number]))

    outcomes = Document.objects.exclude(pk__in=known).values_list("status", flat=True)
    assert Counter(outcomes) == {DocumentStatus.POSTED: 1, DocumentStatus.DUPLICATE: AT_ONCE - 1}
    assert_posted_once(visits)
