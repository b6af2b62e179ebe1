"""The same thing done eight times at the same time happens once."""

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection as database

from claims.actions.acknowledgement import take_in_277ca
from claims.actions.build import build_claim
from claims.actions.status import ask_about_silent_claims
from claims.actions.submission import ClaimNotReady, record_sent, send_batch
from claims.models import Batch, Claim, StatusEvent, StatusInquiry
from claims.queries import open_findings
from claims.states import ClaimStatus
from clearinghouse.actions.inbound import receive_file
from clearinghouse.models import Document, Interchange
from practice.models import Practice
from rcm.db import practice_scope
from tests.claims.answers import ack_277ca, of
from tests.claims.scenes import built_claim, coded_visit, insured_patient
from tests.conftest import NOW

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

TIMES = 8
LATER = NOW + dt.timedelta(days=31)


def at_once(practice: Practice, work: Callable[[], object]) -> list[object]:
    """What each of eight workers got, an exception too."""

    def once(_number: int) -> object:
        try:
            with practice_scope([practice.pk]):
                return work()
        except Exception as error:  # noqa: BLE001 -- the test looks at it
            return error
        finally:
            database.close()

    with ThreadPoolExecutor(TIMES) as pool:
        return list(pool.map(once, range(TIMES)))


def test_a_visit_is_billed_once(practice, connection):
    visit = coded_visit(insured_patient(practice))

    made = at_once(practice, lambda: build_claim(encounter=visit, now=NOW))

    assert set(made) == {Claim.objects.get()}
    assert Claim.objects.get().lines.count() == 2


def test_a_claim_leaves_in_one_batch(practice, connection):
    claim = built_claim(practice)

    made = at_once(practice, lambda: send_batch(practice=practice, claims=[claim], by=None, now=NOW))

    assert [type(it) for it in made].count(ClaimNotReady) == TIMES - 1
    assert [it for it in made if isinstance(it, Batch)] == [Batch.objects.get()]
    assert Interchange.objects.count() == 1


def test_a_rejection_holds_a_claim_once(practice, connection):
    claim = built_claim(practice)
    batch = send_batch(practice=practice, claims=[claim], by=None, now=NOW)
    content = ack_277ca(batch.reference, of([claim], "A7"))
    receive_file(connection=connection, name="a.277ca", content=content, now=NOW)
    document = Document.objects.get()

    made = at_once(practice, lambda: take_in_277ca(document=document, now=NOW))

    assert made == [None] * TIMES
    claim.refresh_from_db()
    assert claim.status == ClaimStatus.HELD
    assert len(open_findings(claim)) == 1
    assert StatusEvent.objects.count() == 1


def test_a_silent_claim_is_asked_about_once(practice, connection):
    connection.realtime_url = "https://payer.example/core"
    connection.save()
    batch = send_batch(practice=practice, claims=[built_claim(practice)], by=None, now=NOW)
    record_sent(interchange=batch.interchange, now=NOW)

    made = at_once(practice, lambda: ask_about_silent_claims(practice=practice, now=LATER))

    assert sorted(made) == [0] * (TIMES - 1) + [1]
    assert StatusInquiry.objects.count() == 1
