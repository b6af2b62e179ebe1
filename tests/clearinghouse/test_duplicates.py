"""What comes twice is known: by its bytes, by its envelope, by its trace. What is not whole is left alone."""

import datetime as dt

import pytest

from clearinghouse.actions.fetching import fetch_files, is_due, take_as_it_is
from clearinghouse.actions.inbound import receive_file, replay_file, settle_document
from clearinghouse.drop import OutsideRoot, folder
from clearinghouse.models import Adapter, Connection, Document, Interchange, Repeat, Usage, WaitingFile
from clearinghouse.queries.settings import partial_files, silent_mailboxes
from clearinghouse.states import DocumentStatus
from rcm.models import AuditEvent, OutboxMessage
from tests.clearinghouse.drops import lend_folder
from tests.clearinghouse.test_inbound import ISA, mail
from tests.conftest import NOW
from tests.factories import ConnectionFactory, PracticeFactory, UserFactory

TRACED = "ST*835*0001~BPR*I*5~TRN*1*{trace}*1{payer}~SE*4*0001~"


@pytest.fixture
def desk(practice) -> Connection:
    return ConnectionFactory(practice=practice)


@pytest.fixture
def dropped(practice, settings, tmp_path) -> Connection:
    """A connection whose mailbox is a pair of folders."""
    lend_folder(practice, tmp_path, settings)
    for name in ("inbound", "outbound"):
        (tmp_path / name).mkdir()
    return ConnectionFactory(practice=practice, adapter=Adapter.DROP)


def remittance(trace: str, payer: str = "512345678", number: str = "000002003") -> bytes:
    body = TRACED.format(trace=trace, payer=payer)
    head = ISA.replace("000002003", number)
    return (
        f"{head}GS*HP*BPK01*LAKESIDE01*20260417*0915*1*X*005010X221A1~{body}GE*1*1~IEA*1*{number}~".encode()
    )


def took(desk: Connection, content: bytes, name: str = "x") -> Interchange:
    return receive_file(connection=desk, name=name, content=content, now=NOW).interchange


def announced() -> int:
    return OutboxMessage.objects.filter(topic="clearinghouse.received_835").count()


def test_the_same_bytes_are_noted_with_where_they_stood(desk):
    file = took(desk, mail("835"), "a.x12")
    settle_document(document=file.documents.get(), status=DocumentStatus.PARKED, now=NOW, reasons=["x"])

    took(desk, mail("835"), "b.x12")

    repeat = Repeat.objects.get()
    assert (repeat.interchange, repeat.file_name, repeat.standing) == (file, "b.x12", ["parked"])


def test_the_same_envelope_with_other_line_ends_reaches_no_reader(desk):
    took(desk, mail("835", "835"), "a.x12")

    again = took(desk, mail("835", "835").replace(b"~", b"~\r\n"), "b.x12")

    assert {it.status for it in again.documents.all()} == {DocumentStatus.DUPLICATE}
    assert "came before, as a.x12" in again.documents.first().reasons[0]
    assert again.documents.first().repeats == Interchange.objects.first().documents.first()
    assert announced() == 2


def test_a_used_number_with_other_content_is_read(desk):
    """Payers that never count would lose their money otherwise; the trace still tells two payments apart."""
    took(desk, remittance("1"))
    other = took(desk, remittance("2"))
    assert other.documents.get().status == DocumentStatus.RECEIVED
    assert announced() == 2


def test_what_was_refused_may_come_again(desk):
    first = took(desk, mail("835")).documents.get()
    settle_document(document=first, status=DocumentStatus.REFUSED, now=NOW, reasons=["dismissed"])
    again = took(desk, mail("835") + b"\n").documents.get()
    assert again.status == DocumentStatus.RECEIVED


def test_the_same_trace_of_the_same_payer_is_pointed_out(desk):
    first = took(desk, remittance("EFT7")).documents.get()
    same = took(desk, remittance("EFT7", number="000002004")).documents.get()
    other = took(desk, remittance("EFT7", payer="999999999", number="000002005")).documents.get()
    assert (first.trace_number, first.originator_number) == ("EFT7", "1512345678")
    assert (same.repeats, other.repeats) == (first, None)


def test_test_traffic_at_a_production_address_is_refused(desk):
    Connection.objects.update(usage=Usage.PRODUCTION)
    desk.refresh_from_db()
    document = took(desk, mail("835")).documents.get()
    assert document.status == DocumentStatus.REFUSED
    assert "ISA15" in document.reasons[0]


def test_a_replay_changes_nothing(desk, drain):
    file = took(desk, mail("820", "TA9"))
    before = list(Document.objects.order_by("pk").values())
    settled = AuditEvent.objects.filter(verb="document.status").count()

    repeat = replay_file(interchange=file, by=UserFactory(), now=NOW)
    drain(now=NOW)

    assert list(Document.objects.order_by("pk").values()) == before
    assert AuditEvent.objects.filter(verb="document.status").count() == settled
    assert repeat.standing == [it["status"] for it in before]


def test_a_replay_gives_a_document_to_its_reader_again(desk):
    file = took(desk, mail("835"))
    replay_file(interchange=file, by=UserFactory(), now=NOW)
    replay_file(interchange=file, by=UserFactory(), now=NOW)
    assert announced() == 3


def test_a_partial_file_is_left_alone_until_it_is_whole(dropped, tmp_path):
    path = tmp_path / "outbound" / "one.835"
    path.write_bytes(mail("835")[:-20])

    assert fetch_files(connection=dropped, now=NOW) == 0
    assert "has no end (IEA)" in WaitingFile.objects.get().trouble
    assert path.exists()

    path.write_bytes(mail("835"))
    assert fetch_files(connection=dropped, now=NOW) == 1
    assert not path.exists()
    assert not WaitingFile.objects.exists()


def test_a_file_that_stays_partial_rings_and_is_taken_at_a_persons_word(dropped, practice, tmp_path):
    (tmp_path / "outbound" / "one.835").write_bytes(mail("835", tail="ST*835*0002~BPR*I*0~"))
    fetch_files(connection=dropped, now=NOW)
    assert list(partial_files([practice.pk], now=NOW + dt.timedelta(minutes=59))) == []
    [file] = partial_files([practice.pk], now=NOW + dt.timedelta(minutes=61))

    take_as_it_is(file=file, by=UserFactory(), now=NOW)
    take_as_it_is(file=file, by=UserFactory(), now=NOW)

    assert list(partial_files([practice.pk], now=NOW + dt.timedelta(days=1))) == []
    assert fetch_files(connection=dropped, now=NOW) == 1
    assert [it.status for it in Document.objects.order_by("position")] == ["received", "refused"]
    assert AuditEvent.objects.filter(verb="waitingfile.wanted_as_it_is").count() == 1


def test_what_is_no_x12_is_taken_at_the_second_look_unless_it_grew(dropped, tmp_path):
    path = tmp_path / "outbound" / "letter.txt"
    path.write_bytes(b"Dear")
    assert fetch_files(connection=dropped, now=NOW) == 0
    path.write_bytes(b"Dear biller")
    assert fetch_files(connection=dropped, now=NOW) == 0
    assert fetch_files(connection=dropped, now=NOW) == 1


def test_files_that_stay_are_taken_once_and_again_when_they_change(dropped, tmp_path):
    Connection.objects.update(delete_after_fetch=False)
    dropped.refresh_from_db()
    path = tmp_path / "outbound" / "one.835"
    path.write_bytes(mail("835"))
    assert [fetch_files(connection=dropped, now=NOW) for _ in range(2)] == [1, 0]
    assert not Repeat.objects.exists()

    path.write_bytes(mail("835", "835"))
    assert fetch_files(connection=dropped, now=NOW) == 1
    assert path.exists()


def test_files_of_any_name_are_typed_by_what_is_in_them(dropped, tmp_path):
    for name in ("0f8fad5b-d9cb-469f-a165-70867728950e", "claims.pdf"):
        (tmp_path / "outbound" / name).write_bytes(mail("999") if "pdf" in name else mail("835"))
    fetch_files(connection=dropped, now=NOW)
    assert dict(Interchange.objects.values_list("file_name", "kind"))["claims.pdf"] == "999"


def test_a_mailbox_is_due_by_its_interval(desk):
    assert is_due(desk, now=NOW)
    desk.looked_at, desk.poll_minutes = NOW, 15
    assert not is_due(desk, now=NOW + dt.timedelta(minutes=14))
    assert is_due(desk, now=NOW + dt.timedelta(minutes=15))
    desk.adapter = Adapter.NONE
    assert not is_due(desk, now=NOW + dt.timedelta(days=1))


def test_a_mailbox_is_silent_after_its_business_days(desk, practice):
    assert silent_mailboxes([practice.pk], now=NOW + dt.timedelta(days=30)) == []
    took(desk, mail("835"))  # on a Wednesday
    assert silent_mailboxes([practice.pk], now=NOW + dt.timedelta(days=4)) == []
    assert silent_mailboxes([practice.pk], now=NOW + dt.timedelta(days=6)) == [desk]
    Connection.objects.update(silent_days=0)
    assert silent_mailboxes([practice.pk], now=NOW + dt.timedelta(days=6)) == []


@pytest.mark.parametrize("name", ["", ".", "..", "../other/outbound", "/etc", "inbound/../../other"])
def test_a_folder_is_the_practices_own(dropped, name):
    with pytest.raises(OutsideRoot):
        folder(dropped, name)


def test_another_practice_does_not_find_the_folder(dropped):
    other = ConnectionFactory.build(practice=PracticeFactory.create(), adapter=Adapter.DROP)
    assert folder(other, "outbound") != folder(dropped, "outbound")
