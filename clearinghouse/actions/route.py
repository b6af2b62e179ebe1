"""Routes: made, changed, taken away."""

from datetime import datetime

from django.db import IntegrityError, transaction

from clearinghouse.models import Connection, Mode, Route
from practice.models import Payer, User, WireTransaction
from rcm import audit


class RouteKnown(Exception):
    """There is a route for this kind of document and this payer already."""


def add_route(
    *,
    transaction_kind: WireTransaction,
    payer: Payer | None,
    connection: Connection,
    mode: Mode,
    by: User,
    now: datetime,
) -> Route:
    """From now on documents of that kind to that payer (None: all) go by this partner. Raises RouteKnown."""
    try:
        with transaction.atomic():
            route = Route.objects.create(
                practice_id=connection.practice_id,
                transaction=transaction_kind,
                payer=payer,
                connection=connection,
                mode=mode,
            )
            audit.record("added", route, now=now, by=by, data=_told(route))
    except IntegrityError as error:
        raise RouteKnown from error
    return route


def change_route(*, route: Route, connection: Connection, mode: Mode, by: User, now: datetime) -> None:
    """Another partner of the same practice, or another way of travelling, for what is sent from now on."""
    with transaction.atomic():
        route.connection, route.mode = connection, mode
        route.save(update_fields=["connection", "mode"])
        audit.record("changed", route, now=now, by=by, data=_told(route))


def remove_route(*, route: Route, by: User, now: datetime) -> None:
    """What went by it goes by the route for all payers again, or by the first partner in use."""
    with transaction.atomic():
        audit.record("removed", route, now=now, by=by, data=_told(route))
        route.delete()


def _told(route: Route) -> dict[str, str]:
    return {
        "transaction": route.transaction,
        "payer": str(route.payer or ""),
        "connection": route.connection.clearinghouse,
        "mode": route.mode,
    }
