"""The post office: connections, interchanges, their deliveries and documents."""

from clearinghouse.models.connection import Connection, Usage
from clearinghouse.models.interchange import Delivery, Direction, Document, Interchange

__all__ = ["Connection", "Delivery", "Direction", "Document", "Interchange", "Usage"]
