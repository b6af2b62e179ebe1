"""The settings of connections: secrets never shown, a test that says in words what works."""

import pytest
from django.urls import reverse

from clearinghouse.actions.connection import note_fetch
from clearinghouse.gateway import Finding, Probe, probe
from clearinghouse.models import Connection, WaitingFile
from clearinghouse.tasks import fetch_inbound
from clearinghouse.views import settings
from practice.models import Role
from rcm.db import practice_scope
from rcm.models import AuditEvent
from rcm.ui.alarms import raised
from tests.clearinghouse.servers import free_port
from tests.conftest import NOW
from tests.factories import ConnectionFactory, PracticeFactory

pytestmark = pytest.mark.slow

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl"
ENTERED = {
    "usage": "T",
    "sender_number": "LAKESIDE01",
    "receiver_number": "CLEARHSE",
    "adapter": "sftp",
    "core_form": "mime",
    "claims_per_batch": "100",
    "claims_per_file": "1000",
    "poll_minutes": "5",
    "partial_minutes": "60",
    "silent_days": "3",
    "sftp_host": "127.0.0.1",
    "sftp_port": "22",
    "sftp_username": "lakeside",
    "upload_directory": "inbound",
    "download_directory": "outbound",
}


@pytest.fixture
def administrator(staff):
    return staff(Role.ADMINISTRATOR)


@pytest.fixture
def quiet(practice):
    """A connection that nobody tries."""
    return ConnectionFactory(practice=practice, sftp_password="s3cret-word", realtime_password="other-word")


def page(name, connection):
    return reverse(f"clearinghouse:{name}", args=[connection.public_id])


def test_connections_are_listed_with_their_state_and_trouble(administrator, quiet):
    note_fetch(connection=quiet, trouble="SFTP failed: TimeoutError", now=NOW)
    answer = administrator.get("/settings/clearinghouse/").content.decode()
    assert "Example Clearinghouse" in answer
    assert "Cannot be reached" in answer
    assert "SFTP failed: TimeoutError" in answer


def test_a_connection_is_added_once(administrator, practice):
    entered = ENTERED | {"clearinghouse": "Northwind", "sftp_password": "s3cret-word"}
    answer = administrator.post("/settings/clearinghouse/new/", entered)
    made = Connection.objects.get(clearinghouse="Northwind")
    assert answer.url == page("connection", made)
    assert (made.practice, made.sftp_password, made.claims_per_batch) == (practice, "s3cret-word", 100)
    again = administrator.post("/settings/clearinghouse/new/", entered)
    assert again.status_code == 422
    assert "has a connection to it already" in again.content.decode()


def test_no_page_shows_a_secret_and_an_empty_one_stays(administrator, quiet):
    for name in ("connection", "connection_record"):
        shown = administrator.get(page(name, quiet)).content.decode()
        assert "s3cret-word" not in shown
        assert "other-word" not in shown
    administrator.post(page("connection_record", quiet), ENTERED | {"sftp_host": "sftp.example.com"})
    quiet.refresh_from_db()
    assert (quiet.sftp_host, quiet.sftp_password) == ("sftp.example.com", "s3cret-word")
    event = AuditEvent.objects.get(verb="connection.changed")
    assert "sftp_host" in event.data["fields"]


def test_a_key_or_address_that_cannot_be_is_refused(administrator, quiet):
    entered = ENTERED | {"sftp_host_key": "nonsense", "realtime_url": "ftp://example.com"}
    answer = administrator.post(page("connection_record", quiet), entered)
    assert answer.status_code == 422
    assert "Enter the kind and the key" in answer.content.decode()
    assert "Enter an address such as" in answer.content.decode()


def test_the_test_says_what_works_and_is_on_the_record(administrator, quiet, monkeypatch):
    found = Probe((Finding("Reach the server", holds=False, words="it refuses the connection."),))
    monkeypatch.setattr("clearinghouse.actions.connection.probe", lambda connection: found)
    whole = administrator.post(page("connection_test", quiet)).content.decode()
    assert "Something does not work" in whole
    part = administrator.post(page("connection_test", quiet), headers={"HX-Request": "true"}).content.decode()
    assert "it refuses the connection." in part
    assert "<html" not in part
    assert AuditEvent.objects.filter(verb="connection.tested").count() == 2


def test_a_key_is_pinned_only_where_none_is(administrator, quiet):
    Connection.objects.update(sftp_host_key="")
    administrator.post(page("connection_key", quiet), {"line": KEY})
    administrator.post(page("connection_key", quiet), {"line": "ssh-ed25519 BBBB"})
    assert Connection.objects.get().sftp_host_key == KEY


def test_pause_and_resumption_are_on_the_record_once(administrator, quiet):
    for name in ("connection_pause", "connection_pause", "connection_resumption", "connection_resumption"):
        administrator.post(page(name, quiet))
    quiet.refresh_from_db()
    assert quiet.paused_at is None
    verbs = list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True))
    assert [verb for verb in verbs if verb.startswith("connection.")] == [
        "connection.paused",
        "connection.resumed",
    ]


def test_another_practice_and_another_role_are_turned_away(staff, quiet):
    other = PracticeFactory()
    assert staff(Role.BILLER).get("/settings/clearinghouse/").status_code == 403
    stranger = staff(Role.ADMINISTRATOR, at=[other])
    for name in ("connection", "connection_record"):
        assert stranger.get(page(name, quiet)).status_code == 404
    assert stranger.post(page("connection_test", quiet)).status_code == 404
    with practice_scope([other.pk]):
        assert stranger.get("/settings/clearinghouse/").content.decode().count("Example Clearinghouse") == 0


def test_mailboxes_stand_on_the_operations_page_and_ring(staff, quiet):
    note_fetch(connection=quiet, trouble="SFTP failed: TimeoutError", now=NOW)
    answer = staff(Role.AUDITOR).get("/operations/mailboxes/").content.decode()
    assert "SFTP failed: TimeoutError" in answer
    assert [
        each.count for each in raised([quiet.practice_id]) if each.alarm.name == "unreachable_mailboxes"
    ] == [1]
    note_fetch(connection=quiet, trouble="", now=NOW)
    quiet.refresh_from_db()
    assert (quiet.fetch_trouble, quiet.fetched_at) == ("", NOW)
    assert settings.state_of(quiet).label == "Works"


def test_probe_walks_through_a_real_server(connection):
    found = probe(connection)
    assert [(each.about, each.holds) for each in found.findings] == [
        ("Reach the server", True),
        ("Recognize the server", True),
        ("Sign in", True),
        ("Upload directory", True),
        ("Download directory", True),
    ]


def test_probe_names_what_does_not_work(connection):
    connection.download_directory = "nowhere"
    assert probe(connection).findings[-1].words == "There is no “nowhere”."
    connection.sftp_private_key, connection.sftp_password = "", "wrong"
    assert "with this password" in probe(connection).findings[-1].words
    pinned, connection.sftp_host_key = connection.sftp_host_key, KEY
    wrong = probe(connection)
    assert "another key than the pinned one" in wrong.findings[-1].words
    connection.sftp_host_key = ""
    unpinned = probe(connection)
    assert unpinned.offered_key.split()[:2] == pinned.split()[:2]
    assert "SHA256:" in unpinned.findings[-1].words
    connection.sftp_port = free_port()
    assert "refuses the connection" in probe(connection).findings[-1].words


def test_probe_asks_the_real_time_address(quiet):
    quiet.sftp_port = free_port()
    quiet.realtime_url = f"http://127.0.0.1:{free_port()}/core"
    about = {finding.about: finding for finding in probe(quiet).findings}
    assert "cannot be reached" in about["Real-time questions"].words


def test_a_changed_host_key_rings_and_is_pinned_only_as_it_was_seen(staff, administrator, quiet):
    note_fetch(connection=quiet, trouble="another host key", offered_key=KEY, now=NOW)
    note_fetch(connection=Connection.objects.get(), trouble="another host key", offered_key=KEY, now=NOW)
    assert AuditEvent.objects.filter(verb="connection.host_key_changed").count() == 1
    rings = {each.alarm.name: each.count for each in raised([quiet.practice_id])}
    assert (rings.get("changed_host_keys"), rings.get("unreachable_mailboxes")) == (1, None)
    shown = administrator.get(page("connection", quiet)).content.decode()
    assert "SHA256:" in shown
    assert "another host key" in shown
    assert "may be somebody else" in staff(Role.BILLER).get("/exchange/alarms/").content.decode()

    administrator.post(page("connection_key", quiet), {"line": "ssh-ed25519 BBBB"})
    assert Connection.objects.get().sftp_host_key == quiet.sftp_host_key
    administrator.post(page("connection_key", quiet), {"line": KEY})
    quiet.refresh_from_db()
    assert (quiet.sftp_host_key, quiet.sftp_offered_key) == (KEY, "")
    assert "changed_host_keys" not in {each.alarm.name for each in raised([quiet.practice_id])}


def test_what_was_left_in_a_mailbox_is_taken_at_a_persons_word(administrator, quiet):
    file = WaitingFile.objects.create(
        practice=quiet.practice,
        connection=quiet,
        name="half.835",
        size=3,
        first_seen_at=NOW,
        trouble="no end",
    )
    assert "half.835" in administrator.get(page("connection", quiet)).content.decode()
    administrator.post(reverse("clearinghouse:waiting_file_taking", args=[file.public_id]))
    file.refresh_from_db()
    assert file.wanted_at is not None
    assert "Taken in at the next look" in administrator.get(page("connection", quiet)).content.decode()


@pytest.mark.parametrize(
    ("adapter", "missing"),
    [("sftp", "sftp_host"), ("core", "batch_url"), ("drop", "upload_directory")],
)
def test_each_way_of_exchanging_files_asks_for_what_it_needs(administrator, quiet, adapter, missing):
    entered = ENTERED | {
        "adapter": adapter,
        "batch_url": "https://x.example/batch",
        "realtime_username": "us",
    }
    answer = administrator.post(page("connection_record", quiet), entered | {missing: ""})
    assert answer.status_code == 422
    assert "This way of exchanging files needs it" in answer.content.decode()
    assert administrator.post(page("connection_record", quiet), entered).status_code == 302
    assert administrator.get(page("connection", quiet)).status_code == 200


def test_fetching_keeps_the_other_key_of_a_server(connection):
    Connection.objects.update(sftp_host_key=KEY)
    fetch_inbound()
    connection.refresh_from_db()
    assert connection.sftp_offered_key.startswith("ssh-ed25519 ")
    assert connection.sftp_offered_key != KEY
    assert "another host key" in connection.fetch_trouble
