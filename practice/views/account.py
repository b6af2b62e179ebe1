"""A person's own account: who they are, how long they are still signed in, where else they are signed in.

Passwords, second factors and passkeys are allauth's pages, in our clothes (practice.sign_in.urls).
"""

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from practice.access import StaffRequest, allow
from practice.actions import sign_in, staff
from practice.forms import ProfileForm
from practice.middleware import seconds_left
from practice.rules.browser import browser_named_by
from rcm import clock


@require_http_methods(["GET", "HEAD", "POST"])
@allow(without_role=True)
def profile(request: StaffRequest) -> HttpResponse:
    """Name, e-mail address and roles; the way to everything else about signing in."""
    form = ProfileForm(request.POST or None, user=request.user)
    if form.is_valid():
        staff.change_profile(
            user=request.user,
            first_name=form.cleaned_data["first_name"],
            last_name=form.cleaned_data["last_name"],
            email=form.cleaned_data["email"],
            by=request.user,
            now=clock.now(),
        )
        messages.success(request, "Saved.")
        return redirect("practice:account")
    return render(request, "account/profile.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@allow(without_role=True)
def session(request: StaffRequest) -> HttpResponse:
    """How many seconds are left of this session, as JSON. A POST is a person who wants to stay."""
    return JsonResponse({"seconds": seconds_left(request)})


@require_safe
@allow(without_role=True)
def sessions(request: StaffRequest) -> HttpResponse:
    """Every browser in which the person is signed in; the ones that ended are forgotten on the way."""
    known = sorted(UserSession.objects.purge_and_list(request.user), key=lambda one: one.last_seen_at)
    here = request.session.session_key
    shown = [(one, browser_named_by(one.user_agent), one.session_key == here) for one in reversed(known)]
    return render(request, "account/sessions.html", {"sessions": shown})


@require_POST
@allow(without_role=True)
def end_session(request: StaffRequest, pk: int) -> HttpResponse:
    """Sign another browser of the same person out."""
    other = get_object_or_404(_others(request), pk=pk)
    other.end()
    sign_in.note_signed_out(user=request.user, why="from another browser", now=clock.now())
    messages.success(request, "That browser is signed out.")
    return redirect("practice:sessions")


@require_POST
@allow(without_role=True)
def end_other_sessions(request: StaffRequest) -> HttpResponse:
    """Sign every other browser of the same person out."""
    for other in _others(request):
        other.end()
        sign_in.note_signed_out(user=request.user, why="from another browser", now=clock.now())
    messages.success(request, "You are signed out everywhere else.")
    return redirect("practice:sessions")


def _others(request: StaffRequest) -> QuerySet[UserSession]:
    mine: QuerySet[UserSession] = UserSession.objects.filter(user=request.user)
    return mine.exclude(session_key=request.session.session_key)
