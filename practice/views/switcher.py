"""The practice switcher of the frame."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from practice.access import CHOICE, StaffRequest, allow, safe_next
from practice.actions import sign_in
from rcm import clock


@require_POST
@allow()
def switch_practice(request: StaffRequest) -> HttpResponse:
    """Work in one practice (`practice`, a public_id) or in all (empty) from now on; back to `next`."""
    asked = request.POST.get("practice", "")
    chosen = next((each for each in request.standing.practices if str(each.public_id) == asked), None)
    if asked and chosen is None:
        raise Http404
    if chosen is None:
        request.session.pop(CHOICE, None)
    else:
        request.session[CHOICE] = asked
    sign_in.note_practice_chosen(user=request.user, practice=chosen, now=clock.now())
    return redirect(safe_next(request))
