from rcm import audit
from rcm.models import AuditEvent
from tests.conftest import NOW
from tests.factories import LocationFactory, UserFactory


def test_record_takes_the_practice_of_its_subject(practice):
    location = LocationFactory(practice=practice)
    event = audit.record("closed", location, now=NOW, by=None, data={"rooms": 3})
    event.refresh_from_db()
    assert (event.practice_id, event.verb, event.data) == (practice.pk, "location.closed", {"rooms": 3})
    assert (event.actor, event.subject_label, event.subject_id) == (None, "practice.Location", location.pk)


def test_record_of_a_practice_is_of_that_practice(practice):
    assert audit.record("renamed", practice, now=NOW, by=None).practice_id == practice.pk


def test_record_of_nobodys_row_is_seen_without_a_scope():
    person = UserFactory()
    audit.record("signed_in", person, now=NOW, by=person)
    assert AuditEvent.objects.get().practice_id is None


def test_read_says_who_looked(practice):
    person, location = UserFactory(), LocationFactory(practice=practice)
    audit.read(location, now=NOW, by=person)
    assert AuditEvent.objects.get(verb="location.read").actor == person
