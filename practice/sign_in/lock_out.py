"""What axes asks us: who knocks, and what a person who is locked out reads."""

from math import ceil

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

Credentials = dict[str, str] | None


def name_of(request: HttpRequest, credentials: Credentials) -> str:
    """The name that was tried, folded: capital letters do not make another name of it."""
    return ((credentials or {}).get("username") or request.POST.get("login", "")).strip().lower()


def address_of(request: HttpRequest) -> str:
    """The address of the browser, past the proxy we trust; "unknown" where the server was told none."""
    try:
        return str(get_adapter().get_client_ip(request))
    except PermissionDenied:
        return "unknown"


def answer_locked_out(
    request: HttpRequest, _answer: HttpResponse | None, _credentials: Credentials
) -> HttpResponse:
    """A page that says why, for how long, and what to do; 429 with Retry-After."""
    seconds = settings.AXES_COOLOFF_TIME.total_seconds()
    said = {"tries": settings.AXES_FAILURE_LIMIT, "minutes": ceil(seconds / 60)}
    answer = render(request, "account/locked_out.html", said, status=429)
    answer["Retry-After"] = str(ceil(seconds))
    return answer
