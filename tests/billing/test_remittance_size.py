"""A large 835 takes as many statements as a small one."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing.actions.remittance import take_in
from billing.queries import prove
from tests.billing.scenario import document_of, many_billed, text_paying
from tests.conftest import NOW

pytestmark = pytest.mark.slow


def test_take_in_of_many_claims_takes_the_statements_of_one(practice):
    claims = many_billed(practice, 61)
    small = document_of(practice, text_paying(claims[:1], trace="SMALL"))
    big = document_of(practice, text_paying(claims[1:], trace="BIG"))

    with CaptureQueriesContext(connection) as few:
        assert take_in(document=small, now=NOW).status == "posted"
    with CaptureQueriesContext(connection) as many:
        assert take_in(document=big, now=NOW).status == "posted"

    assert len(many) <= len(few)
    claims[-1].refresh_from_db()
    assert (claims[-1].status, claims[-1].payer_control_number) == ("paid", "ICNM000060")
    assert [verdict.differences for verdict in prove() if not verdict.holds] == []
