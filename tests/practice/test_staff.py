"""People: invited, given roles, closed out; the last administrator stays."""

import datetime as dt

import pytest
from django.core import mail

from practice.actions.staff import (
    LastAdministrator,
    OwnAccount,
    UsernameTaken,
    deactivate_person,
    invite_person,
    reactivate_person,
    revoke_role,
    set_roles,
)
from practice.actions.token import issue_token, revoke_token
from practice.models import Membership, Role, User
from rcm.models import AuditEvent
from tests.conftest import NOW
from tests.factories import MembershipFactory, UserFactory

NEW = {"username": "ana", "first_name": "Ana", "last_name": "Reyes", "email": "ana@example.org"}


@pytest.fixture
def boss(practice):
    return UserFactory(member_of=practice, member_of__role=Role.ADMINISTRATOR)


def roles_of(user):
    return sorted(Membership.objects.filter(user=user).values_list("role", flat=True))


def test_invited_person_has_roles_and_a_mail_with_a_link(practice, boss, drain, client):
    ana = invite_person(**NEW, roles={practice: [Role.BILLER, Role.CODER]}, by=boss, now=NOW)
    drain()
    assert roles_of(ana) == ["biller", "coder"]
    assert not ana.has_usable_password()
    assert [message.to for message in mail.outbox] == [["ana@example.org"]]
    link = next(word for word in mail.outbox[0].body.split() if word.startswith("http"))
    page = client.get("/" + link.split("/", 3)[3], follow=True)
    assert "New password" in page.content.decode() or "Password" in page.content.decode()
    with pytest.raises(UsernameTaken):
        invite_person(**NEW | {"username": "ANA"}, roles={}, by=boss, now=NOW)


def test_a_closed_account_gets_no_mail(practice, boss, drain):
    ana = invite_person(**NEW, roles={practice: [Role.BILLER]}, by=boss, now=NOW)
    User.objects.filter(pk=ana.pk).update(is_active=False)
    drain()
    assert mail.outbox == []


def test_set_roles_grants_and_takes_back_exactly_what_differs(practice, boss):
    person = UserFactory(member_of=practice, member_of__role=Role.BILLER)
    set_roles(user=person, practice=practice, roles=[Role.CODER, Role.MANAGER], by=boss, now=NOW)
    set_roles(user=person, practice=practice, roles=[Role.CODER, Role.MANAGER], by=boss, now=NOW)
    assert roles_of(person) == ["coder", "manager"]
    assert AuditEvent.objects.filter(verb="membership.granted").count() == 2
    assert AuditEvent.objects.filter(verb="membership.revoked").count() == 1


def test_last_administrator_keeps_the_role_until_there_is_another(practice, boss):
    with pytest.raises(LastAdministrator):
        revoke_role(user=boss, practice=practice, role=Role.ADMINISTRATOR, by=boss, now=NOW)
    with pytest.raises(LastAdministrator):
        set_roles(user=boss, practice=practice, roles=[Role.BILLER], by=boss, now=NOW)
    assert roles_of(boss) == ["administrator"]
    MembershipFactory(practice=practice, user=UserFactory(), role=Role.ADMINISTRATOR)
    set_roles(user=boss, practice=practice, roles=[Role.BILLER], by=boss, now=NOW)
    assert roles_of(boss) == ["biller"]


def test_a_program_is_no_administrator_who_could_let_people_in(practice, boss):
    tomorrow = NOW + dt.timedelta(days=1)
    issued = issue_token(
        practice=practice, role=Role.ADMINISTRATOR, name="Robot", expires_at=tomorrow, by=boss, now=NOW
    )
    with pytest.raises(LastAdministrator):
        revoke_role(user=boss, practice=practice, role=Role.ADMINISTRATOR, by=boss, now=NOW)
    revoke_token(token=issued.token, by=boss, now=NOW)


def test_deactivated_person_is_out_and_can_come_back(practice, boss):
    person = UserFactory(member_of=practice)
    for _ in range(2):
        deactivate_person(user=person, by=boss, now=NOW, why="Left the practice")
    person.refresh_from_db()
    assert not person.is_active
    assert AuditEvent.objects.get(verb="user.deactivated").why == "Left the practice"
    for _ in range(2):
        reactivate_person(user=person, by=boss, now=NOW)
    person.refresh_from_db()
    assert person.is_active
    assert roles_of(person) == ["biller"]
    assert AuditEvent.objects.filter(verb="user.reactivated").count() == 1


def test_nobody_closes_their_own_account_or_the_last_administrators(practice, boss):
    with pytest.raises(OwnAccount):
        deactivate_person(user=boss, by=boss, now=NOW)
    with pytest.raises(LastAdministrator):
        deactivate_person(user=boss, by=UserFactory(), now=NOW)
    assert User.objects.get(pk=boss.pk).is_active
