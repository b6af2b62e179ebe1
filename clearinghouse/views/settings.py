"""Connections to clearinghouses: settings that say no secret, and a test that says what works."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clearinghouse.actions.connection import (
    ConnectionKnown,
    add_connection,
    change_connection,
    pause_connection,
    pin_key,
    resume_connection,
    try_connection,
)
from clearinghouse.actions.fetching import take_as_it_is
from clearinghouse.forms import ConnectionForm, ConnectionRecordForm
from clearinghouse.gateway import Probe
from clearinghouse.models import Adapter, Connection, Usage, WaitingFile
from clearinghouse.queries.settings import connections_of, routes_in, waiting_files
from clearinghouse.sftp import fingerprint_of_line
from practice.access import StaffRequest, allow
from practice.models import Role
from rcm import clock
from rcm.ui import page_or_part
from rcm.ui.cells import Column, Kind, Status
from rcm.ui.history import history
from rcm.ui.pages import queue_page
from rcm.ui.queue import Act, Queue
from rcm.ui.words import counted

WRITE = ["GET", "HEAD", "POST"]
TITLES: dict[str, tuple[str, Any]] = {
    "connection.added": ("Added", "good"),
    "connection.changed": ("Settings changed", "plain"),
    "connection.paused": ("Paused", "attention"),
    "connection.resumed": ("In use again", "good"),
    "connection.tested": ("Tested", "information"),
    "connection.host_key_changed": ("The server showed another key", "bad"),
}


def state_of(connection: Connection) -> Status:
    """Whether files move, and if not, why."""
    if connection.paused_at is not None:
        return Status("Paused", "attention")
    if connection.sftp_offered_key:
        return Status("Another host key", "bad")
    if connection.fetch_trouble:
        return Status("Cannot be reached", "bad")
    if not connection.has_mailbox:
        return Status("Questions only", "good")
    if connection.fetched_at is None:
        return Status("Not fetched yet", "information")
    return Status("Works", "good")


def place_of(connection: Connection) -> str:
    """Where its files lie."""
    match connection.adapter:
        case Adapter.SFTP:
            return f"{connection.sftp_username} at {connection.sftp_host}"
        case Adapter.CORE:
            return connection.batch_url
        case Adapter.DROP:
            return f"{connection.upload_directory}, {connection.download_directory}"
    return connection.realtime_url


def limits_of(connection: Connection) -> list[tuple[str, str]]:
    """What was agreed of its files, in words."""
    pause, silence = connection.poll_minutes, connection.silent_days
    return [
        ("Claims in a file", f"at most {connection.claims_per_file:,}"),
        ("Claims in a transaction", f"at most {connection.claims_per_batch:,}"),
        ("Looked into", f"every {counted(pause, 'minute')}" if pause else "at every turn of the worker"),
        ("May be silent", f"for {counted(silence, 'business day')}" if silence else "for ever"),
        ("A file may be incomplete", f"for {counted(connection.partial_minutes, 'minute')}"),
    ]


def usage_of(connection: Connection) -> Status:
    """Test or production."""
    is_test = connection.usage == Usage.TEST
    return Status(connection.get_usage_display(), "attention" if is_test else "good")


def _rows(practices: Sequence[int], _now: datetime) -> QuerySet[Connection]:
    return connections_of(practices)


CONNECTIONS = Queue[Connection](
    name="clearinghouse.connections",
    title="Clearinghouse",
    noun="connection",
    url_name="clearinghouse:connections",
    header_template="clearinghouse/_connections_head.html",
    intro="Where claims go and where answers come from: each practice's mailbox and real-time address.",
    rows=_rows,
    label=str,
    record_url=lambda it: reverse("clearinghouse:connection", args=[it.public_id]),
    empty="No connection yet. Without one no claim leaves the house and no remittance arrives.",
    empty_action=Act("Add a connection", "clearinghouse:connection_new"),
    columns=(
        Column(
            "name",
            "Clearinghouse",
            lambda it: it.clearinghouse,
            sort=("clearinghouse",),
            detail=lambda it: it.practice.name,
        ),
        Column(
            "host",
            "Files go by",
            lambda it: it.get_adapter_display(),
            sort=("adapter",),
            detail=place_of,
            wide=True,
        ),
        Column("usage", "Traffic", usage_of, Kind.STATUS, ("usage",)),
        Column("fetched", "Last fetched", lambda it: it.fetched_at, Kind.MOMENT, ("fetched_at",)),
        Column("state", "State", state_of, Kind.STATUS, detail=lambda it: it.fetch_trouble),
    ),
    taken_by_hand=False,
)


@require_GET
@allow(Role.ADMINISTRATOR)
def connections(request: StaffRequest) -> HttpResponse:
    """The connections of the practices in play."""
    return queue_page(request, CONNECTIONS)


@require_http_methods(WRITE)
@allow(Role.ADMINISTRATOR)
def connection_new(request: StaffRequest) -> HttpResponse:
    """One more connection."""
    form = ConnectionForm(request.POST or None, practices=request.practices)
    if form.is_valid():
        told = {name: value for name, value in form.told.items() if name != "practice"}
        try:
            made = add_connection(practice=form.practice, **told, by=request.user, now=clock.now())
        except ConnectionKnown:
            form.add_error("clearinghouse", "This practice has a connection to it already.")
        else:
            messages.success(request, "The connection is added. Test it before you send anything.")
            return redirect("clearinghouse:connection", made.public_id)
    context = {"form": form, "title": "Add a connection", "back": reverse("clearinghouse:connections")}
    return render(request, "clearinghouse/settings_form.html", context, status=422 if form.errors else 200)


@require_GET
@allow(Role.ADMINISTRATOR)
def connection(request: StaffRequest, public_id: str) -> HttpResponse:
    """One connection: its settings without the secrets."""
    return _record(request, _connection(request, public_id))


@require_http_methods(WRITE)
@allow(Role.ADMINISTRATOR)
def connection_record(request: StaffRequest, public_id: str) -> HttpResponse:
    """Put a connection's settings right."""
    found = _connection(request, public_id)
    form = ConnectionRecordForm(request.POST or None, connection=found)
    if form.is_valid():
        change_connection(connection=found, **form.told, by=request.user, now=clock.now())
        messages.success(request, "Saved. Test it before you send anything.")
        return redirect("clearinghouse:connection", found.public_id)
    back = reverse("clearinghouse:connection", args=[found.public_id])
    context = {"form": form, "title": f"Settings of {found.clearinghouse}", "back": back}
    return render(request, "clearinghouse/settings_form.html", context, status=422 if form.errors else 200)


@require_POST
@allow(Role.ADMINISTRATOR)
def connection_test(request: StaffRequest, public_id: str) -> HttpResponse:
    """Try it for real, and say in words what works and what does not."""
    found = _connection(request, public_id)
    return _record(request, found, try_connection(connection=found, by=request.user, now=clock.now()))


@require_POST
@allow(Role.ADMINISTRATOR)
def connection_key(request: StaffRequest, public_id: str) -> HttpResponse:
    """Pin the key that the server showed, after a person compared it: the first one, or a changed one."""
    found = _connection(request, public_id)
    line = request.POST.get("line", "").strip()[:2000]
    if line and pin_key(connection=found, line=line, by=request.user, now=clock.now()):
        messages.success(request, "The key is pinned: any other server is refused.")
    else:
        messages.warning(request, "Nothing was pinned: this is not the key that the server shows now.")
    return redirect("clearinghouse:connection", found.public_id)


@require_POST
@allow(Role.ADMINISTRATOR)
def connection_pause(request: StaffRequest, public_id: str) -> HttpResponse:
    """Fetch and send nothing until it is resumed."""
    found = _connection(request, public_id)
    pause_connection(connection=found, by=request.user, now=clock.now())
    messages.success(request, "Paused: nothing is fetched, and nothing new is sent by it.")
    return redirect("clearinghouse:connection", found.public_id)


@require_POST
@allow(Role.ADMINISTRATOR)
def connection_resumption(request: StaffRequest, public_id: str) -> HttpResponse:
    """Go on."""
    found = _connection(request, public_id)
    resume_connection(connection=found, by=request.user, now=clock.now())
    messages.success(request, "In use again.")
    return redirect("clearinghouse:connection", found.public_id)


@require_POST
@allow(Role.ADMINISTRATOR)
def waiting_file_taking(request: StaffRequest, public_id: str) -> HttpResponse:
    """Take a file in at the next look, although it is not whole."""
    practices = [practice.pk for practice in request.practices]
    files = WaitingFile.objects.of(practices).select_related("connection")
    found = get_object_or_404(files, public_id=public_id)
    take_as_it_is(file=found, by=request.user, now=clock.now())
    messages.success(request, "It is taken in as it is at the next look: whole documents of it are read.")
    return redirect("clearinghouse:connection", found.connection.public_id)


@require_GET
@allow(Role.ADMINISTRATOR, Role.AUDITOR)
def mailboxes_slot(request: StaffRequest) -> HttpResponse:
    """When each mailbox was last emptied, for the operations page."""
    listed = connections_of([practice.pk for practice in request.practices])
    context = {
        "mailboxes": [(each, state_of(each)) for each in listed],
        "may_open": Role.ADMINISTRATOR in request.roles,
    }
    return render(request, "clearinghouse/_mailboxes.html", context)


def _record(request: StaffRequest, found: Connection, probe: Probe | None = None) -> HttpResponse:
    context = {
        "record": found,
        "status": state_of(found),
        "usage": usage_of(found),
        "probe": probe,
        "limits": limits_of(found),
        "routes": routes_in([found.practice_id]).filter(connection=found),
        "waiting": waiting_files(found),
        "pinned": fingerprint_of_line(found.sftp_host_key) if found.sftp_host_key else "",
        "offered": fingerprint_of_line(found.sftp_offered_key) if found.sftp_offered_key else "",
        "moments": history([found], TITLES, limit=40),
    }
    return page_or_part(request, "clearinghouse/settings.html", "test" if probe else "page", context)


def _connection(request: StaffRequest, public_id: str) -> Connection:
    practices = [practice.pk for practice in request.practices]
    return get_object_or_404(connections_of(practices), public_id=public_id)
