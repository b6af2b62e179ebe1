"""The link in a letter: who gets in, who does not, and what is left of it anywhere."""

import datetime as dt
import email
import hashlib
import re

import pytest
from django.core import mail

from billing.actions.dunning import run_dunning
from billing.actions.link import LinkDead, WrongBirthDate, make_link, open_link, revoke_links
from billing.models import StatementLink
from billing.queries.online import birth_dates_behind, find_link
from rcm.db import practice_scope
from rcm.models import AuditEvent, OutboxMessage
from tests.billing.patients_page import TODAY, address_on, billed_guarantor, letter
from tests.conftest import NOW
from tests.factories import PracticeFactory, UserFactory

BORN = dt.date(1950, 5, 14)
WRONG = dt.date(1950, 5, 15)


@pytest.fixture
def opened(practice):
    return letter(practice)


def link_of(opened) -> StatementLink:
    return find_link(opened.token)


def test_a_link_is_kept_as_its_hash_alone(opened):
    link = link_of(opened)
    assert len(opened.token) == 43
    assert link.token_hash == hashlib.sha256(opened.token.encode()).hexdigest()
    assert link.expires_at == NOW + dt.timedelta(days=60)


def test_the_paper_carries_a_link_that_opens_it(opened):
    token = address_on(bytes(opened.statement.pdf)).rstrip("/").rpartition("/")[2]
    assert find_link(token).statement == opened.statement
    assert token != opened.token


def test_the_right_birth_date_opens_the_link(opened):
    open_link(link=link_of(opened), birth_date=BORN, now=NOW)
    assert link_of(opened).opened_at == NOW


def test_the_patients_birth_date_opens_it_as_well(practice, opened):
    patient = opened.visit.patient
    patient.birth_date = dt.date(2016, 2, 29)
    patient.save()
    assert birth_dates_behind(statement=opened.statement) == [BORN, dt.date(2016, 2, 29)]
    open_link(link=link_of(opened), birth_date=dt.date(2016, 2, 29), now=NOW)


def test_a_wrong_birth_date_is_refused_counted_and_on_record(opened):
    with pytest.raises(WrongBirthDate) as refused:
        open_link(link=link_of(opened), birth_date=WRONG, now=NOW)
    assert refused.value.tries_left == 4
    assert link_of(opened).wrong_tries == 1
    assert AuditEvent.objects.filter(verb="statementlink.refused").count() == 1


def test_the_fifth_wrong_birth_date_locks_the_link(opened):
    for _ in range(5):
        with pytest.raises(WrongBirthDate):
            open_link(link=link_of(opened), birth_date=WRONG, now=NOW)
    with pytest.raises(LinkDead):
        open_link(link=link_of(opened), birth_date=BORN, now=NOW)
    assert AuditEvent.objects.filter(verb="statementlink.locked").count() == 1


def test_a_right_birth_date_forgives_the_wrong_ones(opened):
    with pytest.raises(WrongBirthDate):
        open_link(link=link_of(opened), birth_date=WRONG, now=NOW)
    open_link(link=link_of(opened), birth_date=BORN, now=NOW)
    assert link_of(opened).wrong_tries == 0


def test_an_expired_link_opens_nothing(opened):
    with pytest.raises(LinkDead):
        open_link(link=link_of(opened), birth_date=BORN, now=NOW + dt.timedelta(days=60))


def test_a_revoked_link_opens_nothing(opened):
    assert revoke_links(statement=opened.statement, by=UserFactory(), now=NOW) == 2
    assert revoke_links(statement=opened.statement, by=UserFactory(), now=NOW) == 0
    with pytest.raises(LinkDead):
        open_link(link=link_of(opened), birth_date=BORN, now=NOW)


def test_a_link_is_found_whatever_practice_is_stated(practice, opened):
    other = PracticeFactory()
    for scope in ([], [other.pk]):
        with practice_scope(scope):
            assert find_link(opened.token).statement.number == opened.statement.number
            assert StatementLink.objects.count() == 0
    assert find_link("unknown") is None


def test_every_reminder_carries_a_link_of_its_own(practice, drain, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    billed_guarantor(practice)
    for day in (0, 30):
        run_dunning(practice=practice, today=TODAY + dt.timedelta(days=day), now=NOW)
        drain()
    links = [re.search(r"https://[^/]+/pay/([^/]+)/", message.body).group(1) for message in mail.outbox]
    assert len(set(links)) == 2
    assert [find_link(link).notice.step for link in links] == [0, 1]
    said = email.message_from_bytes(mail.outbox[1].message().as_bytes()).get_payload()
    assert "99213" not in said
    assert "Nguyen" not in said


def test_no_token_is_left_in_the_trail_or_the_outbox(practice, opened, drain):
    token = make_link(statement=opened.statement, now=NOW).rstrip("/").rpartition("/")[2]
    with pytest.raises(WrongBirthDate):
        open_link(link=find_link(token), birth_date=WRONG, now=NOW)
    kept = str(list(AuditEvent.objects.values())) + str(list(OutboxMessage.objects.values()))
    assert token not in kept
    assert "1950" not in kept
