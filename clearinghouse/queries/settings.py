"""Reads of the trading partners by the pages of settings and operations, and by the alarms."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import (
    DurationField,
    ExpressionWrapper,
    F,
    Max,
    Min,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce
from django.db.models.lookups import LessThanOrEqual

from clearinghouse.models import (
    Adapter,
    Connection,
    Delivery,
    Direction,
    Interchange,
    Route,
    WaitingFile,
)
from clearinghouse.rules.business_days import CORE_ZONE, business_days_before
from clearinghouse.states import DeliveryStatus


def connections_of(practices: Collection[int]) -> QuerySet[Connection]:
    """The connections of these practices, by clearinghouse; secrets are read only where they are used."""
    listed = Connection.objects.of(practices).select_related("practice")
    return listed.order_by("clearinghouse", "practice__name", "pk")


def troubled_mailboxes(practices: Collection[int]) -> QuerySet[Connection]:
    """The connections in use whose mailbox could not be emptied at the last try, whatever their key."""
    return connections_of(practices).filter(paused_at=None).exclude(fetch_trouble="")


def changed_keys(practices: Collection[int]) -> QuerySet[Connection]:
    """The connections in use whose server shows another key than the pinned one."""
    return connections_of(practices).filter(paused_at=None).exclude(sftp_offered_key="")


def silent_mailboxes(practices: Collection[int], *, now: datetime) -> list[Connection]:
    """The connections in use from which nothing came for more business days than theirs to be silent.

    Counted from the last file in, or from the first one out; where nothing was exchanged nothing is expected.
    """
    exchanged = Interchange.objects.filter(connection=OuterRef("pk")).order_by().values("connection")
    heard = exchanged.filter(direction=Direction.IN).annotate(at=Max("stored_at")).values("at")
    begun = exchanged.filter(direction=Direction.OUT).annotate(at=Min("stored_at")).values("at")
    listed = connections_of(practices).filter(paused_at=None, silent_days__gt=0)
    listed = listed.exclude(adapter=Adapter.NONE).annotate(
        silent_since=Coalesce(Subquery(heard), Subquery(begun))
    )
    return [it for it in listed if _is_silent(it, now)]


def _is_silent(connection: Connection, now: datetime) -> bool:
    since: datetime | None = getattr(connection, "silent_since", None)
    return since is not None and since < business_days_before(now, connection.silent_days, zone=CORE_ZONE)


def partial_files(practices: Collection[int], *, now: datetime) -> QuerySet[WaitingFile]:
    """Files that lie in mailboxes and stay incomplete for longer than their partner's limit, oldest first."""
    patience = ExpressionWrapper(
        F("connection__partial_minutes") * Value(timedelta(minutes=1)), output_field=DurationField()
    )
    left = WaitingFile.objects.of(practices).filter(taken_at=None, wanted_at=None)
    late = left.filter(LessThanOrEqual(F("first_seen_at"), Value(now) - patience))
    return late.select_related("connection", "practice").order_by("first_seen_at", "pk")


def waiting_files(connection: Connection) -> QuerySet[WaitingFile]:
    """What lies in a mailbox and was left there because it is not whole, oldest first."""
    return connection.waiting_files.filter(taken_at=None).order_by("first_seen_at", "pk")


def routes_in(practices: Collection[int]) -> QuerySet[Route]:
    """The routes of these practices: those for all payers before those for one."""
    listed = Route.objects.of(practices).select_related("payer", "connection", "practice")
    return listed.order_by("practice__name", "transaction", F("payer__name").asc(nulls_first=True), "pk")


def unknown_deliveries(practices: Collection[int]) -> QuerySet[Delivery]:
    """Files of which it is not known whether they arrived."""
    return Delivery.objects.of(practices).filter(status=DeliveryStatus.UNKNOWN)
