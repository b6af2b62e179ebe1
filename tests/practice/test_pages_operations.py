"""Operations and the audit search."""

import datetime as dt
import time

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from practice.models import Role
from practice.views.trail import REFERENCES, _has
from rcm import audit, runs
from rcm.db import practice_scope
from rcm.models import AuditEvent, OutboxMessage
from rcm.tasks import relay_outbox
from rcm.ui import alarms
from tests.conftest import NOW
from tests.factories import PatientFactory, PracticeFactory, UserFactory

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def fresh():
    cache.clear()


def letter(practice, key, attempts=OutboxMessage.MAX_ATTEMPTS, **more):
    return OutboxMessage.objects.create(
        topic="coding.encounter_coded",
        subscriber="claims.handlers.bill_visit",
        key=key,
        scope_practice_id=practice.pk,
        payload={"encounter_id": 7},
        published_at=NOW,
        due_at=NOW,
        offered_until=NOW,
        attempts=attempts,
        last_error="claims.actions.NotReady",
        **more,
    )


def test_operations_show_what_waits_what_died_and_what_runs(staff, practice):
    letter(practice, "dead")
    letter(practice, "due", attempts=1)
    runs.note_run("rcm.relay_outbox", ended=time.time(), took=0.02)
    runs.note_run("clearinghouse.fetch_inbound", ended=time.time() - 9999, took=1.5, trouble="TimeoutError")
    client = staff(Role.ADMINISTRATOR)
    page = client.get("/operations/").content.decode()
    assert "1 dead letter" in page
    assert "claims.actions.NotReady" in page
    assert "Fetch what waits in every mailbox" in page
    assert "Try all again" in page
    part = client.get("/operations/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "Try all again" not in staff(Role.AUDITOR).get("/operations/").content.decode()
    assert staff(Role.BILLER).get("/operations/").status_code == 403


def test_an_alarm_leads_only_to_pages_that_open(staff, practice, monkeypatch):
    known = {"a": alarms.Alarm("a", "parked thing", "Match it.", lambda _: 1, "billing:parked")}
    monkeypatch.setattr(alarms, "_alarms", known)
    assert "btn btn-sm mt-1" not in staff(Role.ADMINISTRATOR).get("/operations/").content.decode()
    assert "btn btn-sm mt-1" in staff(Role.AUDITOR).get("/operations/").content.decode()


def test_an_alarm_says_for_whom_a_page_opens_that_is_closed_to_who_looks(staff, practice, monkeypatch):
    ringing = {"a": alarms.Alarm("a", "drip", "Wipe.", len, "claims:batches", "?missing=some")}
    monkeypatch.setattr(alarms, "_alarms", ringing)
    page = staff(Role.ADMINISTRATOR).get("/operations/").content.decode()
    assert "Its page opens for a biller or practice manager." in page
    assert "Its page opens" not in staff(Role.AUDITOR).get("/operations/").content.decode()


def test_tasks_say_what_they_do_in_one_sentence(staff):
    page = staff(Role.ADMINISTRATOR).get("/operations/").content.decode()
    assert "Hand every due message to a worker." in page
    assert "publish()" not in page


def test_dead_letters_get_their_tries_again_by_administrators_of_their_practice(staff, practice):
    one, two = letter(practice, "one"), letter(practice, "two")
    stranger = staff(Role.ADMINISTRATOR, at=[PracticeFactory()])
    assert stranger.post(f"/operations/letters/{one.pk}/retry/").status_code == 404
    assert staff(Role.AUDITOR).post(f"/operations/letters/{one.pk}/retry/").status_code == 403
    client = staff(Role.ADMINISTRATOR)
    client.post(f"/operations/letters/{one.pk}/retry/")
    one.refresh_from_db()
    assert one.attempts == 0
    client.post("/operations/letters/retry/")
    two.refresh_from_db()
    assert two.attempts == 0
    assert AuditEvent.objects.filter(verb="outboxmessage.revived").count() == 2


def test_a_task_is_late_when_it_missed_its_turns():
    task = "rcm.relay_outbox"
    by_name = {run.task: run for run in runs.last_runs()}
    assert by_name[task].is_late
    assert list(by_name) == list(settings.BEAT_SECONDS)
    runs.note_run(task, ended=time.time(), took=0.1)
    assert not next(run for run in runs.last_runs() if run.task == task).is_late
    runs.note_run(task, ended=time.time(), took=0.1, trouble="KeyError")
    assert task in [run.task for run in runs.troubled_runs()]


def test_runs_are_noted_by_the_worker_itself():
    relay_outbox.apply()
    noted = next(run for run in runs.last_runs() if run.task == "rcm.relay_outbox")
    assert noted.ago is not None
    assert noted.trouble == ""


def test_alarms_ring_grave_ones_first_and_silence_is_silent(monkeypatch):
    known = {
        "a": alarms.Alarm("a", "drip", "Wipe.", lambda practices: len(practices), grave=False),
        "b": alarms.Alarm("b", "flood", "Run.", lambda _: 1, "practice:help", "#flood"),
        "c": alarms.Alarm("c", "ghost", "Nothing.", lambda _: 0),
    }
    monkeypatch.setattr(alarms, "_alarms", known)
    ringing = alarms.raised([1, 2])
    assert [(each.alarm.name, each.count) for each in ringing] == [("b", 1), ("a", 2)]
    assert ringing[0].alarm.url == "/help/#flood"
    assert ringing[1].alarm.url == ""


def test_audit_is_found_by_person_act_and_day(staff, practice):
    client = staff(Role.AUDITOR)
    ana = UserFactory(member_of=practice, first_name="Ana", last_name="Reyes")
    audit.record("changed", practice, now=NOW, by=ana, data={"fields": ["name"]}, why="They moved")
    audit.record("read", practice, now=NOW - dt.timedelta(days=3), by=client.user)
    page = client.get("/audit/").content.decode()
    assert "Changed: name" in page
    assert "They moved" in page
    assert practice.name in page
    by_ana = client.get(f"/audit/?who={ana.public_id}").content.decode()
    assert "<strong>1 event</strong>" in by_ana
    for query, count in (("act=read", 1), ("from=2026-03-10", 1), ("until=2026-03-09", 1), ("who=system", 0)):
        assert client.get(f"/audit/?{query}").context["listing"].total.count == count, query
    assert client.get("/audit/?export=csv").content.count(b"\r\n") == 4  # the export is in the trail too
    assert staff(Role.MANAGER).get("/audit/").status_code == 403


def test_audit_of_one_record_is_found_by_its_number_and_from_its_events(staff, practice):
    client = staff(Role.AUDITOR)
    ada, bob = PatientFactory(practice=practice), PatientFactory(practice=practice)
    for patient in (ada, ada, bob):
        event = audit.record("read", patient, now=NOW, by=client.user)
    found = client.post("/audit/search/", {"q": ada.medical_record_number})
    assert found.url == f"/audit/?record=patients.Patient%3A{ada.public_id}"
    assert client.get(found.url).context["listing"].total.count == 2
    assert "This one" in client.get(found.url).content.decode()
    assert client.get("/audit/").context["listing"].total.count == 3
    assert f"record=patients.Patient%3A{bob.public_id}" in client.get(f"/audit/{event.pk}/").content.decode()
    for broken in ("x", "patients.Patient:7", f"auth.Group:{ada.public_id}"):
        assert client.get("/audit/", {"record": broken}).status_code == 200


def test_audit_search_finds_what_the_search_box_finds_and_asks_which(staff, practice):
    ada = PatientFactory(practice=practice, first_name="Ada", last_name="Quist")
    bob = PatientFactory(practice=practice, first_name="Bob", last_name="Quist")
    both = staff(Role.AUDITOR).post("/audit/search/", {"q": "quist"}).content.decode()
    for patient in (ada, bob):
        assert f"patients.Patient%3A{patient.public_id}" in both
    administrator = staff(Role.ADMINISTRATOR, username="tom")
    by_name = administrator.post("/audit/search/", {"q": "quist"}).content.decode()
    assert "Nothing goes by that" in by_name, "an administrator reads no patients"
    assert administrator.post("/audit/search/", {"q": ada.medical_record_number}).status_code == 302
    assert "practice.User" in administrator.post("/audit/search/", {"q": "TOM"}).url


def test_audit_search_finds_nothing_of_another_practice(staff, practice):
    ada = PatientFactory(practice=practice, medical_record_number="M77")
    practice.name = "Elsewhere"
    practice.save()
    UserFactory(member_of=practice, username="ana")
    stranger = staff(Role.AUDITOR, at=[PracticeFactory()])
    for words in ("M77", ada.last_name, "Elsewhere", "ana"):
        assert "Nothing goes by that" in stranger.post("/audit/search/", {"q": words}).content.decode()


def test_audit_shows_other_practices_nothing_but_their_own_people_at_the_door(staff, practice):
    other = PracticeFactory()
    stranger = staff(Role.AUDITOR, at=[other])
    ana = UserFactory(member_of=practice)
    ours = audit.record("changed", practice, now=NOW, by=ana)
    door = audit.record("signed_in", ana, now=NOW, by=ana)
    assert stranger.get("/audit/").context["listing"].total.count == 0
    for event in (ours, door):
        assert stranger.get(f"/audit/{event.pk}/").status_code == 404
    client = staff(Role.ADMINISTRATOR)
    assert client.get("/audit/").context["listing"].total.count == 2
    record = client.get(f"/audit/{ours.pk}/").content.decode()
    assert f"/settings/practices/{practice.public_id}/" in record
    with practice_scope([other.pk]):
        audit.record("signed_in", stranger.user, now=NOW, by=stranger.user)
    assert stranger.get("/audit/").context["listing"].total.count == 1


def test_audit_asks_as_often_for_one_row_as_for_three(staff, practice, django_assert_num_queries):
    client = staff(Role.AUDITOR)
    audit.record("read", practice, now=NOW, by=client.user)
    client.get("/audit/")
    with CaptureQueriesContext(connection) as one:
        client.get("/audit/")
    for _ in range(2):
        audit.record("read", client.user, now=NOW, by=client.user)
    with django_assert_num_queries(len(one)):
        client.get("/audit/")


def test_every_kind_that_the_audit_refers_to_has_its_field():
    assert [label for label, known in REFERENCES.items() if not _has(label, known.field)] == []
