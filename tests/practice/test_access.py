"""The door: roles decide who comes in, and which practices they see."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import RequestFactory

from practice.access import allow, granted
from practice.models import Role
from rcm.db import current_scope, practice_scope
from tests.factories import MembershipFactory, PracticeFactory, UserFactory


@allow(Role.CODER)
def scope_of(_request) -> HttpResponse:
    """A view that tells which practices it was let into."""
    return HttpResponse(",".join(map(str, current_scope())))


def ask(user) -> HttpResponse:
    request = RequestFactory().get("/")
    request.user = user
    return scope_of(request)


def test_allow_states_the_practices_where_the_role_is_held(practice):
    coder = UserFactory(member_of=practice, member_of__role=Role.CODER)
    other = PracticeFactory()
    with practice_scope([other.pk]):
        MembershipFactory(user=coder, practice=other, role=Role.BILLER)
    with practice_scope([]):
        assert ask(coder).content == str(practice.pk).encode()
        assert granted(user=coder) == [practice.pk, other.pk]
        assert current_scope() == ()


def test_allow_refuses_another_role(practice):
    with pytest.raises(PermissionDenied):
        ask(UserFactory(member_of=practice, member_of__role=Role.BILLER))


def test_allow_sends_strangers_to_sign_in():
    assert ask(AnonymousUser()).status_code == 302
