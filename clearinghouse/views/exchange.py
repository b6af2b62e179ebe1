"""The exchange browser: every file and message in and out, and what became of it."""

from collections.abc import Sequence

from django.db.models import Q
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from clearinghouse.models import Connection, Direction, Interchange
from clearinghouse.queries import State, exchanged, kinds_exchanged
from clearinghouse.views.words import KINDS, kind_of, size_of, state_of, trouble_of
from practice.access import StaffRequest, allow
from practice.models import Role
from rcm.ui.cells import Column, Kind
from rcm.ui.filters import Choices, Filter
from rcm.ui.pages import queue_page
from rcm.ui.queue import Queue

READERS = (Role.BILLER, Role.MANAGER, Role.ADMINISTRATOR, Role.AUDITOR)


def _kinds(practices: Sequence[int]) -> Choices:
    return [(kind, f"{kind} {KINDS.get(kind, '')}".strip()) for kind in kinds_exchanged(practices)]


def _peers(practices: Sequence[int]) -> Choices:
    return [
        (str(connection.public_id), str(connection))
        for connection in Connection.objects.of(practices).order_by("clearinghouse", "sender_number")
    ]


EXCHANGE = Queue[Interchange](
    name="clearinghouse.exchange",
    title="Exchange",
    noun="file or message,files and messages",
    url_name="clearinghouse:exchange",
    header_template="clearinghouse/_exchange_head.html",
    intro=(
        "Everything that went to the clearinghouse and came from it, byte for byte, and what became of it."
        " The number in the menu counts what was refused, or may not have arrived."
    ),
    rows=lambda practices, _now: exchanged(practices),
    label=lambda interchange: interchange.control_number or interchange.file_name or interchange.kind,
    record_url=lambda interchange: reverse("clearinghouse:interchange", args=[interchange.public_id]),
    empty="Nothing was exchanged yet. Files to and from the clearinghouse appear here.",
    columns=(
        Column(
            "number",
            "Control number",
            lambda it: it.control_number or "none",
            sort=("control_number",),
            detail=lambda it: it.file_name,
        ),
        Column("direction", "Direction", lambda it: it.get_direction_display(), sort=("direction",)),
        Column("kind", "Kind", lambda it: kind_of(it.kind), sort=("kind",)),
        Column(
            "peer",
            "With",
            lambda it: it.connection.clearinghouse,
            detail=lambda it: it.practice.name,
            sort=("connection__clearinghouse",),
            wide=True,
        ),
        Column("when", "When", lambda it: it.stored_at, Kind.MOMENT, ("stored_at",)),
        Column("state", "What became of it", state_of, Kind.STATUS, ("state",), detail=trouble_of),
        Column("size", "Size", lambda it: size_of(getattr(it, "size", 0)), sort=("size",), wide=True),
    ),
    filters=(
        Filter(
            "direction",
            "Direction",
            lambda value: Q(direction=value),
            lambda _practices: [(each.value, each.label) for each in Direction],
        ),
        Filter("kind", "Kind", lambda value: Q(kind=value), _kinds),
        Filter(
            "state",
            "What became of it",
            lambda value: Q(state=value),
            lambda _practices: [(each.value, each.label) for each in State],
        ),
        Filter("peer", "With", lambda value: Q(connection__public_id=value), _peers),
        Filter("since", "Since", lambda day: Q(stored_at__date__gte=day), kind="day"),
        Filter("until", "Until", lambda day: Q(stored_at__date__lte=day), kind="day"),
    ),
    taken_by_hand=False,
)


@require_GET
@allow(*READERS)
def exchange(request: StaffRequest) -> HttpResponse:
    """Files and messages in and out."""
    return queue_page(request, EXCHANGE)
