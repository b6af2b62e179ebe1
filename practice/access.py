"""The door: who is asking, which practices they are granted, and what their roles there let them do."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from practice.models import Membership, Role, User
from practice.queries import all_practice_ids
from rcm.db import practice_scope

P = ParamSpec("P")
View = Callable[Concatenate["StaffRequest", P], HttpResponse]


class StaffRequest(HttpRequest):
    """A request from a person who is signed in and allowed to ask."""

    user: User


def granted(*, user: User, roles: tuple[Role, ...] = ()) -> list[int]:
    """The practices in which this person holds one of the roles (any role when none is named), in order.

    The one place that looks across practices before a scope is stated: memberships decide what it will be.
    """
    with practice_scope(all_practice_ids()):
        held = Membership.objects.filter(user=user)
        if roles:
            held = held.filter(role__in=roles)
        return sorted(set(held.values_list("practice_id", flat=True)))


def allow(*roles: Role) -> Callable[[View[P]], View[P]]:
    """Let a view run for people who hold one of the roles, within the practices where they hold it.

    The practices are stated to the database for the time of the view; PermissionDenied where there is none.
    """

    def wrap(view: View[P]) -> View[P]:
        @wraps(view)
        def checked(request: StaffRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            practices = granted(user=request.user, roles=roles)
            if not practices:
                raise PermissionDenied
            with practice_scope(practices):
                return view(request, *args, **kwargs)

        return login_required(checked)

    return wrap
