"""Readers of different answers about the same claims do not wait for each other in a circle."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from claims.actions.answer import lock_claims
from claims.models import StatusEvent
from rcm.db import practice_scope
from tests.billing.scenario import billed_visit
from tests.conftest import NOW

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_a_row_about_a_claim_is_written_while_a_reader_of_answers_holds_the_claim(practice):
    claim = billed_visit(practice, number="A1").claim

    def refer_to_it() -> None:
        try:
            with practice_scope([practice.pk]), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '2s'")
                StatusEvent.objects.create(
                    practice=practice, claim=claim, kind="835", message="Paid", happened_at=NOW
                )
        finally:
            connection.close()

    with transaction.atomic(), ThreadPoolExecutor(1) as pool:
        lock_claims([claim])
        pool.submit(refer_to_it).result()

    assert claim.status_events.count() == 1
