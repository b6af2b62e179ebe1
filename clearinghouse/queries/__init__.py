"""Reads of what was exchanged: by the documents' readers, and by people."""

from clearinghouse.queries.documents import (
    NoConnection,
    connection_of,
    contents,
    ta1_of,
    transaction_of,
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

__all__ = [
    "NoConnection",
    "State",
    "connection_of",
    "contents",
    "documents_of",
    "exchanged",
    "kinds_exchanged",
    "stuck",
    "ta1_of",
    "transaction_of",
    "transactions_in",
    "unsettled_deliveries",
    "without_content",
]
