"""Reads of what was exchanged: by the documents' readers, and by people."""

from clearinghouse.queries.documents import (
    contents,
    is_file,
    ta1_of,
    transaction_of,
    unread_acknowledgments,
    unsettled_deliveries,
)
from clearinghouse.queries.exchange import (
    State,
    documents_of,
    exchanged,
    kinds_exchanged,
    stuck,
    transactions_in,
    without_content,
)
from clearinghouse.queries.routes import NoConnection, Routes, Way, connection_of, routes_of, way_of

__all__ = [
    "NoConnection",
    "Routes",
    "State",
    "Way",
    "connection_of",
    "contents",
    "documents_of",
    "exchanged",
    "is_file",
    "kinds_exchanged",
    "routes_of",
    "stuck",
    "ta1_of",
    "transaction_of",
    "transactions_in",
    "unread_acknowledgments",
    "unsettled_deliveries",
    "way_of",
    "without_content",
]
