"""The door of the patient's page: the link in a letter, then a birth date, remembered for half an hour."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from billing.forms import BirthDateForm
from billing.models import Statement, StatementLink
from billing.queries.online import find_link
from practice.models import Practice
from rcm import clock
from rcm.db import practice_scope

P = ParamSpec("P")
COOKIE = "__Secure-rcm-patient" if settings.SESSION_COOKIE_SECURE else "rcm-patient"
PATH = "/pay/"
REMEMBERED = timedelta(minutes=30)
_signer = signing.TimestampSigner(salt="billing.patient_door")


class PatientRequest(HttpRequest):
    """A request from somebody who holds a living link and knows a birth date behind it."""

    link: StatementLink
    statement: Statement
    token: str


PatientView = Callable[Concatenate[PatientRequest, P], HttpResponse]
AnyView = Callable[..., HttpResponse]


def sealed(view: AnyView) -> AnyView:
    """A page that nobody keeps, indexes or learns the address of."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        response["X-Robots-Tag"] = "noindex, nofollow"
        # Not "no-referrer": browsers would then send "Origin: null" with our own forms (docs/adr/0014).
        response["Referrer-Policy"] = "same-origin"
        return response

    return answer


def behind_link(view: PatientView[P]) -> AnyView:
    """Run a view within the scope of the practice the letter is from, once the birth date is known.

    Until then the address shows the question for it. A link that opens nothing shows why nothing is here, in
    the same words whatever the reason.
    """

    @wraps(view)
    def entered(request: PatientRequest, /, token: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        now = clock.now()
        link = find_link(token)
        if link is None or not link.is_live(now=now):
            return closed(request, link)
        request.link, request.statement, request.token = link, link.statement, token
        zone = ZoneInfo(link.practice.time_zone)
        with practice_scope([link.practice_id]), timezone.override(zone):
            if remembered(request) != token:
                is_look = request.method == "GET"
                return ask_birth_date(request) if is_look else redirect("billing:patient_statement", token)
            response = view(request, *args, **kwargs)
            return response if COOKIE in response.cookies else remember(response, token)

    return sealed(entered)


def closed(request: HttpRequest, link: StatementLink | None) -> HttpResponse:
    """Nothing is here: one page for every reason. The practice is named when the link was ever one."""
    practice = link.practice if link is not None else only_practice()
    return render(request, "billing/patient/closed.html", {"practice": practice}, status=404)


def only_practice() -> Practice | None:
    """The practice whose page it must be, where there is only one."""
    practices = list(Practice.objects.order_by("pk")[:2])
    return practices[0] if len(practices) == 1 else None


def ask_birth_date(
    request: PatientRequest, form: BirthDateForm | None = None, *, status: int = 200
) -> HttpResponse:
    """The question that comes before anything is shown. The page says who asks, and nothing of the bill."""
    context = {"practice": request.link.practice, "token": request.token, "form": form or BirthDateForm()}
    return render(request, "billing/patient/birth_date.html", context, status=status)


def remembered(request: HttpRequest) -> str:
    """The token whose birth date this browser gave within the last half hour; "" when none.

    That half hour is a real one, wherever a demonstration's clock has gone meanwhile.
    """
    try:
        return str(_signer.unsign_object(request.COOKIES.get(COOKIE, ""), max_age=REMEMBERED))
    except (signing.BadSignature, ValueError):
        return ""


def remember(response: HttpResponse, token: str) -> HttpResponse:
    """Let this browser in for another half hour, with this token only."""
    response.set_cookie(
        COOKIE,
        _signer.sign_object(token),
        max_age=int(REMEMBERED.total_seconds()),
        path=PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def forget(response: HttpResponse) -> HttpResponse:
    """Let this browser in no more."""
    response.delete_cookie(COOKIE, path=PATH, samesite="Lax")
    return response
