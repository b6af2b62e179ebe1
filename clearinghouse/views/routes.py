"""Routes: which document goes by which trading partner."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clearinghouse.actions.route import RouteKnown, add_route, change_route, remove_route
from clearinghouse.forms import RouteForm
from clearinghouse.models import Mode, Route
from clearinghouse.queries.settings import routes_in
from practice.access import StaffRequest, allow
from practice.models import Role, WireTransaction
from rcm import clock
from rcm.ui.cells import Column
from rcm.ui.pages import queue_page
from rcm.ui.queue import Act, Queue

WRITE = ["GET", "HEAD", "POST"]

ROUTES = Queue[Route](
    name="clearinghouse.routes",
    title="Routes",
    noun="route",
    url_name="clearinghouse:routes",
    header_template="clearinghouse/_routes_head.html",
    intro=(
        "What goes by which trading partner. A payer's own route goes before the one for all payers; what has"
        " none goes by the practice's first connection in use."
    ),
    rows=lambda practices, _now: routes_in(practices),
    label=str,
    record_url=lambda it: reverse("clearinghouse:route", args=[it.public_id]),
    empty="No route is needed while a practice has one connection: everything goes by it.",
    empty_action=Act("Add a route", "clearinghouse:route_new"),
    columns=(
        Column("what", "What goes", lambda it: it.get_transaction_display(), sort=("transaction",)),
        Column("payer", "To", lambda it: it.payer.name if it.payer else "All payers", sort=("payer__name",)),
        Column(
            "by",
            "By",
            lambda it: it.connection.clearinghouse,
            sort=("connection__clearinghouse",),
            detail=lambda it: it.practice.name,
        ),
        Column("how", "How", lambda it: it.get_mode_display(), sort=("mode",)),
    ),
    taken_by_hand=False,
)


@require_GET
@allow(Role.ADMINISTRATOR)
def routes(request: StaffRequest) -> HttpResponse:
    """The routes of the practices in play."""
    return queue_page(request, ROUTES)


@require_http_methods(WRITE)
@allow(Role.ADMINISTRATOR)
def route_new(request: StaffRequest) -> HttpResponse:
    """One more route."""
    form = RouteForm(request.POST or None, practices=_practices(request))
    if form.is_valid():
        said = form.cleaned_data
        try:
            add_route(
                transaction_kind=WireTransaction(said["transaction"]),
                payer=said["payer"],
                connection=said["connection"],
                mode=Mode(said["mode"]),
                by=request.user,
                now=clock.now(),
            )
        except RouteKnown:
            form.add_error("payer", "There is a route for this already. Change that one.")
        else:
            messages.success(request, "The route is in force for what is sent from now on.")
            return redirect("clearinghouse:routes")
    return _page(request, form, "Add a route")


@require_http_methods(WRITE)
@allow(Role.ADMINISTRATOR)
def route(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Change by whom and how something goes; what goes and to whom is another route."""
    found = _route(request, public_id)
    known = {
        "transaction": found.transaction,
        "payer": found.payer.public_id if found.payer else "",
        "connection": found.connection.public_id,
        "mode": found.mode,
    }
    form = RouteForm(request.POST or None, initial=known, practices=[found.practice_id])
    form.fields["transaction"].disabled = form.fields["payer"].disabled = True
    if form.is_valid():
        said = form.cleaned_data
        change_route(
            route=found,
            connection=said["connection"],
            mode=Mode(said["mode"]),
            by=request.user,
            now=clock.now(),
        )
        messages.success(request, "Saved: it is in force for what is sent from now on.")
        return redirect("clearinghouse:routes")
    return _page(request, form, str(found), found)


@require_POST
@allow(Role.ADMINISTRATOR)
def route_removal(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Take a route away."""
    remove_route(route=_route(request, public_id), by=request.user, now=clock.now())
    messages.success(request, "The route is gone: what went by it goes by the next one that fits.")
    return redirect("clearinghouse:routes")


def _page(request: StaffRequest, form: RouteForm, title: str, found: Route | None = None) -> HttpResponse:
    context = {"form": form, "title": title, "found": found, "back": reverse("clearinghouse:routes")}
    return render(request, "clearinghouse/route.html", context, status=422 if form.errors else 200)


def _route(request: StaffRequest, public_id: UUID) -> Route:
    return get_object_or_404(routes_in(_practices(request)), public_id=public_id)


def _practices(request: StaffRequest) -> list[int]:
    return [practice.pk for practice in request.practices]
