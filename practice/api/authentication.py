"""Who asks through the API: a token tells the practice, and its user the role."""

import hmac
from datetime import datetime, timedelta
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from practice.access import granted
from practice.actions.token import fingerprint
from practice.models import ApiToken, KeptAnswer, Practice, Role, User
from practice.queries import all_practice_ids
from rcm import clock
from rcm.db import practice_scope

USE_IS_NOTED_EVERY = timedelta(minutes=1)
ANSWERS_ARE_KEPT_FOR = timedelta(days=30)


class Bearer:
    """A program that was let in: what rcm.api knows of a caller."""

    def __init__(self, token: ApiToken) -> None:
        self.token = token
        self.practice: Practice = token.practice

    def may(self, roles: tuple[str, ...]) -> bool:
        """Whether the program's user holds one of the roles in the token's practice, as the pages ask it."""
        return self.practice.pk in granted(user=self.token.user, roles=tuple(Role(role) for role in roles))

    def kept(self, key: str) -> KeptAnswer | None:
        """The answer given under this key; None when there is none."""
        return KeptAnswer.objects.filter(token=self.token, key=key).first()

    def keep(self, key: str, *, fingerprint: str, status_code: int, answer: str, now: datetime) -> None:
        """Keep an answer under its key, in the caller's transaction; the oldest ones are forgotten."""
        KeptAnswer.objects.filter(token=self.token, answered_at__lt=now - ANSWERS_ARE_KEPT_FOR).delete()
        KeptAnswer.objects.create(
            practice=self.practice,
            token=self.token,
            key=key,
            fingerprint=fingerprint,
            status_code=status_code,
            answer=answer,
            answered_at=now,
        )


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer rcm_...`: request.user is the program's own user, request.auth its Bearer."""

    def authenticate(self, request: Request) -> tuple[User, Bearer] | None:
        """The program behind the header; None without one. Raises AuthenticationFailed."""
        scheme, _, text = get_authorization_header(request).decode("latin-1").partition(" ")
        if not scheme:
            return None
        now = clock.now()
        token = _token(text.strip()) if scheme.lower() == "bearer" else None
        if token is None or not token.is_live(now=now) or not token.user.is_active:
            raise AuthenticationFailed("The token is not known, or not valid any more.")
        _note_use(token, now=now)
        return token.user, Bearer(token)

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002 -- DRF's signature
        """What a refused caller is told to bring."""
        return "Bearer"


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the description names it."""

    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:  # noqa: ARG002 -- spectacular's
        """A bearer token of our own."""
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A token that an administrator issued for one practice and one role.",
        }


class HoldsRole(BasePermission):
    """Lets a program in where its user holds one of the roles of the endpoint."""

    message = "The token's role does not allow this."

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether it may ask this. A method that the resource does not take is refused as such later."""
        bearer: Any = request.auth
        return bearer is not None and (view.handler is None or bearer.may(view.roles))


class TokenThrottle(SimpleRateThrottle):
    """So many requests a minute per token (settings: DEFAULT_THROTTLE_RATES)."""

    scope = "token"

    def get_cache_key(self, request: Request, view: Any) -> str | None:  # noqa: ARG002 -- DRF's signature
        """The token's own counter."""
        return None if request.auth is None else f"api-throttle:{request.user.pk}"


def _token(text: str) -> ApiToken | None:
    """The token with this text. As with people, whoever knocks is looked for in all practices."""
    prefix = text.split("_")[1] if text.count("_") >= 2 else ""
    with practice_scope(all_practice_ids()):
        found = ApiToken.objects.select_related("user", "practice").filter(prefix=prefix).first()
    if found is None or not hmac.compare_digest(found.secret_sha256, fingerprint(text)):
        return None
    return found


def _note_use(token: ApiToken, *, now: datetime) -> None:
    if token.last_used_at is None or now - token.last_used_at >= USE_IS_NOTED_EVERY:
        with practice_scope([token.practice_id]):
            ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
