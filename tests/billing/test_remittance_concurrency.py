"""The same money, however often it is announced at the same time, is posted once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from billing.actions.remittance import take_in
from billing.models import Remittance
from billing.models.ledger import Entry
from billing.queries import prove
from clearinghouse.models import Document
from clearinghouse.states import DocumentStatus
from rcm.db import practice_scope
from tests.billing.scenario import billed_visit, document_of
from tests.billing.test_remittance import paid
from tests.conftest import NOW

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def taken_in_at_once(practice, documents):
    def take(document):
        try:
            with practice_scope([practice.pk]):
                take_in(document=document, now=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(take, documents))


def test_one_document_delivered_eight_times_at_once_posts_once(practice):
    visit = billed_visit(practice, number="A1")
    document = document_of(practice, paid())

    taken_in_at_once(practice, [document] * 8)

    assert Remittance.objects.get().status == "posted"
    assert visit.owners()["paid"] == 90
    assert Entry.objects.count() == 3
    assert all(verdict.holds for verdict in prove())


def test_eight_files_of_one_trace_at_once_post_once(practice):
    visit = billed_visit(practice, number="A1")
    documents = [document_of(practice, paid()) for _ in range(8)]

    taken_in_at_once(practice, documents)

    statuses = sorted(Document.objects.values_list("status", flat=True))
    assert statuses == [DocumentStatus.DUPLICATE] * 7 + [DocumentStatus.POSTED]
    assert visit.owners()["paid"] == 90
    assert Entry.objects.count() == 3
