"""The door: roles decide who comes in, and which practices they see."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import reverse

from practice.access import CHOICE, allow, granted, standing_of
from practice.models import Role
from rcm.db import current_scope, practice_scope
from rcm.models import AuditEvent
from tests.factories import MembershipFactory, PracticeFactory, UserFactory


@allow(Role.CODER)
def scope_of(request) -> HttpResponse:
    """A view that tells which practices it was let into, and as what."""
    names = ",".join(practice.name for practice in request.practices)
    return HttpResponse(f"{names}|{current_scope()}|{','.join(sorted(request.roles))}")


def asked_by(user, *, method: str = "get", chosen=None, **headers):
    request = getattr(RequestFactory(), method)("/coding/?state=open", headers=headers)
    request.user = user
    request.session = {} if chosen is None else {CHOICE: str(chosen.public_id)}
    return request


@pytest.fixture
def second(practice):
    return PracticeFactory(name="Riverside Pediatrics")


@pytest.fixture
def coder(practice, second):
    """A coder in the first practice, a biller in the second."""
    person = UserFactory(member_of=practice, member_of__role=Role.CODER)
    with practice_scope([second.pk]):
        MembershipFactory(user=person, practice=second, role=Role.BILLER)
    return person


def test_allow_states_the_practices_where_the_role_is_held(practice, second, coder):
    with practice_scope([]):
        answer = scope_of(asked_by(coder))
        assert answer.content.decode() == f"{practice.name}|({practice.pk},)|biller,coder"
        assert granted(user=coder) == [practice.pk, second.pk]
        assert granted(user=coder, roles=(Role.BILLER,)) == [second.pk]
        assert current_scope() == ()


def test_allow_narrows_to_the_practice_chosen(practice, second, coder):
    with practice_scope([second.pk]):
        MembershipFactory(user=coder, practice=second, role=Role.CODER)
    assert scope_of(asked_by(coder, chosen=second)).content.decode() == (
        f"{second.name}|({second.pk},)|biller,coder"
    )


def test_allow_says_where_the_role_is_held_when_it_is_not_in_the_practice_chosen(practice, second, coder):
    answer = scope_of(asked_by(coder, chosen=second))
    assert answer.status_code == 403
    assert f"You do not do this in {second.name}" in answer.content.decode()
    assert f"Work in {practice.name}" in answer.content.decode()


def test_allow_forgets_a_choice_that_was_taken_back(practice, coder):
    gone = PracticeFactory(name="Closed Clinic")
    assert scope_of(asked_by(coder, chosen=gone)).status_code == 200


def test_allow_refuses_another_role(practice):
    with pytest.raises(PermissionDenied):
        scope_of(asked_by(UserFactory(member_of=practice, member_of__role=Role.BILLER)))


def test_allow_without_roles_lets_everybody_in_who_holds_one(practice, second, coder):
    assert allow()(lambda request: HttpResponse(len(request.practices)))(asked_by(coder)).content == b"2"
    with pytest.raises(PermissionDenied):
        allow()(lambda request: HttpResponse())(asked_by(UserFactory()))


def test_allow_keeps_answers_out_of_caches(practice, coder):
    assert "no-store" in scope_of(asked_by(coder))["Cache-Control"]


def test_allow_sends_strangers_to_sign_in_and_back(db):
    there = scope_of(asked_by(AnonymousUser()))
    assert there.status_code == 302
    assert there["Location"].endswith("?next=/coding/%3Fstate%3Dopen")
    assert scope_of(asked_by(AnonymousUser(), method="post"))["Location"].endswith("?next=/")


def test_allow_sends_the_whole_page_of_a_stranger_to_sign_in_when_htmx_asks(db):
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/coding/"}
    there = scope_of(asked_by(AnonymousUser(), **headers))
    assert there.status_code == 401
    assert there["HX-Redirect"].endswith("?next=/coding/")


def test_standing_takes_two_questions_for_any_number_of_practices(
    practice, second, coder, django_assert_num_queries
):
    request = asked_by(coder, chosen=second)
    with practice_scope([]), django_assert_num_queries(4):  # two reads, each side of stating the practices
        assert [each.name for each in standing_of(request).practices] == [practice.name, second.name]
        assert standing_of(request).roles == {Role.BILLER}
        assert standing_of(request).chosen == second


def test_switcher_keeps_the_choice_and_comes_back(client, practice, second, coder):
    client.force_login(coder)
    switch = reverse("practice:switch")
    answer = client.post(switch, {"practice": second.public_id, "next": "/coding/"})
    assert (answer.status_code, answer["Location"]) == (302, "/coding/")
    assert client.session[CHOICE] == str(second.public_id)
    with practice_scope([second.pk]):
        written = AuditEvent.objects.get(verb="practice.switched")
        assert (written.practice_id, written.actor) == (second.pk, coder)
    assert client.post(switch, {"next": "https://elsewhere.example/"})["Location"] == "/"
    assert CHOICE not in client.session
    assert AuditEvent.objects.filter(verb="user.switched", practice_id=None).count() == 1


def test_switcher_refuses_a_practice_of_others(client, practice, coder):
    theirs = PracticeFactory(name="Somebody Else")
    client.force_login(coder)
    answer = client.post(reverse("practice:switch"), {"practice": theirs.public_id})
    assert answer.status_code == 404
    assert CHOICE not in client.session


def test_switcher_takes_nothing_by_get_and_nobody_unknown(client, db):
    assert client.get(reverse("practice:switch")).status_code == 405
    assert client.post(reverse("practice:switch")).status_code == 302
