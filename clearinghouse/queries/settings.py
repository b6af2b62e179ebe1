"""Reads of the connections by the pages of settings and operations."""

from collections.abc import Collection

from django.db.models import QuerySet

from clearinghouse.models import Connection, Delivery
from clearinghouse.states import DeliveryStatus


def connections_of(practices: Collection[int]) -> QuerySet[Connection]:
    """The connections of these practices, by clearinghouse; secrets are read only where they are used."""
    listed = Connection.objects.of(practices).select_related("practice")
    return listed.order_by("clearinghouse", "practice__name", "pk")


def troubled_mailboxes(practices: Collection[int]) -> QuerySet[Connection]:
    """The connections in use whose mailbox could not be emptied at the last try."""
    return connections_of(practices).filter(paused_at=None).exclude(fetch_trouble="")


def unknown_deliveries(practices: Collection[int]) -> QuerySet[Delivery]:
    """Files of which it is not known whether they arrived."""
    return Delivery.objects.of(practices).filter(status=DeliveryStatus.UNKNOWN)
