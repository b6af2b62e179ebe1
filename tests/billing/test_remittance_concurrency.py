"""The same money, however often it is announced at the same time, is posted once."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError

import pytest
from django.db import connection

from billing.actions.remittance import intake, post_parked, take_in
from billing.models import Remittance
from billing.models.ledger import Entry
from billing.queries import prove
from clearinghouse.models import Document
from clearinghouse.states import DocumentStatus
from rcm.db import practice_scope
from tests.billing.scenario import billed_visit, document_of, taken_in
from tests.billing.test_remittance import PAID, paid
from tests.conftest import NOW

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def at_once(practice, act, things):
    def run(thing):
        try:
            with practice_scope([practice.pk]):
                act(thing)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(run, things))


def taken_in_at_once(practice, documents):
    at_once(practice, lambda document: take_in(document=document, now=NOW), documents)


@pytest.fixture
def both_look(monkeypatch):
    """Whoever looks at the claims waits for the other to look too, unless the other is kept from it."""
    looking, known_of = Barrier(2), intake.known_of

    def known_by_both(**about):
        known = known_of(**about)
        with suppress(BrokenBarrierError):
            looking.wait(2)
        return known

    monkeypatch.setattr(intake, "known_of", known_by_both)
    return looking


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


@pytest.mark.usefixtures("both_look")
def test_two_traces_that_decide_one_claim_at_once_post_once(practice):
    visit = billed_visit(practice, number="A1")

    taken_in_at_once(practice, [document_of(practice, paid(trace=trace)) for trace in ("T1", "T2")])

    assert sorted(Remittance.objects.values_list("status", flat=True)) == ["parked", "posted"]
    assert visit.owners() == {"paid": 90, "adjusted": 40, "patient": 20}


@pytest.mark.usefixtures("both_look")
def test_two_parked_remittances_that_decide_one_claim_are_tried_again_at_once_and_one_posts(practice):
    parked = [taken_in(practice, paid(trace=trace)) for trace in ("T1", "T2")]
    visit = billed_visit(practice, number="A1")

    at_once(practice, lambda remittance: post_parked(remittance=remittance, now=NOW, by=None), parked)

    assert sorted(Remittance.objects.values_list("status", flat=True)) == ["parked", "posted"]
    assert visit.owners() == {"paid": 90, "adjusted": 40, "patient": 20}


def test_posting_one_remittance_does_not_hold_up_another_of_the_practice(practice, both_look):
    visits = [billed_visit(practice, number=number) for number in ("A1", "B1")]
    texts = [paid(trace="T1"), paid(trace="T2", body=PAID.replace("A1", "B1"))]

    taken_in_at_once(practice, [document_of(practice, text) for text in texts])

    assert not both_look.broken
    assert [visit.owners()["paid"] for visit in visits] == [90, 90]
