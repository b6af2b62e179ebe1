"""Files coming in."""

import pytest

from clearinghouse.actions.fetching import fetch_files
from clearinghouse.actions.inbound import receive_file, settle_document
from clearinghouse.models import Document, Interchange
from clearinghouse.queries import contents, documents, ta1_of, transaction_of
from clearinghouse.sftp import SftpMailbox
from clearinghouse.states import DocumentStatus
from rcm.models import OutboxMessage
from tests.conftest import NOW
from tests.factories import ConnectionFactory
from x12.envelope import read

ISA = "ISA*00*          *00*          *ZZ*BPK01          *ZZ*LAKESIDE01     *260417*0915*^*00501*000002003*0*T*:~"
ST = "ST*{kind}*{number}~BPR*I*0~SE*3*{number}~"


def mail(*kinds: str, ta1: bool = False, tail: str = "GE*1*1~IEA*1*000002003~") -> bytes:
    body = "".join(ST.format(kind=kind, number=f"{n:04d}") for n, kind in enumerate(kinds, 1))
    acknowledgment = "TA1*000000001*260311*0915*A*000~" if ta1 else ""
    return f"{ISA}{acknowledgment}GS*HP*BPK01*LAKESIDE01*20260417*0915*1*X*005010X221A1~{body}{tail}".encode()


@pytest.fixture
def desk(practice):
    """A connection for what needs no server."""
    return ConnectionFactory(practice=practice)


def test_receive_file_keeps_the_bytes_and_announces_each_document(desk):
    content = mail("835", "835", ta1=True)

    received = receive_file(connection=desk, name="a.x12", content=content, now=NOW)

    assert bytes(received.interchange.content) == content
    documents = list(Document.objects.order_by("position"))
    assert [document.kind for document in documents] == ["TA1", "835", "835"]
    assert [document.set_control_number for document in documents] == ["", "0001", "0002"]
    topics = OutboxMessage.objects.filter(topic="clearinghouse.received_835")
    assert {message.payload["document_id"] for message in topics} == {
        document.pk for document in documents[1:]
    }


def test_the_same_bytes_under_another_name_change_nothing(desk):
    receive_file(connection=desk, name="a.x12", content=mail("835"), now=NOW)

    again = receive_file(connection=desk, name="b.x12", content=mail("835"), now=NOW)

    assert not again.is_new
    assert Interchange.objects.count() == 1
    assert Document.objects.count() == 1


@pytest.mark.parametrize(
    "content", [b"", b"\x00\xff\x00", b"%PDF-1.7", b"ISA*00*", "ISA*00".encode("utf-16")]
)
def test_what_cannot_be_read_is_kept_and_refused_with_a_reason(desk, content):
    received = receive_file(connection=desk, name="x", content=content, now=NOW)

    assert bytes(received.interchange.content) == content
    document = Document.objects.get()
    assert (document.kind, document.status) == ("unreadable", DocumentStatus.REFUSED)
    assert document.reasons


def test_what_no_column_can_hold_never_reaches_a_reader(desk):
    content = b"\x00" + mail("835").replace(b"BPR*I", b"BPR*I\x00J") + b"\x00\x00"

    received = receive_file(connection=desk, name="x", content=content, now=NOW)

    assert bytes(received.interchange.content) == content
    document = Document.objects.get()
    assert document.status == DocumentStatus.RECEIVED
    assert transaction_of(document).segments[1].elements == ("BPR", "I\x1aJ", "0")


def test_a_transaction_cut_short_is_refused_and_the_others_go_on(desk):
    receive_file(connection=desk, name="x", content=mail("835", tail="ST*835*0002~BPR*I*0~"), now=NOW)

    assert [document.status for document in Document.objects.order_by("position")] == [
        DocumentStatus.RECEIVED,
        DocumentStatus.REFUSED,
    ]


def test_a_kind_nobody_reads_is_recorded(desk):
    receive_file(connection=desk, name="x", content=mail("820"), now=NOW)

    document = Document.objects.get()
    assert document.status == DocumentStatus.RECORDED


def test_settle_document_twice_is_once(desk):
    receive_file(connection=desk, name="x", content=mail("835"), now=NOW)
    document = Document.objects.get()

    for _ in range(2):
        settle_document(document=document, status=DocumentStatus.PARKED, now=NOW, reasons=["the sum differs"])

    assert document.status == DocumentStatus.PARKED
    assert document.reasons == ["the sum differs"]


def test_documents_lead_back_to_their_transactions(desk):
    receive_file(connection=desk, name="x", content=mail("835", ta1=True), now=NOW)
    acknowledgment, remittance = Document.objects.order_by("position")

    assert ta1_of(acknowledgment)[1] == "000000001"
    assert transaction_of(remittance).control_number == "0001"
    with pytest.raises(TypeError):
        transaction_of(acknowledgment)
    with pytest.raises(TypeError):
        ta1_of(remittance)
    assert len(contents(mail("835", ta1=True))) == 2


def test_documents_of_one_file_are_read_in_one_pass_and_only_the_last_file_is_kept(desk, monkeypatch):
    files = [mail("835", "835", "835"), mail("835", "835")]
    for content in files:
        receive_file(connection=desk, name="x", content=content, now=NOW)
    contents.cache_clear()
    passes: list[bytes] = []
    monkeypatch.setattr(documents, "read", lambda data: passes.append(data) or read(data))

    for document in Document.objects.order_by("pk"):
        transaction_of(document)
    transaction_of(Document.objects.order_by("pk")[0])

    assert passes == [*files, files[0]]


@pytest.mark.slow
def test_fetch_files_takes_what_is_finished_and_leaves_the_rest(connection, sftp_server):
    outbound = sftp_server.home / "outbound"
    (outbound / "one.835").write_bytes(mail("835"))
    (outbound / "same.835").write_bytes(mail("835"))
    (outbound / "half.tmp").write_bytes(b"ISA")

    assert fetch_files(connection=connection, now=NOW) == 1

    assert [path.name for path in outbound.iterdir()] == ["half.tmp"]
    assert fetch_files(connection=connection, now=NOW) == 0


@pytest.mark.slow
def test_fetch_files_cut_before_the_removal_stores_once(connection, sftp_server, monkeypatch):
    (sftp_server.home / "outbound" / "one.835").write_bytes(mail("835"))

    def cut(_: str) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as crash:
        crash.setattr("rcm.faults.point", cut)
        with pytest.raises(KeyboardInterrupt):
            fetch_files(connection=connection, now=NOW)

    assert fetch_files(connection=connection, now=NOW) == 0
    assert Interchange.objects.count() == 1
    assert list((sftp_server.home / "outbound").iterdir()) == []


@pytest.mark.slow
def test_fetch_files_leaves_what_another_fetch_took_since_the_listing(connection, sftp_server, monkeypatch):
    outbound = sftp_server.home / "outbound"
    (outbound / "one.835").write_bytes(mail("835"))
    (outbound / "two.999").write_bytes(mail("999"))
    listed = SftpMailbox.waiting

    def overtaken(mailbox: SftpMailbox) -> list[str]:
        names = listed(mailbox)
        (outbound / "one.835").unlink()
        return names

    monkeypatch.setattr(SftpMailbox, "waiting", overtaken)

    assert fetch_files(connection=connection, now=NOW) == 1
    assert list(outbound.iterdir()) == []
