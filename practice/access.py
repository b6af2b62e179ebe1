"""The door: who is asking, which practices they are granted, and what their roles there let them do."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from allauth.mfa.models import Authenticator
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest, PermissionDenied
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.functional import SimpleLazyObject
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.middleware import HtmxDetails

from practice.models import Membership, Practice, Role, User
from practice.queries import all_practice_ids
from rcm.db import practice_scope

P = ParamSpec("P")
View = Callable[Concatenate["StaffRequest", P], HttpResponse]
Checked = Callable[Concatenate[HttpRequest, P], HttpResponse]

SECOND_FACTORS = (
    Authenticator.Type.TOTP,
    Authenticator.Type.WEBAUTHN,
)  # recovery codes stand in for one
IDLE_MINUTES = 15  # of somebody who holds no role yet
CHOICE = "practice"  # the session's key for the switcher's choice: a practice's public_id, as text


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a person works, as what, and which of these practices the switcher has chosen (None: all)."""

    held: tuple[tuple[Practice, Role], ...] = ()
    chosen: Practice | None = None
    has_second_factor: bool = False

    @property
    def practices(self) -> list[Practice]:
        """Every practice in which the person holds a role, by name: what the switcher offers."""
        return self.with_role()

    @property
    def in_play(self) -> list[Practice]:
        """The chosen practice, or all of them."""
        return [self.chosen] if self.chosen else self.practices

    @property
    def roles(self) -> frozenset[Role]:
        """Every role the person holds in the practices in play."""
        return frozenset(role for practice, role in self.held if self.chosen in (None, practice))

    @property
    def second_factor_required(self) -> bool:
        """Whether one of the practices, chosen or not, asks for a second factor."""
        return any(practice.second_factor_required for practice in self.practices)

    @property
    def lacks_second_factor(self) -> bool:
        """Whether the person must set up a second factor before anything else."""
        return self.second_factor_required and not self.has_second_factor

    @property
    def idle_minutes(self) -> int:
        """After how long without activity the person is signed off: the strictest of their practices."""
        return min((practice.idle_minutes for practice in self.practices), default=IDLE_MINUTES)

    def with_role(self, *roles: Role) -> list[Practice]:
        """The practices where the person holds one of the roles (any when none is named), chosen or not."""
        return list({practice: None for practice, role in self.held if not roles or role in roles})


class StaffRequest(HttpRequest):
    """A request from a person who is signed in and allowed to ask.

    `practices` are in play for this view: the switcher's choice, among those where the person holds one of
    the roles the view asks for. `roles` are all that the person holds in the practices chosen.
    """

    user: User
    standing: Standing
    practices: list[Practice]
    roles: frozenset[Role]


def granted(*, user: User, roles: tuple[Role, ...] = ()) -> list[int]:
    """The ids of practices in which this person holds one of the roles (any when none is named), in order."""
    return sorted(practice.pk for practice in standing_held_by(user).with_role(*roles))


def standing_of(request: HttpRequest) -> Standing:
    """Where whoever asks works, read once for a request; empty for strangers."""
    asked = cast(StaffRequest, request)
    if not hasattr(asked, "standing"):
        asked.standing = _read_standing(asked)
    return asked.standing


def offer_standing(request: HttpRequest) -> dict[str, object]:
    """For templates: `standing.practices`, `standing.chosen`, `standing.roles`; asked only where used."""
    return {"standing": SimpleLazyObject(lambda: standing_of(request))}


def allow(*roles: Role, without_role: bool = False) -> Callable[[View[P]], Checked[P]]:
    """Let a view run for people who hold one of the roles (any when none is named), where they hold it.

    `without_role` lets in whoever is signed in: a person's own account is theirs before they have a role.

    The practices in play are stated to the database for the time of the view. Strangers are sent to sign in
    and come back; PermissionDenied where the role is held nowhere, a page in words where it is held, but not
    in the practice chosen; BadRequest for text that no keyboard makes. Nothing that is answered may be
    kept by a cache.
    """

    def wrap(view: View[P]) -> Checked[P]:
        @wraps(view)
        def checked(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not request.user.is_authenticated:
                return to_sign_in(request)
            staff = cast(StaffRequest, request)
            standing = standing_of(request)
            elsewhere = standing.with_role(*roles)
            if not elsewhere and not without_role:
                raise PermissionDenied
            practices = [each for each in elsewhere if each in standing.in_play]
            if elsewhere and not practices:
                return _not_in_the_chosen_practice(request, roles, elsewhere)
            _require_text(request)
            staff.practices, staff.roles = practices, standing.roles
            here = timezone.override(practices[0].time_zone if practices else "UTC")
            with practice_scope(practice.pk for practice in practices), here:
                response = view(staff, *args, **kwargs)
            if not response.has_header("Cache-Control"):
                add_never_cache_headers(response)
            return response

        checked.allowed = frozenset(roles)  # type: ignore[attr-defined]  # for the test that tries every door
        return checked

    return wrap


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Send a stranger to the sign-in page, and afterwards back to the page they were on."""
    htmx = HtmxDetails(request)
    if htmx:
        answer = redirect_to_login(htmx.current_url_abs_path or "/")
        return HttpResponse(status=401, headers={"HX-Redirect": answer.url})
    return redirect_to_login(_page(request))


def safe_next(request: HttpRequest) -> str:
    """The page on this site that a form named as `next`, else the start."""
    asked = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if ours else "/"


def standing_held_by(user: User, *, choice: str | None = None) -> Standing:
    """Where this person works; `choice` is the public_id that a session remembers.

    The one place that looks across practices before a scope is stated: memberships decide what it is.
    """
    factors = Authenticator.objects.filter(user=OuterRef("user"), type__in=SECOND_FACTORS)
    with practice_scope(all_practice_ids()):
        held = Membership.objects.filter(user=user).select_related("practice")
        named = list(held.annotate(has_factor=Exists(factors)).order_by("practice__name", "practice", "pk"))
    return Standing(
        held=tuple((each.practice, Role(each.role)) for each in named),
        # A choice that was taken back since (a role revoked) chooses nothing.
        chosen=next((each.practice for each in named if str(each.practice.public_id) == choice), None),
        has_second_factor=any(each.has_factor for each in named),
    )


def _read_standing(request: StaffRequest) -> Standing:
    if not request.user.is_authenticated:
        return Standing()
    return standing_held_by(request.user, choice=request.session.get(CHOICE))


def _require_text(request: HttpRequest) -> None:
    """The database keeps no NUL, so no view has to think of one. Raises BadRequest."""
    told = (texts for sent in (request.GET, request.POST) for _, texts in sent.lists())
    if any("\0" in str(text) for texts in told for text in texts):
        raise BadRequest


def _not_in_the_chosen_practice(
    request: HttpRequest, roles: tuple[Role, ...], elsewhere: list[Practice]
) -> HttpResponse:
    said = {"needed": [role.label for role in roles], "elsewhere": elsewhere, "back": _page(request)}
    response = render(request, "account/not_in_this_practice.html", said, status=403)
    add_never_cache_headers(response)
    return response


def _page(request: HttpRequest) -> str:
    """The address to come back to; a change of state is no page, so nobody comes back to it."""
    return request.get_full_path() if request.method in ("GET", "HEAD") else "/"
