"""What holds for every request of a person who is signed in: an end to idle sessions, a second factor first.

Moments here are the machine's own, not rcm.clock's: a demonstration moves that clock by days, and everybody
would be signed off (or never). Django's sessions and TOTP codes live by the machine's time as well.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from practice.access import standing_of, to_sign_in

Answer = Callable[[HttpRequest], HttpResponse]
View = Callable[..., HttpResponse]

BACKGROUND = "X-Background"  # a page's own asking (counts of the rail, this session): no activity of a person
BEGAN, SEEN = "began_at", "seen_at"  # keys of the session; seconds of the machine's clock
PRECISION = 30  # activity is written down no oftener than every so many seconds

_WITHOUT_SECOND_FACTOR = {
    "account_logout",
    "account_reauthenticate",
    "account_change_password",
    "account_set_password",
    "practice:session",
}


def sign_off_when_idle(get_response: Answer) -> Answer:
    """End a session that stood idle for its practices' minutes, or is as old as SESSION_COOKIE_AGE."""

    def answer(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            if why := _why_over(request):
                return _sign_off(request, why)
            if BACKGROUND not in request.headers:
                _note_activity(request)
        return get_response(request)

    return answer


def second_factor_first(get_response: Answer) -> Answer:
    """Lead a person whose practice requires a second factor to set one up before anything else."""

    def answer(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_view(request: HttpRequest, _view: View, _args: Any, _kwargs: Any) -> HttpResponse | None:
        if not request.user.is_authenticated:
            return None
        standing = standing_of(request)
        name = request.resolver_match.view_name if request.resolver_match else ""
        if not standing.lacks_second_factor or name.startswith("mfa_") or name in _WITHOUT_SECOND_FACTOR:
            return None
        return redirect("mfa_index")

    answer.process_view = process_view  # type: ignore[attr-defined]
    return answer


def seconds_left(request: HttpRequest) -> int:
    """How long the session of whoever asks lasts if nothing happens any more; 0 for strangers."""
    if not request.user.is_authenticated:
        return 0
    now = time.time()
    idle = standing_of(request).idle_minutes * 60 - (now - request.session.get(SEEN, now))
    whole = settings.SESSION_COOKIE_AGE - (now - request.session.get(BEGAN, now))
    return max(0, int(min(idle, whole)))


def _why_over(request: HttpRequest) -> str:
    now = time.time()
    minutes = standing_of(request).idle_minutes
    if now - request.session.setdefault(BEGAN, now) >= settings.SESSION_COOKIE_AGE:
        return f"a session lasts {settings.SESSION_COOKIE_AGE // 3600} hours"
    if now - request.session.get(SEEN, now) >= minutes * 60:
        return f"{minutes} minutes without activity"
    return ""


def _note_activity(request: HttpRequest) -> None:
    now = time.time()
    if now - request.session.get(SEEN, 0) < PRECISION:
        return
    request.session[SEEN] = now
    mine = UserSession.objects.filter(session_key=request.session.session_key)
    mine.update(last_seen_at=datetime.fromtimestamp(now, UTC))


def _sign_off(request: HttpRequest, why: str) -> HttpResponse:
    request.signed_off_because = why  # type: ignore[attr-defined]  # for the audit row of the sign-out
    logout(request)
    lost = "" if request.method in ("GET", "HEAD") else " What you had just sent was not saved."
    messages.info(request, f"You were signed off: {why}.{lost}")
    return to_sign_in(request)
