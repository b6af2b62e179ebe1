"""835s of other people's making: every one ends with a verdict, none with a traceback, none in the books."""

from pathlib import Path

import pytest

from billing.actions.remittance import take_in
from billing.models.ledger import Entry
from clearinghouse.actions.inbound import receive_file
from clearinghouse.models import Document
from clearinghouse.states import DocumentStatus
from tests.billing.scenario import billed_visit, document_of
from tests.billing.test_remittance import PAID, paid
from tests.conftest import NOW
from tests.factories import ConnectionFactory

pytestmark = pytest.mark.slow
SAMPLES = Path(__file__).parents[3] / "shared" / "x12-samples"


@pytest.fixture(scope="module")
def samples():
    if not SAMPLES.is_dir():
        pytest.skip(f"no samples at {SAMPLES}")
    return sorted(path for path in SAMPLES.rglob("*835*") if path.is_file()) + sorted(
        path for path in (SAMPLES / "835").iterdir() if path.is_file() and "835" not in path.name
    )


def test_take_in_parks_refuses_or_knows_every_sample(practice, samples):
    connection = ConnectionFactory(practice=practice)
    for path in samples:
        receive_file(connection=connection, name=path.name, content=path.read_bytes(), now=NOW)
    documents = Document.objects.filter(kind="835", status=DocumentStatus.RECEIVED)
    assert documents.count() > 40

    for document in documents:
        take_in(document=document, now=NOW)

    settled = {DocumentStatus.PARKED, DocumentStatus.REFUSED, DocumentStatus.DUPLICATE}
    assert set(Document.objects.filter(kind="835").values_list("status", flat=True)) <= settled
    assert not Document.objects.filter(kind="835", reasons=[]).exists()
    assert Entry.objects.count() == 0


def test_an_835_cut_at_any_segment_is_refused_and_leaves_its_trace_to_the_whole_one(practice):
    visit = billed_visit(practice, number="A1")
    connection = ConnectionFactory(practice=practice)
    whole = paid(body=PAID + "PLB*1234567893*20261231*L6:X*0~")
    segments = whole.split("~\n")
    body_end = next(n for n, segment in enumerate(segments) if segment.startswith("SE*"))

    for kept in range(1, body_end + 1):
        cut = ("~\n".join(segments[:kept]) + "~\n").encode()
        receive_file(connection=connection, name=f"cut{kept}", content=cut, now=NOW)
    for document in Document.objects.filter(status=DocumentStatus.RECEIVED):
        take_in(document=document, now=NOW)
    assert Entry.objects.exclude(source="charge").count() == 0

    document = document_of(practice, whole)
    take_in(document=document, now=NOW)

    document.refresh_from_db()
    assert document.status == DocumentStatus.POSTED
    assert visit.owners()["paid"] == 90
