"""Our files at a payer who knows nothing of us: sent, acknowledged, asked about, without servers."""

import pytest

from claims.actions.status import ask_about_claim
from claims.actions.submission import send_batch
from claims.models import Claim, StatusEvent, StatusInquiry
from claims.queries import open_findings
from claims.states import ClaimStatus, InquiryStatus
from clearinghouse import gateway
from clearinghouse.actions.inbound import receive_file
from clearinghouse.gateway import Question
from tests.claims.scenes import built_claim
from tests.clearinghouse.simulator.submitting import Desk
from tests.conftest import NOW
from tests.factories import UserFactory

pytestmark = pytest.mark.slow


@pytest.fixture
def desk(tmp_path) -> Desk:
    return Desk(tmp_path, NOW)


@pytest.fixture
def send_and_hear(practice, clearinghouse, connection, drain, desk):
    """Send claims and read every answer that comes within a minute."""

    def run(*claims: Claim) -> None:
        send_batch(practice=practice, claims=claims, by=None, now=NOW)
        drain(now=NOW)
        for name, content in clearinghouse.taken.items():
            desk.put(content.decode(), name)
        clearinghouse.taken.clear()
        desk.work()
        desk.work(seconds=5)
        for text in desk.fetch_texts():
            receive_file(connection=connection, name="", content=text.encode(), now=NOW)
            drain(now=NOW)

    return run


def test_a_payer_accepts_what_the_scrubber_passed(practice, connection, send_and_hear):
    claim = built_claim(practice)

    send_and_hear(claim)

    claim.refresh_from_db()
    assert claim.status == ClaimStatus.ACCEPTED
    assert claim.payer_control_number.startswith("BPK")
    kinds = StatusEvent.objects.order_by("pk").values_list("kind", "category_code")
    assert list(kinds) == [("999", "A"), ("277CA", "A2")]


def test_a_payer_rejects_a_member_it_does_not_know_the_form_of(practice, connection, send_and_hear):
    claim = built_claim(practice, member_number="B1")
    assert claim.status == ClaimStatus.READY

    send_and_hear(claim)

    claim.refresh_from_db()
    assert claim.status == ClaimStatus.HELD
    assert [it.edit for it in open_findings(claim)] == ["277CA"]


def test_a_payer_tells_the_status_of_an_accepted_claim(
    practice, connection, send_and_hear, drain, desk, monkeypatch
):
    def ask(_connection: object, question: Question) -> bytes:
        text = question.payload.decode()
        reply = desk.box.answer("submitter", question.payload_id, question.payload_type, text, NOW)
        assert reply.error == "Success"
        return reply.payload.encode()

    monkeypatch.setattr(gateway, "ask", ask)
    claim = built_claim(practice)
    send_and_hear(claim)
    claim.refresh_from_db()

    ask_about_claim(claim=claim, by=UserFactory(), now=NOW)
    drain(now=NOW)

    assert StatusInquiry.objects.get().status == InquiryStatus.ANSWERED
    event = StatusEvent.objects.filter(kind="277").get()
    assert event.category_code.startswith(("P", "A", "F"))
    assert (event.alarm, event.payer_control_number) == (False, claim.payer_control_number)
