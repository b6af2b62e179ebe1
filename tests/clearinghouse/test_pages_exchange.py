"""The exchange browser: what went out and came in, what became of it, and its text made readable."""

import datetime as dt

import pytest
from django.db import transaction
from django.urls import reverse

from clearinghouse.actions.inbound import receive_file, settle_document
from clearinghouse.actions.outbound import queue_file, take_control_number
from clearinghouse.models import Connection, Delivery, Document, Interchange
from clearinghouse.states import DeliveryStatus, DocumentStatus
from clearinghouse.views.words import size_of
from practice.models import Role
from rcm.db import practice_scope
from rcm.models import AuditEvent, OutboxMessage
from tests.clearinghouse.test_inbound import mail
from tests.conftest import NOW
from tests.factories import ConnectionFactory, MembershipFactory, PracticeFactory, UserFactory
from tests.x12.test_explain import CLAIM_FILE

pytestmark = pytest.mark.slow


@pytest.fixture
def line(practice) -> Connection:
    return ConnectionFactory(practice=practice)


@pytest.fixture
def sign_in(client, practice):
    def browser(*roles: Role):
        user = UserFactory(first_name="Dana", last_name="Reyes")
        for role in roles:
            MembershipFactory(user=user, practice=practice, role=role)
        client.force_login(user)
        return client

    return browser


@pytest.fixture
def biller(sign_in):
    return sign_in(Role.BILLER)


def came_in(line: Connection, content: bytes | None = None, name: str = "835.x12") -> Interchange:
    return receive_file(connection=line, name=name, content=content or mail("835"), now=NOW).interchange


def went_out(line: Connection, status: str = DeliveryStatus.QUEUED, **delivery: object) -> Interchange:
    with transaction.atomic():
        number = take_control_number(connection=line)
        made = queue_file(
            connection=line, kind="837P", content=CLAIM_FILE.encode(), control_number=number, now=NOW
        )
    Delivery.objects.filter(interchange=made).update(status=status, **delivery)
    return made


def url(of: Interchange | Document, name: str = "interchange", *more: object) -> str:
    return reverse(f"clearinghouse:{name}", args=[of.public_id, *more])


@pytest.mark.parametrize("role", [Role.BILLER, Role.MANAGER, Role.ADMINISTRATOR, Role.AUDITOR])
def test_exchange_is_for_these(sign_in, line, role):
    made = came_in(line)
    browser = sign_in(role)
    assert browser.get(reverse("clearinghouse:exchange")).status_code == 200
    assert browser.get(url(made)).status_code == 200


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.CODER])
def test_exchange_is_not_for_those(sign_in, line, role):
    made = came_in(line)
    browser = sign_in(role)
    assert browser.get(reverse("clearinghouse:exchange")).status_code == 403
    for name in ("interchange", "raw"):
        assert browser.get(url(made, name)).status_code == 403
    assert browser.get(url(Document.objects.get(), "document")).status_code == 403


def test_exchange_of_another_practice_is_not_found(biller):
    other = PracticeFactory()
    with practice_scope([other.pk]):
        made = came_in(ConnectionFactory(practice=other))
        inside = Document.objects.get()
    for name in ("interchange", "raw"):
        assert biller.get(url(made, name)).status_code == 404
    assert biller.get(url(made, "transaction", 1)).status_code == 404
    assert biller.get(url(inside, "document")).status_code == 404


def test_exchange_is_empty_in_words_and_gives_htmx_its_list(biller):
    whole = biller.get(reverse("clearinghouse:exchange")).content.decode()
    part = biller.get(reverse("clearinghouse:exchange"), headers={"HX-Request": "true"}).content.decode()
    assert "Nothing was exchanged yet" in whole
    assert "<html" not in part


def test_exchange_tells_what_became_of_each(biller, line):
    sent = went_out(line, DeliveryStatus.SENT, sent_at=NOW)
    went_out(line, DeliveryStatus.UNKNOWN, trouble="the line broke")
    came_in(line, b"no such thing", "strange.txt")
    parked = came_in(line)
    settle_document(
        document=parked.documents.get(),
        status=DocumentStatus.PARKED,
        now=NOW,
        reasons=["it does not balance"],
    )
    page = biller.get(reverse("clearinghouse:exchange")).content.decode()
    for said in (
        "Delivered",
        "Delivery unknown",
        "the line broke",
        "Refused",
        "Parked",
        "it does not balance",
    ):
        assert said in page, said
    only = biller.get(reverse("clearinghouse:exchange"), {"state": "delivered"}).content.decode()
    assert sent.file_name in only
    assert "strange.txt" not in only
    for given in (
        {"direction": "in"},
        {"kind": "835"},
        {"peer": str(line.public_id)},
        {"since": "2026-03-10"},
    ):
        assert "835.x12" in biller.get(reverse("clearinghouse:exchange"), given).content.decode(), given
    later = (NOW + dt.timedelta(days=2)).date().isoformat()
    none = biller.get(reverse("clearinghouse:exchange"), {"since": later}).content.decode()
    assert "Nothing matches these filters" in none


def test_exchange_asks_the_database_as_often_for_one_file_as_for_three(
    biller, line, django_assert_max_num_queries
):
    came_in(line)
    biller.get(reverse("clearinghouse:exchange"))
    with django_assert_max_num_queries(30) as one:
        biller.get(reverse("clearinghouse:exchange"))
    went_out(line)
    came_in(line, mail("835", "835"), "two.x12")
    with django_assert_max_num_queries(len(one)):
        biller.get(reverse("clearinghouse:exchange"))


def test_interchange_shows_delivery_envelope_and_transactions_and_is_on_record(biller, line):
    made = went_out(line, DeliveryStatus.SENT, sent_at=NOW, attempts=2)
    page = " ".join(biller.get(url(made)).content.decode().split())
    for said in (
        "Claims (837P), out",
        "2 attempts",
        "Functional group begins",
        "Claims (837)",
        "1 transaction inside",
    ):
        assert said in page, said
    assert AuditEvent.objects.get(verb="interchange.read").subject_id == made.pk
    inside = biller.get(url(made, "transaction", 1)).content.decode()
    for said in ("Claim information", "Loop 2300", "Office", "$270.00"):
        assert said in inside, said
    assert biller.get(url(made, "transaction", 2)).status_code == 404


def test_document_shows_its_segments_and_what_its_reader_made_of_it(biller, line):
    made = came_in(line)
    inside = made.documents.get()
    settle_document(document=inside, status=DocumentStatus.PARKED, now=NOW, reasons=["it does not balance"])
    assert url(inside, "document") in biller.get(url(made)).content.decode()
    page = biller.get(url(inside, "document")).content.decode()
    for said in ("Remittance", "Parked", "it does not balance", "Payment", "BPR"):
        assert said in page, said


def test_document_is_judged_by_its_guide_on_its_page(biller, line, monkeypatch):
    made = went_out(line)
    inside = biller.get(url(made, "transaction", 1)).content.decode()
    assert "By its guide" in inside
    monkeypatch.setattr("clearinghouse.views.judgment.LONGEST", 3)
    assert "too long to be judged" in biller.get(url(made, "transaction", 1)).content.decode()


def test_document_shows_what_is_objected_to_and_where(biller, line):
    broken = mail("835").replace(b"BPR*I*", b"BPR*?*")
    page = biller.get(url(came_in(line, broken).documents.get(), "document")).content.decode()
    assert "BPR01" in page
    assert 'href="?page=1"' in page


def test_document_that_is_a_ta1(biller, line):
    made = came_in(line, mail(ta1=True), "ta1.x12")
    page = biller.get(url(made.documents.get(), "document")).content.decode()
    assert "Interchange acknowledgment" in page
    assert "Verdict" in page


def test_unreadable_file_is_shown_as_it_stands(biller, line):
    made = came_in(line, b"Dear biller, <b>hello</b>", "letter.txt")
    page = biller.get(url(made)).content.decode()
    assert "This is not X12" in page
    assert "Dear biller, &lt;b&gt;hello" in page
    inside = biller.get(url(made.documents.get(), "document")).content.decode()
    assert "nothing of it was acted upon" in inside


def test_long_document_goes_on_over_several_pages(biller, line, monkeypatch):
    monkeypatch.setattr("clearinghouse.views.interchange.PER_PAGE", 2)
    inside = came_in(line).documents.get()
    first = biller.get(url(inside, "document")).content.decode()
    assert "Page 1 of" in first
    second = biller.get(url(inside, "document"), {"page": "2"}).content.decode()
    assert 'x12-position">3<' in second
    assert "Page 1 of" in biller.get(url(inside, "document"), {"page": "x"}).content.decode()


def test_raw_bytes_are_taken_away_on_record(biller, line):
    made = came_in(line)
    answer = biller.get(url(made, "raw"))
    assert answer.content == bytes(made.content)
    assert answer["Content-Disposition"].startswith('attachment; filename="835-in-')
    assert answer["Cache-Control"] == "no-store"
    assert AuditEvent.objects.filter(verb="interchange.downloaded", subject_id=made.pk).exists()
    assert "Downloaded" in biller.get(url(made)).content.decode()


def test_unknown_file_is_sent_again_once_confirmed(biller, line):
    made = went_out(line, DeliveryStatus.UNKNOWN, trouble="the line broke", uploaded_at=NOW, attempts=1)
    assert "Send it again" in biller.get(url(made)).content.decode()
    assert b"byte for byte" in biller.get(url(made, "resending")).content
    before = OutboxMessage.objects.filter(topic="clearinghouse.file_queued").count()
    answer = biller.post(url(made, "resending"), follow=True)
    assert b"It is on its way again" in answer.content
    assert OutboxMessage.objects.filter(topic="clearinghouse.file_queued").count() == before + 1
    assert biller.post(url(made, "resending")).status_code == 404


def test_sending_again_is_not_for_the_auditor(sign_in, line):
    made = went_out(line, DeliveryStatus.UNKNOWN, trouble="the line broke", uploaded_at=NOW)
    auditor = sign_in(Role.AUDITOR)
    assert "Send it again" not in auditor.get(url(made)).content.decode()
    assert auditor.post(url(made, "resending")).status_code == 403


def test_search_finds_a_file_by_its_control_number(biller, line):
    made = went_out(line)
    found = biller.post("/search/", {"q": made.control_number}).content.decode()
    assert url(made) in found


@pytest.mark.parametrize(("size", "words"), [(812, "812 bytes"), (14_500, "14 KB"), (2_200_000, "2.1 MB")])
def test_size_is_in_words(size, words):
    assert size_of(size) == words


def find(browser, words: str) -> str:
    return browser.post(reverse("clearinghouse:exchange_search"), {"words": words}).content.decode()


def test_search_is_posted_and_finds_by_number_name_and_trace(biller, line):
    sent = went_out(line)
    came = came_in(line, mail("835").replace(b"BPR*I*0", b"TRN*1*EFT778899*1512345678"), "a7-remit.x12")
    assert url(sent) in find(biller, sent.control_number.lstrip("0"))
    assert url(came) in find(biller, "REMIT")
    assert url(came) in find(biller, "EFT778899")
    assert url(came) in find(biller, "2003")
    assert "Nothing goes by that" in find(biller, "EFT77")
    assert "Nothing goes by that" not in find(biller, "")
    assert biller.get(reverse("clearinghouse:exchange_search")).status_code == 405


def test_search_says_when_there_is_more(biller, line, monkeypatch):
    monkeypatch.setattr("clearinghouse.views.search.MOST_FOUND", 1)
    for name in ("remit-1", "remit-2"):
        came_in(line, mail("835") + name.encode(), name)
    assert "the latest of more" in find(biller, "remit")


def test_a_replay_is_shown_with_what_it_changed(biller, sign_in, line):
    made = came_in(line, mail("820"))
    answer = biller.post(url(made, "replay"), follow=True).content.decode()
    assert "Its bytes are known" in answer
    assert "Replayed by Dana Reyes" in answer
    assert "Nothing changed" in answer
    came_in(line, mail("820"), "again.x12")
    assert "Came again as again.x12" in " ".join(biller.get(url(made)).content.decode().split())
    assert AuditEvent.objects.filter(verb="interchange.replayed").count() == 1


def test_only_what_came_in_is_replayed_and_not_by_the_auditor(biller, sign_in, line):
    assert biller.post(url(went_out(line), "replay")).status_code == 404
    made = came_in(line)
    auditor = sign_in(Role.AUDITOR)
    auditor.logout()
    auditor.force_login(UserFactory(member_of=line.practice, member_of__role=Role.AUDITOR))
    assert "Replay" not in auditor.get(url(made)).content.decode()
    assert auditor.post(url(made, "replay")).status_code == 403


def test_a_document_told_before_says_so(biller, line):
    first = came_in(line, mail("835"), "one").documents.get()
    copy = came_in(line, mail("835") + b"\n", "two").documents.get()
    page = " ".join(biller.get(url(copy, "document")).content.decode().split())
    assert "It was told before" in page
    known = biller.get(reverse("clearinghouse:exchange"), {"state": "duplicate"}).content.decode()
    assert url(copy.interchange) in known
    assert url(first.interchange) not in known
    assert url(first, "document") in page
    other = came_in(line, mail("999"), "three").documents.get()
    assert "says something else" in " ".join(biller.get(url(other, "document")).content.decode().split())


def test_what_rings_about_the_wire_rings_beside_the_files(biller, line):
    went_out(line, DeliveryStatus.UNKNOWN, trouble="the line broke")
    page = biller.get(reverse("clearinghouse:exchange")).content.decode()
    assert reverse("clearinghouse:alarms_slot") in page
    slot = biller.get(reverse("clearinghouse:alarms_slot")).content.decode()
    assert "1 file with unknown delivery" in slot
    assert "the same bytes under the same number" in slot
    assert "?state=unknown" in slot
