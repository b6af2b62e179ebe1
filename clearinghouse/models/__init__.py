"""The post office: trading partners and routes, interchanges, their deliveries and documents."""

from clearinghouse.models.connection import (
    ROUTED,
    Adapter,
    Connection,
    CoreForm,
    Mode,
    Route,
    Usage,
    WaitingFile,
)
from clearinghouse.models.interchange import Delivery, Direction, Document, Interchange, Repeat

__all__ = [
    "ROUTED",
    "Adapter",
    "Connection",
    "CoreForm",
    "Delivery",
    "Direction",
    "Document",
    "Interchange",
    "Mode",
    "Repeat",
    "Route",
    "Usage",
    "WaitingFile",
]
