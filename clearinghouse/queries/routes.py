"""Which trading partner a document goes to, and how."""

from collections.abc import Mapping
from dataclasses import dataclass

from clearinghouse.models import Connection, Mode, Route
from practice.models import Payer, Practice, WireTransaction


class NoConnection(Exception):
    """The practice has no trading partner in use for what is to be exchanged."""


@dataclass(frozen=True, slots=True)
class Way:
    """By which partner a document goes, and whether as a file or in real time."""

    connection: Connection
    mode: Mode

    @property
    def is_open(self) -> bool:
        """Whether a question can be asked this way at all: in real time that takes an address."""
        return self.mode == Mode.BATCH or bool(self.connection.realtime_url)


@dataclass(frozen=True, slots=True)
class Routes:
    """The ways of one practice, read once for any number of documents."""

    fallback: Connection | None
    routed: Mapping[tuple[str, int | None], Route]

    def way(self, transaction: WireTransaction, payer_id: int) -> Way:
        """The payer's own route, else the one for all payers, else the first partner in use.

        A route to a partner that is paused is not gone around: what goes there waits. Raises NoConnection.
        """
        route = self.routed.get((transaction, payer_id)) or self.routed.get((transaction, None))
        if route is not None:
            if route.connection.paused_at is not None:
                raise NoConnection
            return Way(route.connection, Mode(route.mode))
        if self.fallback is None:
            raise NoConnection
        return Way(self.fallback, Mode.BATCH if transaction == WireTransaction.CLAIM else Mode.REAL_TIME)

    def connection(self, transaction: WireTransaction, payer_id: int) -> Connection | None:
        """The partner of that way; None without one."""
        try:
            return self.way(transaction, payer_id).connection
        except NoConnection:
            return None


def routes_of(practice: Practice) -> Routes:
    """The ways of a practice, in two statements."""
    routes = Route.objects.filter(practice=practice).select_related("connection")
    return Routes(
        fallback=Connection.objects.filter(practice=practice, paused_at=None).order_by("pk").first(),
        routed={(route.transaction, route.payer_id): route for route in routes},
    )


def way_of(practice: Practice, transaction: WireTransaction, payer: Payer) -> Way:
    """The way of one kind of document to one payer. Raises NoConnection."""
    return routes_of(practice).way(transaction, payer.pk)


def connection_of(practice: Practice) -> Connection:
    """The partner of what has no route of its own: the first in use. Raises NoConnection."""
    found = routes_of(practice).fallback
    if found is None:
        raise NoConnection
    return found
